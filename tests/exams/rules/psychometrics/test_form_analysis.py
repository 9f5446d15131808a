"""The classical analysis against loops over persons with exact fractions, on drawn answers and on a published table."""

import json
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exams.rules.psychometrics.form_analysis import analyse
from exams.rules.psychometrics.form_json import form_as_json
from exams.rules.psychometrics.item_analysis import upper_lower
from exams.rules.psychometrics.responses import FIRST_OPTION, ItemKey, Responses
from exams.rules.psychometrics.undefined import Why, as_json
from tests.exams.rules.psychometrics.law_school import answers
from tests.exams.rules.psychometrics.slow_analysis import alpha, item_statistics
from tests.exams.rules.psychometrics.slow_analysis import upper_lower as slow_upper_lower
from tests.exams.rules.psychometrics.tables import WUENSCH, WUENSCH_P, from_scores

LABELS = ("A", "B", "C")
CODES = {None: 0, "NR": 1, **{label: FIRST_OPTION + place for place, label in enumerate(LABELS)}}


def table(rows, keys, scored):
    """Make a table of responses from cells as `slow_analysis` has them."""
    items = tuple(
        ItemKey(f"I{place}", tuple(key), scored=yes) for place, (key, yes) in enumerate(zip(keys, scored, strict=True))
    )
    codes = np.array([[CODES[cell] for cell in row] for row in rows], dtype=np.uint8).reshape(len(rows), len(keys))
    return Responses(items, LABELS, codes)


@st.composite
def exams(draw):
    """Draw a small exam with omitted, unreached and pretest items, two right keys, and no persons at all."""
    items = draw(st.integers(1, 5))
    keys = [draw(st.sampled_from([("A",), ("B",), ("A", "C")])) for _ in range(items)]
    scored = [draw(st.sampled_from([True, True, True, False])) for _ in range(items)]
    cell = st.sampled_from(["A", "A", "B", "C", None, "NR"])
    rows = draw(st.lists(st.lists(cell, min_size=items, max_size=items), max_size=12))
    return rows, keys, scored


@settings(max_examples=80, deadline=None)
@given(exams(), st.sampled_from([0.5, 1, 2, 3.5]))
def test_every_statistic_is_that_of_the_slow_road(exam, cut) -> None:
    rows, keys, scored = exam
    found = form_as_json(analyse(table(rows, keys, scored), cut=cut))
    json.dumps(found, allow_nan=False)
    counted = [place for place, yes in enumerate(scored) if yes]
    columns = [[int(row[place] in keys[place]) for row in rows] for place in counted]
    assert found["alpha"] == pytest.approx(alpha(columns), abs=1e-9)
    assert found["kr20"] == pytest.approx(alpha(columns), abs=1e-9)
    totals = [sum(row) for row in zip(*columns, strict=True)]
    if totals:
        assert found["mean"] == pytest.approx(statistics.fmean(totals))
        assert found["sd"] == pytest.approx(statistics.pstdev(totals), abs=1e-9)
        passed = sum(Fraction(total) >= Fraction(cut) for total in totals) / len(totals)
        assert found["decision"]["passed"] == pytest.approx(passed)
    for place, item in enumerate(found["items"]):
        slow = item_statistics(rows, keys, scored, place)
        for name in ("n", "p", "r", "r_corrected", "r_corrected_se", "d_upper_lower", "alpha_if_deleted"):
            assert item[name] == pytest.approx(slow[name], abs=1e-9), name
            assert (item[name] is None) == (name in item["reasons"])
        options = {None if o["option"] == "omit" else o["option"]: o for o in item["options"]}
        for option, expected in slow["options"].items():
            if option in options:
                for name, value in expected.items():
                    assert options[option][name] == pytest.approx(value, abs=1e-9), name
            else:
                assert expected["n"] == 0


def test_the_table_of_wuensch() -> None:
    found = analyse(from_scores(WUENSCH))
    assert [item.p for item in found.items] == WUENSCH_P
    assert found.totals.sd**2 == pytest.approx(5.84)
    assert found.totals.kr20 == pytest.approx(10 / 9 * (1 - 2.18 / 5.84), abs=1e-12)
    assert found.totals.sd_sample == pytest.approx(statistics.stdev(map(sum, WUENSCH)))
    assert found.decision is None
    assert form_as_json(found)["reasons"]["decision"]["code"] == "no_cut"


