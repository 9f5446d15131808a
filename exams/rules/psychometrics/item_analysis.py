"""What the answers say about each item: difficulty, discrimination, options (exams.md 4.1).

Everything is computed from one table per item, persons counted by answer and total score, in whole numbers (of units
where items earn parts of a point): a variance is zero exactly when all scores are equal, and 100,000 persons cost as
much as the counting. `p` is the mean of what was earned, of one point.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from exams.rules.psychometrics.responses import FIRST_OPTION, NOT_REACHED, OMITTED, Counts, Responses
from exams.rules.psychometrics.score_counts import ScoreCounts
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
    """One item: how many of those who reached it gave which answer (rows) with which rest score and with which total.

    Scores are `rests` and `totals`, in units; `worth` is what each answer earns, in units.
    """

    by_rest: Counts
    rests: Counts
    by_total: Counts
    totals: Counts
    worth: Counts

    @property
    def n(self) -> int:
        return int(self.by_rest.sum())

    @property
    def earned(self) -> int:
        """Sum of what was earned."""
        return int(self.worth @ self.by_rest.sum(axis=1))

    @property
    def squared(self) -> int:
        """Sum of the squares of what was earned."""
        counts = self.by_rest.sum(axis=1)
        return sum(int(worth) ** 2 * int(count) for worth, count in zip(self.worth, counts, strict=True))


def analyse_items(responses: Responses) -> tuple[ItemStatistics, ...]:
    """Describe every item, except `alpha_if_deleted`, which `form_analysis` knows: it is `Why.NO_VARIANCE` here."""
    return tuple(_item(responses, column) for column in range(len(responses.items)))


def upper_lower(earned: Counts, everybody: Counts) -> Statistic:
    """Return p of the upper group minus p of the lower group; the arguments go by total score, the lowest first.

    `everybody` counts persons, `earned` what those persons earned by the item, the right ones if it is right or wrong.
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
    return (_earned_among(earned[::-1], everybody[::-1], group) - _earned_among(earned, everybody, group)) / group


def _earned_among(earned: Counts, everybody: Counts, group: float) -> float:
    taken_before = np.concatenate(([0.0], np.cumsum(everybody)[:-1]))
    taken = np.clip(group - taken_before, 0, everybody)
    share = np.divide(taken, everybody, out=np.zeros_like(taken), where=everybody > 0)
    return float((share * earned).sum())


def _item(responses: Responses, column: int) -> ItemStatistics:
    key = responses.items[column]
    counts, answers = _count(responses, column)
    n = answers.n
    corrected = _with_rest(answers)
    total_whole = answers.by_total.sum(axis=0)
    total_earned = answers.worth @ answers.by_total
    moments = (answers.earned, answers.squared)
    r = _correlation(answers.totals, total_whole, total_earned, moments, Why.NO_VARIANCE)
    discrimination = upper_lower(total_earned, total_whole)
    return ItemStatistics(
        item=key.item,
        scored=key.scored,
        n=n,
        omitted=int(answers.by_rest[OMITTED].sum()),
        not_reached=int(counts[NOT_REACHED].sum()),
        p=answers.earned / (n * responses.unit) if n else _nobody(responses),
        r=r if n else _nobody(responses),
        r_corrected=corrected if n else _nobody(responses),
        r_error=_error(corrected, n) if n else _nobody(responses),
        d_upper_lower=_in_points(discrimination, responses.unit) if n else _nobody(responses),
        alpha_if_deleted=Why.NO_VARIANCE if key.scored else Why.NOT_SCORED,
        options=_options(responses, column, answers),
    )


def _in_points(statistic: Statistic, unit: int) -> Statistic:
    return statistic if isinstance(statistic, Why) else statistic / unit


def _nobody(responses: Responses) -> Why:
    return Why.NOBODY_REACHED if responses.persons else Why.NO_PERSONS


def _with_rest(answers: _Answers) -> Statistic:
    whole = answers.by_rest.sum(axis=0)
    moments = (answers.earned, answers.squared)
    return _correlation(answers.rests, whole, answers.worth @ answers.by_rest, moments, Why.REST_NO_VARIANCE)


