"""Points on a drawing: in image pixels, exact at every edge."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.rules.areas import Circle, Rectangle, polygon
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.scoring import AreasKey, parse_point, points, read_key
from exams.rules.scoring.marks import qti_map_response_point

COIL = read_key(
    ItemKind.HOTSPOT,
    ScoringRule.NESTED_BEST,
    {
        "areas": [
            {"shape": "circle", "x": "178.3", "y": "262", "radius": "12", "score": "1"},
            {"shape": "circle", "x": "178.3", "y": "262", "radius": "20", "score": "0.5"},
            {"shape": "rect", "x": "10", "y": "20", "width": "30", "height": "5", "score": "0.25"},
            {"shape": "polygon", "points": [["300", "0"], ["340", "0"], ["300", "40"]], "score": "0.75"},
        ]
    },
    {},
)
pixels = st.integers(0, 400)


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("178.3,262", Fraction(1)),
        ("190.3,262", Fraction(1)),  # on the line: 178.3 + 12, which no float holds
        ("190.31,262", Fraction(1, 2)),
        ("178.3,282", Fraction(1, 2)),  # on the outer line
        ("178.3,282.01", Fraction(0)),
        ("10,20", Fraction(1, 4)),  # corner of the rectangle
        ("40,25", Fraction(1, 4)),
        ("40.01,25", Fraction(0)),
        ("320,20", Fraction(3, 4)),  # on the long side of the triangle
        ("320.01,20", Fraction(0)),
        ("340,0", Fraction(3, 4)),
        ("0,0", Fraction(0)),
    ],
)
def test_nested_best(point: str, expected: Fraction) -> None:
    assert points(ScoringRule.NESTED_BEST, COIL, [point]) == expected


@pytest.mark.parametrize(
    "value",
    [
        None, [], "178.3,262", ["178.3, 262"], ["-1,5"], ["178.3"], ["1e2,262"], ["a,b"], [","],
        ["178.3,262", "0,0"],  # two points, where one is asked: nobody marks everything
    ],
)  # fmt: skip
def test_what_is_no_point_earns_nothing(value: list[str] | str | None) -> None:
    assert points(ScoringRule.NESTED_BEST, COIL, value) == 0


@given(pixels, pixels, st.integers(1, 60), st.integers(1, 60))
def test_rings_are_worth_what_the_distance_says(x: int, y: int, inner: int, more: int) -> None:
    outer = inner + more
    key = AreasKey(((Circle(200, 200, outer), Fraction(1, 3)), (Circle(200, 200, inner), Fraction(1))))
    squared = (x - 200) * (x - 200) + (y - 200) * (y - 200)
    expected = Fraction(1) if squared <= inner * inner else Fraction(1, 3) if squared <= outer * outer else Fraction(0)
    assert points(ScoringRule.NESTED_BEST, key, [f"{x},{y}"]) == expected


@given(pixels, pixels)
def test_a_slanted_square_is_what_its_four_inequalities_say(x: int, y: int) -> None:
    key = AreasKey(((polygon([[200, 100], [300, 200], [200, 300], [100, 200]]), Fraction(1)),))
    assert points(ScoringRule.NESTED_BEST, key, [f"{x},{y}"]) == (abs(x - 200) + abs(y - 200) <= 100)


LEFT, RIGHT = Rectangle(0, 0, 60, 100), Rectangle(40, 0, 60, 100)  # they overlap from 40 to 60
QTI = AreasKey(((LEFT, Fraction(1)), (RIGHT, Fraction(2))), most_points=3, default=Fraction(-1, 2), upper=Fraction(3))


@pytest.mark.parametrize(
    ("marked", "score"),
    [
        (["10,10"], Fraction(1)),
        (["50,10"], Fraction(3)),  # in both areas: each adds once
        (["10,10", "20,20"], Fraction(1)),  # two points in one area count once
        (["10,10", "90,10"], Fraction(3)),
        (["50,10", "90,10"], Fraction(3)),
        (["10,10", "200,10"], Fraction(1, 2)),  # the point outside adds the default
        (["200,10", "300,10"], Fraction(-1)),  # each of them
        (["200,10"], Fraction(-1, 2)),
    ],
)
def test_qti_map_response_point(marked: list[str], score: Fraction) -> None:
    at = frozenset(point for text in marked if (point := parse_point(text)) is not None)
    assert qti_map_response_point(at, QTI) == score
    assert points(ScoringRule.QTI_MAP_RESPONSE_POINT, QTI, marked) == max(Fraction(0), score) / 3


def test_bounds_come_last_and_nothing_marked_is_nothing() -> None:
    bounded = AreasKey(QTI.areas, most_points=3, lower=Fraction(1), upper=Fraction(2))
    assert points(ScoringRule.QTI_MAP_RESPONSE_POINT, bounded, ["50,10"]) == 1
    assert points(ScoringRule.QTI_MAP_RESPONSE_POINT, bounded, ["200,10"]) == Fraction(1, 2)
    assert points(ScoringRule.QTI_MAP_RESPONSE_POINT, bounded, None) == 0
    assert points(ScoringRule.QTI_MAP_RESPONSE_POINT, bounded, ["1,1", "2,2", "3,3", "4,4"]) == 0


@given(st.lists(st.tuples(pixels, pixels), min_size=1, max_size=3))
def test_the_order_of_points_and_repeats_do_not_matter(marked: list[tuple[int, int]]) -> None:
    answer = [f"{x},{y}" for x, y in marked]
    worth = points(ScoringRule.QTI_MAP_RESPONSE_POINT, QTI, answer)
    assert worth == points(ScoringRule.QTI_MAP_RESPONSE_POINT, QTI, answer[::-1])
    assert 0 <= worth <= 1
    hit = sum(any(area.holds(x, y) for x, y in marked) * score for area, score in QTI.areas)
    missed = len({point for point in marked if point[0] > 100 or point[1] > 100})
    assert worth == max(0, min(Fraction(3), hit - Fraction(missed, 2))) / 3


def test_a_point_is_read_in_pixels_with_two_places() -> None:
    assert parse_point("178.3,262") == (Decimal("178.3"), Decimal(262))
    assert [parse_point(text) for text in ("178.333,1", "１,2", "123456,1", "1,2,3", " 1,2")] == [None] * 5
