"""What the answers say about each item: difficulty, discrimination, options (exams.md 4.1).

Everything is computed from one table per item, persons counted by answer and total score, in whole numbers: a variance
is zero exactly when all scores are equal, and 100,000 persons cost as much as the counting.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from exams.rules.psychometrics.responses import FIRST_OPTION, NOT_REACHED, OMITTED, Counts, Responses
from exams.rules.psychometrics.undefined import Statistic, Why

# Kelley (1939): 27 % at either end separate best under a normal distribution.
SHARE_OF_GROUP = 0.27
OMIT = "omit"


@dataclass(frozen=True)
class OptionStatistics:
    """Who chose an option: `proportion` of those who reached the item, mean of the rest score, r with the rest score.

    The rest score is the total without this item. `option` is "omit" for no answer.
    """

    option: str
    key: bool
    n: int
    proportion: Statistic
    mean_rest: Statistic
    r_rest: Statistic


@dataclass(frozen=True)
class ItemStatistics:
    """One item. `n` counts who reached it, `omitted` those of them who gave no answer.

    `r` is the correlation with the total, which contains the item itself unless it is a pretest item; `r_corrected`
    that with the rest score, which short forms should be judged by; `r_error` its standard error (1 − r²)/√n.
    """

    item: str
    scored: bool
    n: int
    omitted: int
    not_reached: int
    p: Statistic
    r: Statistic
    r_corrected: Statistic
    r_error: Statistic
    d_upper_lower: Statistic
    alpha_if_deleted: Statistic
    options: tuple[OptionStatistics, ...]


@dataclass(frozen=True)
class _Answers:
    """One item: how many persons gave which answer with which rest score, and with which total."""

    by_rest: Counts
    by_total: Counts
    right: list[int]

    @property
    def n(self) -> int:
        return int(self.by_rest.sum())


def analyse_items(responses: Responses) -> tuple[ItemStatistics, ...]:
    """Describe every item, except `alpha_if_deleted`, which `form_analysis` knows: it is `Why.NO_VARIANCE` here."""
    return tuple(_item(responses, column) for column in range(len(responses.items)))


def upper_lower(right: Counts, everybody: Counts) -> Statistic:
    """Return p of the upper group minus p of the lower group; the arguments count persons by total score, 0 to k.

    Each group is g = 0.27·N persons, a real number, taken from the ends until g is used up. The persons of the score
    group on the boundary share what is left of g equally, so the order of the rows has no say.

    Ten persons with totals 0 to 9 of whom the best five are right: g is 2.7, both groups are pure, D = 1.
    """
    persons = int(everybody.sum())
    if persons < 2:
        return Why.ONE_PERSON if persons else Why.NO_PERSONS
    if np.count_nonzero(everybody) < 2:
        return Why.NO_VARIANCE
    group = SHARE_OF_GROUP * persons
    return (_right_among(right[::-1], everybody[::-1], group) - _right_among(right, everybody, group)) / group


def _right_among(right: Counts, everybody: Counts, group: float) -> float:
    taken_before = np.concatenate(([0.0], np.cumsum(everybody)[:-1]))
    taken = np.clip(group - taken_before, 0, everybody)
    share = np.divide(taken, everybody, out=np.zeros_like(taken), where=everybody > 0)
    return float((share * right).sum())


def _item(responses: Responses, column: int) -> ItemStatistics:
    key = responses.items[column]
    counts = _count(responses, column)
    answers = _reached(counts, responses.right_codes(column), scored=key.scored)
    options = _options(responses, column, answers)
    right = answers.by_rest[answers.right].sum(axis=0)
    whole = answers.by_rest.sum(axis=0)
    n = answers.n
    corrected = _correlation(right, whole, Why.REST_NO_VARIANCE)
    total_right = answers.by_total[answers.right].sum(axis=0)
    total_whole = answers.by_total.sum(axis=0)
    return ItemStatistics(
        item=key.item,
        scored=key.scored,
        n=n,
        omitted=int(answers.by_rest[OMITTED].sum()),
        not_reached=int(counts[NOT_REACHED].sum()),
        p=int(right.sum()) / n if n else _nobody(responses),
        r=_correlation(total_right, total_whole, Why.NO_VARIANCE) if n else _nobody(responses),
        r_corrected=corrected if n else _nobody(responses),
        r_error=_error(corrected, n) if n else _nobody(responses),
        d_upper_lower=upper_lower(total_right, total_whole) if n else _nobody(responses),
        alpha_if_deleted=Why.NO_VARIANCE if key.scored else Why.NOT_SCORED,
        options=options,
    )


def _nobody(responses: Responses) -> Why:
    return Why.NOBODY_REACHED if responses.persons else Why.NO_PERSONS


def _count(responses: Responses, column: int) -> Counts:
    """Count persons by answer (rows) and total score (columns, 0 to k)."""
    width = len(responses.scored) + 1
    rows = FIRST_OPTION + len(responses.labels)
    flat = responses.choices[:, column].astype(np.int64) * width + responses.totals
    return np.bincount(flat, minlength=rows * width).reshape(rows, width)


def _reached(counts: Counts, right: list[int], *, scored: bool) -> _Answers:
    by_total = counts.copy()
    by_total[NOT_REACHED] = 0
    by_rest = by_total.copy()
    if scored:
        # Who is right has one point more in the total than in the rest.
        by_rest[right] = np.roll(by_rest[right], -1, axis=1)
    return _Answers(by_rest, by_total, right)


def _options(responses: Responses, column: int, answers: _Answers) -> tuple[OptionStatistics, ...]:
    key = responses.items[column]
    labels = set(key.keys) | set(key.options)
    codes = {label: FIRST_OPTION + place for place, label in enumerate(responses.labels)}
    chosen = {label for label, code in codes.items() if answers.by_rest[code].any()}
    nobody = np.zeros(answers.by_rest.shape[1], dtype=np.int64)
    whole = answers.by_rest.sum(axis=0)
    rows = [
        (label, answers.by_rest[codes[label]] if label in codes else nobody)
        for label in sorted(labels | chosen | ({"0", "1"} if responses.dichotomous else set()))
    ]
    rows.append((OMIT, answers.by_rest[OMITTED]))
    return tuple(_option(responses, label, label in key.keys, chose, whole) for label, chose in rows)


def _option(responses: Responses, label: str, key: bool, chose: Counts, whole: Counts) -> OptionStatistics:
    n, reached = int(chose.sum()), int(whole.sum())
    nobody = _nobody(responses)
    points = int((chose * np.arange(chose.size)).sum())
    correlation: Statistic = nobody
    if reached:
        correlation = _correlation(chose, whole, Why.REST_NO_VARIANCE)
        if correlation is Why.ITEM_NO_VARIANCE:
            correlation = Why.EVERYBODY_CHOSE if n else Why.NOBODY_CHOSE
    return OptionStatistics(
        option=label,
        key=key,
        n=n,
        proportion=n / reached if reached else nobody,
        mean_rest=points / n if n else Why.NOBODY_CHOSE,
        r_rest=correlation,
    )


def _correlation(some: Counts, whole: Counts, no_spread: Why) -> Statistic:
    """Return Pearson's r of belonging to `some` with the score; both count persons by score.

    Sums are whole numbers without limit, so zero variance is seen exactly.
    """
    scores = [int(score) for score in np.flatnonzero(whole)]
    everybody = [int(whole[score]) for score in scores]
    members = [int(some[score]) for score in scores]
    n, m = sum(everybody), sum(members)
    if n < 2:
        return Why.ONE_PERSON if n else Why.NO_PERSONS
    first = sum(score * count for score, count in zip(scores, everybody, strict=True))
    second = sum(score * score * count for score, count in zip(scores, everybody, strict=True))
    product = sum(score * count for score, count in zip(scores, members, strict=True))
    spread, of_members = n * second - first * first, m * (n - m)
    if of_members == 0:
        return Why.ITEM_NO_VARIANCE
    if spread == 0:
        return no_spread
    return max(-1.0, min(1.0, (n * product - m * first) / (sqrt(spread) * sqrt(of_members))))


def _error(correlation: Statistic, n: int) -> Statistic:
    return correlation if isinstance(correlation, Why) else (1 - correlation**2) / sqrt(n)
