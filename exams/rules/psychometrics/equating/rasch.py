"""Rasch difficulties of two forms on one scale through common items, and scores through ability (exams.md 4.6).

Difficulties are in logits, slope 1. A 1PL calibration with θ~N(0, 1) and slope a has them as a · b.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from exams.rules.psychometrics.undefined import Statistic, Why

# |d − median| beyond this many robust standard deviations (0.74 · IQR) is drift (Huynh and Meyer 2010).
DRIFT = 2.7
KEPT = 0.8
_NO_SPREAD = 1e-9
# Fewer anchors than this have no interquartile range worth the name.
_FEWEST_FOR_DRIFT = 4


@dataclass(frozen=True)
class Anchor:
    """One common item: `difference` is old minus new difficulty, `z` its robust distance from the median.

    `z` is None where the differences do not spread. `drifted` says that it lies beyond the limit, `kept` that it still
    counts: at least 80 % of the anchors and one of each content area are kept.
    """

    item: str
    difference: float
    z: float | None
    drifted: bool
    kept: bool


@dataclass(frozen=True)
class Link:
    """The shift that puts new difficulties on the old scale: b_old = b_new + shift; `checked` for drift or not."""

    shift: float
    anchors: tuple[Anchor, ...]
    checked: bool

    @property
    def dropped(self) -> tuple[str, ...]:
        """The anchors that were left out."""
        return tuple(anchor.item for anchor in self.anchors if not anchor.kept)

    @property
    def drifted_but_kept(self) -> tuple[str, ...]:
        """Anchors that drift and had to stay, since too few would be left: the link is doubtful."""
        return tuple(anchor.item for anchor in self.anchors if anchor.drifted and anchor.kept)


def link(new: Mapping[str, float], old: Mapping[str, float], areas: Mapping[str, str] | None = None) -> Link | Why:
    """Return the mean of b_old − b_new over the common items that did not drift.

    Ten anchors with differences 0.1, 0.2, …, 0.9 and 3.0: median 0.55, IQR 0.45, so 3.0 is (3.0 − 0.55)/0.333 = 7.4
    away and dropped; the shift is 0.5. `areas` names the content area of items; no area loses its last anchor.
    """
    common = [item for item in new if item in old]
    if not common:
        return Why.NO_COMMON_ITEMS
    differences = {item: old[item] - new[item] for item in common}
    distances, checked = _distances(differences)
    drifted = {item for item, distance in distances.items() if checked and distance > DRIFT}
    kept = _keep(common, drifted, distances, areas or {})
    anchors = tuple(
        Anchor(
            item,
            differences[item],
            distances[item] if checked and np.isfinite(distances[item]) else None,
            item in drifted,
            item in kept,
        )
        for item in common
    )
    return Link(sum(differences[item] for item in kept) / len(kept), anchors, checked)


def _distances(differences: Mapping[str, float]) -> tuple[dict[str, float], bool]:
    """Return each anchor's robust distance, infinite beside a bulk that does not spread at all."""
    values = np.array(list(differences.values()))
    away = np.abs(values - np.median(values))
    upper, lower = np.percentile(values, [75, 25])
    scale = 0.74 * (upper - lower)
    robust = np.where(away < _NO_SPREAD, 0.0, np.inf) if scale < _NO_SPREAD else away / scale
    return dict(zip(differences, robust.tolist(), strict=True)), len(values) >= _FEWEST_FOR_DRIFT


def _keep(
    common: Sequence[str], drifted: set[str], distances: Mapping[str, float], areas: Mapping[str, str]
) -> list[str]:
    """Drop the worst first, while 80 % and one anchor of every area remain."""
    kept = list(common)
    # A hair is added before rounding down, since 10 · (1 − 0.8) is 1.9999… in binary.
    allowed = int(len(common) * (1 - KEPT) + 1e-9)
    for item in sorted(drifted, key=lambda name: (-distances[name], common.index(name))):
        alone = item in areas and sum(areas.get(other) == areas[item] for other in kept) == 1
        if len(common) - len(kept) < allowed and not alone:
            kept.remove(item)
    return kept


def true_scores(new: Sequence[float], old: Sequence[float], shift: float) -> tuple[Statistic, ...]:
    """Return, for each score of the new form from 0, the expected score on the old form at the same ability.

    The ability θ of a score x solves Σ P(θ − b_new − shift) = x, and Σ P(θ − b_old) is its old score (Kolen and Brennan
    2014, 6.4, for the Rasch model). Nothing right and everything right have no finite ability and become 0 and the
    highest score. Two items of difficulty 0 (new) and ln 3 (old): a new 1 has θ = 0, an old 2 · 0.25 = 0.5.
    """
    if not new or not old:
        return tuple(Why.NO_ITEMS for _ in range(len(new) + 1))
    ours, theirs = np.asarray(new, dtype=np.float64) + shift, np.asarray(old, dtype=np.float64)
    inner = [float(expit(_ability(ours, score) - theirs).sum()) for score in range(1, len(new))]
    return (0.0, *inner, float(len(old)))


def _ability(difficulties: np.ndarray[tuple[int], np.dtype[np.float64]], score: int) -> float:
    reach = float(np.log(difficulties.size)) + 1.0
    low, high = float(difficulties.min()) - reach, float(difficulties.max()) + reach
    return float(brentq(lambda ability: expit(ability - difficulties).sum() - score, low, high, xtol=1e-12))
