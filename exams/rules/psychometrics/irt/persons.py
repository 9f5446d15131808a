"""Abilities of persons under a calibration, and how well their answers fit the model (exams.md 4.5)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from exams.rules.psychometrics.irt.likelihood import NODES, Answers, Flags, Floats, expect, log_chances
from exams.rules.psychometrics.irt.results import Calibration

# Where Warm's estimate is looked for; the grid finds the highest of several hills, bisection its top.
_GRID: Floats = np.linspace(-12.0, 12.0, 241)
_BISECTIONS = 45
# A logit beyond this is certainty; its squared residual is still a number.
_FARTHEST = 300.0
# Variance of ln L below which l_z would divide by nothing.
_NO_SPREAD = 1e-12


@dataclass(frozen=True)
class PersonEstimate:
    """One person: `eap` with the standard deviation of its posterior, Warm's `wle` with its standard error, and fit.

    `outfit` and `infit` have expectation near 1; `lz` is near standard normal but too narrow, since ability is
    estimated. They are reasons to look at a record, not evidence of misconduct. Numbers that do not exist are None and
    `reason` says why.
    """

    answers: int
    eap: float | None = None
    eap_sd: float | None = None
    wle: float | None = None
    wle_error: float | None = None
    outfit: float | None = None
    infit: float | None = None
    lz: float | None = None
    reason: str | None = None


@dataclass(frozen=True)
class ItemFit:
    """Mean squares of one item's residuals over the persons who answered: expectation near 1, None without estimate."""

    item: str
    outfit: float | None
    infit: float | None
    reason: str | None = None


@dataclass(frozen=True)
class _Scale:
    """The items of a calibration that have estimates: their columns, slopes and intercepts."""

    columns: list[int]
    slopes: Floats
    intercepts: Floats

    @classmethod
    def of(cls, calibration: Calibration) -> "_Scale":
        found = [
            (column, item.a, -item.a * item.b)
            for column, item in enumerate(calibration.items)
            if item.a is not None and item.b is not None
        ]
        return cls([c for c, _, _ in found], np.array([a for _, a, _ in found]), np.array([c for _, _, c in found]))


def abilities(calibration: Calibration, responses: ArrayLike) -> tuple[PersonEstimate, ...]:
    """Return an estimate per person; `responses` is persons × items of the calibration, 1, 0 or NaN.

    EAP is the mean of the posterior under θ~N(0, 1) (Bock and Mislevy 1982). WLE maximises ln L + ½ ln I, which is
    finite for nothing right and everything right, where the maximum of L is not (Warm 1989): five items with a = 1 and
    b = 0, all right, have the WLE ln 11 = 2.398. Outfit is the mean of (u − P)²/PQ and infit Σ(u − P)²/ΣPQ (Wright and
    Masters 1982), l_z is (l₀ − E)/√V (Drasgow, Levine and Williams 1985), all three at the EAP.
    """
    scale = _Scale.of(calibration)
    table = _table(calibration, responses)[:, scale.columns]
    counts = (~np.isnan(table)).sum(axis=1)
    if not scale.columns:
        why = "No item of the calibration has an estimate."
        return tuple(PersonEstimate(0, reason=why) for _ in range(table.shape[0]))
    answers = Answers.of(table)
    means, deviations = _posterior(answers, scale)
    warm, errors, found = _warm(answers, scale)
    outfit, infit, lz, defined = _person_fit(answers, scale, means)
    people = []
    for j, count in enumerate(counts):
        if count == 0:
            people.append(PersonEstimate(0, reason="No answer to an item with an estimate."))
            continue
        people.append(
            PersonEstimate(
                answers=int(count),
                eap=float(means[j]),
                eap_sd=float(deviations[j]),
                wle=float(warm[j]) if found[j] else None,
                wle_error=float(errors[j]) if found[j] else None,
                outfit=float(outfit[j]),
                infit=float(infit[j]),
                lz=float(lz[j]) if defined[j] else None,
                reason=_reason(bool(found[j]), bool(defined[j])),
            )
        )
    return tuple(people)


def item_fit(calibration: Calibration, responses: ArrayLike) -> tuple[ItemFit, ...]:
    """Return the fit of each item at the EAP of the persons: outfit is the mean of (u − P)²/PQ, infit Σ(u − P)²/ΣPQ.

    Wright and Masters (1982). As the EAP rests on the same answers, values lie a little below 1 in short forms.
    """
    scale = _Scale.of(calibration)
    table = _table(calibration, responses)
    reason = "The item has no estimate, or nobody answered it."
    fits = [ItemFit(item.item, None, None, reason) for item in calibration.items]
    if not scale.columns or not table.shape[0]:
        return tuple(fits)
    answers = Answers.of(table[:, scale.columns])
    means, _ = _posterior(answers, scale)
    squares, variances, standardised = _residuals(answers, scale, means)
    for place, column in enumerate(scale.columns):
        given = answers.given[:, place]
        if given.any():
            outfit = float(standardised[:, place] @ given / given.sum())
            infit = float(squares[:, place] @ given / (variances[:, place] @ given))
            fits[column] = ItemFit(calibration.items[column].item, outfit, infit)
    return tuple(fits)


