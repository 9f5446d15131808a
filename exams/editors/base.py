"""What the editors of all kinds share: texts by field name, faults, the class that each kind fills in.

A form is read into lists of texts, whatever it holds, so that nothing typed is ever lost.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from exams.rules.item_kinds import RULES_OF_KIND, ItemKind, ScoringRule
from exams.rules.kept_parts import is_written_here

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Fault:
    """What is wrong, and the id of the field that shows it."""

    field: str
    sentence: str


class KindEditor(ABC):
    """What all kinds share.

    `typed` is what stands in the form, `taken` the ids that the item has ever used, `size` width and height of its
    picture in pixels.
    """

    kind: ClassVar[ItemKind]
    name: ClassVar[str]
    sentence: ClassVar[str]
    template: ClassVar[str]
    # Whether there is nothing to ask without a picture.
    needs_picture: ClassVar[bool] = False
    # Whether its template shows the choice of a scoring rule itself, where it is needed.
    places_scoring: ClassVar[bool] = False
    # Templates list the classes; they must not make one of each.
    do_not_call_in_templates: ClassVar[bool] = True

    def __init__(self, typed: Typed, taken: Collection[str] = (), size: tuple[int, int] | None = None) -> None:
        self.typed = typed
        self.taken = frozenset(taken)
        self.size = size

    @classmethod
    def rules(cls) -> list[ScoringRule]:
        """The scoring rules of the kind that need nothing besides the key, always in the same order."""
        return sorted(filter(is_written_here, RULES_OF_KIND[cls.kind]), key=list(ScoringRule).index)

    @classmethod
    @abstractmethod
    def typed_of(cls, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return the fields for stored content, as if somebody had typed them."""

    @classmethod
    def blank(cls) -> dict[str, list[str]]:
        """Return the fields of a new item."""
        return {}

    @abstractmethod
    def change_rows(self, go: str) -> None:
        """Add or take away a row, as the button pressed says; unknown buttons change nothing."""

    @abstractmethod
    def faults(self) -> list[Fault]:
        """Say what keeps the part from being saved."""

    @abstractmethod
    def content(self) -> dict[str, Any]:
        """Return options, prompts and key as an item of material holds them. Call it without faults only."""

    @abstractmethod
    def shown(self) -> dict[str, Any]:
        """Return what a preview shows of this part, for `Shown`; it works with faults too."""

    def telling(self) -> tuple[list[str], list[str]]:
        """Return texts that would give the key away if the words of a figure held them, and those that would not."""
        return [], []

    def _one(self, field: str) -> str:
        return next(iter(self.typed.get(field, ())), "").strip()

    def _list(self, field: str) -> list[str]:
        return [text.strip() for text in self.typed.get(field, ())]

    def _padded(self, field: str, length: int) -> list[str]:
        values = self._list(field)[:length]
        return values + [""] * (length - len(values))
