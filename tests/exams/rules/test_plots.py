"""Plots: what is drawn is what was counted, and the line of the cut parts those who passed from the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.plots import HEIGHT, MOST_BARS, WIDTH, ItemPlace, histogram, option_lines, scatter


def test_a_short_form_has_one_bar_for_each_score():
    plot = histogram([1, 0, 2, 4, 1], cut=3, error=0.5)
    assert [(bar.first, bar.last, bar.count, bar.passes) for bar in plot.bars] == [
        (0, 0, 1, False),
        (1, 1, 0, False),
        (2, 2, 2, False),
        (3, 3, 4, True),
        (4, 4, 1, True),
    ]
    # Five cells of 120: the cut of 3 stands before the fourth, half a point is 60.
    assert (plot.cut_x, plot.band_x, plot.band_width) == (360, 300, 120)
    assert [bar.height for bar in plot.bars] == [50, 0, 100, 200, 50]


@given(st.lists(st.integers(0, 50), min_size=2, max_size=241), st.floats(0.01, 240), st.none() | st.floats(0, 20))
def test_every_person_is_in_one_bar_on_the_right_side_of_the_cut(distribution, cut, error):
    cut = min(cut, len(distribution) - 1)
    plot = histogram(distribution, cut=cut, error=error)
    assert sum(bar.count for bar in plot.bars) == sum(distribution)
    passed = sum(count for score, count in enumerate(distribution) if score >= cut)
    assert sum(bar.count for bar in plot.bars if bar.passes) == passed
    assert all((bar.x >= plot.cut_x) == bar.passes for bar in plot.bars)
    assert len(plot.bars) <= MOST_BARS + 2
    assert all(0 <= bar.x <= WIDTH and 0 <= bar.y <= HEIGHT for bar in plot.bars)


def test_a_group_nobody_is_in_leaves_a_gap():
    right, wrong = option_lines({"b": [0.0, None, 0.5, 1.0, 1.0], "a": [None, 1.0, None, None, None]}, ["b"])
    assert (right.is_key, right.segments, len(right.dots)) == (True, ("300.0,100.0 450.0,0.0 600.0,0.0",), 4)
    assert (wrong.is_key, wrong.segments, wrong.dots) == (False, (), ((150.0, 0.0),))
    assert right.end == (600.0, 0.0)


def test_names_of_lines_that_end_close_together_stand_apart():
    lines = option_lines({"a": [0.05, 0.05], "b": [0.0, 0.9], "c": [0.0, 0.0], "d": [0.1, 0.06]}, ["b"])
    assert [line.end[1] for line in lines] == [190, 20, 200, 188]
    assert [line.label_y for line in lines] == [176, 20, 200, 152]


def test_an_option_nobody_chose_has_no_line():
    (line,) = option_lines({"a": [None] * 5}, [])
    assert (line.segments, line.dots) == ((), ())
    assert line.end == pytest.approx((0, HEIGHT))


def test_a_cut_between_two_points_divides_a_column_where_points_have_parts():
    drawn = histogram([1, 2, 3, 4], cut=2.5, error=None, in_parts=True)
    assert [(bar.passes, bar.mixed) for bar in drawn.bars] == [(False, False)] * 2 + [(False, True), (True, False)]
    assert drawn.cut_x == 2.5 * 150
    whole = histogram([1, 2, 3, 4], cut=2.5, error=None)
    assert (whole.cut_x, any(bar.mixed for bar in whole.bars)) == (450, False)


def test_items_stand_where_their_p_and_r_are():
    """From −0.4 to 1 there are seven fifths: 0 lies two of them above the bottom, 0.5 four and a half."""
    plot = scatter([ItemPlace("1", 0.5, 0.5, False), ItemPlace("2", 1.0, -0.3, True)], left_out=1)
    assert plot.left_out == 1
    assert [(value, y) for value, y in plot.ticks if value in ("−0.4", "0.0", "1.0")] == [
        ("−0.4", HEIGHT),
        ("0.0", round(HEIGHT * 5 / 7, 2)),
        ("1.0", 0.0),
    ]
    first, second = plot.dots
    assert (first.x, first.y, first.label) == (WIDTH / 2, round(HEIGHT * 2.5 / 7, 2), "")
    assert (second.x, second.y, second.label) == (WIDTH, round(HEIGHT * 6.5 / 7, 2), "2")
    assert scatter([ItemPlace("1", 0.5, 0.5, False)]).ticks[0] == ("0.0", HEIGHT)