def _table(calibration: Calibration, responses: ArrayLike) -> Floats:
    table = np.asarray(responses, dtype=np.float64)
    if table.size == 0:
        table = table.reshape(0, len(calibration.items))
    if table.ndim != 2 or table.shape[1] != len(calibration.items):
        raise ValueError(f"Responses must be a table of persons by the {len(calibration.items)} calibrated items.")
    if not np.isin(table[~np.isnan(table)], (0.0, 1.0)).all():
        raise ValueError("Responses must be 1, 0 or missing.")
    return table


def _reason(has_warm: bool, has_lz: bool) -> str | None:
    if not has_warm:
        return "The weighted likelihood has no maximum between −12 and 12."
    return None if has_lz else "The answers have the same likelihood whatever they are, so l_z has no variance."


def _posterior(answers: Answers, scale: _Scale) -> tuple[Floats, Floats]:
    from_nodes = expect(answers, scale.intercepts, scale.slopes).posterior
    means = from_nodes @ NODES
    return means, np.sqrt(np.maximum(from_nodes @ NODES**2 - means**2, 0.0))


def _warm(answers: Answers, scale: _Scale) -> tuple[Floats, Floats, Flags]:
    """Return WLE, its standard error 1/√I, and whether there is one. Persons are worked on side by side."""
    logits, log_wrong, chances = log_chances(scale.intercepts, scale.slopes, _GRID)
    variances = chances * (1 - chances)
    information = np.maximum(answers.given @ (scale.slopes**2 * variances).T, 1e-300)
    height = answers.right @ logits.T + answers.given @ log_wrong.T + 0.5 * np.log(information)
    top = height.argmax(axis=1)
    found: Flags = (top > 0) & (top < _GRID.size - 1)
    inner = np.clip(top, 1, _GRID.size - 2)
    low, high = _GRID[inner - 1], _GRID[inner + 1]
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        uphill = _warm_slope(answers, scale, middle)[0] > 0
        low, high = np.where(uphill, middle, low), np.where(uphill, high, middle)
    estimate = (low + high) / 2
    return estimate, 1 / np.sqrt(_warm_slope(answers, scale, estimate)[1]), found


def _warm_slope(answers: Answers, scale: _Scale, at: Floats) -> tuple[Floats, Floats]:
    """Return d/dθ (ln L + ½ ln I) and I for each person at an ability of their own."""
    _, _, chances = log_chances(scale.intercepts, scale.slopes, at)
    variances = answers.given * chances * (1 - chances)
    information = np.maximum(variances @ scale.slopes**2, 1e-300)
    bend = (variances * (1 - 2 * chances)) @ scale.slopes**3
    slope = (answers.right - answers.given * chances) @ scale.slopes
    return slope + bend / (2 * information), information


def _residuals(answers: Answers, scale: _Scale, means: Floats) -> tuple[Floats, Floats, Floats]:
    """Return (u − P)², PQ and (u − P)²/PQ, persons × items, at the given abilities.

    The last is e^(−z) for a right answer at the logit z and e^z for a wrong one, which stays finite where PQ does not.
    """
    logits = np.clip(scale.intercepts + np.multiply.outer(means, scale.slopes), -_FARTHEST, _FARTHEST)
    missed = expit(np.where(answers.right == 1, -logits, logits))
    squares: Floats = missed**2
    variances: Floats = expit(logits) * expit(-logits)
    standardised: Floats = np.exp(np.where(answers.right == 1, -logits, logits))
    return squares, variances, standardised


def _person_fit(answers: Answers, scale: _Scale, means: Floats) -> tuple[Floats, Floats, Floats, Flags]:
    squares, variances, standardised = _residuals(answers, scale, means)
    counts = np.maximum(answers.given.sum(axis=1), 1)
    outfit = (answers.given * standardised).sum(axis=1) / counts
    weight = (answers.given * variances).sum(axis=1)
    infit = (answers.given * squares).sum(axis=1) / np.where(weight > 0, weight, 1.0)
    logits, log_wrong, chances = log_chances(scale.intercepts, scale.slopes, means)
    observed = (answers.right * logits + answers.given * log_wrong).sum(axis=1)
    expected = (answers.given * (chances * logits + log_wrong)).sum(axis=1)
    spread = (answers.given * variances * logits**2).sum(axis=1)
    defined: Flags = spread > _NO_SPREAD
    return outfit, infit, (observed - expected) / np.sqrt(np.where(defined, spread, 1.0)), defined
