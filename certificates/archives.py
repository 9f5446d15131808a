"""Many certificates as one ZIP archive, written while it is sent."""

import io
import logging
import zipfile
from collections.abc import Iterator, Sequence

from django.core.files.storage import storages

from certificates.models import CertificateFile
from certificates.rules.record import digest

logger = logging.getLogger(__name__)

MOST_FILES = 500  # about 50 MB
LEFT_OUT = "left-out.txt"


class _Outlet(io.RawIOBase):
    """Takes what the archive writes, and hands it on; nothing is kept."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]  # whatever has a buffer
        self.waiting += content
        return len(content)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def stored_bytes(file: CertificateFile) -> bytes | None:
    """Return the stored bytes if they are those that were signed, else None."""
    try:
        with storages["private"].open(file.storage_name) as stored:
            content = bytes(stored.read())
    except FileNotFoundError:
        return None
    return content if digest(content) == file.sha256 else None


def zip_of(files: Sequence[CertificateFile]) -> Iterator[bytes]:
    """Write the archive piece by piece: each PDF under its number alone, never a name.

    A file that is missing or damaged in the store is not handed out; `left-out.txt` in the archive names its number.
    """
    outlet, left_out = _Outlet(), []
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:  # signed PDFs do not get smaller
        for file in files:
            number = file.credential.public_number
            content = stored_bytes(file)
            if content is None:
                logger.error("The stored file of certificate %s is missing or damaged.", number)
                left_out.append(number)
                continue
            archive.writestr(zipfile.ZipInfo(f"{number}.pdf", file.stored_at.timetuple()[:6]), content)
            yield outlet.take()
        if left_out:
            said = "The stored files of these certificates are missing or damaged:"
            archive.writestr(LEFT_OUT, "\n".join([said, *left_out, ""]))
    yield outlet.take()
