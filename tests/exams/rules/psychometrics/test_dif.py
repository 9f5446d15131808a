"""Mantel–Haenszel against R and textbooks, classes against their definition, degenerate tables."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.rules.psychometrics.dif import EtsClass, Minimum, analyse, ets_class, mantel_haenszel, strata
from exams.rules.psychometrics.undefined import Why

# UCBAdmissions of R: men admitted, rejected; women admitted, rejected; departments A to F.
BERKELEY = [
    ((512, 313), (89, 19)),
    ((353, 207), (17, 8)),
    ((120, 205), (202, 391)),
    ((138, 279), (131, 244)),
    ((53, 138), (94, 299)),
    ((22, 351), (24, 317)),
]
# Rabbits of R (Agresti 1990): cured, died without delay of the injection; cured, died with delay; by dose.
RABBITS = [((0, 6), (0, 5)), ((3, 3), (0, 6)), ((6, 0), (2, 4)), ((5, 1), (6, 0)), ((2, 0), (5, 0))]
NO_MINIMUM = Minimum(1, 2)


def test_admissions_of_berkeley() -> None:
    # mantelhaen.test: X-squared 1.4269, p 0.2323, odds 0.9046968, 95 % from 0.7719074 to 1.0603298.
    found = mantel_haenszel(BERKELEY)
    assert found.odds == pytest.approx(0.9046968, abs=1e-7)
    assert found.chi2 == pytest.approx(1.4269, abs=1e-4)
    assert found.p == pytest.approx(0.2323, abs=1e-4)
    assert found.error == pytest.approx(math.log(1.0603298 / 0.7719074) / (2 * 1.959964), abs=1e-6)


def test_rabbits_and_penicillin() -> None:
    # mantelhaen.test: X-squared 3.9286, p 0.04747, odds 7, 95 % from 1.026713 to 47.725133.
    found = mantel_haenszel(RABBITS)
    assert found.odds == pytest.approx(7)
    assert found.chi2 == pytest.approx(3.9286, abs=1e-4)
    assert found.p == pytest.approx(0.04747, abs=1e-5)
    assert found.error == pytest.approx(math.log(47.725133 / 1.026713) / (2 * 1.959964), abs=1e-6)


def test_one_table_has_the_error_of_woolf() -> None:
    found = mantel_haenszel([((10, 20), (30, 40))])
    assert found.odds == pytest.approx(10 * 40 / (20 * 30))
    assert found.error == pytest.approx(math.sqrt(1 / 10 + 1 / 20 + 1 / 30 + 1 / 40))


def test_continuity_never_turns_agreement_into_a_difference() -> None:
    # |ΣA − ΣE| is 0.25, less than the ½ that is taken off.
    assert mantel_haenszel([((1, 2), (0, 1))]).chi2 == 0
    assert mantel_haenszel([((1, 2), (0, 1))]).p == 1


def test_a_stratum_of_one_person_is_dropped() -> None:
    found = mantel_haenszel([*BERKELEY, ((1, 0), (0, 0)), ((0, 0), (0, 1))])
    assert found == mantel_haenszel(BERKELEY)
    assert found.strata == 6


@pytest.mark.parametrize(
    ("delta", "error", "p", "expected"),
    [
        (-0.99, 0.1, 0.001, "A"),
        (-2.0, 0.9, 0.06, "A"),
        (1.2, 0.3, 0.01, "B"),
        (-2.0, 0.7, 0.01, "B"),
        (-2.0, 0.5, 0.01, "C"),
        (1.49, 0.1, 0.001, "B"),
        (2.5, 0.5, 0.001, "C"),
    ],
)
def test_ets_classes(delta: float, error: float, p: float, expected: str) -> None:
    assert ets_class(delta, error, p) == expected


def test_people_are_sorted_into_strata() -> None:
    tables = strata(np.array([1, 0, 1, 0, 1]), np.array([False, False, True, True, True]), np.array([3, 3, 3, 1, 1]))
    assert tables.tolist() == [[[0, 0], [1, 1]], [[1, 1], [1, 0]]]


def exam(seed: int, harder: float, *, persons: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Return answers to 20 items, of which the first is `harder` logits harder for the focal group."""
    chance = np.random.default_rng(seed)
    focal = chance.random(persons) < 0.4
    theta = chance.standard_normal(persons) - 0.5 * focal
    places = np.tile(np.linspace(-1.5, 1.5, 20), (persons, 1))
    places[:, 0] += harder * focal
    answers = chance.random((persons, 20)) < 1 / (1 + np.exp(places - theta[:, None]))
    return answers.astype(float), focal


def test_an_item_made_harder_for_the_focal_group_is_found() -> None:
    # One logit harder is Δ = −2.35; the weaker focal group alone makes no DIF.
    answers, focal = exam(1, 1.0)
    first, *others = analyse(answers, focal, [f"I{n}" for n in range(20)])
    assert first.ets is EtsClass.C
    assert first.purified
    assert first.delta == pytest.approx(-2.35, abs=0.5)
    assert {item.ets for item in others} == {EtsClass.A}
    assert first.reference + first.focal == 3000


def test_an_item_made_easier_has_a_positive_delta() -> None:
    answers, focal = exam(2, -1.0)
    assert analyse(answers, focal, [str(n) for n in range(20)])[0].delta > 1.5


def test_purifying_keeps_the_studied_item_and_drops_the_flagged() -> None:
    answers, focal = exam(3, 1.5)
    items = [str(n) for n in range(20)]
    found = analyse(answers, focal, items)
    flagged = [n for n, item in enumerate(found) if item.ets is not EtsClass.A]
    assert flagged == [0]
    by_hand = mantel_haenszel(strata(answers[:, 5], focal, answers[:, 1:].sum(axis=1)))
    assert found[5].chi2 == by_hand.chi2
    of_flagged = mantel_haenszel(strata(answers[:, 0], focal, answers.sum(axis=1)))
    assert found[0].chi2 == of_flagged.chi2


def test_small_groups_get_no_verdict() -> None:
    answers, focal = exam(4, 2.0, persons=300)
    found = analyse(answers, focal, [str(n) for n in range(20)])
    assert {item.ets for item in found} == {Why.GROUP_TOO_SMALL}
    assert {item.delta for item in found} == {Why.GROUP_TOO_SMALL}
    lenient = analyse(answers, focal, [str(n) for n in range(20)], Minimum(50, 200))
    assert isinstance(lenient[0].ets, EtsClass)


def test_who_did_not_reach_an_item_is_left_out_of_it() -> None:
    answers, focal = exam(5, 0.0)
    answers[:100, 3] = np.nan
    found = analyse(answers, focal, [str(n) for n in range(20)])
    assert found[3].reference + found[3].focal == 2900
    assert found[4].reference + found[4].focal == 3000


def test_shapes_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="one group for each person"):
        analyse([[1, 0]], [True, False], ["A", "B"])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from([0.0, 1.0, math.nan]), min_size=3, max_size=3), st.booleans()), max_size=9
    )
)
def test_whatever_the_answers_numbers_are_finite_or_have_a_reason(people: list[tuple[list[float], bool]]) -> None:
    answers = np.array([row for row, _ in people]).reshape(-1, 3)
    for item in analyse(answers, [group for _, group in people], ["A", "B", "C"], NO_MINIMUM):
        for value in (item.delta, item.delta_error, item.chi2, item.p):
            assert isinstance(value, Why) or math.isfinite(value)
        assert isinstance(item.ets, EtsClass | Why)