def _count(responses: Responses, column: int) -> tuple[Counts, _Answers]:
    """Count persons by answer and total score, all of them, and those who reached the item."""
    scores, worth = responses.by_total, responses.worth(column)
    counts = _table(responses, column, scores)
    by_total = counts.copy()
    by_total[NOT_REACHED] = 0
    if not responses.items[column].scored:
        return counts, _Answers(by_total, scores.scores, by_total, scores.scores, worth)
    if scores.is_dense:
        by_rest = by_total.copy()
        for code in np.flatnonzero(worth):
            # Who earned points has as many more in the total than in the rest.
            by_rest[code] = np.roll(by_rest[code], -worth[code])
        return counts, _Answers(by_rest, scores.scores, by_total, scores.scores, worth)
    rests = ScoreCounts.of(responses.totals - responses.earned(column), int(scores.scores[-1]))
    by_rest = _table(responses, column, rests)
    by_rest[NOT_REACHED] = 0
    return counts, _Answers(by_rest, rests.scores, by_total, scores.scores, worth)


def _table(responses: Responses, column: int, scores: ScoreCounts) -> Counts:
    """Count persons by answer (rows) and score (columns)."""
    width = scores.scores.size
    rows = FIRST_OPTION + len(responses.labels)
    flat = responses.choices[:, column].astype(np.int64) * width + scores.place
    return np.bincount(flat, minlength=rows * width).reshape(rows, width)


def _options(responses: Responses, column: int, answers: _Answers) -> tuple[OptionStatistics, ...]:
    key = responses.items[column]
    labels = set(key.keys) | set(key.options)
    codes = {label: FIRST_OPTION + place for place, label in enumerate(responses.labels)}
    chosen = {label for label, code in codes.items() if answers.by_rest[code].any()}
    nobody = np.zeros(answers.by_rest.shape[1], dtype=np.int64)
    rows = [
        (label, answers.by_rest[codes[label]] if label in codes else nobody)
        for label in sorted(labels | chosen | ({"0", "1"} if responses.dichotomous else set()), key=key.order)
    ]
    rows.append((OMIT, answers.by_rest[OMITTED]))
    return tuple(_option(responses, label, label in key.keys, chose, answers) for label, chose in rows)


def _option(responses: Responses, label: str, key: bool, chose: Counts, answers: _Answers) -> OptionStatistics:
    n, reached = int(chose.sum()), answers.n
    nobody = _nobody(responses)
    points = sum(int(count) * int(rest) for rest, count in zip(answers.rests, chose, strict=True) if count)
    correlation: Statistic = nobody
    if reached:
        whole = answers.by_rest.sum(axis=0)
        correlation = _correlation(answers.rests, whole, chose, (n, n), Why.REST_NO_VARIANCE)
        if correlation is Why.ITEM_NO_VARIANCE:
            correlation = Why.EVERYBODY_CHOSE if n else Why.NOBODY_CHOSE
    return OptionStatistics(
        option=label,
        key=key,
        n=n,
        proportion=n / reached if reached else nobody,
        mean_rest=points / (n * responses.unit) if n else Why.NOBODY_CHOSE,
        r_rest=correlation,
    )


def _correlation(scores: Counts, whole: Counts, earned: Counts, moments: tuple[int, int], no_spread: Why) -> Statistic:
    """Return Pearson's r of what persons earned with the score; `whole` counts persons by score, `earned` sums it.

    `moments` are the sums of what was earned and of its squares; for who belongs to a group both are its size. Sums are
    whole numbers without limit, so zero variance is seen exactly.
    """
    places = np.flatnonzero(whole)
    found = [int(score) for score in scores[places]]
    everybody = [int(count) for count in whole[places]]
    gained = [int(units) for units in earned[places]]
    n, (m, squared) = sum(everybody), moments
    if n < 2:
        return Why.ONE_PERSON if n else Why.NO_PERSONS
    first = sum(score * count for score, count in zip(found, everybody, strict=True))
    second = sum(score * score * count for score, count in zip(found, everybody, strict=True))
    product = sum(score * units for score, units in zip(found, gained, strict=True))
    spread, of_earned = n * second - first * first, n * squared - m * m
    if of_earned == 0:
        return Why.ITEM_NO_VARIANCE
    if spread == 0:
        return no_spread
    return max(-1.0, min(1.0, (n * product - m * first) / (sqrt(spread) * sqrt(of_earned))))


def _error(correlation: Statistic, n: int) -> Statistic:
    return correlation if isinstance(correlation, Why) else (1 - correlation**2) / sqrt(n)
