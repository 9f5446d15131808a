"""Answers of every kind in words, what an answer lacks, and what a page says about how to answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from exams.rules.item_kinds import ItemKind
from exams.rules.scoring import Value, parse_number, parse_point, placed_options, split_number

NO_ANSWER = "no answer"
HINTS = {
    ItemKind.MULTIPLE_RESPONSE: "You can choose more than one answer.",
    ItemKind.ORDERING: "Give each position one option. Every option has one position.",
    ItemKind.MATCHING: "Give each line one option. An option may fit several lines or none.",
    ItemKind.HOTSPOT: "Mark one point in the picture. How large the picture is shown makes no difference.",
    ItemKind.SHORT_TEXT: "Type a word or a few words. Capitals and extra blanks do not matter.",
    ItemKind.ESSAY: "Write in your own words. A person reads and marks it.",
}


@dataclass(frozen=True)
class AnswerShape:
    """What a page shows of an item, as far as it is needed to read an answer.

    `options` and `places` are texts by id, `regions` labels by "x,y"; `size` is the drawing's width and height.
    """

    kind: ItemKind
    options: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    answer_form: Mapping[str, Any] = field(default_factory=dict)
    size: tuple[int, int] = (0, 0)

    @property
    def decimal_comma(self) -> bool:
        """Whether the exam's locale writes a comma before decimals."""
        return self.answer_form.get("decimals") == "comma"

    @property
    def unit_is_typed(self) -> bool:
        """Whether the unit is part of the answer."""
        return self.answer_form.get("unit") == "typed"

    @property
    def hint(self) -> str:
        """How to answer, in a sentence or two; empty for a single choice."""
        if self.kind is ItemKind.NUMERIC:
            marks = "a comma or a point" if self.decimal_comma else "a point"
            return f"Type a number{' and its unit' if self.unit_is_typed else ''}, with {marks} for decimals."
        if self.kind is ItemKind.ESSAY and self.answer_form.get("words"):
            return f"{HINTS[self.kind]} About {self.answer_form['words']} words."
        return HINTS.get(self.kind, "")


def in_words(shape: AnswerShape, value: Value) -> str:
    """Write an answer in words: the texts of its options, the point, the number or the text itself."""
    if isinstance(value, str):
        return value if value.strip() else NO_ANSWER
    if not value:
        return NO_ANSWER
    if shape.kind is ItemKind.HOTSPOT:
        return "; ".join(_point_in_words(shape, text) for text in value)
    if shape.places:
        placed = placed_options(value)
        filled = [place for place in shape.places if placed.get(place) in shape.options]
        return "; ".join(f"{shape.places[place]}: {shape.options[placed[place]]}" for place in filled) or NO_ANSWER
    return ", ".join(text for option, text in shape.options.items() if option in value) or NO_ANSWER


def _point_in_words(shape: AnswerShape, text: str) -> str:
    if text in shape.regions:
        return shape.regions[text]
    across, _, down = text.partition(",")
    return f"{across or '?'} from the left, {down or '?'} from the top"


def gap_in(shape: AnswerShape, value: Value) -> str:
    """Say in a few words what an answer lacks that cannot be right as it stands; empty when nothing."""
    if shape.kind is ItemKind.NUMERIC:
        return _gap_in_number(shape, str(value))
    if not isinstance(value, list):
        return ""
    if shape.kind is ItemKind.HOTSPOT:
        return "" if all(_is_on_drawing(shape, text) for text in value) else "Not a point in the picture"
    if shape.places:
        chosen = list(placed_options(value).values())
        if len(chosen) < len(shape.places):
            return "Not all places filled"
        if shape.kind is ItemKind.ORDERING and len(set(chosen)) < len(chosen):
            return "One option twice"
    return ""


def _gap_in_number(shape: AnswerShape, typed: str) -> str:
    if not shape.unit_is_typed:
        number = parse_number(typed, unit=shape.unit, decimal_comma=shape.decimal_comma)
        return "Not a number" if number is None else ""
    found = split_number(typed, decimal_comma=shape.decimal_comma)
    if found is None:
        return "Not a number"
    return "" if found.unit else "No unit"


def _is_on_drawing(shape: AnswerShape, text: str) -> bool:
    point = parse_point(text)
    return point is not None and point[0] <= shape.size[0] and point[1] <= shape.size[1]
