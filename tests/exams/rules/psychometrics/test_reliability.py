"""KR-20, KR-21, alpha and standard errors, against a published table and exact fractions."""

import statistics
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest

from exams.rules.psychometrics.reliability import (
    alpha,
    conditional_standard_error,
    kr20,
    kr21,
    standard_error,
)
from exams.rules.psychometrics.undefined import Why
from tests.exams.rules.psychometrics.slow_analysis import alpha as slow_alpha
from tests.exams.rules.psychometrics.tables import WUENSCH, WUENSCH_P


def test_kr20_of_the_table_of_wuensch() -> None:
    totals = [Fraction(sum(row)) for row in WUENSCH]
    spread = statistics.pvariance(totals)
    assert spread == Fraction("5.84")
    by_hand = Fraction(10, 9) * (1 - Fraction("2.18") / Fraction("5.84"))
    assert kr20(sum(p * (1 - p) for p in WUENSCH_P), 5.84, 10) == pytest.approx(float(by_hand), abs=1e-12)


def test_alpha_of_right_or_wrong_items_is_kr20_with_the_variance_of_a_population() -> None:
    assert alpha(WUENSCH) == pytest.approx(kr20(2.18, 5.84, 10), abs=1e-12)
    # The classic mistake, Σpq with the variance ÷ (N − 1), is another number.
    assert kr20(2.18, 5.84 * 10 / 9, 10) == pytest.approx(0.738, abs=1e-3)


def test_alpha_of_points_of_any_size() -> None:
    rows = [[3, 2, 5], [1, 1, 2], [4, 2, 6], [2, 0, 3], [5, 4, 4]]
    assert alpha(rows) == pytest.approx(slow_alpha([list(c) for c in zip(*rows, strict=True)]), abs=1e-12)


def test_kr21_by_hand() -> None:
    # 50/49 · (1 − 40·10/(50·27)) with exact fractions.
    exact = Fraction(50, 49) * (1 - Fraction(400, 1350))
    assert kr21(40, 27, 50) == pytest.approx(float(exact), abs=1e-12)
    assert kr21(40, 27, 50) == pytest.approx(0.718, abs=1e-3)


def test_kr21_is_kr20_when_all_items_are_equally_hard() -> None:
    rows = [[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0]]
    totals = np.array(rows).sum(axis=1)
    assert kr21(totals.mean(), totals.var(), 4) == pytest.approx(alpha(rows), abs=1e-12)


def test_standard_errors_by_hand() -> None:
    assert standard_error(5, 0.84) == pytest.approx(2)
    assert standard_error(5, 1.0) == 0
    assert conditional_standard_error(35, 50) == pytest.approx(sqrt(35 * 15 / 49))
    assert conditional_standard_error(50, 50) == 0


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (kr20(0, 0, 10), Why.NO_VARIANCE),
        (kr20(0.2, 0.2, 1), Why.ONE_ITEM),
        (kr21(0, 0, 0), Why.NO_ITEMS),
        (alpha([]), Why.NO_PERSONS),
        (alpha([[1, 0]]), Why.NO_VARIANCE),
        (alpha([[0.1, 0.2, 0.3], [0.3, 0.2, 0.1]]), Why.NO_VARIANCE),
        (standard_error(2, Why.NO_VARIANCE), Why.RELIABILITY_UNDEFINED),
        (conditional_standard_error(1, 1), Why.ONE_ITEM),
        (conditional_standard_error(11, 10), Why.CUT_OUT_OF_RANGE),
    ],
)
def test_what_does_not_exist_says_why(found: object, why: Why) -> None:
    assert found is why
