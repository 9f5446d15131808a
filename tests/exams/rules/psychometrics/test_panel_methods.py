"""Rounds by Ebel, Hofstee and Beuk: what is asked, and the cut; by hand from the cases of test_standard_setting."""

import pytest

from exams.rules.psychometrics.standard_setting.answers import contradiction, figures_asked, is_possible, needed
from exams.rules.psychometrics.standard_setting.outcome import beuk_outcome, ebel_outcome, hofstee_outcome
from exams.rules.psychometrics.standard_setting.scores import ScoreDistribution
from exams.rules.psychometrics.undefined import Why

# Forty persons on ten points; failing: 5 → .15, 6 → .25, 7 → .45.
COUNTS = {3: 2, 4: 4, 5: 4, 6: 8, 7: 10, 8: 6, 9: 4, 10: 2}
SCORES = ScoreDistribution.of(COUNTS, 10)
PLACES = list(range(1, 11))


def limits(k_min: int, k_max: int, f_min: int, f_max: int) -> dict[str, str]:
    return {"k_min": str(k_min), "k_max": str(k_max), "f_min": str(f_min), "f_max": str(f_max)}


def sorted_items(easy: int, share_easy: int, share_hard: int) -> dict[str, str]:
    """Put so many of ten items under essential and easy, the others under important and hard."""
    cells = {f"item.{place}": "essential.easy" if place <= easy else "important.hard" for place in PLACES}
    return cells | {"cell.essential.easy": str(share_easy), "cell.important.hard": str(share_hard)}


def test_ebel_adds_up_cells_by_judge() -> None:
    # 6 · .9 + 4 · .5 = 7.4; 5 · .8 + 5 · .6 = 7: mean 7.2, SD .4/√2, SE .2.
    found = ebel_outcome(PLACES, {"A": sorted_items(6, 90, 50), "B": sorted_items(5, 80, 60)})
    assert found.sums == pytest.approx({"A": 7.4, "B": 7.0})
    assert (found.cut, found.error, found.missing) == (pytest.approx(7.2), pytest.approx(0.2), 0)


def test_ebel_counts_only_judges_who_answered_everything() -> None:
    whole, gap = sorted_items(6, 90, 50), sorted_items(5, 80, 60)
    del gap["item.10"], gap["cell.essential.easy"]
    found = ebel_outcome(PLACES, {"A": whole, "B": gap})
    assert (found.cut, found.error, found.missing) == (Why.JUDGES_INCOMPLETE, Why.JUDGES_INCOMPLETE, 2)
    assert found.sums["B"] is Why.JUDGE_INCOMPLETE
    assert ebel_outcome(PLACES, {}).cut is Why.NO_JUDGES
    third = ebel_outcome(PLACES, {"A": whole, "B": gap, "C": sorted_items(6, 100, 60)})
    assert third.cut == pytest.approx((7.4 + 8.4) / 2)


def test_hofstee_takes_percents_of_the_points() -> None:
    # Box 5 to 8 points, 10 % to 40 %: the line allows 20 % at 7, where 45 % fail, and 30 % at 6, where 25 % do.
    judges = {"A": limits(40, 80, 10, 30), "B": limits(60, 80, 10, 50), "C": limits(50, 80, 10, 40)}
    found = hofstee_outcome(judges, SCORES)
    assert (found.cut, found.error) == (7, Why.NO_ERROR_BY_METHOD)
    # Without B the box begins at 4.5 points and 35 %: at 6 the line is at .35 − .25 · 1.5 / 3.5 = .243.
    assert found.without_one == (6, 7)
    assert hofstee_outcome({"A": judges["A"], "B": judges["B"]}, SCORES).without_one is None


def test_beuk_takes_percents_of_the_points() -> None:
    # Cuts 6 and 8, pass rates .6 and .8: line .7 + .1(c − 7). Passing: 6 → .75 > .6, 7 → .55 ≤ .7.
    found = beuk_outcome({"A": {"cut": "60", "pass_rate": "60"}, "B": {"cut": "80", "pass_rate": "80"}}, SCORES)
    assert (found.cut, found.error) == (7, Why.NO_ERROR_BY_METHOD)


def test_without_enough_there_is_no_cut() -> None:
    few = ScoreDistribution.of({6: 14, 7: 15}, 10)
    judges = {"A": limits(40, 80, 10, 30), "B": limits(60, 80, 10, 50)}
    assert hofstee_outcome(judges, few).cut is Why.TOO_FEW_PERSONS
    assert hofstee_outcome(judges, ScoreDistribution.of({6: 15, 7: 15}, 10)).cut == 7
    assert hofstee_outcome({"A": judges["A"], "B": {"k_min": "60"}}, SCORES).cut is Why.JUDGES_INCOMPLETE
    assert beuk_outcome({}, SCORES).cut is Why.NO_JUDGES


def test_what_is_asked_follows_what_was_said() -> None:
    given = {"item.1": "essential.easy", "item.2": "essential.easy", "item.3": "questionable.hard"}
    assert needed("ebel", [1, 2, 3], {}) == ("item.1", "item.2", "item.3")
    asked = figures_asked("ebel", [1, 2, 3], given)
    assert [(one.about, one.hint) for one in asked] == [
        ("cell.essential.easy", "2 items of yours."),
        ("cell.questionable.hard", "1 item of yours."),
    ]
    assert needed("hofstee", [1, 2], {}) == ("k_min", "k_max", "f_min", "f_max")


@pytest.mark.parametrize(
    ("method", "about", "value", "holds"),
    [
        ("ebel", "item.1", "essential.easy", True),
        ("ebel", "item.9", "essential.easy", False),
        ("ebel", "item.1", "easy.essential", False),
        ("ebel", "cell.important.hard", "100", True),
        ("ebel", "cell.important.hard", "101", False),
        ("ebel", "k_min", "10", False),
        ("hofstee", "k_min", "0", True),
        ("hofstee", "cut", "50", False),
        ("beuk", "pass_rate", "6 %", False),
    ],
)
def test_only_what_is_asked_can_be_answered(method: str, about: str, value: str, holds: bool) -> None:
    assert is_possible(method, [1, 2], about, value) is holds


def test_limits_lie_in_order() -> None:
    assert contradiction(limits(60, 60, 10, 40)) == ""
    assert contradiction(limits(61, 60, 10, 40)) == "Your lowest acceptable cut lies above the highest."
    assert contradiction(limits(50, 60, 41, 40)) == "Your lowest acceptable share who fail lies above the highest."
