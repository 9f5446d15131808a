"""Observed scores of the people who took a form, and the moments that linear equating needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exams.rules.psychometrics.undefined import Why


@dataclass(frozen=True)
class Moments:
    """Means, population variances (÷ N) and covariance of total score and anchor score in the group that took a form.

    One convention of variance throughout: the slope of Tucker's line is another one when they are mixed.
    """

    persons: int
    mean: float
    variance: float
    anchor_mean: float | None = None
    anchor_variance: float | None = None
    covariance: float | None = None


@dataclass(frozen=True)
class FormScores:
    """Total scores on a form of `highest` points, one per person, and their scores on the anchor where there is one.

    An anchor may be part of the total (internal) or not (external); the formulas are the same. Totals may hold parts of
    a point, for which there are lines and no curve. Raises ValueError for scores below 0 or above the highest, and for
    another number of anchor scores than of totals.
    """

    totals: tuple[float, ...]
    highest: int
    anchors: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse scores that this form cannot give."""
        if self.highest < 0 or any(not 0 <= total <= self.highest for total in self.totals):
            raise ValueError(f"Scores must lie between 0 and {self.highest}.")
        if self.anchors is not None and len(self.anchors) != len(self.totals):
            raise ValueError("There must be one anchor score for each person.")

    def moments(self) -> Moments | Why:
        """Return the moments; Why when there is nobody."""
        if not self.totals:
            return Why.NO_PERSONS
        totals = np.asarray(self.totals, dtype=np.float64)
        if self.anchors is None:
            return Moments(totals.size, float(totals.mean()), _variance(self.totals))
        anchors = np.asarray(self.anchors, dtype=np.float64)
        covariance = float(((totals - totals.mean()) * (anchors - anchors.mean())).mean())
        return Moments(
            totals.size,
            float(totals.mean()),
            _variance(self.totals),
            float(anchors.mean()),
            _variance(self.anchors),
            covariance,
        )

    @property
    def whole(self) -> bool:
        """Whether nobody has a part of a point."""
        return all(float(total).is_integer() for total in self.totals)

    def shares(self) -> tuple[float, ...] | Why:
        """Return the share of persons at each score from 0 to the highest; Why when there are parts of points."""
        if not self.whole:
            return Why.PARTIAL_CREDIT
        counts = np.bincount(np.asarray(self.totals, dtype=np.int64), minlength=self.highest + 1)
        return tuple(float(count) / max(len(self.totals), 1) for count in counts)


def _variance(values: Sequence[float]) -> float:
    """Return the population variance, exactly 0 where nothing varies."""
    return 0.0 if min(values) == max(values) else float(np.var(np.asarray(values, dtype=np.float64)))
