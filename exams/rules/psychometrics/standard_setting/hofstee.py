"""Hofstee: a compromise between the cuts and the failure rates that a panel can accept."""

from collections.abc import Sequence
from dataclasses import dataclass

from exams.rules.psychometrics.standard_setting.panel import PanelMean, panel_mean
from exams.rules.psychometrics.standard_setting.scores import NEGLIGIBLE, ScoreDistribution
from exams.rules.psychometrics.undefined import Statistic, Why


@dataclass(frozen=True)
class HofsteeJudge:
    """Lowest and highest acceptable cut in points, lowest and highest acceptable share of failures, 0 to 1."""

    k_min: float
    k_max: float
    f_min: float
    f_max: float


@dataclass(frozen=True)
class HofsteeCut:
    """Panel means and the cut with the share that fails by it."""

    k_min: PanelMean
    k_max: PanelMean
    f_min: PanelMean
    f_max: PanelMean
    persons: int
    cut: Statistic
    fail_rate: Statistic


def hofstee(judges: Sequence[HofsteeJudge], distribution: ScoreDistribution) -> HofsteeCut:
    """Return the smallest attainable c in [k_min, k_max] with F(c) = share(score < c) ≥ line(c).

    The line runs from (k_min, f_max) to (k_max, f_min). A curve that starts above it, or ends below it, does not cross
    it: then there is no cut. Source: De Gruijter (1985), ETS RR-87-14; exams.md 4.3.
    """
    k_min, k_max, f_min, f_max = (
        panel_mean([getattr(judge, name) for judge in judges]) for name in ("k_min", "k_max", "f_min", "f_max")
    )
    cut = _cut((k_min.mean, k_max.mean, f_min.mean, f_max.mean), distribution)
    rate = cut if isinstance(cut, Why) else distribution.below(cut)
    return HofsteeCut(k_min, k_max, f_min, f_max, distribution.persons, cut, rate)


def _cut(means: tuple[Statistic, Statistic, Statistic, Statistic], distribution: ScoreDistribution) -> Statistic:
    k_min, k_max, f_min, f_max = means
    if isinstance(k_min, Why) or isinstance(k_max, Why) or isinstance(f_min, Why) or isinstance(f_max, Why):
        return Why.NO_JUDGES
    if not distribution.persons:
        return Why.NO_PERSONS
    if k_min > k_max + NEGLIGIBLE or f_min > f_max + NEGLIGIBLE:
        return Why.PANEL_CONTRADICTS_ITSELF
    if distribution.below(k_min) > f_max + NEGLIGIBLE:
        return Why.NO_CROSSING
    for score in distribution.attainable(k_min, k_max):
        share = distribution.below(score)
        line = f_min if k_max - k_min <= NEGLIGIBLE else f_max + (score - k_min) / (k_max - k_min) * (f_min - f_max)
        if share >= line - NEGLIGIBLE:
            return float(score)
    return Why.NO_CROSSING
