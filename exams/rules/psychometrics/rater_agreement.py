"""How far examiners agree: categories (exact, κ, weighted κ, AC1, Fleiss) and numbers (ICC, severity), exams.md 4.7.

κ collapses when nearly everybody passes, so the marginals of every rater belong beside it, and AC1. For more than two
raters, exact agreement and AC1 are those of Gwet (2008), κ is the mean over pairs of raters (Light 1971).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from exams.rules.psychometrics.undefined import Statistic, Why

Floats = NDArray[np.float64]

# Disagreement of two categories by their distance.
WEIGHTS: dict[str, Callable[[Floats], Floats]] = {"linear": np.abs, "quadratic": np.square}
HIGHEST = 1e9
ICC_FORMS = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")


@dataclass(frozen=True)
class Ratings:
    """`values[subject][rater]` is a category or None where that rater did not rate.

    `offered` are the categories of the scale where known: AC1 depends on their number, and a category that nobody used
    is not seen in the ratings. Subjects without any rating are left out.
    """

    raters: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]
    offered: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse rows of another width and categories that are not offered. Raises ValueError."""
        if any(len(row) != len(self.raters) for row in self.values):
            raise ValueError("Every subject needs one place per rater.")
        if self.offered and not {v for row in self.values for v in row if v is not None} <= set(self.offered):
            raise ValueError("A rating is not among the categories offered.")

    @cached_property
    def rated(self) -> tuple[tuple[str | None, ...], ...]:
        """The subjects with at least one rating."""
        return tuple(row for row in self.values if any(value is not None for value in row))

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """All categories, by number where they are numbers."""
        found = {value for row in self.values for value in row if value is not None} | set(self.offered)
        return tuple(sorted(found, key=_order))

    @cached_property
    def counts(self) -> Floats:
        """How many raters put a subject into a category: subjects × categories."""
        rows = [[row.count(category) for category in self.categories] for row in self.rated]
        return np.array(rows, dtype=np.float64).reshape(len(self.rated), len(self.categories))

    @cached_property
    def numbers(self) -> Floats | None:
        """The ratings as numbers, NaN where missing; None when a category is no number."""
        if any(number_of(category) is None for category in self.categories):
            return None
        rows = [[np.nan if value is None else float(value) for value in row] for row in self.rated]
        return np.array(rows, dtype=np.float64).reshape(len(self.rated), len(self.raters))

    def pair(self, first: int, second: int) -> list[tuple[str, str]]:
        """Return the two ratings of each subject that both raters rated."""
        both = ((row[first], row[second]) for row in self.values)
        return [(one, other) for one, other in both if one is not None and other is not None]

    def marginals(self) -> dict[str, dict[str, int]]:
        """Return how often each rater used each category."""
        columns = {rater: [row[place] for row in self.values] for place, rater in enumerate(self.raters)}
        return {rater: {c: column.count(c) for c in self.categories} for rater, column in columns.items()}


def number_of(text: str) -> float | None:
    """Return a category as a number, or None; one beyond a thousand million is a word, as "inf" and "nan" are.

    Squares of such numbers would swamp all others; whoever reads ratings of people refuses them (`is_too_large`).
    """
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) <= HIGHEST else None


def is_too_large(text: str) -> bool:
    """Whether it is a number written in digits that no rating can be: 1e400 is, "inf" is a word."""
    try:
        number = float(text)
    except ValueError:
        return False
    return any(sign.isdigit() for sign in text) and abs(number) > HIGHEST


def _order(category: str) -> tuple[int, float, str]:
    number = number_of(category)
    return (1, 0.0, category) if number is None else (0, number, category)


