"""Straight lines from the new form to the scale of the old one (Kolen and Brennan 2014, chapters 2 and 4)."""

from dataclasses import dataclass
from math import sqrt

from exams.rules.psychometrics.equating.scores import Moments
from exams.rules.psychometrics.undefined import Why


@dataclass(frozen=True)
class Line:
    """Old-scale score = slope · new score + intercept."""

    slope: float
    intercept: float

    def at(self, score: float) -> float:
        """Return the score on the old form's scale that a score on the new form stands for."""
        return self.slope * score + self.intercept


def identity() -> Line:
    """Return the line that changes nothing."""
    return Line(1.0, 0.0)


def mean(new: Moments, old: Moments) -> Line:
    """Shift by the difference of the means, for random groups: means 72 (new) and 77 (old) add 5."""
    return Line(1.0, old.mean - new.mean)


def linear(new: Moments, old: Moments) -> Line | Why:
    """Return l(x) = μ_old + (σ_old/σ_new)(x − μ_new), for random groups.

    Means 72 and 77, standard deviations 10 and 9 (new, old): 75 becomes 77 + 0.9 · 3 = 79.7.
    """
    return _through(new.mean, new.variance, old.mean, old.variance)


def tucker(new: Moments, old: Moments, new_weight: float | None = None) -> Line | Why:
    """Return Tucker's line for groups that differ and share an anchor (Kolen and Brennan 2014, 4.1).

    γ = cov(total, anchor)/var(anchor) in each group; both forms' means and variances are carried over to one synthetic
    group with weights w (new) and 1 − w (old), by default the groups' shares of all persons. With w = 1 the example of
    Kolen and Brennan (two forms of 36 items, 12 in common) gives slope 1.029 and intercept 0.537.
    """
    of_new, of_old = _anchored(new), _anchored(old)
    if isinstance(of_new, Why):
        return of_new
    if isinstance(of_old, Why):
        return of_old
    (new_anchor, new_spread, new_gamma), (old_anchor, old_spread, old_gamma) = of_new, of_old
    weight = new.persons / (new.persons + old.persons) if new_weight is None else new_weight
    rest = 1 - weight
    distance, spread = new_anchor - old_anchor, new_spread - old_spread
    between = weight * rest * distance**2
    return _through(
        new.mean - rest * new_gamma * distance,
        new.variance + new_gamma**2 * (between - rest * spread),
        old.mean + weight * old_gamma * distance,
        old.variance + old_gamma**2 * (between + weight * spread),
    )


def chained(new: Moments, old: Moments) -> Line | Why:
    """Return new total → anchor in the new group, then anchor → old total in the old group, both linear.

    New: mean 20, SD 4, anchor 8, 2. Old: mean 21, SD 5, anchor 9, 2. A new 20 is an anchor 8, half a standard deviation
    below the old group's anchor mean, which is 18.5 on the old form.
    """
    of_new, of_old = _anchored(new), _anchored(old)
    if isinstance(of_new, Why):
        return of_new
    if isinstance(of_old, Why):
        return of_old
    to_anchor = _through(new.mean, new.variance, of_new[0], of_new[1])
    from_anchor = _through(of_old[0], of_old[1], old.mean, old.variance)
    if isinstance(to_anchor, Why):
        return to_anchor
    if isinstance(from_anchor, Why):
        return from_anchor
    return Line(from_anchor.slope * to_anchor.slope, from_anchor.at(to_anchor.intercept))


def _through(new_mean: float, new_variance: float, old_mean: float, old_variance: float) -> Line | Why:
    if new_variance <= 0 or old_variance <= 0:
        return Why.NO_VARIANCE
    slope = sqrt(old_variance / new_variance)
    return Line(slope, old_mean - slope * new_mean)


def _anchored(group: Moments) -> tuple[float, float, float] | Why:
    """Return mean and variance of the anchor and the regression of the total on it."""
    if group.anchor_mean is None or group.anchor_variance is None or group.covariance is None:
        return Why.NO_ANCHOR_SCORES
    if group.anchor_variance <= 0:
        return Why.ANCHOR_NO_VARIANCE
    return group.anchor_mean, group.anchor_variance, group.covariance / group.anchor_variance
