"""ZIP files of strangers (S-24): what can be told before a byte is unpacked is checked before, the rest meanwhile.

Nothing is ever written to disk, and a file is unpacked only when somebody asks for it.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping

from exams.errors import ExchangeError

MOST_BYTES = 50_000_000
MOST_ENTRIES = 2000
MOST_UNPACKED = 200_000_000
LARGEST_ENTRY = 40_000_000
HIGHEST_RATIO = 100
# Small files of blanks compress well and harm nobody.
RATIO_COUNTS_FROM = 1_000_000
CHUNK = 65_536
ENTRY_MARK = b"PK\x01\x02"
ARCHIVE_MARKS = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
ARCHIVE_ENDINGS = (".zip", ".imscc", ".jar", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".xlsx", ".docx")
# Files of an archive have one date, so that the same items give the same bytes.
DATE = (1980, 1, 1, 0, 0, 0)


class Archive:
    """An archive that was looked over. Raises `ExchangeError` when it is hostile, broken or too large."""

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise ExchangeError("archive_too_large", f"The archive is larger than {MOST_BYTES // 1_000_000} MB.")
        # Counted before the directory is read: a directory alone can fill the memory.
        if data.count(ENTRY_MARK) > MOST_ENTRIES:
            raise ExchangeError("archive_too_large", f"The archive holds more than {MOST_ENTRIES} files.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError) as error:
            raise ExchangeError("archive_broken", f"The archive cannot be read: {error}.") from error
        for entry in entries:
            _check_entry(entry)
        _check_together(entries)
        self._entries = {entry.filename: entry for entry in entries if not entry.is_dir()}
        self._unpacked = 0

    @property
    def names(self) -> list[str]:
        """The files, in the order of the archive."""
        return list(self._entries)

    def read(self, name: str) -> bytes | None:
        """Unpack one file, or return None when there is none of this name. Raises `ExchangeError`."""
        entry = self._entries.get(name)
        if entry is None:
            return None
        parts: list[bytes] = []
        size = 0
        try:
            with self._zip.open(entry) as stream:
                while part := stream.read(CHUNK):
                    size += len(part)
                    self._unpacked += len(part)
                    if size > min(entry.file_size, LARGEST_ENTRY) or self._unpacked > MOST_UNPACKED:
                        raise ExchangeError("archive_too_large", f"{name} is larger than the archive says it is.")
                    parts.append(part)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise ExchangeError("archive_broken", f"{name} cannot be unpacked: {error}.") from error
        content = b"".join(parts)
        if content.startswith(ARCHIVE_MARKS):
            raise ExchangeError("archive_nested", f"{name} is an archive itself. Unpack it and import it by itself.")
        return content


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    # zipfile cuts names at NUL and turns separators; what stood there is in `orig_filename`.
    parts = entry.orig_filename.removesuffix("/").split("/")
    odd = any(sign in entry.orig_filename for sign in ("\\", "\x00", ":")) or any(ord(sign) < 32 for sign in name)
    if odd or name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise ExchangeError("archive_path", f"The archive holds a file with the unsafe name {name[:100]!r}.")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ExchangeError("archive_link", f"{name[:100]} is a link or a device, which no archive of items needs.")
    if entry.flag_bits & 0x1:
        raise ExchangeError("archive_encrypted", f"{name[:100]} is encrypted. Pack it without a password.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ExchangeError("archive_method", f"{name[:100]} is packed in an unusual way. Pack it as an ordinary ZIP.")
    if name.lower().endswith(ARCHIVE_ENDINGS):
        raise ExchangeError("archive_nested", f"{name[:100]} is an archive itself. Unpack it and import it by itself.")
    is_bomb = entry.file_size > RATIO_COUNTS_FROM and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1)
    if entry.file_size > LARGEST_ENTRY or is_bomb:
        raise ExchangeError("archive_too_large", f"{name[:100]} would be too large when unpacked.")


def _check_together(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise ExchangeError("archive_too_large", "The archive would be too large when unpacked. Cut it into several.")
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) != len(names):
        raise ExchangeError("archive_twice", "Two files of the archive have the same name, or differ in case only.")


def pack(files: Mapping[str, bytes]) -> bytes:
    """Write an archive; the same files give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, content)
    return packed.getvalue()
