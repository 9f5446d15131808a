"""Agreement of examiners against published tables."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.rules.psychometrics.rater_agreement import (
    Ratings,
    ac1,
    exact_agreement,
    fleiss_kappa,
    intraclass,
    kappa,
    severity,
)
from exams.rules.psychometrics.undefined import Why

# The worked example of Wikipedia, κ = 0.2099: ten subjects, fourteen raters, how many chose each of five categories.
FLEISS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]
# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]


def of(rows: list, offered: tuple[str, ...] = ()) -> Ratings:
    width = len(rows[0]) if rows else 2
    values = tuple(tuple(None if v is None else str(v) for v in row) for row in rows)
    return Ratings(tuple(f"R{n + 1}" for n in range(width)), values, offered)


def crossed(table: list[list[int]]) -> Ratings:
    """Return the ratings of two raters from their cross table."""
    return of([(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)])


def test_cohens_kappa_of_fifty_proposals() -> None:
    ratings = crossed([[20, 5], [10, 15]])
    assert exact_agreement(ratings) == pytest.approx(0.70)
    assert kappa(ratings) == pytest.approx(0.40)


def test_weighted_kappa_of_cohen_1968() -> None:
    # Table 1 of the paper in cases of 200 has κ = .492. With linear and quadratic weights by the other form of the
    # formula, from agreement w = 1 − d/d_max.
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    shares = table / table.sum()
    chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    ratings = crossed(table.tolist())
    assert kappa(ratings) == pytest.approx(0.492, abs=5e-4)
    for name, power in (("linear", 1), ("quadratic", 2)):
        weight = np.array([[1 - (abs(i - j) / 2) ** power for j in range(3)] for i in range(3)])
        expected = ((weight * shares).sum() - (weight * chance).sum()) / (1 - (weight * chance).sum())
        assert kappa(ratings, name) == pytest.approx(expected)


def test_quadratic_weights_are_nearly_the_intraclass_correlation() -> None:
    # Fleiss and Cohen (1973): weighted κ with squared distances equals ICC(2,1) up to terms in 1/n.
    chance = np.random.default_rng(6)
    first = chance.integers(1, 6, 2000)
    second = np.clip(first + chance.integers(-1, 2, 2000), 1, 5)
    ratings = of(list(zip(first.tolist(), second.tolist(), strict=True)))
    assert kappa(ratings, "quadratic") == pytest.approx(intraclass(ratings)["2,1"], abs=1e-3)


def test_a_category_that_nobody_used_is_still_a_step() -> None:
    # 1, 2, 4: from 2 to 4 is twice as far as from 1 to 2.
    ratings = of([(1, 1), (2, 2), (4, 4), (1, 2), (2, 4), (4, 2)])
    o = (1 + 2 + 2) / 6
    marginal_first, marginal_second = {1: 2, 2: 2, 4: 2}, {1: 1, 2: 3, 4: 2}
    e = sum(abs(i - j) * m * n for i, m in marginal_first.items() for j, n in marginal_second.items()) / 36
    assert kappa(ratings, "linear") == pytest.approx(1 - o / e)


def test_ac1_where_kappa_collapses() -> None:
    # Gwet (2008): 118 both positive, 5 and 2 mixed, none both negative, of 125.
    ratings = crossed([[118, 5], [2, 0]])
    pi = (123 / 125 + 120 / 125) / 2
    chance = 2 * pi * (1 - pi)
    assert exact_agreement(ratings) == pytest.approx(0.944)
    assert kappa(ratings) == pytest.approx(-0.0234, abs=1e-4)
    assert ac1(ratings) == pytest.approx((0.944 - chance) / (1 - chance))
    assert ac1(ratings) == pytest.approx(0.9408, abs=1e-4)


def test_ac1_with_missing_ratings_by_its_definition() -> None:
    # Subject 4 has one rating: it counts for the marginals, not for agreement.
    ratings = of([("a", "a", "b"), ("a", "a", None), ("b", "c", "c"), (None, None, "c")])
    agreement = (1 / 3 + 1 + 1 / 3) / 3
    shares = [(2 / 3 + 1 + 0 + 0) / 4, (1 / 3 + 0 + 1 / 3 + 0) / 4, (0 + 0 + 2 / 3 + 1) / 4]
    chance = sum(p * (1 - p) for p in shares) / 2
    assert ac1(ratings) == pytest.approx((agreement - chance) / (1 - chance))


def test_all_passed_by_both_is_agreement_when_the_scale_is_known() -> None:
    rows = [("pass", "pass")] * 12
    assert ac1(of(rows)) is Why.ONE_CATEGORY
    assert ac1(of(rows, ("pass", "fail"))) == 1
    assert kappa(of(rows)) is Why.PAIR_ONE_CATEGORY
    assert exact_agreement(of(rows)) == 1


def test_fleiss_on_the_usual_example() -> None:
    rows = [[str(c) for c, n in enumerate(row) for _ in range(n)] for row in FLEISS]
    ratings = of(rows)
    assert exact_agreement(ratings) == pytest.approx(0.378, abs=5e-4)
    assert fleiss_kappa(ratings) == pytest.approx(0.210, abs=5e-4)


def test_fleiss_takes_other_raters_per_subject_but_equally_many() -> None:
    full = of([("a", "b"), ("b", "b"), ("a", "a")])
    spread = of([("a", None, "b"), ("b", "b", None), (None, "a", "a")])
    assert fleiss_kappa(spread) == fleiss_kappa(full)
    assert fleiss_kappa(of([("a", "b", "b"), ("a", "a", None)])) is Why.RATINGS_UNEQUAL


def test_shrout_and_fleiss_1979() -> None:
    found = intraclass(of(SHROUT))
    rounded = {form: round(value, 2) for form, value in found.items()}
    assert rounded == {"1,1": 0.17, "2,1": 0.29, "3,1": 0.71, "1,k": 0.44, "2,k": 0.62, "3,k": 0.91}


def test_severity_is_seen_by_icc_2_and_hidden_by_icc_3() -> None:
    found = intraclass(of([(1, 4), (2, 5), (3, 6), (5, 8)]))
    assert found["3,1"] == pytest.approx(1)
    assert found["2,1"] < 0.5
    (pair,) = severity(of([(1, 4), (2, 5), (3, 6), (5, None)]))
    assert (pair.first, pair.second, pair.subjects, pair.difference, pair.error) == ("R1", "R2", 3, -3, 0)


def test_kappa_of_three_raters_is_the_mean_over_pairs() -> None:
    rows = [("a", "a", "b"), ("b", "b", "b"), ("a", "b", "a"), ("b", "a", "a"), ("a", "a", "a")]
    pairs = [kappa(of([(row[i], row[j]) for row in rows])) for i, j in itertools.combinations(range(3), 2)]
    assert kappa(of(rows)) == pytest.approx(sum(pairs) / 3)


def test_missing_ratings() -> None:
    ratings = of([(1, 1), (2, None), (2, 2), (None, None), (1, 2)])
    complete = of([(1, 1), (2, 2), (1, 2)])
    assert kappa(ratings) == kappa(complete)
    assert exact_agreement(ratings) == pytest.approx(2 / 3)
    assert set(intraclass(ratings).values()) == {Why.RATINGS_MISSING}
    assert ratings.marginals() == {"R1": {"1": 2, "2": 2}, "R2": {"1": 1, "2": 2}}


def test_what_words_cannot_give() -> None:
    ratings = of([("pass", "fail"), ("fail", "fail")])
    assert kappa(ratings, "linear") is Why.NOT_NUMERIC
    assert set(intraclass(ratings).values()) == {Why.NOT_NUMERIC}
    assert severity(ratings)[0].difference is Why.NOT_NUMERIC


def test_numbers_are_sorted_as_numbers() -> None:
    assert of([(10, 9), (2, "x")]).categories == ("2", "9", "10", "x")


@pytest.mark.parametrize(
    ("rows", "why"), [([], Why.NO_RATINGS), ([(1,)], Why.ONE_RATER), ([(None, None)], Why.NO_RATINGS)]
)
def test_nothing_to_compare(rows: list, why: Why) -> None:
    ratings = of(rows)
    assert (exact_agreement(ratings), kappa(ratings), fleiss_kappa(ratings), ac1(ratings)) == (why,) * 4
    assert set(intraclass(ratings).values()) == {why}


def test_ratings_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one place per rater"):
        Ratings(("A", "B"), (("1",),))
    with pytest.raises(ValueError, match="not among"):
        Ratings(("A",), (("3",),), ("1", "2"))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([None, "1", "2", "5", "1e300", "x"]), min_size=width, max_size=width), max_size=6
        )
    )
)
def test_whatever_the_ratings_numbers_are_finite_or_have_a_reason(rows: list) -> None:
    ratings = of(rows)
    values = [exact_agreement(ratings), kappa(ratings), kappa(ratings, "linear"), kappa(ratings, "quadratic")]
    values += [ac1(ratings), fleiss_kappa(ratings), *intraclass(ratings).values()]
    for pair in severity(ratings):
        values += [pair.difference, pair.error]
    assert all(isinstance(value, Why) or math.isfinite(value) for value in values)
    assert all(isinstance(value, Why) or value <= 1 + 1e-9 for value in values[:6])
