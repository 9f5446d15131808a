"""Means, spreads and standard errors over judges."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from exams.rules.psychometrics.undefined import Statistic, Why


@dataclass(frozen=True)
class PanelMean:
    """Mean over `judges`, standard deviation ÷ (J − 1), and the standard error of the mean, SD/√J."""

    judges: int
    mean: Statistic
    sd: Statistic
    se: Statistic


def panel_mean(values: Sequence[float]) -> PanelMean:
    """Return the mean of what the judges said. 28, 30 and 32 give mean 30, SD 2, SE 1.155."""
    judges = len(values)
    if judges == 0:
        return PanelMean(0, Why.NO_JUDGES, Why.NO_JUDGES, Why.NO_JUDGES)
    mean = fsum(values) / judges
    if judges == 1:
        return PanelMean(1, mean, Why.ONE_JUDGE, Why.ONE_JUDGE)
    # Equal values have no spread, whatever rounding says.
    equal = min(values) == max(values)
    sd = 0.0 if equal else sqrt(fsum((value - mean) ** 2 for value in values) / (judges - 1))
    return PanelMean(judges, values[0] if equal else mean, sd, sd / sqrt(judges))
