"""The classical analysis of a form: totals, reliability, items, and what a cut does (exams.md 4.1 and 4.2)."""

from dataclasses import dataclass, replace
from math import sqrt

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
from exams.rules.psychometrics.undefined import Statistic, Why


@dataclass(frozen=True)
class Totals:
    """The total scores, number right of `items` scored ones. `sd` is ÷ n, `sd_sample` ÷ (n − 1)."""

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


def analyse(responses: Responses, *, cut: float | None = None) -> FormAnalysis:
    """Analyse a form; `cut` in points, and the quality of decisions only if there is one."""
    totals, proportions = _totals(responses)
    items = _with_alpha_if_deleted(responses, totals, proportions)
    return FormAnalysis(
        totals=totals,
        items=items,
        flags=tuple(flags_of(item, dichotomous=responses.dichotomous) for item in items),
        decision=None if cut is None else judge_cut(totals, cut),
    )


def judge_cut(totals: Totals, cut: float) -> CutQuality:
    """Return the quality of decisions at a cut, from the totals alone."""
    items = totals.items
    mean = 0.0 if isinstance(totals.mean, Why) else totals.mean
    sd = 0.0 if isinstance(totals.sd, Why) else totals.sd
    passed: Statistic = Why.NO_PERSONS
    if totals.persons:
        passed = int(totals.frequencies[np.arange(items + 1) >= cut].sum()) / totals.persons
    return CutQuality(
        cut=cut,
        passed=passed,
        sem=conditional_standard_error(cut, items),
        peng_subkoviak=peng_subkoviak(mean, sd, items, cut, totals.kr21),
        peng_subkoviak_kr20=peng_subkoviak(mean, sd, items, cut, totals.kr20),
        huynh=huynh(mean, items, cut, totals.kr21),
        livingston_lewis=livingston_lewis(totals.frequencies, cut, totals.alpha),
    )


def _totals(responses: Responses) -> tuple[Totals, list[float]]:
    """Return the totals, and the proportion right of all persons for each scored item.

    These proportions count what was not reached as wrong, as the totals do; those of `ItemStatistics` leave it out.
    """
    n, k = responses.persons, len(responses.scored)
    frequencies = np.bincount(responses.totals, minlength=k + 1)
    if n == 0:
        nothing = dict.fromkeys(("mean", "sd", "sd_sample", "kr20", "kr21", "alpha", "sem"), Why.NO_PERSONS)
        return Totals(persons=0, items=k, frequencies=frequencies, **nothing), []
    first = sum(score * int(count) for score, count in enumerate(frequencies))
    second = sum(score**2 * int(count) for score, count in enumerate(frequencies))
    spread = n * second - first**2
    mean, variance = first / n, spread / n**2
    proportions = [int(np.count_nonzero(responses.right(column))) / n for column in responses.scored]
    sum_pq = sum(p * (1 - p) for p in proportions)
    alpha = _alone(alpha_of_variances(sum_pq, variance, k), n)
    totals = Totals(
        persons=n,
        items=k,
        mean=mean if k else Why.NO_ITEMS,
        sd=sqrt(variance) if k else Why.NO_ITEMS,
        sd_sample=_sample_deviation(spread, n) if k else Why.NO_ITEMS,
        kr20=_alone(kr20(sum_pq, variance, k), n),
        kr21=_alone(kr21(mean, variance, k), n),
        alpha=alpha,
        sem=standard_error(sqrt(variance), alpha),
        frequencies=frequencies,
    )
    return totals, proportions


def _sample_deviation(spread: int, n: int) -> Statistic:
    return sqrt(spread / (n * (n - 1))) if n > 1 else Why.ONE_PERSON


def _alone(statistic: Statistic, persons: int) -> Statistic:
    """Say of one person's scores that there is one person, rather than that all scores are equal."""
    return Why.ONE_PERSON if persons == 1 and statistic is Why.NO_VARIANCE else statistic


def _with_alpha_if_deleted(
    responses: Responses, totals: Totals, proportions: list[float]
) -> tuple[ItemStatistics, ...]:
    items = list(analyse_items(responses))
    if totals.persons == 0:
        return tuple(replace(item, alpha_if_deleted=Why.NO_PERSONS) for item in items)
    sum_pq = sum(p * (1 - p) for p in proportions)
    for column, p in zip(responses.scored, proportions, strict=True):
        rest = _variance_without(responses, column)
        deleted = alpha_of_variances(sum_pq - p * (1 - p), rest, totals.items - 1)
        items[column] = replace(items[column], alpha_if_deleted=_about_rest(_alone(deleted, totals.persons)))
    return tuple(items)


def _variance_without(responses: Responses, column: int) -> float:
    """Return the variance of the totals without this item, exactly 0 where all are equal."""
    rest = np.bincount(responses.totals - responses.right(column))
    first = sum(score * int(count) for score, count in enumerate(rest))
    second = sum(score**2 * int(count) for score, count in enumerate(rest))
    n = responses.persons
    return (n * second - first**2) / n**2


def _about_rest(alpha: Statistic) -> Statistic:
    """Say of the rest of the form what was said of the form it would be."""
    if alpha is Why.NO_VARIANCE:
        return Why.REST_NO_VARIANCE
    return Why.ONE_ITEM if alpha is Why.NO_ITEMS else alpha
