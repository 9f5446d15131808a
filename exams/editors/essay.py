"""The editor of essays: guidance and rubric for the people who mark, and about how long an answer should be."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exams.editors.base import Fault, KindEditor
from exams.editors.rows import free_key, settled_ids
from exams.rules.item_keys import MOST_WORDS
from exams.rules.item_material import ItemKind
from exams.rules.marking import MOST_CRITERIA, MOST_POINTS, STEP


@dataclass(frozen=True)
class CriterionRow:
    """One line of the rubric as typed."""

    key: str
    id: str = ""
    text: str = ""
    points: str = ""


class EssayEditor(KindEditor):
    """What markers look for, point by point."""

    kind = ItemKind.ESSAY
    name = "Essay"
    sentence = "The candidate writes in their own words. People mark it by your rubric, blind and partly twice."
    template = "exams/authoring/_essay.html"

    @classmethod
    def blank(cls) -> dict[str, list[str]]:
        """See `KindEditor`."""
        return _fields([CriterionRow(str(number)) for number in range(3)])

    @classmethod
    def typed_of(cls, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """See `KindEditor`."""
        rows = [
            CriterionRow(str(number), line["id"], line["text"], str(line["points"]))
            for number, line in enumerate(content["key"]["criteria"])
        ]
        words = content.get("words", 0)
        return _fields(rows) | {"guidance": [content["key"]["guidance"]], "words": [str(words) if words else ""]}

    @property
    def rows(self) -> list[CriterionRow]:
        """All lines of the rubric, empty ones too."""
        keys = self._list("criterion_row")
        columns = [self._padded(f"criterion_{name}", len(keys)) for name in ("id", "text", "points")]
        return [CriterionRow(*row) for row in zip(keys, *columns, strict=True)]

    @property
    def can_add(self) -> bool:
        """Whether the rubric may have one more line."""
        return len(self.rows) < MOST_CRITERIA

    @property
    def guidance(self) -> str:
        """The guidance as typed."""
        return self._one("guidance").replace("\r\n", "\n")

    @property
    def words(self) -> str:
        """The number of words as typed."""
        return self._one("words")

    @property
    def steps(self) -> list[str]:
        """The points that a line can be worth, as text: 0.5 to 10."""
        return [f"{STEP * number:f}".removesuffix(".0") for number in range(1, int(MOST_POINTS / STEP) + 1)]

    @property
    def total(self) -> Decimal:
        """All points of the rubric, as far as they are chosen."""
        return sum((Decimal(row.points) for row in self._lines() if row.points in self.steps), Decimal(0))

    def _lines(self) -> list[CriterionRow]:
        return [row for row in self.rows if row.text or row.points]

    def change_rows(self, go: str) -> None:
        """See `KindEditor`: `add_criterion`, `remove_criterion:KEY`."""
        rows = self.rows
        word, _, key = go.partition(":")
        if word == "add_criterion" and self.can_add:
            rows.append(CriterionRow(free_key(row.key for row in rows)))
        elif word == "remove_criterion":
            rows = [row for row in rows if row.key != key]
        else:
            return
        self.typed = {**self.typed, **_fields(rows)}

    def faults(self) -> list[Fault]:
        """See `KindEditor`."""
        lines, found = self._lines(), []
        if not self.guidance:
            found.append(Fault("id_guidance", "Guidance: say what a good answer holds, for those who mark it."))
        if not lines:
            found.append(Fault("criteria", "Rubric: write one line or more."))
        elif len(lines) > MOST_CRITERIA:
            found.append(Fault("criteria", f"Rubric: it has at most {MOST_CRITERIA} lines."))
        elif not all(row.text and row.points in self.steps for row in lines):
            found.append(
                Fault("criteria", f"Rubric: every line says what to look for and is worth 0.5 to {MOST_POINTS} points.")
            )
        elif len({row.text.casefold() for row in lines}) < len(lines):
            found.append(Fault("criteria", "Rubric: two lines are the same."))
        if self.words and self._word_count() is None:
            found.append(Fault("id_words", f"Length: type a whole number up to {MOST_WORDS}, or nothing."))
        return found

    def _word_count(self) -> int | None:
        if not self.words:
            return 0
        is_number = self.words.isascii() and self.words.isdecimal() and len(self.words) < 6
        return int(self.words) if is_number and int(self.words) <= MOST_WORDS else None

    def content(self) -> dict[str, Any]:
        """See `KindEditor`."""
        lines = self._lines()
        ids = settled_ids([row.id for row in lines], string.ascii_lowercase)
        criteria = [
            {"id": criterion, "text": row.text, "points": row.points} for criterion, row in zip(ids, lines, strict=True)
        ]
        return {"key": {"guidance": self.guidance, "criteria": criteria}, "words": self._word_count() or 0}

    def shown(self) -> dict[str, Any]:
        """See `KindEditor`."""
        words = self._word_count()
        return {"options": [], "prompts": [], "unit": "", "answer_form": {"words": words} if words else {}}


def _fields(rows: list[CriterionRow]) -> dict[str, list[str]]:
    fields = {f"criterion_{name}": [getattr(row, name) for row in rows] for name in ("id", "text", "points")}
    return fields | {"criterion_row": [row.key for row in rows]}
