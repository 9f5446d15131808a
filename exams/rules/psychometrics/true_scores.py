"""The distribution of true scores behind observed ones: a beta distribution of two to four parameters.

Sources: Lord (1965) for the moments, Hanson (1991, ACT Research Report 91-5) for the four parameters by moments.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Moments = tuple[float, float, float, float]
Scores = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True)
class BetaDistribution:
    """Proportions between `low` and `high`, beta with `alpha` and `beta` in between."""

    alpha: float
    beta: float
    low: float = 0.0
    high: float = 1.0

    @property
    def parameters(self) -> int:
        """2 when the bounds are 0 and 1, 3 when only the upper one was fixed at 1, otherwise 4."""
        if self.high != 1.0:
            return 4
        return 2 if self.low == 0.0 else 3


def true_score_moments(frequencies: NDArray[np.int64], length: float, points: Scores | None = None) -> Moments:
    """Return the first four raw moments of the proportion-correct true score under binomial errors.

    `frequencies` counts persons by score 0 to k, or by `points`, of which the last is k; scores are stretched to a test
    of `length` items. The r-th moment is the mean of x(x−1)…(x−r+1) over length(length−1)…(length−r+1). `length` must
    be above 3.
    """
    found = np.arange(frequencies.size) if points is None else points
    scores = found * (length / found[-1])
    weights = frequencies / frequencies.sum()
    moments = []
    falling, whole = np.ones_like(scores), 1.0
    for order in range(4):
        falling = falling * (scores - order)
        whole *= length - order
        moments.append(float((weights * falling).sum()) / whole)
    return moments[0], moments[1], moments[2], moments[3]


def two_parameters(moments: Moments) -> BetaDistribution | None:
    """Return the beta distribution on 0 to 1 with these first two moments, or None when there is none."""
    mean, variance = moments[0], moments[1] - moments[0] ** 2
    if variance <= 1e-12 or not 0 < mean < 1:
        return None
    size = mean * (1 - mean) / variance - 1
    return BetaDistribution(mean * size, (1 - mean) * size) if size > 0 else None


def four_parameters(moments: Moments) -> BetaDistribution | None:
    """Return the beta distribution with these four moments, or None when it would leave 0 to 1 or does not exist."""
    mean, variance, skewness, kurtosis = _central(moments)
    if variance <= 1e-12:
        return None
    below = 6 + 3 * skewness**2 - 2 * kurtosis
    if below == 0:
        return None
    size = 6 * (kurtosis - skewness**2 - 1) / below
    inside = (size + 2) * (size + 3) * kurtosis - 3 * (size - 6) * (size + 1)
    if size <= 0 or inside == 0:
        return None
    under_root = 1 - 24 * (size + 1) / inside
    if not 0 <= under_root < 1:
        return None
    step = size / 2 * sqrt(under_root)
    alpha, beta = (size / 2 + step, size / 2 - step) if skewness < 0 else (size / 2 - step, size / 2 + step)
    if alpha <= 0 or beta <= 0:
        return None
    width = sqrt(variance * (size + 1) / (alpha * beta)) * size
    low = mean - width * alpha / size
    return BetaDistribution(alpha, beta, low, low + width) if low >= 0 and low + width <= 1 else None


def three_parameters(moments: Moments) -> BetaDistribution | None:
    """Return the beta distribution up to 1 with these first three moments, or None when it would begin below 0.

    The lower bound is the one at which the skewness is right. The ACT Mathematics data (see `livingston_lewis`) give
    alpha 0.52378 and beta 1.62569 from 0.22317, as BBClassify has them.
    """
    mean, variance, skewness, _ = _central(moments)
    if variance <= 1e-12 or not 0 < mean < 1:
        return None
    highest = mean - variance / (1 - mean)  # from there on all would have to be at the bounds

    def missed(low: float) -> float:
        return _skewness(_between(mean, variance, low)) - skewness

    if highest <= 0 or not missed(0.0) < 0 < missed(highest * (1 - 1e-9)):
        return None
    return _between(mean, variance, float(brentq(missed, 0.0, highest * (1 - 1e-9), xtol=1e-14)))


def _between(mean: float, variance: float, low: float) -> BetaDistribution:
    width = 1 - low
    place = (mean - low) / width
    size = place * (1 - place) * width**2 / variance - 1
    return BetaDistribution(place * size, (1 - place) * size, low)


def _skewness(found: BetaDistribution) -> float:
    alpha, beta = found.alpha, found.beta
    return 2 * (beta - alpha) * sqrt(alpha + beta + 1) / ((alpha + beta + 2) * sqrt(alpha * beta))


def _central(moments: Moments) -> tuple[float, float, float, float]:
    """Return mean, variance, skewness and kurtosis (3 for a normal distribution)."""
    first, second, third, fourth = moments
    variance = second - first**2
    if variance <= 0:
        return first, 0.0, 0.0, 0.0
    cubed = third - 3 * first * second + 2 * first**3
    squared_twice = fourth - 4 * first * third + 6 * first**2 * second - 3 * first**4
    return first, variance, cubed / variance**1.5, squared_twice / variance**2
