"""What an appointment takes up, minute by minute: its people, its room, its device.

Two appointments may share no minute of anybody or anything. Written down as one row for each minute, that is a plain
unique constraint, which SQLite and PostgreSQL hold alike (docs/decisions/0016).
"""

from collections.abc import Iterable
from datetime import datetime
from math import ceil

SECONDS = 60
NO_DEVICE = "No device"  # at a station like the front desk; several may go without one at the same time


def same_words(one: str, other: str) -> bool:
    """Whether two names of a place or device are one: case and spaces make no difference."""
    return plain_words(one) == plain_words(other)


def plain_words(words: str) -> str:
    """Return a name as it is compared: single spaces, no case."""
    return " ".join(words.split()).casefold()


def needs_device(device: str) -> bool:
    """Whether a device is named at all."""
    return not same_words(device, NO_DEVICE)


def minutes_of(starts_at: datetime, ends_at: datetime) -> range:
    """Return the minutes since 1970 that an appointment touches: 9:00 to 10:00 has 60, and not the one of 10:00."""
    return range(int(starts_at.timestamp() // SECONDS), ceil(ends_at.timestamp() / SECONDS))


def resources_of(*, people: Iterable[int], place: str = "", device: str = "") -> tuple[str, ...]:
    """Return what an appointment takes up, in the order in which it is written down.

    The order is the same for everybody, so that two plans never wait for each other crosswise.
    """
    names = [f"person:{person}" for person in people]
    if place:
        names.append(f"place:{plain_words(place)}")
    if device and needs_device(device):
        names.append(f"device:{plain_words(device)}")
    return tuple(sorted(set(names)))
