"""Agreement of decisions against closed forms, exact fractions and integrals."""

import json
from fractions import Fraction
from itertools import accumulate
from math import asin, comb, factorial, pi
from operator import mul

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import ndtr
from scipy.stats import beta as beta_distribution
from scipy.stats import binom, multivariate_normal, norm

from exams.rules.psychometrics.decision_consistency import huynh, peng_subkoviak
from exams.rules.psychometrics.form_analysis import analyse
from exams.rules.psychometrics.livingston_lewis import accuracy_of, carried_over, effective_length, livingston_lewis
from exams.rules.psychometrics.reliability import alpha
from exams.rules.psychometrics.true_scores import (
    BetaDistribution,
    four_parameters,
    three_parameters,
    true_score_moments,
    two_parameters,
)
from exams.rules.psychometrics.undefined import Why
from tests.exams.rules.psychometrics.tables import ACT_MATHEMATICS, from_scores


def numbers(found):
    return found.p_o, found.p_c, found.kappa


@pytest.mark.parametrize("r", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_peng_subkoviak_at_the_mean_is_sheppards_formula(r: float) -> None:
    # Sheppard (1898): two standard normals of correlation r have one sign with chance ½ + asin(r)/π. These are the
    # first rows of the tables of Subkoviak (1988): .53, .60, .67, .75, .86 and .06, .19, .33, .49, .71.
    found = peng_subkoviak(mean=19.5, sd=4, items=40, cut=20, reliability=r)
    assert found.p_o == pytest.approx(0.5 + asin(r) / pi, abs=1e-12)
    assert found.kappa == pytest.approx(2 * asin(r) / pi, abs=1e-12)


@pytest.mark.parametrize(("mean", "sd", "cut", "r"), [(30, 5, 35, 0.8), (40, 4, 31, 0.6), (6, 2, 6, 0.5)])
def test_peng_subkoviak_against_the_bivariate_normal_integral(mean, sd, cut, r) -> None:
    z = (cut - 0.5 - mean) / sd
    both = quad(lambda x: norm.pdf(x) * ndtr((z - r * x) / np.sqrt(1 - r * r)), -np.inf, z, epsabs=1e-13)[0]
    assert both == pytest.approx(multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([z, z]), abs=1e-6)
    p_o = 1 + 2 * (both - norm.cdf(z))
    p_c = 1 - 2 * (norm.cdf(z) - norm.cdf(z) ** 2)
    found = peng_subkoviak(mean, sd, 50, cut, r)
    assert numbers(found) == pytest.approx((p_o, p_c, (p_o - p_c) / (1 - p_c)), abs=1e-9)


def exact_beta(a: int, b: int) -> Fraction:
    return Fraction(factorial(a - 1) * factorial(b - 1), factorial(a + b - 1))


@pytest.mark.parametrize(("mean", "k", "cut", "r"), [(6, 10, 6, "1/2"), (9, 12, 8, "3/4"), (15, 20, 14, "1/2")])
def test_huynh_against_exact_fractions(mean: int, k: int, cut: int, r: str) -> None:
    size = 1 / Fraction(r) - 1
    a, b = size * mean, size * (k - mean)
    assert a.denominator == b.denominator == 1
    a, b = int(a), int(b)
    chance = {
        (x, y): comb(k, x) * comb(k, y) * exact_beta(a + x + y, b + 2 * k - x - y) / exact_beta(a, b)
        for x in range(k + 1)
        for y in range(k + 1)
    }
    assert sum(chance.values()) == 1
    p_o = sum(p for (x, y), p in chance.items() if (x >= cut) == (y >= cut))
    passing = sum(p for (x, _), p in chance.items() if x >= cut)
    p_c = passing**2 + (1 - passing) ** 2
    found = huynh(mean, k, cut, float(Fraction(r)))
    assert numbers(found) == pytest.approx((float(p_o), float(p_c), float((p_o - p_c) / (1 - p_c))), abs=1e-12)


@pytest.mark.parametrize(
    ("mean", "k", "cut", "r"),
    [("14/3", 7, 5, "1/10"), ("60", 120, 60, "1/1000000"), ("21/2", 20, 14, "1/100000000"), ("29", 30, 28, "999/1000")],
)
def test_huynh_near_a_reliability_of_0_and_1_against_exact_fractions(mean: str, k: int, cut: int, r: str) -> None:
    # The beta function at any fractions, by its rising products: a(a + 1)… · b(b + 1)… / ((a + b)(a + b + 1)…).
    size = 1 / Fraction(r) - 1
    a, b = size * Fraction(mean), size * (k - Fraction(mean))

    def rising(start: Fraction, factors: int) -> list[Fraction]:
        return list(accumulate((start + step for step in range(factors)), mul, initial=Fraction(1)))

    def patterns(length: int) -> list[Fraction]:
        right, wrong, either = rising(a, length), rising(b, length), rising(a + b, length)[-1]
        return [right[s] * wrong[length - s] / either for s in range(length + 1)]

    once, twice = patterns(k), patterns(2 * k)
    # So many pairs of patterns, one of each form, have s right and the same decision.
    pairs = [0] * (2 * k + 1)
    for x in range(k + 1):
        for y in range(k + 1):
            pairs[x + y] += comb(k, x) * comb(k, y) * ((x >= cut) == (y >= cut))
    p_o = sum(n * chance for n, chance in zip(pairs, twice, strict=True))
    passing = sum(comb(k, x) * once[x] for x in range(cut, k + 1))
    p_c = passing**2 + (1 - passing) ** 2
    found = huynh(float(Fraction(mean)), k, cut, float(Fraction(r)))
    assert numbers(found) == pytest.approx((float(p_o), float(p_c), float((p_o - p_c) / (1 - p_c))), abs=1e-11)


def test_a_reliability_of_0_that_rounds_beside_it_is_not_positive() -> None:
    # 5, 6 and 3 of 7: mean 14/3, variance 14/9, and KR-21 exactly 0.
    found = analyse(from_scores([[1] * right + [0] * (7 - right) for right in (5, 6, 3)]), cut=5)
    assert found.totals.kr21 == pytest.approx(0, abs=1e-15)
    assert numbers(found.decision.huynh) == (Why.RELIABILITY_NOT_POSITIVE,) * 3
    assert numbers(found.decision.peng_subkoviak) == (Why.RELIABILITY_NOT_POSITIVE,) * 3
    assert numbers(huynh(60, 120, 60, 2.2e-16)) == (Why.RELIABILITY_NOT_POSITIVE,) * 3


def test_huynh_against_the_integral_over_true_scores() -> None:
    mean, k, cut, r = 83.2, 120, 78, 0.871
    a, b = (1 / r - 1) * mean, (1 / r - 1) * (k - mean)

    def agree(t):
        passing = binom.sf(cut - 1, k, t)
        return (passing**2 + (1 - passing) ** 2) * beta_distribution.pdf(t, a, b)

    assert huynh(mean, k, cut, r).p_o == pytest.approx(quad(agree, 0, 1, epsabs=1e-12, limit=200)[0], abs=1e-9)


# What BBClassify 1.0.0 (Haakstad 2025, the successor of R betafunctions) prints for ACT Mathematics, cut 24 of 40.
ACT_MODEL = BetaDistribution(alpha=0.52378, beta=1.62569, low=0.22317, high=1.0)


def test_livingston_lewis_against_the_output_of_bbclassify() -> None:
    found = accuracy_of(ACT_MODEL, 40, 24, 0.6)
    # Its model is rounded to five places and so is its output.
    assert found.accuracy == pytest.approx(0.94427, abs=2e-5)
    assert found.false_pass == pytest.approx(0.03795, abs=2e-5)
    assert found.false_fail == pytest.approx(0.01778, abs=2e-5)
    assert numbers(found.agreement) == pytest.approx((0.92203, 0.68030, 0.75612), abs=5e-5)


def test_moments_of_true_scores_against_the_output_of_bbclassify() -> None:
    first, second, _, _ = true_score_moments(np.array(ACT_MATHEMATICS), 40)
    assert sum(ACT_MATHEMATICS) == 151050
    assert first == pytest.approx(0.41247, abs=5e-6)
    assert second - first**2 == pytest.approx(0.03531, abs=5e-6)


def test_four_parameters_that_leave_the_scale_give_way_to_three() -> None:
    # BBClassify says of the same data that the four-parameter estimates are impermissible, and fits ACT_MODEL.
    moments = true_score_moments(np.array(ACT_MATHEMATICS), 40)
    assert four_parameters(moments) is None
    found = livingston_lewis(np.array(ACT_MATHEMATICS), 24, 0.873)
    assert (found.length, found.true_scores.parameters, found.true_scores.high) == (40, 3, 1.0)
    fitted = (found.true_scores.alpha, found.true_scores.beta, found.true_scores.low)
    assert fitted == pytest.approx((ACT_MODEL.alpha, ACT_MODEL.beta, ACT_MODEL.low), abs=5e-6)
    assert (found.accuracy, found.false_pass) == pytest.approx((0.94427, 0.03795), abs=2e-5)


def test_three_parameters_are_found_again_and_give_way_to_two() -> None:
    true = beta_distribution(3.0, 2.0, loc=0.3, scale=0.7)
    found = three_parameters(tuple(true.moment(order) for order in (1, 2, 3, 4)))
    assert (found.alpha, found.beta, found.low) == pytest.approx((3, 2, 0.3), abs=1e-6)
    # A distribution that reaches below 0 would be needed: one of 0 to 0.8 is less skewed than any from above 0 to 1.
    short = beta_distribution(6.0, 2.0, loc=0.0, scale=0.8)
    moments = tuple(short.moment(order) for order in (1, 2, 3, 4))
    assert three_parameters(moments) is None
    assert two_parameters(moments).parameters == 2


def test_four_parameters_against_the_example_of_bbclassify() -> None:
    # The example in its documentation, with the numbers of NumPy's legacy generator.
    random = np.random.RandomState(1234)
    chances = random.beta(6, 4, 250) * (0.85 - 0.15) + 0.15
    answers = np.array([random.binomial(1, chance, 100) for chance in chances])
    totals = answers.sum(axis=1)
    length = effective_length(totals.mean(), totals.var(ddof=1), alpha(answers), 0, 100)
    assert length == pytest.approx(99.96892140618861, abs=1e-8)
    fitted = four_parameters(true_score_moments(np.bincount(totals, minlength=101), 100))
    assert (fitted.alpha, fitted.beta) == pytest.approx((3.877386083988672, 3.9727308136649238), abs=1e-8)
    assert (fitted.low, fitted.high) == pytest.approx((0.2681195709670965, 0.8706384086828665), abs=1e-8)


@pytest.mark.parametrize("shape", [(2.5, 4.5, 0.1, 0.9), (6.0, 2.0, 0.25, 0.95), (0.8, 0.6, 0.2, 0.8)])
def test_four_parameters_are_found_again_from_their_moments(shape) -> None:
    a, b, low, high = shape
    true = beta_distribution(a, b, loc=low, scale=high - low)
    fitted = four_parameters(tuple(true.moment(order) for order in (1, 2, 3, 4)))
    assert (fitted.alpha, fitted.beta, fitted.low, fitted.high) == pytest.approx(shape, abs=1e-6)


@pytest.mark.parametrize(
    ("model", "length", "cut"),
    [(BetaDistribution(12, 5), 60, 0.7), (BetaDistribution(3.2, 2.1, 0.2, 0.97), 43, 0.65), (ACT_MODEL, 37, 0.3)],
)
def test_livingston_lewis_against_integrals_over_the_density(model, length, cut) -> None:
    points = round(cut * length)
    density = beta_distribution(model.alpha, model.beta, loc=model.low, scale=model.high - model.low).pdf

    def integral(what, start, end):
        return quad(lambda t: what(binom.sf(points - 1, length, t)) * density(t), start, end, epsabs=1e-10)[0]

    found = accuracy_of(model, length, points, cut)
    assert found.false_pass == pytest.approx(integral(lambda p: p, model.low, cut), abs=1e-6)
    assert found.false_fail == pytest.approx(integral(lambda p: 1 - p, cut, model.high), abs=1e-6)
    p_o = integral(lambda p: p**2 + (1 - p) ** 2, model.low, model.high)
    assert found.agreement.p_o == pytest.approx(p_o, abs=1e-6)


def test_a_cut_is_carried_over_in_whole_numbers() -> None:
    # 0.7 · 45 is 31.499999999999996 in binary numbers.
    assert carried_over(7, 10, 45) == 32
    assert [carried_over(points, 3, 2) for points in range(4)] == [0, 1, 1, 2]


def test_a_cut_between_two_scores_passes_from_the_next_score_on() -> None:
    frequencies = np.array([0, 1, 1, 2, 4, 6, 7, 9, 8, 5, 2])
    between, at = livingston_lewis(frequencies, 6.2, 0.6), livingston_lewis(frequencies, 7, 0.6)
    assert numbers(between.agreement) == pytest.approx(numbers(at.agreement), abs=1e-9)
    # More true scores lie above 6.2 than above 7, so fewer of those who pass do so falsely.
    assert between.false_pass < at.false_pass


def test_livingston_lewis_with_two_parameters_and_full_length_is_huynh() -> None:
    mean, k, r = 31.0, 40, 0.8
    a, b = (1 / r - 1) * mean, (1 / r - 1) * (k - mean)
    assert accuracy_of(BetaDistribution(a, b), k, 28, 28 / k).agreement.p_o == pytest.approx(huynh(mean, k, 28, r).p_o)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (peng_subkoviak(5, 0, 10, 6, 0.5), Why.NO_VARIANCE),
        (peng_subkoviak(5, 2, 10, 11, 0.5), Why.CUT_OUT_OF_RANGE),
        (peng_subkoviak(5, 2, 10, 6, -0.1), Why.RELIABILITY_NOT_POSITIVE),
        (peng_subkoviak(5, 2, 10, 6, Why.NO_VARIANCE), Why.NO_VARIANCE),
        (huynh(5, 10, 6, 0.0), Why.RELIABILITY_NOT_POSITIVE),
        (huynh(5, 10, 6, 1.0), Why.RELIABILITY_PERFECT),
        (livingston_lewis(np.array([0, 0, 9]), 1, 0.5).agreement, Why.NO_VARIANCE),
        (livingston_lewis(np.array([4, 0, 4]), 1, 1.0).agreement, Why.RELIABILITY_PERFECT),
    ],
)
def test_what_does_not_exist_says_why(found, why) -> None:
    assert numbers(found) == (why, why, why)


