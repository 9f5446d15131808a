"""Answers as they are stored, and what they say, before anything is right or wrong.

An answer that puts options into places (positions of an order, prompts of a matching item) is a list of pairs like
"2:c": option c at place 2. Places left empty are left out. A point on a drawing is a list with "x,y" in pixels of the
stored drawing, a number and a text are kept as typed.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

LONGEST_NUMBER = 40
NUMBER = re.compile(r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?)\s*(.*)", re.DOTALL)
WITH_COMMA = re.compile(r"([+-]?[0-9]*),([0-9]+)(?![0-9.,])")
POINT = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,2})?),([0-9]{1,5}(?:\.[0-9]{1,2})?)")

Value = list[str] | str | None


class AnswerState(StrEnum):
    """Answered, left empty after it was seen, or not reached: the last two score 0 alike but are counted apart."""

    ANSWERED = "answered"
    OMITTED = "omitted"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True)
class TypedNumber:
    """A number and what stands behind it, in small letters with single blanks: "5 % MSO" is 5 and "% mso"."""

    number: Decimal
    unit: str


def answer_state(seq: int, value: Value) -> AnswerState:
    """Tell an answer from a place left empty and one never reached (`seq` 0: nothing was ever saved)."""
    if seq == 0:
        return AnswerState.NOT_REACHED
    return AnswerState.ANSWERED if value else AnswerState.OMITTED


def placed_options(value: list[str]) -> dict[str, str]:
    """Return place → option of an answer in pairs; texts that are no pair, and places named twice, are left out."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for text in value:
        place, colon, option = text.partition(":")
        if colon and option:
            twice |= {place} & found.keys()
            found[place] = option
    return {place: option for place, option in found.items() if place not in twice}


def parse_point(text: str) -> tuple[Decimal, Decimal] | None:
    """Read "178.3,262" as the pixels from the left and from the top, or None when it is no point."""
    found = POINT.fullmatch(text)
    return (Decimal(found[1]), Decimal(found[2])) if found else None


def points_of(value: Value) -> frozenset[tuple[Decimal, Decimal]]:
    """Return the points of an answer, each once; texts that are no points are left out."""
    read = (parse_point(text) for text in value) if isinstance(value, list) else ()
    return frozenset(point for point in read if point is not None)


def plain_unit(unit: str) -> str:
    """Write a unit so that case and blanks do not matter: " %  MSO" is "% mso"."""
    return " ".join(unit.split()).casefold()


def split_number(typed: str, *, decimal_comma: bool = False) -> TypedNumber | None:
    """Read a number as typed with what stands behind it, or None when it does not begin with a number.

    Accepted: sign, decimal point, exponent of up to two digits, blanks around it; a decimal comma only when the exam's
    locale has it, and no marks between thousands. Refused: NaN, infinity, digits of other scripts.
    """
    if len(typed) > LONGEST_NUMBER:
        return None
    text = typed.strip()
    if decimal_comma and (found := WITH_COMMA.match(text)):
        text = f"{found[1]}.{found[2]}{text[found.end() :]}"
    found = NUMBER.fullmatch(text)
    return TypedNumber(Decimal(found[1]), plain_unit(found[2])) if found else None


def parse_number(typed: str, *, unit: str = "", decimal_comma: bool = False) -> Decimal | None:
    """Read a number as typed, or None when it is not one. See `split_number`; behind it only the unit may stand."""
    found = split_number(typed, decimal_comma=decimal_comma)
    return found.number if found and found.unit in {"", plain_unit(unit)} else None


def word_count(text: str) -> int:
    """Count words as people do: what stands between blanks."""
    return len(text.split())