def exact_agreement(ratings: Ratings) -> Statistic:
    """Return the share of agreeing pairs of raters, per subject with two or more ratings, averaged over subjects.

    Two raters who agree on 22 of 25 subjects: 0.88. Subjects with one rating are left out.
    """
    counts = ratings.counts
    per_subject = counts.sum(axis=1)
    several = per_subject >= 2
    if not several.any():
        return Why.ONE_RATER if per_subject.size else Why.NO_RATINGS
    counts, per_subject = counts[several], per_subject[several]
    return float(((counts * (counts - 1)).sum(axis=1) / (per_subject * (per_subject - 1))).mean())


def kappa(ratings: Ratings, weights: str | None = None) -> Statistic:
    """Return κ (Cohen 1960), or weighted κ (Cohen 1968) with `linear` or `quadratic` weights; pairwise complete.

    κ = 1 − Σ d·o / Σ d·e, where d is the disagreement of two categories, o how often it was observed and e how often
    by chance. Unweighted, d is 0 or 1; weighted, it is the distance of the two numbers or its square, so a category
    that nobody used still counts as distance. The table 20, 5 / 10, 15 gives p_o = 0.70, p_e = 0.50, κ = 0.40.
    """
    found: list[float] = []
    pairs = list(combinations(range(len(ratings.raters)), 2))
    if not pairs or not ratings.rated:
        return Why.ONE_RATER if ratings.rated else Why.NO_RATINGS
    for first, second in pairs:
        one = kappa_of_pair(ratings.pair(first, second), weights)
        if isinstance(one, Why):
            return one
        found.append(one)
    return sum(found) / len(found)


def kappa_of_pair(pairs: Sequence[tuple[str, str]], weights: str | None = None) -> Statistic:
    """Return κ of two raters from the two ratings of each subject."""
    if not pairs:
        return Why.PAIR_WITHOUT_SUBJECTS
    categories = sorted({category for pair in pairs for category in pair}, key=_order)
    if weights is None:
        disagreement = 1 - np.eye(len(categories))
    else:
        places = [number_of(category) for category in categories]
        if any(place is None for place in places):
            return Why.NOT_NUMERIC
        line = np.array(places, dtype=np.float64)
        disagreement = WEIGHTS[weights](line[:, None] - line[None, :])
        disagreement = disagreement / max(float(disagreement.max()), np.finfo(np.float64).tiny)
    place_of = {category: place for place, category in enumerate(categories)}
    observed = np.zeros((len(categories), len(categories)))
    for one, other in pairs:
        observed[place_of[one], place_of[other]] += 1 / len(pairs)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
    chance = float((disagreement * expected).sum())
    return 1 - float((disagreement * observed).sum()) / chance if chance > 1e-12 else Why.PAIR_ONE_CATEGORY


def ac1(ratings: Ratings) -> Statistic:
    """Return Gwet's AC1 = (p_a − p_e)/(1 − p_e), p_e = Σ π(1 − π)/(q − 1) over q categories (Gwet 2008).

    π is the mean over subjects of the share of their ratings in a category, so missing ratings are allowed; for two
    categories p_e = 2π(1 − π). The table 118, 5 / 2, 0 of 125 subjects gives p_a = 0.944, κ = −0.02 and AC1 = 0.94.
    """
    agreement = exact_agreement(ratings)
    if isinstance(agreement, Why):
        return agreement
    if len(ratings.categories) < 2:
        return Why.ONE_CATEGORY
    shares = (ratings.counts / ratings.counts.sum(axis=1, keepdims=True)).mean(axis=0)
    chance = float((shares * (1 - shares)).sum()) / (len(ratings.categories) - 1)
    return (agreement - chance) / (1 - chance)


def fleiss_kappa(ratings: Ratings) -> Statistic:
    """Return κ of several raters, who need not be the same for every subject but equally many (Fleiss 1971).

    The usual worked example (of Wikipedia, not of the paper), ten subjects, fourteen ratings each, five categories:
    P̄ = 0.378, P̄_e = 0.213, κ = 0.210.
    """
    agreement = exact_agreement(ratings)
    if isinstance(agreement, Why):
        return agreement
    per_subject = ratings.counts.sum(axis=1)
    if per_subject.min() != per_subject.max():
        return Why.RATINGS_UNEQUAL
    shares = ratings.counts.sum(axis=0) / ratings.counts.sum()
    chance = float((shares**2).sum())
    return (agreement - chance) / (1 - chance) if chance < 1 - 1e-12 else Why.ONE_CATEGORY


