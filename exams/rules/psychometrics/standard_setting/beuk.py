"""Beuk: a compromise between the cut a panel wants and the pass rate it expects."""

from collections.abc import Sequence
from dataclasses import dataclass

from exams.rules.psychometrics.standard_setting.panel import PanelMean, panel_mean
from exams.rules.psychometrics.standard_setting.scores import NEGLIGIBLE, ScoreDistribution
from exams.rules.psychometrics.undefined import Statistic, Why


@dataclass(frozen=True)
class BeukJudge:
    """The cut a judge wants, in points, and the share of persons the judge expects to pass, 0 to 1."""

    cut: float
    pass_rate: float


@dataclass(frozen=True)
class BeukCut:
    """Panel means, the slope of the line through them in share per point, and the cut with its pass rate.

    The slope is undefined when all judges want the same cut; the line is then upright.
    """

    wanted: PanelMean
    expected: PanelMean
    slope: Statistic
    persons: int
    cut: Statistic
    pass_rate: Statistic


def beuk(judges: Sequence[BeukJudge], distribution: ScoreDistribution) -> BeukCut:
    """Return the smallest attainable c with share(score ≥ c) ≤ line(c).

    The line goes through (mean cut, mean pass rate) with slope SD(pass rates)/SD(cuts), so that what the panel agrees
    on weighs more. Source: Beuk (1984), ETS RR-87-14; exams.md 4.3.
    """
    wanted = panel_mean([judge.cut for judge in judges])
    expected = panel_mean([judge.pass_rate for judge in judges])
    slope = _slope(wanted, expected)
    cut = _cut(wanted, expected, slope, distribution)
    rate = cut if isinstance(cut, Why) else 1 - distribution.below(cut)
    return BeukCut(wanted, expected, slope, distribution.persons, cut, rate)


def _slope(wanted: PanelMean, expected: PanelMean) -> Statistic:
    if isinstance(wanted.sd, Why):
        return wanted.sd
    if isinstance(expected.sd, Why):
        return expected.sd
    return expected.sd / wanted.sd if wanted.sd > 0 else Why.PANEL_UNANIMOUS


def _cut(wanted: PanelMean, expected: PanelMean, slope: Statistic, distribution: ScoreDistribution) -> Statistic:
    if isinstance(wanted.mean, Why) or isinstance(expected.mean, Why):
        return Why.NO_JUDGES
    if not distribution.persons:
        return Why.NO_PERSONS
    upright = slope is Why.PANEL_UNANIMOUS
    if isinstance(slope, Why) and (not upright or expected.sd == 0):
        return slope
    for score in distribution.attainable(0, distribution.maximum):
        if isinstance(slope, Why):
            met = score >= wanted.mean - NEGLIGIBLE
        else:
            met = 1 - distribution.below(score) <= expected.mean + slope * (score - wanted.mean) + NEGLIGIBLE
        if met:
            return float(score)
    return Why.NO_CROSSING
