"""Accuracy of pass and fail decisions against true scores (Livingston and Lewis 1995; exams.md 4.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad_vec
from scipy.special import betainc, betaincinv

from exams.rules.psychometrics.decision_consistency import Agreement, why_not
from exams.rules.psychometrics.true_scores import (
    BetaDistribution,
    Scores,
    four_parameters,
    three_parameters,
    true_score_moments,
    two_parameters,
)
from exams.rules.psychometrics.undefined import Statistic, Why

# Four moments need falling factorials of four factors; a shorter effective test has too few.
SHORTEST_FOR_FOUR = 4
# Of shares of persons.
PRECISION = 1e-11


@dataclass(frozen=True)
class Accuracy:
    """Shares of all persons. `false_pass`: passes, though the true score is below the cut; `false_fail` the reverse.

    `accuracy` is what is left, `agreement` that of two administrations. `length` is the effective number of items,
    `true_scores` the distribution that was fitted; both are None when nothing could be.
    """

    accuracy: Statistic
    false_pass: Statistic
    false_fail: Statistic
    agreement: Agreement
    length: int | None = None
    true_scores: BetaDistribution | None = None

    @classmethod
    def undefined(cls, why: Why) -> "Accuracy":
        """Say why there is none."""
        return cls(why, why, why, Agreement.undefined(why))


def effective_length(mean: float, variance: float, reliability: float, low: float, high: float) -> float:
    """Return how many independent, equally hard items would be as reliable as this test.

    ((X̄ − low)(high − X̄) − r·s²)/(s²(1 − r)). Mean 16.4987, variance 64.7823 and r = 0.873 on 0 to 40 give 40.2.
    """
    return ((mean - low) * (high - mean) - reliability * variance) / (variance * (1 - reliability))


def livingston_lewis(
    frequencies: NDArray[np.int64],
    cut: float | Fraction,
    reliability: Statistic,
    *,
    points: NDArray[np.float64] | None = None,
) -> Accuracy:
    """Return accuracy and consistency; `frequencies` counts persons by score, 0 to k.

    The effective length is rounded to whole items, and so is the cut carried over to it, halves upwards. True scores
    get a four-parameter beta distribution; one of three that ends at 1 when the four leave 0 to 1, or else one of two.

    `points` are the scores that are counted where these are not 0, 1, … k: ascending, from 0 to the highest possible
    one. Somebody can then reach a cut between two whole points, so it is carried over as it is.
    """
    scores = np.arange(frequencies.size) if points is None else points
    items, persons = int(scores[-1]), int(frequencies.sum())
    if (why := why_not(items, float(cut), reliability)) is not None or isinstance(reliability, Why):
        return Accuracy.undefined(why or Why.RELIABILITY_UNDEFINED)
    if persons < 2 or np.count_nonzero(frequencies) < 2:
        return Accuracy.undefined(Why.NO_VARIANCE if persons > 1 else Why.ONE_PERSON)
    mean = float((frequencies * scores).sum()) / persons
    variance = float((frequencies * (scores - mean) ** 2).sum()) / persons
    length = max(1, floor(effective_length(mean, variance, reliability, 0, items) + 0.5))
    fitted = _fit(frequencies, scores, length)
    if fitted is None:
        return Accuracy.undefined(Why.NO_TRUE_VARIANCE)
    needed = ceil(cut) if points is None else Fraction(cut)
    return accuracy_of(fitted, length, carried_over(needed, items, length), float(cut) / items)


def carried_over(points: int | Fraction, items: int, length: int) -> int:
    """Return what so many points of `items` are on a test of another length, halves upwards: 7 of 10 are 32 of 45."""
    return int((2 * points * length + items) // (2 * items))


def accuracy_of(true_scores: BetaDistribution, length: int, points: int, cut: float) -> Accuracy:
    """Return accuracy and consistency of a test of `length` items that is passed with `points`.

    `cut` is the proportion from which a true score deserves to pass.

    The ACT Mathematics data of Hanson and Brennan (1990), alpha 0.52378, beta 1.62569 between 0.22317 and 1, 40 items
    and 24 points, a cut of 0.6, give accuracy 0.94427, false pass 0.03795, false fail 0.01778, p_o 0.92203, κ 0.7561.
    """
    width = true_scores.high - true_scores.low
    place = min(1.0, max(0.0, (cut - true_scores.low) / width))
    below = float(betainc(true_scores.alpha, true_scores.beta, place))

    def passing(share: float) -> NDArray[np.float64]:
        """Chance to pass once and twice of the person with this share of all persons below."""
        score = true_scores.low + width * float(betaincinv(true_scores.alpha, true_scores.beta, share))
        chance = 1.0 if points <= 0 else float(betainc(points, length - points + 1, score)) if points <= length else 0.0
        return np.array([chance, chance**2])

    low_once, low_twice = _integral(passing, 0.0, below)
    high_once, high_twice = _integral(passing, below, 1.0)
    false_pass, false_fail = max(0.0, low_once), max(0.0, (1 - below) - high_once)
    once = low_once + high_once
    p_o = min(1.0, 1 - 2 * once + 2 * (low_twice + high_twice))
    agreement = Agreement.of(p_o, once)
    return Accuracy(1 - false_pass - false_fail, false_pass, false_fail, agreement, length, true_scores)


def _fit(frequencies: NDArray[np.int64], scores: Scores, length: int) -> BetaDistribution | None:
    if length < SHORTEST_FOR_FOUR:
        # Moments beyond the second do not exist, and the second only from two items on.
        return two_parameters(_two_moments(frequencies, scores, length)) if length > 1 else None
    moments = true_score_moments(frequencies, length, scores)
    return four_parameters(moments) or three_parameters(moments) or two_parameters(moments)


def _two_moments(frequencies: NDArray[np.int64], scores: Scores, length: int) -> tuple[float, float, float, float]:
    stretched = scores * (length / scores[-1])
    weights = frequencies / frequencies.sum()
    second = float((weights * stretched * (stretched - 1)).sum()) / (length * (length - 1))
    return float((weights * stretched).sum()) / length, second, 0.0, 0.0


def _integral(passing: Callable[[float], NDArray[np.float64]], start: float, end: float) -> tuple[float, float]:
    """Integrate over persons rather than true scores: the integrand is bounded, however steep the distribution."""
    # So small a share of persons adds less than is asked of the sum, and the inverse of the beta function fails there.
    if end - start <= PRECISION:
        return 0.0, 0.0
    once, twice = quad_vec(passing, start, end, epsabs=PRECISION, epsrel=PRECISION)[0]
    return float(once), float(twice)