@pytest.mark.parametrize(
    ("right", "wrong", "items", "cut"), [(1, 4, 2, 1), (50, 1, 50, 1), (50, 1, 50, 25), (1, 2, 20, 10)]
)
def test_a_perfect_reliability_that_rounds_beside_1_is_perfect(right: int, wrong: int, items: int, cut: int) -> None:
    # Everybody has all or nothing right: KR-20, KR-21 and alpha are 1, and some of these come out as 1 ± 2e-16.
    found = analyse(from_scores([[1] * items] * right + [[0] * items] * wrong), cut=cut)
    assert (found.totals.kr20, found.totals.kr21, found.totals.alpha) == pytest.approx((1, 1, 1), abs=1e-12)
    decision = found.decision
    models = (
        decision.peng_subkoviak,
        decision.peng_subkoviak_kr20,
        decision.huynh,
        decision.livingston_lewis.agreement,
    )
    assert {why for model in models for why in numbers(model)} == {Why.RELIABILITY_PERFECT}


@pytest.mark.parametrize("reliability", [1 + 2e-16, 1 - 1e-16, 1 + 1e-12])
def test_no_model_works_with_a_reliability_beside_1(reliability: float) -> None:
    perfect = (Why.RELIABILITY_PERFECT,) * 3
    assert numbers(peng_subkoviak(1, 1, 2, 1, reliability)) == perfect
    assert numbers(huynh(1, 2, 1, reliability)) == perfect
    assert numbers(livingston_lewis(np.array([2, 0, 1]), 1, reliability).agreement) == perfect


def test_kappa_is_undefined_when_nobody_can_fail() -> None:
    found = peng_subkoviak(mean=49, sd=0.5, items=50, cut=10, reliability=0.7)
    assert found.p_o == pytest.approx(1)
    assert found.kappa is Why.ONE_SIDE_OF_CUT


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=2, max_size=30),
    st.floats(0.5, 30),
    st.floats(-0.5, 1.0, allow_nan=False),
)
def test_no_distribution_gives_an_error_or_a_share_outside_its_bounds(frequencies, cut, reliability) -> None:
    found = livingston_lewis(np.array(frequencies), cut, reliability)
    shares = [found.accuracy, found.false_pass, found.false_fail, found.agreement.p_o, found.agreement.p_c]
    if isinstance(found.accuracy, Why):
        assert all(isinstance(share, Why) for share in shares)
    else:
        json.dumps(shares, allow_nan=False)
        assert all(-1e-9 <= share <= 1 + 1e-9 for share in shares)
        assert found.accuracy + found.false_pass + found.false_fail == pytest.approx(1)
