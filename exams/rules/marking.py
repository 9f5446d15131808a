"""Marking of written answers by people: rubric, blind second marks on a sample, discrepancy, adjudication.

Source: exams.md 3.8 and 4.7. A mark is a share of the rubric's points, an exact fraction from 0 to 1, so that an essay
is worth one point like every other item.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

# Every marker's first answers are marked twice, whatever the sample says (exams.md 4.7).
FIRST_MARKS_DOUBLED = 5
STEP = Decimal("0.5")


class Purpose(StrEnum):
    """Why somebody marks an answer."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATION = "adjudication"


@dataclass(frozen=True)
class Criterion:
    """One line of a rubric: what to look for, and the points it is worth."""

    id: str
    text: str
    points: Decimal


@dataclass(frozen=True)
class AwardFault:
    """What is wrong with the points given for one criterion, in words for the marker."""

    criterion: str
    sentence: str


def award_faults(criteria: Sequence[Criterion], awards: Mapping[str, Decimal | None]) -> list[AwardFault]:
    """Say what is wrong with the points given: every criterion has some, from 0 to its points, in halves."""
    faults = []
    for criterion in criteria:
        given = awards.get(criterion.id)
        if given is None:
            faults.append(AwardFault(criterion.id, "Give points for this criterion; 0 if nothing of it is there."))
        elif not 0 <= given <= criterion.points or given % STEP:
            faults.append(AwardFault(criterion.id, f"Give 0 to {criterion.points:f} points, in halves."))
    return faults


def share_of(criteria: Sequence[Criterion], awards: Mapping[str, Decimal]) -> Fraction:
    """Return the share of all points that was given. 2 of 3 and 1.5 of 2 make 3.5 of 5: 7/10."""
    return sum((Fraction(awards[c.id]) for c in criteria), Fraction(0)) / sum(
        (Fraction(c.points) for c in criteria), Fraction(0)
    )


def in_sample(*, seed: str, position: int, share: Decimal) -> bool:
    """Whether the sample of second marks holds an answer: drawn by the attempt's own seed, so nobody can steer it.

    The first eight bytes of HMAC-SHA256 are a number from 0 to 2**64; the answer is in when it lies below the share.
    """
    drawn = hmac.new(seed.encode(), f"second-mark:{position}".encode(), hashlib.sha256).digest()
    return Fraction(int.from_bytes(drawn[:8], "big"), 2**64) < Fraction(share)


def needs_adjudication(first: Fraction, second: Fraction, limit: Decimal) -> bool:
    """Whether two marks lie further apart than the limit, a share of the full points; exactly the limit is near enough."""
    return abs(first - second) > Fraction(limit)


def settled_points(marks: Mapping[Purpose, Fraction], limit: Decimal, *, doubled: bool) -> Fraction | None:
    """Return what an answer is worth, or None while a mark is missing.

    One mark stands; two that agree within the limit give their mean; otherwise the third person's mark decides alone.
    """
    if Purpose.ADJUDICATION in marks:
        return marks[Purpose.ADJUDICATION]
    first, second = marks.get(Purpose.FIRST), marks.get(Purpose.SECOND)
    if first is None or (doubled and second is None):
        return None
    if second is None:
        return first
    return None if needs_adjudication(first, second, limit) else (first + second) / 2


def may_mark(*, marker: int, candidate: int, related_to: Collection[int], has_marked: Collection[int]) -> bool:
    """Whether somebody may mark an answer: not their own, of nobody they are related to or train, and only once.

    All are ids of people; `has_marked` are those who marked this answer before.
    """
    return marker != candidate and candidate not in related_to and marker not in has_marked