def test_the_law_school_test_as_descript_of_ltm_has_it() -> None:
    # R, package ltm (Rizopoulos 2006): descript(LSAT), four places.
    found = analyse(from_scores(answers()))
    assert [item.p for item in found.items] == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    assert [item.r for item in found.items] == pytest.approx([0.3620, 0.5668, 0.6184, 0.5344, 0.4354], abs=1e-4)
    corrected = [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    assert [item.r_corrected for item in found.items] == pytest.approx(corrected, abs=1e-4)
    deleted = [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]
    assert [item.alpha_if_deleted for item in found.items] == pytest.approx(deleted, abs=1e-4)
    assert found.totals.alpha == pytest.approx(0.2950, abs=1e-4)


def test_the_corrected_correlation_is_smaller_than_the_one_with_the_item_inside() -> None:
    found = analyse(from_scores(WUENSCH))
    assert all(item.r_corrected < item.r for item in found.items)


def test_the_order_of_rows_does_not_move_the_upper_lower_index() -> None:
    rows = WUENSCH + WUENSCH[3:7]
    forwards, backwards = analyse(from_scores(rows)), analyse(from_scores(rows[::-1]))
    assert [i.d_upper_lower for i in forwards.items] == [i.d_upper_lower for i in backwards.items]


def test_upper_lower_by_hand() -> None:
    # Ten persons, g = 2.7: the top is both with 3 points and 0.7 of the four with 2; below likewise.
    everybody, right = np.array([2, 2, 4, 2]), np.array([0, 1, 2, 2])
    # Top: 2 right + 0.7 · 2/4; bottom: 0 of 2, then 0.7 · 1/2 of the two with 1 point.
    assert upper_lower(right, everybody) == pytest.approx((2.35 - 0.35) / 2.7)
    spelled = [(0, 0), (0, 0), (1, 1), (1, 0), (2, 1), (2, 1), (2, 0), (2, 0), (3, 1), (3, 1)]
    slow = slow_upper_lower([r for _, r in spelled], [t for t, _ in spelled])
    assert upper_lower(right, everybody) == pytest.approx(slow)


def test_a_pretest_item_is_described_and_counts_nowhere() -> None:
    keys, scored = [("A",)] * 4, [True, True, True, False]
    rows = [["A", "A", "B", "A"], ["A", "B", "A", "A"], ["A", "A", "A", "A"], ["B", "B", "B", "A"]]
    without = analyse(table([row[:3] for row in rows], keys[:3], scored[:3]), cut=2)
    with_it = analyse(table(rows, keys, scored), cut=2)
    assert with_it.totals.items == 3
    assert with_it.totals.alpha == without.totals.alpha
    assert with_it.decision == without.decision
    assert with_it.items[3].p == 1
    assert with_it.items[3].alpha_if_deleted is Why.NOT_SCORED


def test_omitted_is_wrong_and_not_reached_is_left_out_of_the_item_but_not_of_the_total() -> None:
    keys, scored = [("A",)] * 2, [True] * 2
    omitted = analyse(table([["A", "A"], ["A", None], ["B", "A"]], keys, scored))
    unreached = analyse(table([["A", "A"], ["A", "NR"], ["B", "A"]], keys, scored))
    assert (omitted.items[1].p, omitted.items[1].n, omitted.items[1].omitted) == (pytest.approx(2 / 3), 3, 1)
    assert (unreached.items[1].p, unreached.items[1].n, unreached.items[1].not_reached) == (1, 2, 1)
    assert omitted.totals.mean == unreached.totals.mean
    assert omitted.totals.alpha == unreached.totals.alpha


def test_a_cut_between_two_scores_is_not_rounded() -> None:
    rows = [[1] * 34 + [0] * 16, [1] * 35 + [0] * 15]
    assert analyse(from_scores(rows), cut=34.5).decision.passed == 0.5
    assert analyse(from_scores(rows), cut=34).decision.passed == 1


def test_a_miskeyed_item_and_its_true_key_are_named() -> None:
    # Keyed B, while everybody with points elsewhere chose A.
    rows = [["A", "A", "A", "A"]] * 10 + [["A", "A", "B", "B"]] * 2 + [["B", "B", "B", "B"]] * 10
    found = analyse(table(rows, [("A",), ("A",), ("A",), ("B",)], [True] * 4))
    assert [flag.code for flag in found.flags[3]] == ["possible_miskey"]
    assert "Option A" in found.flags[3][0].sentence
    assert found.flags[0] == ()


def test_a_distractor_slightly_better_than_a_fair_key_is_a_possible_miskey_too() -> None:
    high = [["A", "A", choice] for choice in "AAAABBBBB"]
    low = [["B", "B", choice] for choice in "AABBCCCCCCCC"]
    found = analyse(table(high + low, [("A",)] * 3, [True] * 3))
    key, rival, _, _ = (option.r_rest for option in found.items[2].options)
    assert 0.10 < key < rival < key + 0.2
    assert [flag.code for flag in found.flags[2]] == ["possible_miskey"]
    assert "Option B" in found.flags[2][0].sentence


def test_flags_of_difficulty_and_of_dead_options() -> None:
    rows = [["A", "A", "A"]] * 12 + [["A", "A", "B"]] * 11 + [["A", "B", "C"]]
    found = analyse(table(rows, [("A",), ("A",), ("C",)], [True] * 3))
    easy, dead, hard = ({flag.code for flag in flags} for flags in found.flags)
    assert "too_easy" in easy
    assert "dead_option" in dead
    assert "too_hard" in hard


def test_scores_have_no_dead_options() -> None:
    rows = [[1, 1]] * 30 + [[0, 1], [1, 0]]
    assert all(flag.code != "dead_option" for flags in analyse(from_scores(rows)).flags for flag in flags)


@pytest.mark.parametrize(
    ("rows", "code"),
    [([], "no_persons"), ([[1, 0, 1]], "one_person"), ([[1, 1]] * 5, "no_variance"), ([[1], [0]], "one_item")],
)
def test_degenerate_data_say_why(rows, code) -> None:
    found = form_as_json(analyse(from_scores(rows, items=None if rows else ["I1", "I2"]), cut=1))
    assert found["alpha"] is None
    assert found["reasons"]["alpha"]["code"] == code
    assert found["decision"]["huynh"]["p_o"] is None
    assert found["decision"]["livingston_lewis"]["reasons"]["accuracy"]["sentence"]
    json.dumps(found, allow_nan=False)


def test_every_reason_has_a_sentence() -> None:
    assert all(why.sentence.endswith(".") for why in Why)


def test_a_number_that_is_no_number_never_leaves_as_json() -> None:
    with pytest.raises(ValueError, match="alpha"):
        as_json({"alpha": float("nan")})


def test_tables_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ValueError, match="one column per item"):
        Responses((ItemKey("I1", ("A",)),), ("A",), np.zeros((1, 2), dtype=np.uint8))
    with pytest.raises(ValueError, match="without a label"):
        Responses((ItemKey("I1", ("A",)),), ("A",), np.full((1, 1), 3, dtype=np.uint8))


