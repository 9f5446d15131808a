"""How a numbered save of one field is answered (offline.md 4.3)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from exams.rules.practical import LONGEST_COMMENT

LARGEST_NUMBER = 2**31 - 1


class Reply(StrEnum):
    """The server's answer to one save."""

    OK = "ok"
    DUPLICATE = "ok-duplicate"
    STALE = "ignored-stale"
    CONFLICT = "conflict"
    CLOSED = "closed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Save:
    """One value of one field under its number; numbers of a field only grow, gaps are legal."""

    field: str
    seq: int
    value: str


@dataclass(frozen=True)
class Stored:
    """What the server holds for a field. `rev` is the sitting's count of accepted batches when it was stored."""

    seq: int
    value: str
    rev: int = 0


def reply_to(stored: Stored | None, save: Save) -> Reply:
    """Answer a save of an open sitting.

    Against a stored number 3 "done": 4 is ok, 3 "done" a duplicate, 3 "partly" a conflict, 2 stale.
    """
    if stored is None or save.seq > stored.seq:
        return Reply.OK
    if save.seq < stored.seq:
        return Reply.STALE
    return Reply.DUPLICATE if save.value == stored.value else Reply.CONFLICT


def reply_when_closed(stored: Stored | None, save: Save) -> Reply:
    """Answer a save that came after the sitting was closed: a late repeat of an accepted save is not lost."""
    if stored is not None and (stored.seq, stored.value) == (save.seq, save.value):
        return Reply.DUPLICATE
    return Reply.CLOSED


def fault_of(save: Save, permitted: Mapping[str, frozenset[str] | None]) -> str | None:
    """Return why a save cannot be taken at all ("unknown_field", "bad_value", "too_long", "bad_number"), or None."""
    if save.field not in permitted:
        return "unknown_field"
    if not 1 <= save.seq <= LARGEST_NUMBER:
        return "bad_number"
    if len(save.value) > LONGEST_COMMENT:
        return "too_long"
    choices = permitted[save.field]
    if choices is not None and save.value and save.value not in choices:
        return "bad_value"
    return None


def clean_text(text: str) -> str:
    """Bring typed text into the form that is stored and signed: NFC, plain line ends, no control characters.

    What was shown is what is signed, so this happens on input and never later (offline.md 5.1).
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()
