"""What people type and see in the rounds of a panel: ratings, spreads, and how an adopted cut lies to the panel's."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

MOST = 100
# An adopted cut is usually a whole number of points, so it may lie this far from the point that was chosen.
ROUNDING = Decimal(1)
LARGEST_STEPS = 2


@dataclass(frozen=True)
class Spread:
    """How far apart the judges lie at one item, in percent, and how many of them rated it."""

    judges: int
    median: float
    lowest: int
    highest: int


def read_percent(text: str) -> int | None:
    """Return a rating from 0 to 100 as it was typed ("60", " 60 % "), or None when it is no such number."""
    digits = text.strip().removesuffix("%").strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 3):
        return None
    number = int(digits)
    return number if number <= MOST else None


def spread_of(ratings: Sequence[int]) -> Spread | None:
    """Return median and range of the ratings of one item; None without any. 40, 60, 90 give 60, 40 to 90."""
    if not ratings:
        return None
    return Spread(len(ratings), float(median(ratings)), min(ratings), max(ratings))


def stated_cut(recommended: Decimal, error: Decimal, steps: int) -> Decimal:
    """Return the point so many standard errors of the judges above (or below) what the panel recommends."""
    return recommended + steps * error


def is_as_stated(cut: Decimal, recommended: Decimal, error: Decimal, steps: int) -> bool:
    """Whether a cut is the stated point, rounded to whole points up or down at most: 71 is, with 0 steps from 70.4."""
    return abs(cut - stated_cut(recommended, error, steps)) < ROUNDING
