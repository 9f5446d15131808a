"""The editor of short texts: what is accepted, and answers to try against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exams.editors.base import Fault, KindEditor
from exams.editors.rows import free_key
from exams.rules.item_keys import LONGEST_SHORT_TEXT
from exams.rules.item_material import ItemKind, ScoringRule
from exams.rules.scoring import TextKey, points
from exams.rules.scoring.texts import STAR, normalised

MOST_TEXTS = 20
MOST_TRIES = 20


@dataclass(frozen=True)
class TextRow:
    """One accepted text as typed."""

    key: str
    text: str = ""


@dataclass(frozen=True)
class Tried:
    """One answer that was tried: the accepted text that it fits, None when it earns nothing."""

    answer: str
    fits: str | None
    too_long: bool = False


class ShortTextEditor(KindEditor):
    """Texts that are right, compared as wholes or as patterns with stars."""

    kind = ItemKind.SHORT_TEXT
    name = "Short text"
    sentence = "The candidate types a word or a few words, which are compared with those you accept."
    template = "exams/authoring/_short_text.html"
    places_scoring = True

    @classmethod
    def blank(cls) -> dict[str, list[str]]:
        """See `KindEditor`."""
        return _fields([TextRow("0"), TextRow("1")])

    @classmethod
    def typed_of(cls, content: Mapping[str, Any]) -> dict[str, list[str]]:
        """See `KindEditor`."""
        return _fields([TextRow(str(number), text) for number, text in enumerate(content["key"]["texts"])])

    @property
    def rows(self) -> list[TextRow]:
        """All rows, empty ones too."""
        keys = self._list("text_row")
        return [TextRow(*row) for row in zip(keys, self._padded("accepted", len(keys)), strict=True)]

    @property
    def can_add(self) -> bool:
        """Whether one more text may be accepted."""
        return len(self.rows) < MOST_TEXTS

    @property
    def rule(self) -> ScoringRule:
        """The chosen rule."""
        return next((rule for rule in self.rules() if rule.value == self._one("scoring")), ScoringRule.NORMALISED_EQUAL)

    @property
    def tries(self) -> str:
        """The answers to try as typed, one on a line."""
        return self._one("tries")

    @property
    def tried(self) -> list[Tried]:
        """What the scorer of the exam makes of each of them."""
        lines = [line.strip() for line in self.tries.splitlines() if line.strip()]
        return [self._try(line) for line in lines[:MOST_TRIES]]

    def _try(self, answer: str) -> Tried:
        if len(answer) > LONGEST_SHORT_TEXT:
            return Tried(answer, None, too_long=True)
        return Tried(answer, next((text for text in self._texts() if self._earns(text, answer)), None))

    def _earns(self, text: str, answer: str) -> bool:
        return points(self.rule, TextKey((text,)), answer) == 1

    def _texts(self) -> list[str]:
        return [row.text for row in self.rows if row.text]

    def change_rows(self, go: str) -> None:
        """See `KindEditor`: `add_text`, `remove_text:KEY`."""
        rows = self.rows
        word, _, key = go.partition(":")
        if word == "add_text" and self.can_add:
            rows.append(TextRow(free_key(row.key for row in rows)))
        elif word == "remove_text":
            rows = [row for row in rows if row.key != key]
        else:
            return
        self.typed = {**self.typed, **_fields(rows)}

    def faults(self) -> list[Fault]:
        """See `KindEditor`."""
        texts = self._texts()
        if not texts:
            return [Fault("texts", "Key: write one accepted text or more.")]
        if any(len(text) > LONGEST_SHORT_TEXT for text in texts):
            return [Fault("texts", f"Key: an accepted text has at most {LONGEST_SHORT_TEXT} characters.")]
        if len({normalised(text) for text in texts}) < len(texts):
            return [Fault("texts", "Key: two of the accepted texts are the same; capitals and blanks do not count.")]
        if self.rule is ScoringRule.WILDCARD and any(not STAR.sub("", text).strip() for text in texts):
            return [Fault("texts", "Key: a pattern of stars alone would accept every answer.")]
        return []

    def content(self) -> dict[str, Any]:
        """See `KindEditor`."""
        return {"key": {"texts": self._texts()}}

    def shown(self) -> dict[str, Any]:
        """See `KindEditor`."""
        return {"options": [], "prompts": [], "unit": ""}

    def telling(self) -> tuple[list[str], list[str]]:
        """See `KindEditor`: whatever is accepted, of patterns the pieces between stars."""
        if self.rule is not ScoringRule.WILDCARD:
            return self._texts(), []
        return [piece.strip() for text in self._texts() for piece in STAR.split(text)], []


def _fields(rows: list[TextRow]) -> dict[str, list[str]]:
    return {"text_row": [row.key for row in rows], "accepted": [row.text for row in rows]}
