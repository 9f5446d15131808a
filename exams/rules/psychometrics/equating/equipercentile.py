"""Scores with the same percentile rank (Kolen and Brennan 2014, chapter 2), without smoothing."""

from collections.abc import Sequence

import numpy as np

from exams.rules.psychometrics.undefined import Statistic, Why

_ROUNDING = 1e-12


def percentile_ranks(shares: Sequence[float]) -> tuple[float, ...]:
    """Return P(x) = F(x − 1) + f(x)/2 for each score from 0, as a share of 1.

    Shares 0.2, 0.3, 0.2, 0.2, 0.1 of the scores 0 to 4 give 0.10, 0.35, 0.60, 0.80, 0.95.
    """
    density = np.asarray(shares, dtype=np.float64)
    return tuple(float(rank) for rank in np.cumsum(density) - density / 2)


def equipercentile(new_shares: Sequence[float], old_shares: Sequence[float]) -> tuple[Statistic, ...]:
    """Return, for each score of the new form from 0, the score of the old form with the same percentile rank.

    The people at a score are spread evenly over ± 0.5 around it. Zero frequencies: a new score that nobody got still
    has a percentile rank, that of the boundary between its neighbours; where a rank falls on a stretch of old scores
    that nobody got, every point of the stretch has that rank and its middle is taken. A new score below or above all
    that were got has no value, and none has when nobody took a form.

    The shares 0.2, 0.3, 0.2, 0.2, 0.1 (new) and 0.1, 0.2, 0.2, 0.3, 0.2 (old) give 0.50, 1.75, 2.83, 3.50, 4.25 (Kolen
    and Brennan 2014, table 2.3).
    """
    if sum(new_shares) <= 0 or sum(old_shares) <= 0:
        return tuple(Why.NO_PERSONS for _ in new_shares)
    cumulative = np.concatenate([[0.0], np.cumsum(np.asarray(old_shares, dtype=np.float64))])
    return tuple(
        _score_at(rank, cumulative) if _ROUNDING < rank < 1 - _ROUNDING else Why.BEYOND_SCORES
        for rank in percentile_ranks(new_shares)
    )


def _score_at(rank: float, cumulative: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return the middle of all old scores whose share below is `rank`; the scale runs from −0.5 to highest + 0.5."""
    below = int(np.searchsorted(cumulative, rank - _ROUNDING, side="left"))
    above = int(np.searchsorted(cumulative, rank + _ROUNDING, side="right"))
    if above > below:  # the rank is one of the corners, perhaps of a flat stretch
        return (below + above - 1) / 2 - 0.5
    low, high = cumulative[below - 1], cumulative[below]
    return float(below - 1.5 + (rank - low) / (high - low))
