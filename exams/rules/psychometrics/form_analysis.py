"""The classical analysis of a form: totals, reliability, items, and what a cut does (exams.md 4.1 and 4.2)."""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from math import ceil, sqrt
from typing import Any

import numpy as np

from exams.rules.psychometrics.decision_consistency import Agreement, huynh, peng_subkoviak
from exams.rules.psychometrics.item_analysis import ItemStatistics, analyse_items
from exams.rules.psychometrics.item_flags import Flag, flags_of
from exams.rules.psychometrics.livingston_lewis import Accuracy, livingston_lewis
from exams.rules.psychometrics.reliability import (
    alpha_of_variances,
    conditional_standard_error,
    kr20,
    kr21,
    standard_error,
)
from exams.rules.psychometrics.responses import Counts, Responses
from exams.rules.psychometrics.score_counts import ScoreCounts
from exams.rules.psychometrics.undefined import Statistic, Why


@dataclass(frozen=True)
class Totals:
    """The total scores, points of `items` scored items. `sd` is ÷ n, `sd_sample` ÷ (n − 1).

    `frequencies` counts persons by whole points, 0 to k, parts of a point cut off; `exact` by `unit`ths of a point.
    """

    persons: int
    items: int
    mean: Statistic
    sd: Statistic
    sd_sample: Statistic
    kr20: Statistic
    kr21: Statistic
    alpha: Statistic
    sem: Statistic
    frequencies: Counts
    exact: ScoreCounts
    unit: int
    partial_credit: bool


@dataclass(frozen=True)
class CutQuality:
    """What is known about decisions at `cut`. Peng–Subkoviak and Huynh rest on KR-21, Livingston–Lewis on alpha.

    `passed` is the share of persons with total ≥ cut, the cut unrounded; `sem` the conditional standard error there.
    """

    cut: float
    passed: Statistic
    sem: Statistic
    peng_subkoviak: Agreement
    peng_subkoviak_kr20: Agreement
    huynh: Agreement
    livingston_lewis: Accuracy


@dataclass(frozen=True)
class FormAnalysis:
    """Everything about one form taken by one group; `flags` stand beside their items."""

    totals: Totals
    items: tuple[ItemStatistics, ...]
    flags: tuple[tuple[Flag, ...], ...]
    decision: CutQuality | None


def analyse(responses: Responses, *, cut: float | Fraction | None = None) -> FormAnalysis:
    """Analyse a form; `cut` in points, and the quality of decisions only if there is one."""
    totals, variances = _totals(responses)
    items = _with_alpha_if_deleted(responses, totals, variances)
    return FormAnalysis(
        totals=totals,
        items=items,
        flags=tuple(
            flags_of(item, is_choice=partial(responses.is_choice, column), has_parts=responses.has_parts(column))
            for column, item in enumerate(items)
        ),
        decision=None if cut is None else judge_cut(totals, Fraction(cut)),
    )


def judge_cut(totals: Totals, cut: Fraction) -> CutQuality:
    """Return the quality of decisions at a cut, from the totals alone."""
    items, points = totals.items, float(cut)
    mean = 0.0 if isinstance(totals.mean, Why) else totals.mean
    sd = 0.0 if isinstance(totals.sd, Why) else totals.sd
    passed: Statistic = Why.NO_PERSONS
    if totals.persons:
        # Whole units of an exact cut: a binary number for it could let somebody in or keep somebody out.
        passed = int(totals.exact.persons[totals.exact.scores >= ceil(cut * totals.unit)].sum()) / totals.persons
    accuracy = _accuracy(totals, cut)
    return CutQuality(
        cut=points,
        passed=passed,
        sem=_error_at(totals, points, accuracy),
        peng_subkoviak=peng_subkoviak(mean, sd, items, points, totals.kr21),
        peng_subkoviak_kr20=peng_subkoviak(mean, sd, items, points, totals.kr20),
        huynh=huynh(mean, items, points, totals.kr21),
        livingston_lewis=accuracy,
    )


def _accuracy(totals: Totals, cut: Fraction) -> Accuracy:
    if not totals.partial_credit:
        return livingston_lewis(totals.frequencies, float(cut), totals.alpha)
    return livingston_lewis(totals.exact.persons, cut, totals.alpha, points=totals.exact.scores / totals.unit)