def intraclass(ratings: Ratings) -> dict[str, Statistic]:
    """Return the six intraclass correlations of Shrout and Fleiss (1979); they need numbers and no gap.

    1: each subject has raters of its own; 2: the raters are a sample; 3: these raters only, whose severity is ignored.
    "1" is one rating, "k" the mean of all. The example of the paper, six subjects and four judges, gives 0.17, 0.29,
    0.71, 0.44, 0.62 and 0.91. For examiners report 2,1 or 2,k, never 3 (exams.md 4.7).
    """
    why = _why_no_intraclass(ratings)
    table = ratings.numbers
    if why is not None or table is None:
        return dict.fromkeys(ICC_FORMS, why or Why.NOT_NUMERIC)
    n, k = table.shape
    grand = table.mean()
    subjects = k * ((table.mean(axis=1) - grand) ** 2).sum() / (n - 1)
    raters = n * ((table.mean(axis=0) - grand) ** 2).sum() / (k - 1)
    within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    rest = max(0.0, (within * n * (k - 1) - raters * (k - 1)) / ((n - 1) * (k - 1)))
    nothing = 1e-12 * float(((table - grand) ** 2).sum())
    fractions = {
        "1,1": (subjects - within, subjects + (k - 1) * within),
        "2,1": (subjects - rest, subjects + (k - 1) * rest + k * (raters - rest) / n),
        "3,1": (subjects - rest, subjects + (k - 1) * rest),
        "1,k": (subjects - within, subjects),
        "2,k": (subjects - rest, subjects + (raters - rest) / n),
        "3,k": (subjects - rest, subjects),
    }
    return {
        form: float(above / below) if below > nothing else Why.RATINGS_NO_VARIANCE
        for form, (above, below) in fractions.items()
    }


def _why_no_intraclass(ratings: Ratings) -> Why | None:
    table = ratings.numbers
    if not ratings.rated:
        return Why.NO_RATINGS
    if table is None:
        return Why.NOT_NUMERIC
    if len(ratings.raters) < 2:
        return Why.ONE_RATER
    if np.isnan(table).any():
        return Why.RATINGS_MISSING
    return Why.ONE_SUBJECT if table.shape[0] < 2 else None


@dataclass(frozen=True)
class Severity:
    """How much higher `first` rates than `second` on the subjects both rated, with the error of that mean."""

    first: str
    second: str
    subjects: int
    difference: Statistic
    error: Statistic


def severity(ratings: Ratings) -> tuple[Severity, ...]:
    """Return the mean difference of each pair of raters, first minus second: 4, 5 against 3, 3 differ by 1.5."""
    table = ratings.numbers
    return tuple(
        _severity_of_pair(ratings, table, first, second)
        for first, second in combinations(range(len(ratings.raters)), 2)
    )


def _severity_of_pair(ratings: Ratings, table: Floats | None, first: int, second: int) -> Severity:
    names = ratings.raters[first], ratings.raters[second]
    if table is None:
        return Severity(*names, len(ratings.pair(first, second)), Why.NOT_NUMERIC, Why.NOT_NUMERIC)
    differences = table[:, first] - table[:, second]
    differences = differences[~np.isnan(differences)]
    if not differences.size:
        return Severity(*names, 0, Why.PAIR_WITHOUT_SUBJECTS, Why.PAIR_WITHOUT_SUBJECTS)
    enough = differences.size > 1
    error = float(differences.std(ddof=1)) / sqrt(differences.size) if enough else Why.ONE_SUBJECT
    return Severity(*names, differences.size, float(differences.mean()), error)
