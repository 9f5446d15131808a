"""From answers to a calibration: which items can be estimated, the estimates, and what to be careful with."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from exams.rules.psychometrics.irt.likelihood import Answers, Floats
from exams.rules.psychometrics.irt.maximum import FLAT, STEEPEST, Maximum, Watch, search
from exams.rules.psychometrics.irt.results import Calibration, Caution, ItemEstimate, Model

# With 30 persons a difficulty is good to about ±1 unit (Linacre 1994); a slope needs several hundred (exams.md 4.5).
FEWEST_PERSONS = {Model.ONE: 30, Model.TWO: 200}
# One slope needs two items to show itself, a slope for each item needs three.
FEWEST_ITEMS = {Model.ONE: 2, Model.TWO: 3}
# Below this a difficulty is the ratio of two numbers that are both noise.
_NO_SLOPE = 1e-3


def _unwatched(step: int) -> None:
    """Hear of a step and say nothing."""


def fit(
    responses: ArrayLike, model: Model | str, items: Sequence[str] | None = None, watch: Watch = _unwatched
) -> Calibration:
    """Calibrate a form by marginal maximum likelihood, θ~N(0, 1).

    `responses` is persons × items with 1, 0 and NaN or None for no answer; an unanswered item says nothing here, so
    whoever counts omitted answers as wrong passes 0. `items` names the columns (default "1", "2", …). `watch` hears of
    every step of the search with their number so far, and may end it by raising. Whatever cannot be estimated is None
    with its reason; the calibration of degenerate answers is empty and says why. Raises ValueError for other values, a
    wrong number of names, and an unknown model. Source: Bock and Aitkin (1981), exams.md 4.5.

    The 1,000 answers to five items of the Law School Admission Test, section 6 (Bock and Lieberman 1970) give a log-
    likelihood of −2466.94 and one slope of 0.755 under the 1PL, −2466.65 under the 2PL with a = 0.825 and b = −3.36
    for the first item.
    """
    model = Model(model)
    table, names = _read(responses, items)
    persons = int((~np.isnan(table)).any(axis=1).sum()) if table.size else 0
    counts = (~np.isnan(table)).sum(axis=0)
    reasons = [_reason_against(column) for column in table.T]
    usable = [index for index, reason in enumerate(reasons) if reason is None]
    if len(usable) < FEWEST_ITEMS[model]:
        return _nothing(model, persons, names, counts.tolist(), reasons)
    answers = Answers.of(table[:, usable])
    found = search(answers, model, watch)
    estimates = [ItemEstimate(name, int(n), reason=why) for name, n, why in zip(names, counts, reasons, strict=True)]
    for place, index in enumerate(usable):
        estimates[index] = _estimate(names[index], int(counts[index]), found, place)
    return Calibration(
        model=model,
        persons=persons,
        items=tuple(estimates),
        loglik=found.loglik,
        parameters=found.parameters,
        converged=found.gradient < FLAT,
        iterations=found.iterations,
        gradient=found.gradient,
        cautions=(*_cautions_about_form(model, persons, found), *_cautions_about_items(estimates)),
    )


def _read(responses: ArrayLike, items: Sequence[str] | None) -> tuple[Floats, list[str]]:
    table = np.asarray(responses, dtype=np.float64)
    if table.size == 0:
        table = table.reshape(table.shape if table.ndim == 2 else (0, len(items or ())))
    if table.ndim != 2:
        raise ValueError("Responses must be a table of persons by items.")
    if not np.isin(table[~np.isnan(table)], (0.0, 1.0)).all():
        raise ValueError("Responses must be 1, 0 or missing.")
    names = [str(place + 1) for place in range(table.shape[1])] if items is None else list(items)
    if len(names) != table.shape[1]:
        raise ValueError(f"There are {table.shape[1]} columns of responses and {len(names)} names of items.")
    return table, names


def _reason_against(column: Floats) -> str | None:
    given = column[~np.isnan(column)]
    if given.size == 0:
        return "Nobody answered this item."
    if given.min() == given.max():
        return f"All {given.size} answers are {'right' if given[0] else 'wrong'}: no finite difficulty fits them."
    return None


def _nothing(model: Model, persons: int, names: list[str], counts: list[int], reasons: list[str | None]) -> Calibration:
    """Return the calibration that says why there is none."""
    least = FEWEST_ITEMS[model]
    whole = f"Fewer than {least} items have both right and wrong answers: there is nothing to calibrate."
    estimates = (
        ItemEstimate(name, count, reason=reason or whole)
        for name, count, reason in zip(names, counts, reasons, strict=True)
    )
    return Calibration(model, persons, tuple(estimates), reason=whole)


def _estimate(name: str, count: int, found: Maximum, place: int) -> ItemEstimate:
    slope, intercept = float(found.slopes[place]), float(found.intercepts[place])
    if abs(slope) >= STEEPEST:
        reason = f"The slope runs away: it reached {slope:.0f}, beyond which answers say nothing about it."
        return ItemEstimate(name, count, reason=reason)
    if abs(slope) < _NO_SLOPE:
        reason = "The slope is zero: answers to this item do not depend on ability, so it has no difficulty."
        return ItemEstimate(name, count, a=slope, reason=reason)
    slope_error, difficulty_error = _errors(found, place)
    return ItemEstimate(name, count, slope, -intercept / slope, slope_error, difficulty_error)


def _errors(found: Maximum, place: int) -> tuple[float | None, float | None]:
    """Return the standard errors of a and of b = −c/a, the latter by the delta method."""
    if found.covariance is None:
        return None, None
    slope, intercept = found.slopes[place], found.intercepts[place]
    pair = [place, place + found.slopes.size]
    of_pair = found.covariance[np.ix_(pair, pair)]
    direction = np.array([-1 / slope, intercept / slope**2])
    return sqrt(of_pair[1, 1]), sqrt(max(float(direction @ of_pair @ direction), 0.0))


def _cautions_about_form(model: Model, persons: int, found: Maximum) -> list[Caution]:
    cautions = []
    least = FEWEST_PERSONS[model]
    if persons < least:
        sentence = f"{persons} persons are few for this model, which asks for {least}: estimates may be far off."
        cautions.append(Caution("too_few_persons", sentence))
    if found.gradient >= FLAT:
        sentence = f"The search ended with a gradient of {found.gradient:.2g}, which is not zero: do not use it."
        cautions.append(Caution("not_converged", sentence))
    if found.covariance is None:
        sentence = "The answers do not determine all estimates: other values fit as well, and there are no errors."
        cautions.append(Caution("not_determined", sentence))
    return cautions


def _cautions_about_items(estimates: list[ItemEstimate]) -> list[Caution]:
    cautions = []
    for estimate in estimates:
        if estimate.reason:
            cautions.append(Caution("item_without_estimate", estimate.reason, estimate.item))
        elif estimate.a is not None and estimate.a < 0:
            sentence = "The slope is negative: able persons do worse here. Look whether the key is right."
            cautions.append(Caution("negative_slope", sentence, estimate.item))
    return cautions
