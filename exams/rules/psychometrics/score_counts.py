"""Persons counted by score, in whole units of points: densely where scores are few, by those that occur otherwise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
# With so many possible scores a column for each still costs less than sorting.
MOST_DENSE = 1000


@dataclass(frozen=True)
class ScoreCounts:
    """`scores` ascending, with 0 and the highest possible one; `persons` who have each; `place` of each person."""

    scores: Counts
    persons: Counts
    place: Counts

    @classmethod
    def of(cls, scores: Counts, highest: int) -> "ScoreCounts":
        """Count persons with scores from 0 to `highest`."""
        if highest <= MOST_DENSE:
            return cls(np.arange(highest + 1), np.bincount(scores, minlength=highest + 1), scores)
        found, place = np.unique(np.concatenate((scores, [0, highest])), return_inverse=True)
        place = place[:-2]
        return cls(found, np.bincount(place, minlength=found.size), place)

    @property
    def is_dense(self) -> bool:
        """Whether every possible score has its place."""
        return self.scores.size == int(self.scores[-1]) + 1

    @property
    def spread(self) -> int:
        """n·Σx² − (Σx)², exactly: n² times the variance, and 0 just when all scores are equal."""
        first, second, n = self.first, 0, 0
        for score, count in zip(self.scores.tolist(), self.persons.tolist(), strict=True):
            second += score * score * count
            n += count
        return n * second - first**2

    @property
    def first(self) -> int:
        """The sum of all scores."""
        return sum(s * count for s, count in zip(self.scores.tolist(), self.persons.tolist(), strict=True))
