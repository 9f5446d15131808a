"""How far a total score repeats itself: KR-20, KR-21, alpha, and the standard errors of measurement (exams.md 4.1).

All variances are those of a population (÷ N), so that KR-20 of right-or-wrong items equals alpha exactly; Σpq with a
variance ÷ (N − 1) gives a slightly other number.
"""

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from exams.rules.psychometrics.undefined import Statistic, Why

NEGLIGIBLE = 1e-9


def kr20(sum_pq: float, variance: float, items: int) -> Statistic:
    """Return k/(k−1) · (1 − Σpq/σ²); `variance` of the total scores (Kuder and Richardson 1937, formula 20).

    Ten students and ten items with Σpq = 2.18 and σ² = 5.84 give 0.6963 (Wuensch, StatHelp, KR20).
    """
    if (why := _why_not(variance, items)) is not None:
        return why
    return items / (items - 1) * (1 - sum_pq / variance)


def kr21(mean: float, variance: float, items: int) -> Statistic:
    """Return k/(k−1) · (1 − X̄(k − X̄)/(kσ²)), which takes all items as equally hard (formula 21, the same paper).

    50 items, mean 40 and variance 27 give 0.718.
    """
    if (why := _why_not(variance, items)) is not None:
        return why
    return items / (items - 1) * (1 - mean * (items - mean) / (items * variance))


def alpha(points: ArrayLike) -> Statistic:
    """Return k/(k−1) · (1 − Σσ²ᵢ/σ²) of a table of persons × items in points of any size (Cronbach 1951)."""
    table = np.asarray(points, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] == 0:
        return Why.NO_PERSONS
    totals = table.sum(axis=1)
    # Sums of decimals that ought to be equal differ by rounding, which is no variance.
    equal = np.ptp(totals) <= NEGLIGIBLE * max(1.0, float(np.abs(totals).max()))
    spread = 0.0 if equal else float(totals.var())
    return alpha_of_variances(float(table.var(axis=0).sum()), spread, table.shape[1])


def alpha_of_variances(sum_of_variances: float, variance: float, items: int) -> Statistic:
    """Return alpha from the sum of the variances of the items and the variance of the totals."""
    if (why := _why_not(variance, items)) is not None:
        return why
    return items / (items - 1) * (1 - sum_of_variances / variance)


def standard_error(sd: float, reliability: Statistic) -> Statistic:
    """Return the standard error of measurement, s·√(1 − α), in points.

    A standard deviation of 5 with alpha 0.84 gives 2.
    """
    if isinstance(reliability, Why):
        return Why.RELIABILITY_UNDEFINED
    return sd * sqrt(max(0.0, 1 - reliability))


def conditional_standard_error(score: float, items: int) -> Statistic:
    """Return √(x(k − x)/(k − 1)): the error of one score x by Lord's binomial model (Lord 1955).

    35 of 50 points give 3.27. At the cut it is the one that matters (Standards 2014, 2.14).
    """
    if items < 2:
        return Why.ONE_ITEM if items else Why.NO_ITEMS
    if not 0 <= score <= items:
        return Why.CUT_OUT_OF_RANGE
    return sqrt(score * (items - score) / (items - 1))


def _why_not(variance: float, items: int) -> Why | None:
    if items < 2:
        return Why.ONE_ITEM if items else Why.NO_ITEMS
    return None if variance > 0 else Why.NO_VARIANCE
