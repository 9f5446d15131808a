"""Where files live. Which storage a site uses stands in `lms.settings.storages`."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

if TYPE_CHECKING:
    from django.core.files.base import File


class PrivateFolder(FileSystemStorage):
    """A folder whose files have no address at all.

    Django's own class, given no address, falls back to the address of the public folder.
    """

    def url(self, name: str | None) -> NoReturn:
        """Refuse: private files go out through a view that asks for a permission (S-29)."""
        raise ValueError("A private file has no address.")


class ReplacingFolder(FileSystemStorage):
    """A folder in which a file of a name that is taken replaces the earlier one, at once and on the disk.

    Who reads meanwhile gets the earlier file or the new one, never a part: as with a bucket.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Take every name."""
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.writelines(content.chunks())
                stream.flush()
                os.fsync(stream.fileno())
            Path(aside).chmod(0o644)
            Path(aside).replace(path)
        finally:
            Path(aside).unlink(missing_ok=True)
        return name


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
