"""Where files live. Which storage a site uses stands in `lms.settings.storages`."""

from typing import NoReturn

from django.core.files.storage import FileSystemStorage


class PrivateFolder(FileSystemStorage):
    """A folder whose files have no address at all.

    Django's own class, given no address, falls back to the address of the public folder.
    """

    def url(self, name: str | None) -> NoReturn:
        """Refuse: private files go out through a view that asks for a permission (S-29)."""
        raise ValueError("A private file has no address.")
