"""What is read off calibrations and equatings, by hand."""

import numpy as np
import pytest

from exams.rules.psychometrics.calibration_study import Part, ability_at, calibrate, persons_as_json, unlinked
from exams.rules.psychometrics.equating.choice import Method
from exams.rules.psychometrics.equating.conversion import Conversion
from exams.rules.psychometrics.equating.study import Side, cut_moved
from exams.rules.psychometrics.irt import ItemEstimate, Model, PersonEstimate
from exams.rules.psychometrics.undefined import Why


def item(a: float | None, b: float | None) -> ItemEstimate:
    return ItemEstimate("x", 9, a, b)


def test_the_ability_at_which_a_score_is_expected() -> None:
    # Two items with chances σ(θ) and σ(θ): 1 at 0, and 1.5 where each is ¾, at ln 3.
    assert ability_at([item(1, 0), item(1, 0)], 1) == pytest.approx(0, abs=1e-9)
    assert ability_at([item(1, 0), item(1, 0)], 1.5) == pytest.approx(np.log(3))
    assert ability_at([item(1, 0)], None) is Why.NO_CUT
    assert ability_at([item(1, 0)], 1) is Why.CUT_OUT_OF_RANGE
    assert ability_at([item(1, 0), item(None, None)], 1) is Why.ITEM_WITHOUT_ESTIMATE
    assert ability_at([item(0.01, 0), item(0.01, 0)], 1.9) is Why.CUT_NOT_EXPECTED


def test_persons_are_told_as_a_group() -> None:
    people = [
        PersonEstimate(5, eap=-1.0, eap_sd=1.0, wle=-1.5, lz=-2.5, outfit=1.0),
        PersonEstimate(5, eap=1.0, eap_sd=1.0, wle=2.5, lz=0.0, outfit=2.5),
        PersonEstimate(0),
    ]
    found = persons_as_json(people)
    assert (found["n"], found["estimated"], found["reliability"]) == (3, 2, 0.5)
    assert (found["wle_mean"], found["wle_sd"]) == (0.5, 2.0)
    assert (found["unlikely"], found["straying"], found["fit_n"]) == (1, 1, 2)
    assert persons_as_json([])["reasons"]["reliability"]["code"] == "no_persons"


def test_forms_are_linked_by_common_items_over_other_forms() -> None:
    forms = {"A": frozenset("12"), "B": frozenset("34"), "C": frozenset("5"), "D": frozenset("23")}
    assert sorted(sorted(group) for group in unlinked(forms)) == [["A", "B", "D"], ["C"]]


def test_nobody_can_be_calibrated_and_it_is_said() -> None:
    said = []
    found = calibrate(
        np.zeros((0, 2)), ["A", "B"], [Part("F", (0, 1), 1.0)], model=Model.ONE, report=lambda *step: said.append(step)
    )
    assert found["reason"]
    assert found["parts"][0]["error"] == [None] * 33
    assert found["parts"][0]["reasons"]["ability_at_cut"]["code"] == "item_without_estimate"
    assert said[0] == ("calibrating", None)


def test_what_a_conversion_means_for_the_cut() -> None:
    people = np.array([[1.0] * n + [0.0] * (10 - n) for n in range(11)])
    items = tuple(map(str, range(10)))
    new, old = Side(people, items, {}, 6.5), Side(people, items, {}, 7.0)
    # Two points easier: 9 stands for 7; the own cut of 6.5 is worth 4.5. Of 11 persons 4 have 7 or more, 2 have 9.
    found = cut_moved(Conversion(Method.MEAN, tuple(float(x - 2) for x in range(11))), new, old)
    assert (found["equated"], found["own_on_old"]) == (9, 4.5)
    assert (found["passed_own"], found["passed_equated"]) == (pytest.approx(4 / 11), pytest.approx(2 / 11))
    nothing = cut_moved(Conversion(Method.TUCKER, (Why.NO_VARIANCE,) * 11), new, old)
    assert (nothing["equated"], nothing["own_on_old"]) == (None, None)
    told = ("equated", "own_on_old", "passed_equated")
    assert [nothing["reasons"][name]["code"] for name in told] == ["no_variance"] * 3
    # Four points harder to have: ten points are worth six, and the old cut is seven.
    short = cut_moved(Conversion(Method.MEAN, tuple(float(x - 4) for x in range(11))), new, old)
    assert [short["reasons"][name]["code"] for name in ("equated", "passed_equated")] == ["cut_beyond_form"] * 2
