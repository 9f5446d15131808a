"""How much an item or a form tells about ability, by place on the scale (Birnbaum 1968)."""

from collections.abc import Iterable
from math import sqrt

from scipy.special import expit

from exams.rules.psychometrics.irt.results import Calibration, ItemEstimate


def probability(item: ItemEstimate, ability: float) -> float | None:
    """Return the chance of a right answer, None for an item without estimate. a = 1, b = 0, θ = ln 3 give 0.75."""
    if item.a is None or item.b is None:
        return None
    return float(expit(item.a * (ability - item.b)))


def item_information(item: ItemEstimate, ability: float) -> float | None:
    """Return a²P(1 − P): at its difficulty an item with a = 2 tells 4 · ¼ = 1."""
    chance = probability(item, ability)
    if chance is None or item.a is None:
        return None
    return item.a**2 * chance * (1 - chance)


def form_information(items: Iterable[ItemEstimate], ability: float) -> float:
    """Return the sum over items with estimates: five items with a = 1 and b = 0 tell 1.25 at θ = 0."""
    return sum(item_information(item, ability) or 0.0 for item in items)


def error_at(calibration: Calibration, ability: float) -> float | None:
    """Return the standard error of ability, 1/√I; None where the form tells nothing."""
    information = form_information(calibration.items, ability)
    return 1 / sqrt(information) if information > 0 else None
