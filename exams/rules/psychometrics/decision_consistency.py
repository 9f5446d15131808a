"""Would the same persons pass again? Agreement of two forms by models of one (exams.md 4.2).

Scores are numbers right of k items, passing is score ≥ cut. Reliability and variances are those of `reliability.py`.
"""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr, owens_t

from exams.rules.psychometrics.reliability import NEGLIGIBLE
from exams.rules.psychometrics.undefined import Statistic, Why


@dataclass(frozen=True)
class Agreement:
    """`p_o`: share of persons with the same decision on two parallel forms; `p_c` by chance; kappa beyond chance."""

    p_o: Statistic
    p_c: Statistic
    kappa: Statistic

    @classmethod
    def undefined(cls, why: Why) -> "Agreement":
        """Say why there is none."""
        return cls(why, why, why)

    @classmethod
    def of(cls, p_o: float, passing: float) -> "Agreement":
        """Work out chance agreement and kappa from the share that passes on either form."""
        p_c = passing**2 + (1 - passing) ** 2
        if 1 - p_c <= 1e-12:
            return cls(p_o, p_c, Why.ONE_SIDE_OF_CUT)
        return cls(p_o, p_c, (p_o - p_c) / (1 - p_c))


def peng_subkoviak(mean: float, sd: float, items: int, cut: float, reliability: Statistic) -> Agreement:
    """Return agreement when scores on two forms are bivariate normal (Peng and Subkoviak 1980).

    z = (cut − ½ − X̄)/s; p_o = 1 + 2(Φ₂(z, z; r) − Φ(z)), and Φ₂(z, z; r) = Φ(z) − 2T(z, √((1 − r)/(1 + r))) with
    Owen's T. 10 items, mean 6, sd 2, cut 6 and r = 0.5 give p_o = 0.678, κ = 0.330.
    """
    if (why := why_not(items, cut, reliability)) is not None or isinstance(reliability, Why):
        return Agreement.undefined(why or Why.RELIABILITY_UNDEFINED)
    if sd <= 0:
        return Agreement.undefined(Why.NO_VARIANCE)
    z = (ceil(cut) - 0.5 - mean) / sd
    p_o = 1 - 4 * float(owens_t(z, sqrt((1 - reliability) / (1 + reliability))))
    return Agreement.of(p_o, float(ndtr(-z)))


def huynh(mean: float, items: int, cut: float, kr21: Statistic) -> Agreement:
    """Return agreement when true scores are beta and errors binomial (Huynh 1976), by exact sums.

    a = (1/KR21 − 1)·X̄, b = (1/KR21 − 1)·(k − X̄); P(x, y) = C(k,x)·C(k,y)·B(a+x+y, b+2k−x−y)/B(a, b).
    10 items, mean 6, cut 6 and KR21 = 0.5 give p_o = 0.689, κ = 0.350.
    """
    if (why := why_not(items, cut, kr21)) is not None or isinstance(kr21, Why):
        return Agreement.undefined(why or Why.RELIABILITY_UNDEFINED)
    if not 0 < mean < items:
        return Agreement.undefined(Why.RELIABILITY_PERFECT)
    scores = np.arange(items + 1)
    ways = gammaln(items + 1) - gammaln(scores + 1) - gammaln(items - scores + 1)
    passing = scores >= cut
    twice = _log_patterns(mean, items, kr21, 2 * items)
    both_pass = both_fail = 0.0
    for x in range(items + 1):
        chances = np.exp(ways[x] + ways + twice[x + scores])
        if passing[x]:
            both_pass += float(chances[passing].sum())
        else:
            both_fail += float(chances[~passing].sum())
    once = np.exp(ways + _log_patterns(mean, items, kr21, items))
    return Agreement.of(min(1.0, both_pass + both_fail), min(1.0, float(once[passing].sum())))


def _log_patterns(mean: float, items: int, kr21: float, length: int) -> NDArray[np.float64]:
    """Return ln B(a + s, b + length − s)/B(a, b) for s from 0 to `length`: the chance of one pattern with s right.

    It is a product of a, a + 1, … and b, b + 1, … over a + b, a + b + 1, … Each factor is divided by a + b, which grows
    without bound as KR-21 goes to 0: differences of ln B would then be nothing but rounding, these sums are not.
    """
    share, step = mean / items, kr21 / ((1 - kr21) * items)
    steps = step * np.arange(length)
    right, wrong, either = (
        np.concatenate(([0.0], np.cumsum(np.log(start + steps)))) for start in (share, 1 - share, 1.0)
    )
    patterns: NDArray[np.float64] = right + wrong[::-1] - either[-1]
    return patterns


def why_not(items: int, cut: float, reliability: Statistic) -> Why | None:
    """Return why no model can be applied, or None."""
    if isinstance(reliability, Why):
        return reliability
    if not 0 < cut <= items:
        return Why.CUT_OUT_OF_RANGE
    if reliability <= NEGLIGIBLE:  # 0 as it may come out of rounding
        return Why.RELIABILITY_NOT_POSITIVE
    # A reliability of 1 is rounded to a little more or less, and no model has an error to work with there.
    return Why.RELIABILITY_PERFECT if reliability >= 1 - NEGLIGIBLE else None
