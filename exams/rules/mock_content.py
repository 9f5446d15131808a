"""A question of a lesson as a mock exam keeps it: what is shown apart from what is right; scoring; feedback."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from html import unescape
from typing import Any

from content.rules.formative import CheckedOption, Option, read_number
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.scoring import Value, points, read_key
from exams.rules.similar_stems import words_of
from exams.rules.wording import within_the_room

# As most items of the bank are scored, so that a mock exam counts as the exam does.
RULE_OF_KIND = {
    ItemKind.SINGLE_CHOICE: ScoringRule.MATCH_CORRECT,
    ItemKind.MULTIPLE_RESPONSE: ScoringRule.PLUS_MINUS_FLOOR0,
    ItemKind.NUMERIC: ScoringRule.TOLERANCE_ABSOLUTE,
}
LETTERS = "abcdefghij"
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class LessonQuestion:
    """A formative question as its lesson has it; stem and reason are HTML. Numbers have no options."""

    kind: ItemKind
    stem: str
    options: tuple[Option, ...] = ()
    answer: str = ""
    tolerance: str = ""
    unit: str = ""
    reason: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the stem, to compare it with others."""
        return tuple(words_of(unescape(_TAG.sub(" ", self.stem))))


class Verdict(StrEnum):
    """What an answer was worth, in words."""

    RIGHT = "Right"
    PARTLY = "Partly right"
    WRONG = "Not right"
    UNANSWERED = "Not answered"


@dataclass(frozen=True)
class MockFeedback:
    """What is said about one answer afterwards: each option with its reason, or the right number and its reason."""

    verdict: Verdict
    points: Fraction
    options: tuple[CheckedOption, ...]
    number: str
    reason: str


def freeze(question: LessonQuestion, order: Sequence[int]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the room shows of a question, and what is kept from it until the mock exam is closed.

    `order` are the positions of the options as shown. Their ids follow the order shown: a lesson's own order could
    tell which one is right.
    """
    listed = list(zip(LETTERS, (question.options[position] for position in order), strict=False))
    shown = {
        "kind": question.kind.value,
        "stem": within_the_room(question.stem),
        "options": [{"id": letter, "text": option.text} for letter, option in listed],
        "unit": question.unit,
    }
    kept: dict[str, Any] = {
        "scoring": RULE_OF_KIND[question.kind].value,
        "key": [letter for letter, option in listed if option.correct],
        "reasons": {letter: option.reason for letter, option in listed},
        "reason": question.reason,
    }
    if question.kind is ItemKind.NUMERIC:
        kept["key"] = {"value": _plain(question.answer), "tolerance": _plain(question.tolerance)}
    return shown, kept


def _plain(typed: str) -> str:
    return str(read_number(typed) or 0)


def score(shown: Mapping[str, Any], kept: Mapping[str, Any], value: Value) -> Fraction:
    """Score an answer by the rules of the exam, 0 to 1."""
    rule = ScoringRule(kept["scoring"])
    ids = [option["id"] for option in shown["options"]]
    key = read_key(ItemKind(shown["kind"]), rule, kept["key"], {}, options=ids, unit=shown["unit"])
    return points(rule, key, value)


def feedback(shown: Mapping[str, Any], kept: Mapping[str, Any], value: Value) -> MockFeedback:
    """Say what an answer was worth and why."""
    worth = score(shown, kept, value)
    chosen = value if isinstance(value, list) else []
    options = tuple(
        CheckedOption(
            Option(option["text"], option["id"] in kept["key"], kept["reasons"][option["id"]]), option["id"] in chosen
        )
        for option in shown["options"]
    )
    return MockFeedback(_verdict(worth, value), worth, options, _number_in_words(shown, kept), kept["reason"])


def _verdict(worth: Fraction, value: Value) -> Verdict:
    if not value:
        return Verdict.UNANSWERED
    if worth == 1:
        return Verdict.RIGHT
    return Verdict.PARTLY if worth else Verdict.WRONG


def _number_in_words(shown: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    """Write the right number: "62.4 % MSO, 0.1 more or less"; empty for choices."""
    if shown["kind"] != ItemKind.NUMERIC:
        return ""
    key = kept["key"]
    words = f"{key['value']} {shown['unit']}"
    return words if key["tolerance"] == "0" else f"{words}, {key['tolerance']} more or less"
