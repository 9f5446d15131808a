"""Points in areas: values worked out by hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.rules.areas import Circle, Polygon, Rectangle, exactly, inside_drawing, polygon

TRIANGLE = Polygon(((0, 0), (10, 0), (0, 10)))
# A "C": the notch from the right is outside.
NOTCHED = polygon([[0, 0], [10, 0], [10, 3], [4, 3], [4, 7], [10, 7], [10, 10], [0, 10]])


@pytest.mark.parametrize(
    ("area", "x", "y", "inside"),
    [
        (Circle(5, 5, 2), 5, 5, True),
        (Circle(5, 5, 2), 7, 5, True),  # on the line
        (Circle(5, 5, 2), 7.01, 5, False),
        (Circle(0, 0, 5), 3, 4, True),  # 3-4-5: on the line
        (Circle(0, 0, 5), 3, 4.01, False),
        (Rectangle(1, 2, 3, 4), 1, 2, True),  # a corner
        (Rectangle(1, 2, 3, 4), 4, 6, True),  # the opposite corner
        (Rectangle(1, 2, 3, 4), 4.01, 6, False),
        (TRIANGLE, 2, 2, True),
        (TRIANGLE, 5, 5, True),  # on the long side
        (TRIANGLE, 5.1, 5, False),
        (TRIANGLE, 0, 10, True),  # a corner
        (TRIANGLE, -0.1, 5, False),
        (NOTCHED, 2, 5, True),
        (NOTCHED, 7, 5, False),
        (NOTCHED, 7, 2, True),
        (NOTCHED, 7, 3, True),  # on the edge of the notch
    ],
)
def test_inside(area: Circle | Rectangle | Polygon, x: float, y: float, inside: bool) -> None:
    assert area.holds(x, y) is inside


@given(st.integers(-20, 30), st.integers(-20, 30))
def test_a_rectangle_as_a_polygon_holds_the_same_points(x: int, y: int) -> None:
    corners = polygon([[0, 0], [10, 0], [10, 8], [0, 8]])
    assert corners.holds(x, y) == Rectangle(0, 0, 10, 8).holds(x, y)


@pytest.mark.parametrize(
    ("area", "fits"),
    [
        (Circle(10, 10, 10), True),
        (Circle(10, 10, 10.5), False),
        (Rectangle(90, 40, 10, 10), True),
        (Rectangle(90, 40, 11, 10), False),
        (polygon([[0, 0], [100, 0], [50, 50]]), True),
        (polygon([[0, 0], [100, 0], [50, 51]]), False),
    ],
)
def test_areas_must_lie_on_the_drawing(area: Circle | Rectangle | Polygon, fits: bool) -> None:
    assert inside_drawing(area, (100, 50)) is fits


@pytest.mark.parametrize(
    ("written", "top", "bottom"),
    [("178.3", 1783, 10), (178.3, 1783, 10), ("-.5", -1, 2), ("1e2", 100, 1), ("1/3", 1, 3), (" 7 ", 7, 1)],
)
def test_numbers_are_what_is_written(written: str | float, top: int, bottom: int) -> None:
    assert exactly(written) == Fraction(top, bottom)


@pytest.mark.parametrize("written", ["1e9999999", "1e-999", "1e15", "9" * 31, "0." + "1" * 31, "NaN", "1_0", "", "٣"])
def test_numbers_that_take_for_ever_or_are_none_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match="number"):
        exactly(written)
