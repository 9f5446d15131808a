"""The scores that compromise methods weigh against what a panel finds acceptable."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor

# Means of decimals are off by less than this; an equality must not fail by it.
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class ScoreDistribution:
    """`scores` that occur, ascending, with the number of persons `up_to` each; `maximum`, the most points there are."""

    scores: tuple[float, ...]
    up_to: tuple[int, ...]
    maximum: int

    @classmethod
    def of(cls, counts: Mapping[float, int], maximum: int | None = None) -> "ScoreDistribution":
        """Make it from persons by score; without a maximum the highest score that occurs stands for it."""
        scores = tuple(score for score in sorted(counts) if counts[score])
        up_to = tuple(accumulate(counts[score] for score in scores))
        return cls(scores, up_to, maximum if maximum is not None else ceil(scores[-1]) if scores else 0)

    @property
    def persons(self) -> int:
        """How many persons have a score."""
        return self.up_to[-1] if self.up_to else 0

    def below(self, score: float) -> float:
        """Share of persons with less than this score: those who fail when it is the cut."""
        lower = bisect_left(self.scores, score - NEGLIGIBLE)
        return self.up_to[lower - 1] / self.persons if lower else 0.0

    def attainable(self, lowest: float, highest: float) -> Iterable[int]:
        """Whole scores from lowest to highest that exist."""
        return range(max(0, ceil(lowest - NEGLIGIBLE)), min(self.maximum, floor(highest + NEGLIGIBLE)) + 1)
