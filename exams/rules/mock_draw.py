"""Which questions of lessons make a mock exam: in the proportions of a blueprint, as many as the lessons allow.

A question belongs to the content areas of its module. A module may teach several areas; each of its questions then
stands for one of them, whichever needs it.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache


@dataclass(frozen=True)
class PoolQuestion:
    """A question of a lesson, by lesson code and id of its block, and the areas that it may stand for."""

    lesson: str
    block: str
    areas: frozenset[str]


@dataclass(frozen=True)
class Memory:
    """How often earlier mock exams of a person asked a question, and when the last of them began."""

    times: int
    last: datetime


@dataclass(frozen=True)
class MockPlan:
    """How many questions of each area a mock exam holds, and the areas that no lesson has a question for."""

    quotas: Mapping[str, int]
    left_out: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """How many questions in all."""
        return sum(self.quotas.values())


def plan(weights: Mapping[str, int], pool: Iterable[PoolQuestion], *, full: int) -> MockPlan:
    """Plan the longest mock exam of up to `full` questions in which every area has its share by `weights`.

    Worked: weights 2 and 1, ten questions for the first area and two for the second, full 12: lengths of 8 and more
    would give the second area three, so it is 7 questions, five and two.
    """
    supply = tuple(sorted((tuple(sorted(question.areas)), question.lesson, question.block) for question in pool))
    taught = {area for areas, _, _ in supply for area in areas}
    known = {area: weight for area, weight in weights.items() if weight and area in taught}
    length = _longest(tuple(known.items()), supply, full)
    left_out = tuple(area for area, weight in weights.items() if weight and area not in taught)
    return MockPlan(quotas(known, length), left_out)


@lru_cache(maxsize=64)
def _longest(
    weights: tuple[tuple[str, int], ...], supply: tuple[tuple[tuple[str, ...], str, str], ...], full: int
) -> int:
    """Try lengths from the longest down; asked anew by every start page, answered once for each pool."""
    pool = [PoolQuestion(lesson, block, frozenset(areas)) for areas, lesson, block in supply]
    most = min(full, len(pool)) if weights else 0
    lengths = (length for length in range(most, 0, -1) if len(fill(pool, quotas(dict(weights), length))) == length)
    return next(lengths, 0)


def quotas(weights: Mapping[str, int], length: int) -> dict[str, int]:
    """Share `length` out by weights, rounded by largest remainders; of equal ones the first area gets more.

    Worked: 7 by weights 2 and 1 is 4.67 and 2.33, so 5 and 2.
    """
    total = sum(weights.values())
    if not total:
        return dict.fromkeys(weights, 0)
    shares = {area: divmod(weight * length, total) for area, weight in weights.items()}
    by_rest = sorted(shares, key=lambda area: -shares[area][1])
    more = set(by_rest[: length - sum(whole for whole, _ in shares.values())])
    return {area: whole + (area in more) for area, (whole, _) in shares.items()}


def fill(questions: Iterable[PoolQuestion], wanted: Mapping[str, int]) -> dict[PoolQuestion, str]:
    """Give each area its number of questions, as far as they go; who comes first in `questions` is taken first.

    A question moves to another of its areas when that makes room, so that no area stays short while some arrangement
    would fill it (augmenting paths in a bipartite graph). Taking in order is then best: sets that can be arranged form
    a matroid.
    """
    seated: dict[str, list[PoolQuestion]] = {area: [] for area in wanted}
    missing = sum(wanted.values())
    for question in questions:
        if not missing:
            break
        missing -= _seat(question, seated, wanted, set())
    return {question: area for area, placed in seated.items() for question in placed}


def _seat(
    question: PoolQuestion, seated: dict[str, list[PoolQuestion]], wanted: Mapping[str, int], tried: set[str]
) -> bool:
    """Find a place for a question, moving others where they have another area; each area is tried once."""
    for area in sorted(question.areas & wanted.keys()):
        if area in tried:
            continue
        tried.add(area)
        if len(seated[area]) < wanted[area]:
            seated[area].append(question)
            return True
        for place, other in enumerate(seated[area]):
            if _seat(other, seated, wanted, tried):
                seated[area][place] = question
                return True
    return False


def draw(
    pool: Iterable[PoolQuestion], wanted: Mapping[str, int], memory: Mapping[tuple[str, str], Memory], *, seed: str
) -> list[tuple[PoolQuestion, str]]:
    """Draw the questions of one mock exam with the area that each stands for, areas mixed.

    Questions that no earlier mock exam asked come first, then those asked seldom, then those asked long ago; `memory`
    is by lesson and block. Equal ones are ordered by a hash with `seed`.
    """

    def lot(question: PoolQuestion) -> str:
        return hashlib.sha256(f"{seed}:{question.lesson}:{question.block}".encode()).hexdigest()

    def need(question: PoolQuestion) -> tuple[int, float, str]:
        known = memory.get((question.lesson, question.block))
        return (known.times, known.last.timestamp(), lot(question)) if known else (0, 0.0, lot(question))

    drawn = fill(sorted(pool, key=need), wanted)
    return sorted(drawn.items(), key=lambda entry: lot(entry[0]))


def minutes_for(length: int, *, exam_minutes: int, exam_length: int) -> int:
    """Return how long a mock exam lasts at the pace of the exam, in whole minutes, rounded up.

    Worked: 73 questions at 150 minutes for 120 are 91.25 minutes, so 92.
    """
    return math.ceil(length * exam_minutes / exam_length)


def without_words_of(
    pool: Sequence[PoolQuestion], stems: Mapping[tuple[str, str], tuple[str, ...]], bank: set[tuple[str, ...]]
) -> list[PoolQuestion]:
    """Leave out questions whose stem has the words of a stem of the item bank, whoever copied from whom."""
    return [question for question in pool if stems[question.lesson, question.block] not in bank]
