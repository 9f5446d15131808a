"""Practising with the questions of lessons: which ones to ask, how well a topic goes, how long a timed run lasts."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# The pace of the written exam: 150 minutes for 120 items (curriculum section 5).
PACE = timedelta(seconds=75)
SIZES = (5, 10, 20, 40)


class Level(StrEnum):
    """How well a topic went in one run. The rule is shown beside the word."""

    ATTEMPTED = "Attempted"
    FAMILIAR = "Familiar"
    PROFICIENT = "Proficient"


class Trend(StrEnum):
    """How a topic's level compares with the run before in which the topic stood."""

    FIRST = "First time"
    UP = "Up"
    SAME = "As before"
    DOWN = "Down"


LEVEL_RULE = "Proficient: all right. Familiar: 70 % or more. Attempted: less."
ORDER = (Level.ATTEMPTED, Level.FAMILIAR, Level.PROFICIENT)


@dataclass(frozen=True)
class QuestionRef:
    """One question of a lesson: the code of the lesson and the id of the block in its page."""

    lesson: str
    block: str

    @property
    def module(self) -> str:
        """The code of the module: M03 for a question of lesson M03-02."""
        return self.lesson.partition("-")[0]


@dataclass(frozen=True)
class Tally:
    """How many questions of a topic were right, of how many that were asked; unanswered ones are not right."""

    right: int
    asked: int

    @property
    def level(self) -> Level:
        """The level that this share of right answers stands for. 7 of 10 is Familiar, 69 of 100 is Attempted."""
        if self.right == self.asked:
            return Level.PROFICIENT
        return Level.FAMILIAR if self.right * 10 >= self.asked * 7 else Level.ATTEMPTED


@dataclass(frozen=True)
class Memory:
    """What is known of one question: how often it was right, and when it was asked last."""

    right: int
    last_asked: datetime


def choose(
    pool: Iterable[QuestionRef], memory: Mapping[QuestionRef, Memory], *, count: int, seed: str
) -> list[QuestionRef]:
    """Choose up to `count` questions: never asked ones first, then those seldom right, then those long not asked.

    Equal ones are ordered by a hash with `seed`, so that every run is another one and can be made again.
    """

    def lot(question: QuestionRef) -> str:
        return hashlib.sha256(f"{seed}:{question.lesson}:{question.block}".encode()).hexdigest()

    def need(question: QuestionRef) -> tuple[int, int, float, str]:
        known = memory.get(question)
        if known is None:
            return 0, 0, 0.0, lot(question)
        return 1, known.right, known.last_asked.timestamp(), lot(question)

    return sorted(sorted(pool, key=need)[:count], key=lot)


def tally(questions: Sequence[QuestionRef], right: Iterable[QuestionRef]) -> dict[str, Tally]:
    """Count right answers by module, in the order of the modules."""
    good = set(right)
    modules = sorted({question.module for question in questions})
    return {
        module: Tally(
            sum(question in good for question in questions if question.module == module),
            sum(question.module == module for question in questions),
        )
        for module in modules
    }


def trend(now: Tally, before: Tally | None) -> Trend:
    """Compare the levels of a topic in two runs."""
    if before is None:
        return Trend.FIRST
    change = ORDER.index(now.level) - ORDER.index(before.level)
    if change == 0:
        return Trend.SAME
    return Trend.UP if change > 0 else Trend.DOWN


def ends_at(started_at: datetime, questions: int) -> datetime:
    """Return when a timed run of so many questions ends: 20 questions at the pace of the exam take 25 minutes."""
    return started_at + PACE * questions
