"""Numbers in files of others: decimal text of a sane size, never a float and never a power that takes for ever."""

import re
from decimal import Decimal
from fractions import Fraction

from exams.interchange.findings import RefusedItemError

PLAIN = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,8})?")
WRITTEN = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]{0,20})?|\.[0-9]{1,20})([eE][+-]?[0-9]{1,2})?")
MOST_PLACES = 8


def number_text(text: str, what: str) -> str:
    """Return a number as decimal text: as it is written where it is plain, "1E+1" as "10". Refuses everything else."""
    typed = text.strip()
    if PLAIN.fullmatch(typed):
        return typed
    if not WRITTEN.fullmatch(typed):
        raise RefusedItemError("not_a_number", f"{what}: “{typed[:40]}” is not a number.")
    number = Decimal(typed)
    plain = "0" if number == 0 else format(number.normalize(), "f")
    if not PLAIN.fullmatch(plain):
        raise RefusedItemError("not_a_number", f"{what}: {typed} has more digits than the bank holds.")
    return plain


def exact_text(value: Fraction) -> str | None:
    """Write an exact number with at most eight decimal places, or None when it needs more."""
    scaled = value * 10**MOST_PLACES
    if scaled.denominator != 1 or abs(value) >= 10**12:
        return None
    number = Decimal(scaled.numerator).scaleb(-MOST_PLACES)
    return "0" if number == 0 else format(number.normalize(), "f")


def whole_number(text: str, what: str, *, most: int) -> int:
    """Read a count. Refuses what is none, and more than `most`."""
    typed = text.strip()
    if not re.fullmatch(r"[0-9]{1,9}", typed) or int(typed) > most:
        raise RefusedItemError("not_a_number", f"{what}: “{typed[:40]}” is not a whole number up to {most}.")
    return int(typed)


def is_true(text: str) -> bool:
    """Read the truth values of XML and of tables."""
    return text.strip().lower() in {"true", "1", "yes"}
