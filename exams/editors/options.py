"""The editors of items with options: one right, several right, all in order."""

import secrets
import string
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from exams.editors.base import Fault, KindEditor
from exams.editors.rows import OptionRow, free_key, option_fields, stored_rows
from exams.rules.item_material import ItemKind

MOST_ROWS = 10


class OptionsEditor(KindEditor):
    """What all kinds with options share: their rows."""

    blank_rows: ClassVar[int] = 4
    # What marks an option as right, where a mark does.
    key_input: ClassVar[str] = ""
    has_places: ClassVar[bool] = False

    @classmethod
    def blank(cls) -> dict[str, list[str]]:
        """See `KindEditor`."""
        return option_fields([OptionRow(str(number)) for number in range(cls.blank_rows)])

    @property
    def rows(self) -> list[OptionRow]:
        """All option rows, empty ones too."""
        return self._rows()

    @property
    def places(self) -> list[str]:
        """The places of an order of all rows, as text."""
        return [str(place) for place in range(1, len(self.rows) + 1)]

    @property
    def can_add(self) -> bool:
        """Whether one more row fits on the candidate's page."""
        return len(self.rows) < MOST_ROWS

    def _rows(self) -> list[OptionRow]:
        keys, right = self._list("option_row"), set(self._list("right"))
        columns = [self._padded(f"option_{name}", len(keys)) for name in ("id", "text", "reason", "place")]
        return [
            OptionRow(key, option if option in self.taken else "", text, reason, key in right, place)
            for key, option, text, reason, place in zip(keys, *columns, strict=True)
        ]

    def change_rows(self, go: str) -> None:
        """See `KindEditor`: `add_option`, `remove_option:KEY`."""
        rows = self.rows
        word, _, key = go.partition(":")
        if word == "add_option" and self.can_add:
            rows.append(OptionRow(free_key(row.key for row in rows)))
        elif word == "remove_option":
            rows = [row for row in rows if row.key != key]
        else:
            return
        self.typed = {**self.typed, **option_fields(rows)}

    def filled(self) -> list[OptionRow]:
        """Return the rows with a text, every one with an id that no other option of the item ever had."""
        rows = [row for row in self.rows if row.text]
        free = self._new_ids(len(rows) - len({row.id for row in rows if row.id}))
        seen: set[str] = set()
        finished = []
        for row in rows:
            option = row.id if row.id and row.id not in seen else free.pop(0)
            seen.add(option)
            finished.append(OptionRow(row.key, option, row.text, row.reason, row.right, row.place))
        return finished

    def _new_ids(self, count: int) -> list[str]:
        """Draw ids by lot: candidates can read them, and authors often write the right option first."""
        letters = [letter for letter in string.ascii_lowercase if letter not in self.taken]
        more = [f"{letter}{digit}" for digit in range(2, 10) for letter in string.ascii_lowercase]
        free = [*letters, *(option for option in more if option not in self.taken)][:count]
        return secrets.SystemRandom().sample(free, len(free))

    def faults(self) -> list[Fault]:
        """See `KindEditor`."""
        texts = [row.text for row in self.rows if row.text]
        if len(texts) < 2:
            return [Fault("options", "Options: write two or more.")]
        if len(texts) > MOST_ROWS:
            return [Fault("options", f"Options: {MOST_ROWS} fit on the candidate’s page. Take the others away.")]
        if len(set(texts)) < len(texts):
            return [Fault("options", "Options: two of them are the same.")]
        return self._key_faults()

    @abstractmethod
    def _key_faults(self) -> list[Fault]:
        """Say what is wrong with the choice of the right options."""

    def shown(self) -> dict[str, Any]:
        """See `KindEditor`."""
        options = [{"id": row.key, "text": row.text} for row in self.rows if row.text]
        return {"options": options, "prompts": [], "unit": ""}

    def _options(self, rows: Sequence[OptionRow]) -> list[dict[str, str]]:
        return [{"id": row.id, "text": row.text, "reason": row.reason} for row in rows]


class SingleChoiceEditor(OptionsEditor):
    """Options of which one is right."""

    kind = ItemKind.SINGLE_CHOICE
    name = "Single choice"
    sentence = "One of several options is right."
    template = "exams/authoring/_choice.html"
    key_input = "radio"

    @classmethod
    def typed_of(cls, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """See `KindEditor`."""
        rows = stored_rows(content)
        return option_fields(rows) | {"right": [row.key for row in rows if row.id in content["key"]]}

    def telling(self) -> tuple[list[str], list[str]]:
        """See `KindEditor`: the right options, and the others."""
        rows = [row for row in self.rows if row.text]
        return [row.text for row in rows if row.right], [row.text for row in rows if not row.right]

    def _key_faults(self) -> list[Fault]:
        right = [row for row in self.rows if row.right]
        if len(right) != 1 or not right[0].text:
            return [Fault("options", "Key: mark the one right option.")]
        return []

    def content(self) -> dict[str, Any]:
        """See `KindEditor`."""
        rows = self.filled()
        return {"options": self._options(rows), "key": [row.id for row in rows if row.right]}


class MultipleResponseEditor(SingleChoiceEditor):
    """Options of which several are right."""

    kind = ItemKind.MULTIPLE_RESPONSE
    name = "Multiple response"
    sentence = "Several of the options are right; the candidate marks all that apply."
    key_input = "checkbox"

    def _key_faults(self) -> list[Fault]:
        right = [row for row in self.rows if row.right]
        if not right or not all(row.text for row in right):
            return [Fault("options", "Key: mark the right options, and only such with a text.")]
        return []


class OrderingEditor(OptionsEditor):
    """Options with their places in the right order."""

    kind = ItemKind.ORDERING
    has_places = True
    name = "Ordering"
    sentence = "The candidate puts all options in order."
    template = "exams/authoring/_ordering.html"

    @classmethod
    def typed_of(cls, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """See `KindEditor`."""
        places = {option: str(place) for place, option in enumerate(content["key"], start=1)}
        rows = [OptionRow(row.key, row.id, row.text, row.reason, place=places[row.id]) for row in stored_rows(content)]
        return option_fields(rows)

    def _key_faults(self) -> list[Fault]:
        rows = [row for row in self.rows if row.text]
        if sorted(row.place for row in rows) != sorted(str(place) for place in range(1, len(rows) + 1)):
            return [Fault("options", f"Key: give the options the places 1 to {len(rows)}, each once.")]
        return []

    def content(self) -> dict[str, Any]:
        """See `KindEditor`."""
        rows = self.filled()
        ordered = sorted(rows, key=lambda row: int(row.place))
        return {"options": self._options(rows), "key": [row.id for row in ordered]}
