"""Marking of written answers by people: rubric, blind second marks on a sample, discrepancy, adjudication.

Source: exams.md 3.8 and 4.7. A mark is a share of the rubric's points, an exact fraction from 0 to 1, so that an essay
is worth one point like every other item.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Any

# Every marker's first answers are marked twice, whatever the sample says (exams.md 4.7).
FIRST_MARKS_DOUBLED = 5
# Fewer answers that two people marked say nothing about how well a marker agrees with others.
ENOUGH_PAIRS = 10
MOST_OPEN_TASKS = 5
STEP = Decimal("0.5")
MOST_POINTS = Decimal(10)
MOST_CRITERIA = 12


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

    @property
    def steps(self) -> tuple[Decimal, ...]:
        """The points that can be given: 0, 0.5, … up to all of them."""
        return tuple(STEP * number for number in range(int(self.points / STEP) + 1))


@dataclass(frozen=True)
class AwardFault:
    """What is wrong with the points given for one criterion, in words for the marker."""

    criterion: str
    sentence: str


def read_rubric(key: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """Read the rubric of an essay's key. Raises `ValueError` saying what is wrong with it."""
    raw = key.get("criteria")
    if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= MOST_CRITERIA:
        raise ValueError(f"a rubric has 1 to {MOST_CRITERIA} criteria")
    criteria = tuple(_read_criterion(line) for line in raw)
    if len({criterion.id for criterion in criteria}) != len(criteria):
        raise ValueError("two criteria have one id")
    return criteria


def _read_criterion(raw: Any) -> Criterion:
    if not isinstance(raw, Mapping) or raw.keys() != {"id", "text", "points"}:
        raise ValueError("a criterion has id, text and points")
    try:
        points = Decimal(str(raw["points"]))
    except InvalidOperation as error:
        raise ValueError("the points of a criterion are a number") from error
    if not points.is_finite() or not 0 < points <= MOST_POINTS or points % STEP:
        raise ValueError(f"the points of a criterion are more than 0 and at most {MOST_POINTS}, in halves")
    text = str(raw["text"]).strip()
    if not text or not str(raw["id"]):
        raise ValueError("a criterion has an id and says what to look for")
    return Criterion(str(raw["id"]), text, points)


def read_award(typed: str) -> Decimal | None:
    """Read the points of one criterion as a form sends them; None for what is no finite number."""
    try:
        points = Decimal(typed.strip())
    except InvalidOperation:
        return None
    return points if points.is_finite() else None


def award_faults(criteria: Sequence[Criterion], awards: Mapping[str, Decimal | None]) -> list[AwardFault]:
    """Say what is wrong with the points given: every criterion has some, from 0 to its points, in halves."""
    faults = []
    for criterion in criteria:
        given = awards.get(criterion.id)
        if given is None:
            faults.append(AwardFault(criterion.id, f"“{criterion.text}”: give points, 0 if nothing of it is there."))
        elif not 0 <= given <= criterion.points or given % STEP:
            sentence = f"“{criterion.text}”: give 0 to {criterion.points:f} points, in halves."
            faults.append(AwardFault(criterion.id, sentence))
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


def is_new_marker(marks_before: int) -> bool:
    """Whether somebody's next mark still belongs to the first ones, which a second person marks too."""
    return marks_before < FIRST_MARKS_DOUBLED


def needs_adjudication(first: Fraction, second: Fraction, limit: Decimal) -> bool:
    """Whether two marks lie further apart than the limit, a share of full points; exactly the limit is near enough."""
    return abs(first - second) > Fraction(limit)


def settled_points(marks: Mapping[Purpose, Fraction | None]) -> Fraction | None:
    """Return what an answer is worth, or None while a mark that was asked for is missing.

    `marks` has an entry for every purpose somebody was asked for. One mark stands; two give their mean, which is what
    they do when they agree; where a third person was asked, that mark decides alone.
    """
    if not marks or None in marks.values():
        return None
    if (decided := marks.get(Purpose.ADJUDICATION)) is not None:
        return decided
    given = [mark for mark in marks.values() if mark is not None]
    return sum(given, Fraction(0)) / len(given)


def may_mark(*, marker: int, candidate: int, related_to: Collection[int], has_marked: Collection[int]) -> bool:
    """Whether somebody may mark an answer: not their own, of nobody they are related to or train, and only once.

    All are ids of people; `has_marked` are those who marked this answer before or hold a task for it.
    """
    return marker != candidate and candidate not in related_to and marker not in has_marked


@dataclass(frozen=True)
class Agreement:
    """How one marker's marks compare with those of whoever marked the same answers.

    `exact` is the share of answers with the same mark; `difference` the mean of own minus other, as a share of full
    points: above 0 the marker is the milder one. Both are None below `ENOUGH_PAIRS` answers.
    """

    pairs: int
    exact: Fraction | None = None
    difference: Fraction | None = None


def agreement(pairs: Iterable[tuple[Fraction, Fraction]]) -> Agreement:
    """Compare pairs of marks, (own, other) (exams.md 4.7: exact agreement and the mean difference in severity)."""
    counted = list(pairs)
    if len(counted) < ENOUGH_PAIRS:
        return Agreement(len(counted))
    same = sum(own == other for own, other in counted)
    apart = sum((own - other for own, other in counted), Fraction(0))
    return Agreement(len(counted), Fraction(same, len(counted)), apart / len(counted))
