"""Where files live. Which storage a site uses stands in `lms.settings.storages`."""

from typing import NoReturn

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages


class PrivateFolder(FileSystemStorage):
    """A folder whose files have no address at all.

    Django's own class, given no address, falls back to the address of the public folder.
    """

    def url(self, name: str | None) -> NoReturn:
        """Refuse: private files go out through a view that asks for a permission (S-29)."""
        raise ValueError("A private file has no address.")


def keep_private(name: str, content: bytes) -> str:
    """Put bytes into the private storage under a name that is theirs alone, such as their digest; return the name.

    A file that is there already is trusted only when it holds these bytes: a worker that was killed while writing
    leaves one that is cut off, and that is replaced.
    """
    storage = storages["private"]
    if storage.exists(name):
        with storage.open(name) as there:
            is_whole = there.read() == content
        if is_whole:
            return name
        storage.delete(name)
    return storage.save(name, ContentFile(content))
