"""Answers of persons to the items of a form, as a table of small numbers, and their scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exams.rules.psychometrics.score_counts import ScoreCounts

Codes = NDArray[np.unsignedinteger[Any]]
Counts = NDArray[np.int64]

# The first two codes of every table; option labels follow.
OMITTED, NOT_REACHED = 0, 1
FIRST_OPTION = 2
# Labels of answers whose options are not compared: "=2/3" says what was earned. No option has such a name.
EARNED = "="
NOTHING, FULL = f"{EARNED}0", f"{EARNED}1"
# Sums of units are kept in 64 bits.
MOST_UNITS = 2**62


@dataclass(frozen=True)
class ItemKey:
    """What is right: any of `keys`, which are labels. An item is worth one point.

    `options` are all labels the item offers as far as known; `scored` is False for a pretest item, which is described
    but enters neither totals nor reliability (exams.md 8, pitfall 6). `points` holds what other labels earn, from 0 to
    1, where that is not 1 for a key and 0 for anything else; `graded` says that the labels are points earned rather
    than options somebody could choose.
    """

    item: str
    keys: tuple[str, ...]
    options: tuple[str, ...] = ()
    scored: bool = True
    points: Mapping[str, Fraction] = field(default_factory=dict)
    graded: bool = False

    def worth(self, label: str) -> Fraction:
        """Return what an answer called so earns."""
        return self.points.get(label, Fraction(label in self.keys))

    def order(self, label: str) -> tuple[Fraction, str]:
        """Say where a label stands among the others: by what was stated to earn more, then by name."""
        return self.points.get(label, Fraction(0)), label


@dataclass(frozen=True)
class Responses:
    """`choices` is persons × items; code `FIRST_OPTION + i` means `labels[i]`.

    `dichotomous` says that the labels are scores, "0" and "1", rather than options somebody could choose. An omitted
    item scores 0. An item that was not reached scores 0 in the total and is left out of the item's own statistics.
    Totals are exact: whole numbers of `unit`ths of a point, which are points where nobody can earn part of one.
    """

    items: tuple[ItemKey, ...]
    labels: tuple[str, ...]
    choices: Codes
    dichotomous: bool = False

    def __post_init__(self) -> None:
        """Refuse a table of another width, codes without a label, and points that cannot be. Raises ValueError."""
        if self.choices.ndim != 2 or self.choices.shape[1] != len(self.items):
            raise ValueError("The table must have one column per item.")
        if self.choices.size and int(self.choices.max()) >= FIRST_OPTION + len(self.labels):
            raise ValueError("The table holds a code without a label.")
        if any(not 0 <= points <= 1 for item in self.items for points in item.points.values()):
            raise ValueError("Points of an item lie between 0 and 1.")
        if self.unit * max(len(self.items), 1) >= MOST_UNITS:
            raise ValueError("The points have no common denominator that can be counted in.")

    @property
    def persons(self) -> int:
        """How many persons there are."""
        return len(self.choices)

    @property
    def scored(self) -> tuple[int, ...]:
        """Columns of the items that count."""
        return tuple(column for column, item in enumerate(self.items) if item.scored)

    @cached_property
    def unit(self) -> int:
        """The common denominator of all points: so many units are one point."""
        return lcm(*(points.denominator for item in self.items for points in item.points.values()))

    @property
    def partial_credit(self) -> bool:
        """Whether an item that counts can earn part of a point."""
        return any(self.has_parts(column) for column in self.scored)

    def has_parts(self, column: int) -> bool:
        """Whether this item can earn part of a point."""
        return any(points.denominator > 1 for points in self.items[column].points.values())

    def is_choice(self, column: int, label: str) -> bool:
        """Whether persons chose this label among others, so that it can be judged as an option of this item."""
        item = self.items[column]
        if self.dichotomous or item.graded:
            return False
        return not item.options or label in item.options

    def worth(self, column: int) -> Counts:
        """Return what each code earns for this item, in units."""
        item = self.items[column]
        return np.array([0, 0, *(int(item.worth(label) * self.unit) for label in self.labels)], dtype=np.int64)

    def earned(self, column: int) -> Counts:
        """Return what each person earned by this item, in units."""
        return self.worth(column)[self.choices[:, column]]

    def variance(self, column: int) -> float | None:
        """Return the variance (÷ n) of the points earned by those who reached the item; None if nobody did."""
        reached = self.earned(column)[self.choices[:, column] != NOT_REACHED]
        return float((reached / self.unit).var()) if reached.size else None

    @cached_property
    def totals(self) -> Counts:
        """Units that each person earned by the scored items."""
        total = np.zeros(self.persons, dtype=np.int64)
        for column in self.scored:
            total += self.earned(column)
        return total

    @cached_property
    def by_total(self) -> ScoreCounts:
        """How many persons have which total, in units."""
        return ScoreCounts.of(self.totals, self.unit * len(self.scored))

    def scores(self) -> NDArray[np.float64]:
        """Return persons × scored items in points: 0 where omitted, NaN where not reached."""
        table = np.empty((self.persons, len(self.scored)), order="F")
        for place, column in enumerate(self.scored):
            table[:, place] = self.earned(column) / self.unit
            table[self.choices[:, column] == NOT_REACHED, place] = np.nan
        return table
