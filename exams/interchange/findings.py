"""What is found in a file: items, and everything that has to be said about each of them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from exams.interchange.tree import ExchangeItem
from lms.accounts.errors import CodedError


class UnsupportedItemError(CodedError):
    """An item is sound as far as one can see, and the item bank cannot hold it."""


class RefusedItemError(CodedError):
    """An item contradicts itself or its format; its maker has to mend it."""


class Outcome(StrEnum):
    """What an import makes of one item."""

    IMPORTED = "imported"
    CHANGED = "imported_with_changes"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"


@dataclass(frozen=True)
class Note:
    """One thing that somebody has to know: a stable code, and what happened and what to do."""

    code: str
    sentence: str


class Changes:
    """Collects what the bank cannot hold as it came, while one item is read. The same is said once."""

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def add(self, code: str, sentence: str) -> None:
        """Say one thing."""
        note = Note(code, sentence)
        if note not in self.notes:
            self.notes.append(note)


@dataclass(frozen=True)
class Finding:
    """One item of a file: where it stands, what it calls itself, what becomes of it and why.

    `item` is None unless it can be imported. `written_code` is the code that the file gives, "" when it gives none.
    """

    place: str
    written_code: str
    title: str
    outcome: Outcome
    item: ExchangeItem | None = None
    notes: tuple[Note, ...] = field(default=())

    def refused(self, *reasons: Note) -> "Finding":
        """Return the finding without its item: first why, then what else there was to say."""
        return replace(self, outcome=Outcome.REFUSED, item=None, notes=(*reasons, *self.notes))


def examine(place: str, written_code: str, title: str, read: Callable[[Changes], ExchangeItem]) -> Finding:
    """Read one item, and turn what it says, or why it cannot be read, into a finding."""
    changes = Changes()
    try:
        item = read(changes)
    except UnsupportedItemError as error:
        notes = (Note(error.code, error.sentence),)
        return Finding(place, written_code, title, Outcome.UNSUPPORTED, notes=notes)
    except RefusedItemError as error:
        notes = (Note(error.code, error.sentence),)
        return Finding(place, written_code, title, Outcome.REFUSED, notes=notes)
    outcome = Outcome.CHANGED if changes.notes else Outcome.IMPORTED
    return Finding(place, written_code, title, outcome, item, tuple(changes.notes))
