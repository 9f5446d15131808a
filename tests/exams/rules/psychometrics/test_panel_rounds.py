"""What people type and see in the rounds of a panel; values by hand."""

from decimal import Decimal

import pytest

from exams.rules.psychometrics.standard_setting.rounds import Spread, is_as_stated, read_percent, spread_of, stated_cut


@pytest.mark.parametrize(
    ("typed", "read"),
    [("0", 0), ("100", 100), (" 60 % ", 60), ("7%", 7), ("007", 7), ("101", None), ("", None), ("%", None)]
    + [(text, None) for text in ("-1", "6.5", "sixty", "६०", "1000", "1e2")],
)
def test_a_rating_is_a_whole_number_from_0_to_100(typed: str, read: int | None) -> None:
    assert read_percent(typed) == read


def test_spread() -> None:
    assert spread_of([90, 40, 60]) == Spread(3, 60.0, 40, 90)
    assert spread_of([40, 55]) == Spread(2, 47.5, 40, 55)
    assert spread_of([]) is None


def test_a_cut_is_what_was_chosen_but_for_rounding() -> None:
    mean, error = Decimal("70.4"), Decimal("1.5")
    assert stated_cut(mean, error, -2) == Decimal("67.4")
    assert [is_as_stated(Decimal(cut), mean, error, 0) for cut in (69, 70, 71, 72)] == [False, True, True, False]
    # 70.4 − 1.5 = 68.9.
    assert [is_as_stated(Decimal(cut), mean, error, -1) for cut in (67, 68, 69, 70)] == [False, True, True, False]
    # Exactly a whole point leaves no choice.
    assert [is_as_stated(Decimal(cut), Decimal(70), error, 0) for cut in (69, 70, 71)] == [False, True, False]
