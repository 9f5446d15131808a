"""Whether an item treats two groups alike who know equally much: Mantel–Haenszel with ETS classes (exams.md 4.4).

The reference group is compared with the focal group inside groups of equal total score. Δ = −2.35 ln α is negative
where the item is harder for the focal group. Sources: Holland and Thayer (1988), Zwick (2012, ETS RR-12-08).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from exams.rules.psychometrics.undefined import Statistic, Why

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_DELTA = -2.35
_SIGNIFICANT = 0.05
_ONE_SIDED = 1.645


class EtsClass(StrEnum):
    """A: negligible; B: slight to moderate; C: moderate to large."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True)
class Minimum:
    """Persons below which nothing is said, neither "DIF" nor "no DIF": in the smaller group, and in both together.

    The defaults are those of ETS when forms are assembled (Zwick 2012); a programme may set its own.
    """

    group: int = 200
    together: int = 500


@dataclass(frozen=True)
class MantelHaenszel:
    """`odds` is the common odds ratio α, `error` the standard error of ln α, `chi2` with its `p` on one degree."""

    odds: Statistic
    error: Statistic
    chi2: Statistic
    p: Statistic
    strata: int


@dataclass(frozen=True)
class ItemDif:
    """One item: `odds` is the common odds ratio α, `delta` the same on the ETS scale with its standard error.

    `ets` is the class; `purified` says which matching.
    """

    item: str
    reference: int
    focal: int
    odds: Statistic
    delta: Statistic
    delta_error: Statistic
    chi2: Statistic
    p: Statistic
    ets: EtsClass | Why
    purified: bool = False


def mantel_haenszel(tables: ArrayLike) -> MantelHaenszel:
    """Combine 2 × 2 tables ((A, B), (C, D)), one per stratum: reference right, wrong; focal right, wrong.

    α = Σ(AD/N)/Σ(BC/N); χ² = (|ΣA − ΣE(A)| − ½)²/ΣVar(A), where the ½ is never more than the difference itself; the
    error of ln α by Robins, Breslow and Greenland (1986). Strata of one person are dropped. The admissions of Berkeley
    by department give α = 0.9047, χ² = 1.4269, p = 0.2323 (R, mantelhaen.test).
    """
    table = np.asarray(tables, dtype=np.float64).reshape(-1, 4)
    table = table[table.sum(axis=1) > 1]
    a, b, c, d = table.T
    n = table.sum(axis=1)
    odds, error = _odds(a, b, c, d, n)
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))).sum())
    if variance <= 0:
        return MantelHaenszel(odds, error, Why.ODDS_UNDEFINED, Why.ODDS_UNDEFINED, len(table))
    distance = abs(float(a.sum() - ((a + b) * (a + c) / n).sum()))
    statistic = max(0.0, distance - 0.5) ** 2 / variance
    return MantelHaenszel(odds, error, statistic, float(chdtrc(1, statistic)), len(table))


def _odds(a: Floats, b: Floats, c: Floats, d: Floats, n: Floats) -> tuple[Statistic, Statistic]:
    r, s = a * d / n, b * c / n
    for_reference, for_focal = float(r.sum()), float(s.sum())
    if for_reference <= 0 or for_focal <= 0:
        return Why.ODDS_UNDEFINED, Why.ODDS_UNDEFINED
    p, q = (a + d) / n, (b + c) / n
    variance = (
        (p * r).sum() / (2 * for_reference**2)
        + (p * s + q * r).sum() / (2 * for_reference * for_focal)
        + (q * s).sum() / (2 * for_focal**2)
    )
    return for_reference / for_focal, sqrt(float(variance))


def ets_class(delta: float, error: float, p: float) -> EtsClass:
    """Classify: A if |Δ| < 1 or not significant at .05; C if |Δ| ≥ 1.5 and (|Δ| − 1)/SE > 1.645; else B.

    Δ = −2 with SE 0.5 is C (2.0 > 1.645), with SE 0.7 B (1.43).
    """
    if abs(delta) < 1 or p >= _SIGNIFICANT:
        return EtsClass.A
    if abs(delta) >= 1.5 and (abs(delta) - 1) / error > _ONE_SIDED:
        return EtsClass.C
    return EtsClass.B


def analyse(
    responses: ArrayLike, focal: ArrayLike, items: Sequence[str], minimum: Minimum | None = None
) -> tuple[ItemDif, ...]:
    """Compare the groups on every item, matched on the total score, then once more on a purified one.

    `responses` is persons × items with 1, 0 and NaN for not reached, which leaves the person out for that item and adds
    0 to the total; `focal` is one truth per person. The matching score includes the studied item. Items that the first
    pass puts into B or C leave the matching score of the second, except where they are studied themselves; when there
    is none, the first pass stands. Raises ValueError for shapes that do not belong together.
    """
    table = np.asarray(responses, dtype=np.float64).reshape(-1, len(items))
    in_focal = np.asarray(focal, dtype=np.bool_)
    if in_focal.shape != (table.shape[0],):
        raise ValueError("There must be one group for each person.")
    least = minimum or Minimum()
    everything = np.ones(len(items), dtype=np.bool_)
    first = _analyse_matched(table, in_focal, items, least, everything)
    clean = np.array([item.ets not in (EtsClass.B, EtsClass.C) for item in first], dtype=np.bool_)
    if clean.all():
        return first
    return _analyse_matched(table, in_focal, items, least, clean)


def _analyse_matched(
    table: Floats, focal: Flags, items: Sequence[str], minimum: Minimum, matching: Flags
) -> tuple[ItemDif, ...]:
    found = []
    for column, item in enumerate(items):
        used = matching.copy()
        used[column] = True
        reached = ~np.isnan(table[:, column])
        totals = np.nansum(table[:, used], axis=1)[reached]
        found.append(
            _one_item(item, table[reached, column], focal[reached], totals, minimum, purified=not matching.all())
        )
    return tuple(found)


def _one_item(item: str, answers: Floats, focal: Flags, totals: Floats, minimum: Minimum, *, purified: bool) -> ItemDif:
    sizes = int((~focal).sum()), int(focal.sum())
    if min(sizes) < minimum.group or sum(sizes) < minimum.together:
        small = Why.GROUP_TOO_SMALL
        return ItemDif(item, *sizes, small, small, small, small, small, small, purified)
    result = mantel_haenszel(strata(answers, focal, totals))
    if isinstance(result.odds, Why) or isinstance(result.error, Why) or isinstance(result.p, Why):
        none = Why.ODDS_UNDEFINED
        return ItemDif(item, *sizes, none, none, none, result.chi2, result.p, none, purified)
    delta, error = _DELTA * log(result.odds), -_DELTA * result.error
    ets = ets_class(delta, error, result.p)
    return ItemDif(item, *sizes, result.odds, delta, error, result.chi2, result.p, ets, purified)


def strata(answers: Floats, focal: Flags, totals: Floats) -> Floats:
    """Return one table ((A, B), (C, D)) per total score that occurs, as strata × 2 × 2."""
    scores, places = np.unique(totals, return_inverse=True)
    tables = np.zeros((len(scores), 2, 2))
    np.add.at(tables, (places, focal.astype(int), (answers == 0).astype(int)), 1)
    return tables