def _error_at(totals: Totals, cut: float, accuracy: Accuracy) -> Statistic:
    """Return Lord's error at the cut; where points come in parts, on the effective length and stretched back."""
    if not totals.partial_credit:
        return conditional_standard_error(cut, totals.items)
    if accuracy.length is None:
        return accuracy.accuracy if isinstance(accuracy.accuracy, Why) else Why.PARTIAL_CREDIT
    stretch = accuracy.length / totals.items
    error = conditional_standard_error(cut * stretch, accuracy.length)
    return error if isinstance(error, Why) else error / stretch


def _totals(responses: Responses) -> tuple[Totals, list[float]]:
    """Return the totals, and the variance of what all persons earned by each scored item.

    These variances count what was not reached as wrong, as the totals do; statistics of items leave it out.
    """
    n, k, unit = responses.persons, len(responses.scored), responses.unit
    exact, has_parts = responses.by_total, responses.partial_credit
    facts: dict[str, Any] = {
        "frequencies": np.bincount(responses.totals // unit, minlength=k + 1),
        "exact": exact,
        "unit": unit,
        "partial_credit": has_parts,
    }
    if n == 0:
        nothing: dict[str, Any] = dict.fromkeys(
            ("mean", "sd", "sd_sample", "kr20", "kr21", "alpha", "sem"), Why.NO_PERSONS
        )
        return Totals(persons=0, items=k, **facts, **nothing), []
    spread = exact.spread
    mean, variance = exact.first / (n * unit), spread / (n**2 * unit**2)
    variances = [_variance(responses, column) for column in responses.scored]
    sum_of_variances = sum(variances)
    alpha = _alone(alpha_of_variances(sum_of_variances, variance, k), n)
    totals = Totals(
        persons=n,
        items=k,
        mean=mean if k else Why.NO_ITEMS,
        sd=sqrt(variance) if k else Why.NO_ITEMS,
        sd_sample=_sample_deviation(spread, n, unit) if k else Why.NO_ITEMS,
        kr20=Why.PARTIAL_CREDIT if has_parts else _alone(kr20(sum_of_variances, variance, k), n),
        kr21=Why.PARTIAL_CREDIT if has_parts else _alone(kr21(mean, variance, k), n),
        alpha=alpha,
        sem=standard_error(sqrt(variance), alpha),
        **facts,
    )
    return totals, variances


def _variance(responses: Responses, column: int) -> float:
    """Return the variance of what everybody earned by an item, in points; p(1 − p) where it is right or wrong."""
    n, unit = responses.persons, responses.unit
    earned, worth = np.bincount(responses.choices[:, column]), responses.worth(column)
    first = sum(int(count) * int(units) for count, units in zip(earned, worth, strict=False))
    if not responses.has_parts(column):
        p = first / (n * unit)
        return p * (1 - p)
    second = sum(int(count) * int(units) ** 2 for count, units in zip(earned, worth, strict=False))
    return (n * second - first**2) / (n**2 * unit**2)


def _sample_deviation(spread: int, n: int, unit: int) -> Statistic:
    return sqrt(spread / (n * (n - 1) * unit**2)) if n > 1 else Why.ONE_PERSON


def _alone(statistic: Statistic, persons: int) -> Statistic:
    """Say of one person's scores that there is one person, rather than that all scores are equal."""
    return Why.ONE_PERSON if persons == 1 and statistic is Why.NO_VARIANCE else statistic


def _with_alpha_if_deleted(responses: Responses, totals: Totals, variances: list[float]) -> tuple[ItemStatistics, ...]:
    items = list(analyse_items(responses))
    if totals.persons == 0:
        return tuple(replace(item, alpha_if_deleted=Why.NO_PERSONS) for item in items)
    sum_of_variances = sum(variances)
    for column, variance in zip(responses.scored, variances, strict=True):
        rest = _variance_without(responses, column)
        deleted = alpha_of_variances(sum_of_variances - variance, rest, totals.items - 1)
        items[column] = replace(items[column], alpha_if_deleted=_about_rest(_alone(deleted, totals.persons)))
    return tuple(items)


def _variance_without(responses: Responses, column: int) -> float:
    """Return the variance of the totals without this item, exactly 0 where all are equal."""
    rest = ScoreCounts.of(responses.totals - responses.earned(column), responses.unit * len(responses.scored))
    return rest.spread / (responses.persons**2 * responses.unit**2)


def _about_rest(alpha: Statistic) -> Statistic:
    """Say of the rest of the form what was said of the form it would be."""
    if alpha is Why.NO_VARIANCE:
        return Why.REST_NO_VARIANCE
    return Why.ONE_ITEM if alpha is Why.NO_ITEMS else alpha
