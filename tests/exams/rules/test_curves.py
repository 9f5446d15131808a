"""Curves laid out: places by hand."""

import pytest

from exams.rules.curves import curves


def test_curves_stand_where_their_values_are() -> None:
    plot = curves([-2, 0, 2], {"A": [0.0, 37.0, 20.0], "B": [None, 10.0, 20.0]})
    assert plot is not None
    assert (plot.left, plot.right, plot.top) == ("−2", "2", "40")
    assert plot.curves[0].segments == ("0.0,200.0 300.0,15.0 600.0,100.0",)
    assert plot.curves[1].segments == ("300.0,150.0 600.0,100.0",)
    assert [curve.dash for curve in plot.curves] == [0, 1]


def test_what_lies_beyond_the_scale_is_a_gap() -> None:
    plot = curves([0, 1, 2, 3, 4], {"A": [1.0, 1.0, 9.0, -1.0, 1.0]}, highest=2)
    assert plot is not None
    assert plot.curves[0].segments == ("0.0,100.0 150.0,100.0",)


@pytest.mark.parametrize(("places", "values"), [([0, 1], {}), ([0, 1], {"A": [None, None]}), ([0], {"A": [1.0]})])
def test_nothing_to_draw(places: list[float], values: dict[str, list[float | None]]) -> None:
    assert curves(places, values) is None
