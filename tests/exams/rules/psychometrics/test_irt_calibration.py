"""Calibrations against published estimates and against the likelihood integrated another way."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad

from exams.rules.psychometrics.irt import Calibration, Model, fit
from tests.exams.rules.psychometrics import law_school


def integrated(patterns: dict[tuple[int | None, ...], int], a: list[float], b: list[float]) -> float:
    """Return the marginal log-likelihood by adaptive integration, in plain Python."""

    def chance(pattern: tuple[int | None, ...], theta: float) -> float:
        product = math.exp(-theta * theta / 2) / math.sqrt(2 * math.pi)
        for answer, slope, place in zip(pattern, a, b, strict=True):
            if answer is not None:
                right = 1 / (1 + math.exp(-slope * (theta - place)))
                product *= right if answer else 1 - right
        return product

    return sum(
        count * math.log(quad(lambda theta, p=pattern: chance(p, theta), -10, 10, epsabs=1e-13, epsrel=1e-11)[0])
        for pattern, count in patterns.items()
    )


def parameters(calibration: Calibration) -> tuple[list[float], list[float]]:
    pairs = [(item.a, item.b) for item in calibration.items]
    assert all(a is not None and b is not None for a, b in pairs)
    return [a for a, _ in pairs], [b for _, b in pairs]


def simulated(seed: int, persons: int, slopes: list[float], places: list[float]) -> np.ndarray:
    chance = np.random.default_rng(seed)
    theta = chance.standard_normal((persons, 1))
    return (chance.random((persons, len(slopes))) < 1 / (1 + np.exp(-np.array(slopes) * (theta - places)))).astype(
        float
    )


def test_the_one_parameter_model_on_the_law_school_data() -> None:
    # ltm: rasch(LSAT), -2466.938, discrimination 0.7551.
    found = fit(law_school.answers(), "1pl")
    slopes, places = parameters(found)
    assert found.converged
    assert found.cautions == ()
    assert found.loglik == pytest.approx(-2466.938, abs=1e-3)
    assert slopes == pytest.approx([0.7551] * 5, abs=1e-4)
    assert places == pytest.approx([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=2e-4)
    assert (found.persons, found.parameters) == (1000, 6)


def test_the_two_parameter_model_on_the_law_school_data() -> None:
    # ltm: ltm(LSAT ~ z1), which stopped at a gradient of 0.024; hence the third digit.
    found = fit(law_school.answers(), Model.TWO)
    slopes, places = parameters(found)
    assert found.loglik == pytest.approx(-2466.653, abs=1e-3)
    assert slopes == pytest.approx([0.8254, 0.7229, 0.8905, 0.6886, 0.6575], abs=1e-3)
    assert places == pytest.approx([-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], abs=3e-3)
    assert [i.a_error for i in found.items] == pytest.approx([0.2581, 0.1867, 0.2326, 0.1852, 0.2100], abs=2e-4)
    assert [i.b_error for i in found.items] == pytest.approx([0.8669, 0.3073, 0.0997, 0.4341, 0.8700], abs=2e-3)
    assert found.gradient is not None
    assert found.gradient < 1e-5
    assert found.aic == pytest.approx(4953.307, abs=2e-3)
    assert found.bic == pytest.approx(5002.384, abs=2e-3)


@pytest.mark.parametrize("model", list(Model))
def test_the_likelihood_is_the_integral_and_the_estimates_are_its_top(model: Model) -> None:
    table = simulated(3, 400, [0.7, 1.0, 1.6, 1.2], [-1.0, 0.0, 0.4, 1.1])
    patterns: dict[tuple[int | None, ...], int] = {}
    for row in table.astype(int).tolist():
        patterns[tuple(row)] = patterns.get(tuple(row), 0) + 1
    found = fit(table, model)
    slopes, places = parameters(found)
    top = integrated(patterns, slopes, places)
    assert found.loglik == pytest.approx(top, abs=1e-6)
    for place in range(4):
        for step in (-0.02, 0.02):
            moved = [b + step * (i == place) for i, b in enumerate(places)]
            assert integrated(patterns, slopes, moved) < top
            steeper = [a + step * (model is Model.ONE or i == place) for i, a in enumerate(slopes)]
            assert integrated(patterns, steeper, places) < top


def test_missing_answers_say_nothing() -> None:
    table = simulated(5, 300, [1.0, 1.4, 0.8], [-0.5, 0.0, 0.7])
    table[::3, 1] = np.nan
    table[1::5, 2] = np.nan
    patterns: dict[tuple[int | None, ...], int] = {}
    for row in table.tolist():
        key = tuple(None if math.isnan(value) else int(value) for value in row)
        patterns[key] = patterns.get(key, 0) + 1
    found = fit(table, "1pl")
    slopes, places = parameters(found)
    top = integrated(patterns, slopes, places)
    assert found.loglik == pytest.approx(top, abs=1e-6)
    assert integrated(patterns, [a + 0.02 for a in slopes], places) < top
    assert integrated(patterns, [a - 0.02 for a in slopes], places) < top
    assert [item.answers for item in found.items] == [300, 200, 240]


def test_somebody_without_any_answer_changes_nothing() -> None:
    table = law_school.answers()
    with_strangers, without = fit(np.vstack([table, np.full((7, 5), np.nan)]), "1pl"), fit(table, "1pl")
    assert with_strangers.persons == 1000
    assert with_strangers.loglik == pytest.approx(without.loglik, abs=1e-9)
    assert parameters(with_strangers)[1] == pytest.approx(parameters(without)[1], abs=1e-9)


def test_known_slopes_and_difficulties_come_back() -> None:
    slopes, places = [0.6, 1.2, 1.8] * 3, list(np.linspace(-1.6, 1.6, 9))
    found = fit(simulated(11, 1500, slopes, places), "2pl")
    for item, slope, place in zip(found.items, slopes, places, strict=True):
        assert item.a is not None
        assert item.a_error is not None
        assert item.b is not None
        assert item.b_error is not None
        assert abs(item.a - slope) < 4 * item.a_error
        assert abs(item.b - place) < 4 * item.b_error


def test_an_item_everybody_solves_is_left_out_with_its_reason() -> None:
    table = np.column_stack([law_school.answers(), np.ones(1000), np.zeros(1000), np.full(1000, np.nan)])
    found = fit(table, "2pl", ["A", "B", "C", "D", "E", "all", "none", "blank"])
    assert [(item.item, item.a, item.b) for item in found.items[5:]] == [
        ("all", None, None),
        ("none", None, None),
        ("blank", None, None),
    ]
    assert "right" in (found.items[5].reason or "")
    assert "wrong" in (found.items[6].reason or "")
    assert "Nobody" in (found.items[7].reason or "")
    assert [caution.item for caution in found.cautions] == ["all", "none", "blank"]
    assert found.loglik == pytest.approx(-2466.653, abs=1e-3)


def test_a_slope_that_runs_away_is_no_estimate() -> None:
    table = simulated(2, 300, [1.0] * 4, [-0.6, -0.2, 0.2, 0.6])
    found = fit(np.column_stack([table, table[:, 0], table[:, 0]]), "2pl")
    assert {"item_without_estimate"} <= {caution.code for caution in found.cautions}
    steep = [item for item in found.items if item.a is None]
    assert steep
    assert all("runs away" in (item.reason or "") for item in steep)


def test_a_wrong_key_shows_as_a_negative_slope() -> None:
    table = simulated(9, 1000, [1.3] * 6, [-1.0, -0.5, 0.0, 0.2, 0.5, 1.0])
    table[:, 2] = 1 - table[:, 2]
    found = fit(table, "2pl")
    assert [item.a is not None and item.a < 0 for item in found.items] == [False, False, True, False, False, False]
    assert [(caution.code, caution.item) for caution in found.cautions] == [("negative_slope", "3")]


def test_few_persons_are_named() -> None:
    table = simulated(4, 25, [1.0] * 5, [-1.0, -0.5, 0.0, 0.5, 1.0])
    assert "too_few_persons" in {caution.code for caution in fit(table, "1pl").cautions}


@pytest.mark.parametrize(
    "table", [[], np.zeros((0, 4)), [[1]], [[1, 0, 1]], np.ones((9, 4)), np.full((5, 3), np.nan), [[1.0], [0.0]]]
)
@pytest.mark.parametrize("model", ["1pl", "2pl"])
def test_nothing_to_calibrate_is_said(table: np.ndarray, model: str) -> None:
    found = fit(table, model)
    assert found.loglik is None
    assert found.gradient is None
    assert not found.converged
    assert found.reason
    assert all(item.a is None and item.b is None and item.reason for item in found.items)


@settings(max_examples=40, deadline=None)
@given(
    arrays(float, st.tuples(st.integers(0, 12), st.integers(1, 5)), elements=st.sampled_from([0.0, 1.0, math.nan])),
    st.sampled_from(list(Model)),
)
def test_whatever_the_answers_numbers_are_finite_or_have_a_reason(table: np.ndarray, model: Model) -> None:
    found = fit(table, model)
    plain = json.loads(json.dumps(found.as_json(), allow_nan=False))
    for item in plain["items"]:
        assert (item["b"] is None) == (item["item"] in plain["reasons"])
    if found.loglik is not None:
        assert found.loglik < 1e-9
        assert found.converged or "not_converged" in {caution.code for caution in found.cautions}


def test_what_is_no_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="1, 0 or missing"):
        fit([[1, 2], [0, 1]], "1pl")
    with pytest.raises(ValueError, match="table"):
        fit([1, 0, 1], "1pl")
    with pytest.raises(ValueError, match="names"):
        fit([[1, 0], [0, 1]], "1pl", ["A"])
    with pytest.raises(ValueError, match="3pl"):
        fit([[1, 0], [0, 1]], "3pl")


def test_the_shape_outsiders_rely_on() -> None:
    plain = fit(law_school.answers(), "1pl", list("ABCDE")).as_json()
    assert {"model", "loglik", "converged", "items"} <= plain.keys()
    assert plain["model"] == "1pl"
    assert plain["converged"] is True
    assert [item["item"] for item in plain["items"]] == list("ABCDE")
    assert {"item", "a", "b"} <= plain["items"][0].keys()