def few(*counted: tuple[int, list[int]]) -> list[list[int]]:
    """Return rows of scores, each as often as is said before it."""
    return [row for times, row in counted for _ in range(times)]


@settings(max_examples=120, deadline=None)
@given(
    st.integers(1, 6).flatmap(
        lambda items: st.lists(st.lists(st.integers(0, 1), min_size=items, max_size=items), max_size=8)
    ),
    st.floats(-1, 60, allow_nan=False),
)
# KR-21 or alpha is 1 and comes out as a little more or less.
@example(few((4, [0, 0]), (1, [1, 1])), 1)
@example(few((50, [1] * 50), (1, [0] * 50)), 1)
@example(few((2, [0] * 20), (1, [1] * 20)), 10)
# KR-21 is 0 and comes out as a little more.
@example([[1] * right + [0] * (7 - right) for right in (5, 6, 3)], 5)
# Next to nobody has a true score below such a cut.
@example(few((4, [1, 0, 0]), (1, [1, 0, 1]), (1, [1, 1, 1])), 2.9e-53)
def test_no_scores_and_no_cut_give_an_error_or_no_number(rows, cut) -> None:
    found = form_as_json(analyse(from_scores(rows), cut=cut))
    json.dumps(found, allow_nan=False)
    decision = found["decision"]
    for model in ("peng_subkoviak", "peng_subkoviak_kr20", "huynh", "livingston_lewis"):
        p_o, kappa = decision[model]["p_o"], decision[model]["kappa"]
        assert p_o is None or 0 <= p_o <= 1
        assert kappa is None or -1e-9 <= kappa <= 1 + 1e-9
