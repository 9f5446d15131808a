"""Items that earn parts of a point: against loops over persons with exact fractions, and by hand."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.rules.psychometrics.decision_consistency import Agreement
from exams.rules.psychometrics.form_analysis import analyse
from exams.rules.psychometrics.form_json import form_as_json
from exams.rules.psychometrics.livingston_lewis import accuracy_of, livingston_lewis
from exams.rules.psychometrics.responses import FIRST_OPTION, ItemKey, Responses
from exams.rules.psychometrics.score_groups import points_by_group
from exams.rules.psychometrics.true_scores import four_parameters, three_parameters, two_parameters
from exams.rules.psychometrics.undefined import Why
from tests.exams.rules.psychometrics.slow_analysis import alpha, item_statistics, points

LABELS = ("A", "B", "C", "D")
CODES = {None: 0, "NR": 1, **{label: FIRST_OPTION + place for place, label in enumerate(LABELS)}}
# Few common units and many: 6006ths of a point are counted only where somebody has them.
FEW = [Fraction(1, 2), Fraction(1, 3), Fraction(2, 3)]
MANY = [*FEW, Fraction(3, 7), Fraction(10, 11), Fraction(12, 13)]


def table(rows, earnings, scored=None, *, graded=False):
    """Make a table from cells and from what each label earns, by item; A is the key."""
    scored = scored or [True] * len(earnings)
    items = tuple(
        ItemKey(f"I{place}", ("A",), scored=yes, graded=graded, points=earns)
        for place, (earns, yes) in enumerate(zip(earnings, scored, strict=True))
    )
    codes = np.array([[CODES[cell] for cell in row] for row in rows], dtype=np.uint16).reshape(len(rows), len(items))
    return Responses(items, LABELS, codes)


@st.composite
def exams(draw):
    """Draw a small exam; in every item A earns 1, D nothing, and B and C some part."""
    parts = st.sampled_from(draw(st.sampled_from([FEW, MANY])))
    items = draw(st.integers(1, 4))
    earnings = [{"A": Fraction(1), "B": draw(parts), "C": draw(parts)} for _ in range(items)]
    scored = [draw(st.sampled_from([True, True, False])) for _ in range(items)]
    cell = st.sampled_from(["A", "B", "C", "D", None, "NR"])
    return draw(st.lists(st.lists(cell, min_size=items, max_size=items), max_size=10)), earnings, scored


@settings(max_examples=80, deadline=None)
@given(exams(), st.sampled_from([Fraction(1, 3), Fraction(2), Fraction(12, 13)]))
def test_every_statistic_is_that_of_the_slow_road(exam, cut) -> None:
    rows, earnings, scored = exam
    found = form_as_json(analyse(table(rows, earnings, scored), cut=cut))
    json.dumps(found, allow_nan=False)
    columns = [[points(row[place], earnings[place]) for row in rows] for place, yes in enumerate(scored) if yes]
    totals = [sum(row) for row in zip(*columns, strict=True)]
    assert found["alpha"] == pytest.approx(alpha(columns), abs=1e-9)
    if totals:
        assert found["mean"] == pytest.approx(float(sum(totals) / len(totals)))
        assert found["decision"]["passed"] == sum(total >= cut for total in totals) / len(totals)
        assert found["kr20"] is found["kr21"] is found["decision"]["huynh"]["p_o"] is None
        assert found["reasons"]["kr20"]["code"] == "partial_credit"
    for place, item in enumerate(found["items"]):
        slow = item_statistics(rows, earnings, scored, place)
        for name in ("n", "r", "r_corrected", "r_corrected_se", "d_upper_lower", "alpha_if_deleted"):
            assert item[name] == pytest.approx(slow[name], abs=1e-9), name
        assert item["p"] == (None if slow["p"] is None else pytest.approx(float(slow["p"])))
        options = {None if option["option"] == "omit" else option["option"]: option for option in item["options"]}
        for option, expected in slow["options"].items():
            for name, value in expected.items():
                assert options[option][name] == (value if value is None else pytest.approx(float(value), abs=1e-9))


def test_by_hand() -> None:
    # Two items, three persons: 1 + 1/2, 1/2 + 0, 0 + 0.
    half = {"A": Fraction(1), "B": Fraction(1, 2)}
    found = analyse(table([["A", "B"], ["B", "D"], ["D", None]], [half, half]), cut=Fraction(1, 2))
    # Variances in squared halves: items (2, 1, 0) → 2/3 and (1, 0, 0) → 2/9, totals (3, 1, 0) → 14/9.
    assert found.totals.alpha == pytest.approx(2 * (1 - (2 / 3 + 2 / 9) / (14 / 9)))
    assert found.totals.sd == pytest.approx((14 / 9) ** 0.5 / 2)
    assert (found.totals.mean, found.items[0].p) == (pytest.approx(2 / 3), pytest.approx(1 / 2))
    assert found.decision.passed == pytest.approx(2 / 3)
    assert list(found.totals.frequencies) == [2, 1, 0]
    assert found.decision.peng_subkoviak == Agreement.undefined(Why.PARTIAL_CREDIT)


def test_a_tenth_reaches_a_cut_of_a_tenth() -> None:
    # As binary numbers three tenths are more than .3.
    tenth = {"A": Fraction(1), "B": Fraction(1, 10)}
    exact = analyse(table([["B", "B", "B"], ["B", "B", "D"]], [tenth] * 3), cut=Fraction(3, 10))
    assert exact.decision.passed == 0.5


def test_points_in_a_pretest_item_leave_the_statistics_of_the_form_alone() -> None:
    rows = [["A", "A", "B"], ["A", "D", "C"], ["D", "D", "A"], ["A", "A", "A"]]
    whole = [{}, {}]
    plain = analyse(table([row[:2] for row in rows], whole), cut=1)
    mixed = analyse(table(rows, [*whole, {"B": Fraction(1, 3)}], [True, True, False]), cut=1)
    assert (mixed.totals.kr20, mixed.totals.kr21) == (plain.totals.kr20, plain.totals.kr21)
    assert mixed.decision == plain.decision
    assert mixed.items[2].p == pytest.approx((1 / 3 + 0 + 1 + 1) / 4)


def test_points_earned_are_no_options_that_could_be_dead_or_rival_the_key() -> None:
    half = {"A": Fraction(1), "B": Fraction(1, 2)}
    rows = [["B", "B"]] * 30 + [["D", "D"]] * 30 + [["A", "D"]]
    assert "possible_miskey" in {flag.code for flag in analyse(table(rows, [half] * 2)).flags[0]}
    graded = analyse(table(rows, [half] * 2, graded=True)).flags[0]
    assert not {"dead_option", "possible_miskey"} & {flag.code for flag in graded}
    low = analyse(table([["D", "B"]] * 9, [half] * 2, graded=True)).flags[0]
    assert low[0].sentence.startswith("Only 0% of what 9 could earn was earned;")


def test_livingston_lewis_in_whole_points_is_the_same_by_either_way() -> None:
    frequencies = np.array([0, 1, 1, 2, 4, 6, 7, 9, 8, 5, 2])
    assert livingston_lewis(frequencies, Fraction(7), 0.6, points=np.arange(11.0)) == livingston_lewis(
        frequencies, 7, 0.6
    )


def test_livingston_lewis_in_halves_against_its_formulas_person_by_person() -> None:
    scores = [2.5, 4, 4.5, 5, 5.5, 5.5, 6, 6.5, 6.5, 7, 7.5, 8, 8, 8.5, 9.5]
    n, r, k, cut = len(scores), 0.7, 10, 6.5
    mean = sum(scores) / n
    variance = sum((score - mean) ** 2 for score in scores) / n
    length = round((mean * (k - mean) - r * variance) / (variance * (1 - r)))
    stretched = [score / k * length for score in scores]
    moments, falling, whole = [], [1.0] * n, 1.0
    for order in range(4):
        falling = [f * (x - order) for f, x in zip(falling, stretched, strict=True)]
        whole *= length - order
        moments.append(sum(falling) / n / whole)
    expected = accuracy_of(
        four_parameters(moments) or three_parameters(moments) or two_parameters(moments),
        length,
        int(cut / k * length + 0.5),
        cut / k,
    )
    grid = np.arange(21) / 2
    counts = np.array([scores.count(score) for score in grid])
    found = livingston_lewis(counts, Fraction(13, 2), r, points=grid)
    assert found.length == length
    assert (found.accuracy, found.false_pass) == pytest.approx((expected.accuracy, expected.false_pass), abs=1e-9)


def test_means_of_points_by_fifths() -> None:
    # Five persons with 0, 1/2, 1, 3/2 and 2 points, one in each fifth; then nobody in the third.
    half = {"A": Fraction(1), "B": Fraction(1, 2)}
    rows = [["D", "D"], ["B", "D"], ["B", "B"], ["A", "B"], ["A", "A"]]
    assert points_by_group(table(rows, [half] * 2), 0) == [0, 0.5, 0.5, 1, 1]
    assert points_by_group(table([*rows[:4], ["NR", "A"]], [half] * 2), 0) == [0, 0.5, None, 0.5, 1]


def test_points_outside_an_item_and_units_beyond_counting_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        table([], [{"B": Fraction(3, 2)}])
    with pytest.raises(ValueError, match="common denominator"):
        table([], [{"B": Fraction(1, 2**61 - 1), "C": Fraction(1, 3)}])
