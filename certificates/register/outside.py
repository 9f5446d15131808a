"""The files of the log in their storage, outside the database: what a CDN can serve and an auditor can copy."""

from django.core.files.base import ContentFile
from django.core.files.storage import storages

CHECKPOINT = "checkpoint"


def outside_note() -> str | None:
    """Return the published checkpoint, None before the first one."""
    content = outside_file(CHECKPOINT)
    return None if content is None else content.decode(errors="replace")


def outside_file(name: str) -> bytes | None:
    """Return a published file, None when it is not there."""
    try:
        with storages["register"].open(name) as stored:
            return bytes(stored.read())
    except FileNotFoundError:
        return None


def put_outside(name: str, content: bytes) -> None:
    """Publish a file whole or not at all; an earlier one of this name is replaced."""
    storages["register"].save(name, ContentFile(content))


def drop_outside(folder: str) -> None:
    """Remove the files of a folder, if there is one."""
    storage = storages["register"]
    try:
        _, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        storage.delete(f"{folder}/{name}")
