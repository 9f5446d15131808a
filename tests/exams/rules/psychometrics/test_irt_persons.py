"""Abilities, information and fit against integrals, maxima and sums worked out another way."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.optimize import minimize_scalar

from exams.rules.psychometrics.irt import (
    Calibration,
    ItemEstimate,
    Model,
    abilities,
    error_at,
    fit,
    form_information,
    item_fit,
    item_information,
    probability,
)
from tests.exams.rules.psychometrics import law_school

SLOPES, PLACES = [0.8, 1.2, 1.7, 1.0], [-1.0, 0.3, 0.1, 1.4]


def calibration(slopes: list[float], places: list[float]) -> Calibration:
    items = tuple(ItemEstimate(str(n), 100, a, b) for n, (a, b) in enumerate(zip(slopes, places, strict=True)))
    return Calibration(Model.TWO, 100, items)


def chances(theta: float) -> list[float]:
    return [1 / (1 + math.exp(-a * (theta - b))) for a, b in zip(SLOPES, PLACES, strict=True)]


def likelihood(answers: list[float], theta: float) -> float:
    return math.prod(1.0 if math.isnan(u) else p if u else 1 - p for u, p in zip(answers, chances(theta), strict=True))


def posterior_moment(answers: list[float], power: int) -> float:
    return quad(lambda t: t**power * likelihood(answers, t) * math.exp(-t * t / 2), -9, 9, epsabs=1e-13)[0]


@pytest.mark.parametrize("answers", [[1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1], [1, math.nan, 0, math.nan]])
def test_eap_is_the_mean_of_the_posterior(answers: list[float]) -> None:
    person = abilities(calibration(SLOPES, PLACES), [answers])[0]
    whole = posterior_moment(answers, 0)
    mean = posterior_moment(answers, 1) / whole
    assert person.eap == pytest.approx(mean, abs=1e-7)
    assert person.eap_sd == pytest.approx(math.sqrt(posterior_moment(answers, 2) / whole - mean**2), abs=1e-7)


@pytest.mark.parametrize("answers", [[1, 0, 1, 0], [0, 0, 0, 0], [1, 1, 1, 1], [0, 1, math.nan, 1]])
def test_wle_is_the_top_of_the_weighted_likelihood(answers: list[float]) -> None:
    def down(theta: float) -> float:
        told = sum(
            a * a * p * (1 - p) for a, p, u in zip(SLOPES, chances(theta), answers, strict=True) if not math.isnan(u)
        )
        return -math.log(likelihood(answers, theta)) - 0.5 * math.log(told)

    person = abilities(calibration(SLOPES, PLACES), [answers])[0]
    assert person.wle == pytest.approx(minimize_scalar(down, bounds=(-8, 8), options={"xatol": 1e-10}).x, abs=1e-6)


def test_wle_of_equal_items_in_closed_form() -> None:
    # n items with a = 1 and b = 0: P = (x + 1/2)/(n + 1), so x = 5 of 5 is ln 11.
    table = [[1] * x + [0] * (5 - x) for x in range(6)]
    people = abilities(calibration([1.0] * 5, [0.0] * 5), table)
    expected = [math.log((x + 0.5) / (5.5 - x)) for x in range(6)]
    assert [person.wle for person in people] == pytest.approx(expected, abs=1e-8)
    assert people[5].wle_error == pytest.approx(1 / math.sqrt(5 * (5.5 / 6) * (0.5 / 6)))


def test_information_and_error_at_a_place() -> None:
    form = calibration([2.0, 1.0], [0.5, 0.5])
    assert probability(form.items[1], 0.5 + math.log(3)) == pytest.approx(0.75)
    assert item_information(form.items[0], 0.5) == pytest.approx(1.0)
    assert form_information(form.items, 0.5) == pytest.approx(1.25)
    assert error_at(form, 0.5) == pytest.approx(1 / math.sqrt(1.25))
    empty = ItemEstimate("x", 3, reason="none")
    assert probability(empty, 0.0) is None
    assert item_information(empty, 0.0) is None
    assert error_at(Calibration(Model.ONE, 3, (empty,)), 0.0) is None


def test_person_fit_by_its_definition() -> None:
    answers = [0, 1, 0, 1]
    person = abilities(calibration(SLOPES, PLACES), [answers])[0]
    assert person.eap is not None
    right = chances(person.eap)
    squares = [(u - p) ** 2 for u, p in zip(answers, right, strict=True)]
    spread = [p * (1 - p) for p in right]
    assert person.outfit == pytest.approx(sum(s / v for s, v in zip(squares, spread, strict=True)) / 4)
    assert person.infit == pytest.approx(sum(squares) / sum(spread))
    # l_z by going through all 16 patterns and their log-likelihoods.
    logs = []
    for bits in range(16):
        pattern = [bits >> n & 1 for n in range(4)]
        chance = likelihood(pattern, person.eap)
        logs.append((chance, math.log(chance)))
    mean = sum(chance * log for chance, log in logs)
    variance = sum(chance * (log - mean) ** 2 for chance, log in logs)
    assert person.lz == pytest.approx((math.log(likelihood(answers, person.eap)) - mean) / math.sqrt(variance))


def test_a_backward_record_stands_out() -> None:
    form = calibration([1.5] * 10, list(np.linspace(-2, 2, 10)))
    expected, backward = abilities(form, [[1] * 6 + [0] * 4, [0] * 4 + [1] * 6])
    assert expected.lz is not None
    assert backward.lz is not None
    assert backward.lz < -3 < 0 < expected.lz
    assert backward.outfit is not None
    assert backward.outfit > 2


def test_item_fit_by_its_definition() -> None:
    table = [[1, 0, 1, 0], [0, 1, 1, 1], [1, 1, math.nan, 0]]
    form = calibration(SLOPES, PLACES)
    means = [person.eap for person in abilities(form, table)]
    fits = item_fit(form, table)
    for column, one in enumerate(fits):
        cells = [(row[column], chances(theta)[column]) for row, theta in zip(table, means, strict=True)]
        cells = [(u, p) for u, p in cells if not math.isnan(u)]
        assert one.outfit == pytest.approx(sum((u - p) ** 2 / (p - p * p) for u, p in cells) / len(cells))
        assert one.infit == pytest.approx(sum((u - p) ** 2 for u, p in cells) / sum(p - p * p for _, p in cells))


def test_answers_of_the_model_fit_the_model() -> None:
    table = law_school.answers()
    found = fit(table, "1pl")
    assert all(one.infit is not None and 0.8 < one.infit < 1.1 for one in item_fit(found, table))


def test_nobody_nothing_and_no_estimate() -> None:
    form = calibration(SLOPES, PLACES)
    assert abilities(form, []) == ()
    blank = abilities(form, [[math.nan] * 4])[0]
    assert (blank.eap, blank.wle, blank.lz) == (None, None, None)
    assert blank.reason
    without = Calibration(Model.ONE, 0, (ItemEstimate("x", 0, reason="none"),))
    assert abilities(without, [[1]])[0].reason
    assert item_fit(without, [[1]])[0].outfit is None
    with pytest.raises(ValueError, match="4 calibrated items"):
        abilities(form, [[1, 0]])


@settings(max_examples=25, deadline=None)
@given(
    arrays(float, st.tuples(st.integers(1, 6), st.just(3)), elements=st.sampled_from([0.0, 1.0, math.nan])),
    st.lists(st.floats(-9, 9), min_size=3, max_size=3),
    st.lists(st.floats(-6, 6), min_size=3, max_size=3),
)
def test_whatever_the_items_numbers_are_finite_or_have_a_reason(
    table: np.ndarray, slopes: list[float], places: list[float]
) -> None:
    for person in abilities(calibration(slopes, places), table):
        numbers = [person.eap, person.eap_sd, person.wle, person.wle_error, person.outfit, person.infit, person.lz]
        assert all(number is None or math.isfinite(number) for number in numbers)
        assert (None in numbers) == (person.reason is not None)
    for one in item_fit(calibration(slopes, places), table):
        assert one.reason or (math.isfinite(one.outfit) and math.isfinite(one.infit))
