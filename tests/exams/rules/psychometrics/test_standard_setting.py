"""Cut scores by five methods, against hand calculation, exact fractions and a search over every score."""

import json
import statistics
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.rules.psychometrics.standard_setting.angoff import angoff_round
from exams.rules.psychometrics.standard_setting.beuk import BeukJudge, beuk
from exams.rules.psychometrics.standard_setting.borderline import StationResult, borderline_regression
from exams.rules.psychometrics.standard_setting.cut_json import (
    angoff_as_json,
    beuk_as_json,
    borderline_as_json,
    ebel_as_json,
    hofstee_as_json,
)
from exams.rules.psychometrics.standard_setting.ebel import EbelCell, ebel
from exams.rules.psychometrics.standard_setting.hofstee import HofsteeJudge, hofstee
from exams.rules.psychometrics.standard_setting.panel import panel_mean
from exams.rules.psychometrics.standard_setting.scores import ScoreDistribution
from exams.rules.psychometrics.undefined import Why

# Twenty persons on ten points.
SCORES = ScoreDistribution.of({3: 1, 4: 2, 5: 2, 6: 4, 7: 5, 8: 3, 9: 2, 10: 1}, 10)


def test_the_mean_of_a_panel_has_the_standard_error_of_a_sample() -> None:
    found = panel_mean([28, 30, 35])
    assert found.mean == pytest.approx(31)
    assert found.sd == pytest.approx(statistics.stdev([28, 30, 35]))
    assert found.se == pytest.approx(statistics.stdev([28, 30, 35]) / 3**0.5)


def test_angoff_by_hand() -> None:
    ratings = {"A": (0.60, 0.80, 0.50), "B": (0.50, 0.90, 0.70), "C": (0.70, 0.85, 0.45)}
    found = angoff_round(("I1", "I2", "I3"), ratings)
    sums = [1.90, 2.10, 2.00]
    assert found.cut == pytest.approx(2.0)
    assert (found.sd, found.se) == pytest.approx((statistics.stdev(sums), statistics.stdev(sums) / 3**0.5))
    assert list(found.sums.values()) == pytest.approx(sums)
    assert [item.mean for item in found.items] == pytest.approx([0.6, 0.85, 0.55])
    # With nothing missing both ways to the cut are one.
    assert found.cut == pytest.approx(sum(item.mean for item in found.items))
    assert not found.by_item_means


def test_angoff_with_a_missing_rating_uses_means_of_items_and_says_so() -> None:
    found = angoff_round(("I1", "I2"), {"A": (0.6, 0.8), "B": (0.4, None), "C": (0.8, 0.9)})
    assert found.cut == pytest.approx(0.6 + 0.85)
    assert (found.by_item_means, found.missing) == (True, 1)
    assert found.sums["B"] is Why.ITEM_NOT_RATED
    # The standard error is that of the two judges who rated everything.
    assert found.se == pytest.approx(statistics.stdev([1.4, 1.7]) / 2**0.5)


def test_angoff_without_enough_says_why() -> None:
    assert angoff_round(("I1",), {}).cut is Why.NO_JUDGES
    alone = angoff_round(("I1",), {"A": (0.6,)})
    assert (alone.cut, alone.se) == (0.6, Why.ONE_JUDGE)
    assert angoff_round(("I1", "I2"), {"A": (0.6, None), "B": (0.7, None)}).cut is Why.ITEM_NOT_RATED
    partly = angoff_round(("I1", "I2"), {"A": (0.6, None), "B": (0.7, 0.5)})
    assert (partly.cut, partly.se) == (pytest.approx(1.15), Why.JUDGES_INCOMPLETE)


def test_angoff_refuses_rows_of_another_length() -> None:
    with pytest.raises(ValueError, match="one rating"):
        angoff_round(("I1", "I2"), {"A": (0.6,)})


def test_ebel_by_hand() -> None:
    first = [EbelCell("essential", "easy", 30, 0.9), EbelCell("important", "hard", 20, 0.5)]
    second = [EbelCell("essential", "easy", 25, 0.8), EbelCell("important", "hard", 25, 0.6)]
    found = ebel({"A": first, "B": second})
    assert found.sums == pytest.approx({"A": 37.0, "B": 35.0})
    assert (found.panel.mean, found.panel.se) == pytest.approx((36.0, 1.0))


def test_hofstee_by_hand() -> None:
    # Box 5 to 8 points, 10 % to 40 %. Line: 5 → .4, 6 → .3, 7 → .2, 8 → .1. Failing: 5 → .15, 6 → .25, 7 → .45.
    found = hofstee([HofsteeJudge(5, 8, 0.1, 0.4)], SCORES)
    assert (found.cut, found.fail_rate) == (7, pytest.approx(0.45))


def test_hofstee_on_the_line_is_met_although_the_numbers_are_decimals() -> None:
    # .55 at 3 and .2 at 6.5 put the line at exactly .25 at 6, where a quarter fails; binary numbers say a hair more.
    assert 0.55 + (6 - 3.0) / (6.5 - 3.0) * (0.2 - 0.55) > 0.25
    found = hofstee([HofsteeJudge(3.0, 6.5, 0.2, 0.55)], SCORES)
    assert (found.cut, found.fail_rate) == (6, pytest.approx(0.25))


@pytest.mark.parametrize(
    ("judge", "why"),
    [
        (HofsteeJudge(8, 9, 0.0, 0.2), Why.NO_CROSSING),  # 70 % fail at 8 already: the curve starts above the box
        (HofsteeJudge(4, 5, 0.3, 0.5), Why.NO_CROSSING),  # 15 % fail at 5: it ends below the box
        (HofsteeJudge(6.2, 6.8, 0.0, 1.0), Why.NO_CROSSING),  # no score can be had between these
        (HofsteeJudge(8, 5, 0.1, 0.4), Why.PANEL_CONTRADICTS_ITSELF),
    ],
)
def test_hofstee_without_a_crossing_has_no_cut(judge, why) -> None:
    found = hofstee([judge], SCORES)
    assert (found.cut, found.fail_rate) == (why, why)


def test_hofstee_with_one_acceptable_cut() -> None:
    assert hofstee([HofsteeJudge(6, 6, 0.1, 0.3)], SCORES).cut == 6
    assert hofstee([HofsteeJudge(6, 6, 0.3, 0.4)], SCORES).cut is Why.NO_CROSSING


def test_beuk_by_hand() -> None:
    # Cuts 6 and 8 (mean 7, SD √2), pass rates .6 and .8 (mean .7, SD √.02): slope .1 per point, line .7 + .1(c − 7).
    # Passing: 5 → .85 > .5, 6 → .75 > .6, 7 → .55 ≤ .7.
    found = beuk([BeukJudge(6, 0.6), BeukJudge(8, 0.8)], SCORES)
    assert found.slope == pytest.approx(0.1)
    assert (found.cut, found.pass_rate) == (7, pytest.approx(0.55))


def test_beuk_weighs_what_the_panel_agrees_on() -> None:
    agreed_cut = beuk([BeukJudge(8, 0.5), BeukJudge(8, 0.9)], SCORES)
    assert (agreed_cut.slope, agreed_cut.cut) == (Why.PANEL_UNANIMOUS, 8)
    agreed_rate = beuk([BeukJudge(6, 0.75), BeukJudge(9, 0.75)], SCORES)
    assert (agreed_rate.slope, agreed_rate.cut) == (0, 6)


def test_beuk_without_enough_says_why() -> None:
    assert beuk([], SCORES).cut is Why.NO_JUDGES
    assert beuk([BeukJudge(6, 0.6)], SCORES).cut is Why.ONE_JUDGE
    assert beuk([BeukJudge(6, 0.6)] * 3, SCORES).cut is Why.PANEL_UNANIMOUS
    nobody = ScoreDistribution.of({}, 10)
    assert beuk([BeukJudge(6, 0.6), BeukJudge(7, 0.7)], nobody).cut is Why.NO_PERSONS
    assert hofstee([HofsteeJudge(5, 8, 0.1, 0.4)], nobody).cut is Why.NO_PERSONS
    assert beuk([BeukJudge(6, 0.0), BeukJudge(8, 0.0)], SCORES).cut is Why.NO_CROSSING


scores = st.dictionaries(st.integers(0, 10), st.integers(1, 5), max_size=8)
shares = st.integers(0, 20).map(lambda twentieths: twentieths / 20)


@settings(max_examples=80, deadline=None)
@given(scores, st.tuples(st.integers(0, 10), st.integers(0, 10)), st.tuples(shares, shares))
def test_hofstee_is_the_first_score_on_or_above_the_line(counts, cuts, rates) -> None:
    (lowest, highest), (fewest, most) = sorted(cuts), sorted(rates)
    found = hofstee([HofsteeJudge(lowest, highest, fewest, most)], ScoreDistribution.of(counts, 10))
    persons = [score for score, count in counts.items() for _ in range(count)]
    json.dumps(hofstee_as_json(found), allow_nan=False)
    if not persons:
        assert found.cut is Why.NO_PERSONS
        return
    fewest, most = (Fraction(round(20 * rate), 20) for rate in (fewest, most))

    def failing(cut):
        return Fraction(sum(score < cut for score in persons), len(persons))

    met = [
        cut
        for cut in range(lowest, highest + 1)
        if failing(cut)
        >= (fewest if lowest == highest else most - (most - fewest) * (cut - lowest) / (highest - lowest))
    ]
    expected = met[0] if met and failing(lowest) <= most else None
    assert (None if isinstance(found.cut, Why) else found.cut) == expected


def test_borderline_regression_against_numpy() -> None:
    ratings, points = [1, 1, 2, 2, 3, 3, 4], [41.5, 47, 52, 55.5, 66, 61, 78]
    results = [StationResult(p, r) for p, r in zip(points, ratings, strict=True)]
    found = borderline_regression({"S1": results}, 2)
    slope, intercept = np.polyfit(ratings, points, 1)
    station = found.stations[0]
    assert (station.slope, station.intercept) == pytest.approx((slope, intercept))
    assert found.cut == pytest.approx(slope * 2 + intercept)
    assert station.r_squared == pytest.approx(np.corrcoef(ratings, points)[0, 1] ** 2)
    left = np.array(points) - slope * np.array(ratings) - intercept
    assert station.rmse == pytest.approx((float(left @ left) / 5) ** 0.5)
    assert (station.n, station.n_borderline) == (7, 2)
    assert [code for code, _ in station.cautions] == ["few_borderline"]


def test_borderline_regression_of_several_stations_is_their_mean() -> None:
    first = [StationResult(p, r) for p, r in ((40, 1), (50, 2), (60, 3))]
    second = [StationResult(p, r) for p, r in ((50, 1), (60, 2), (70, 3))]
    assert borderline_regression({"S1": first, "S2": second}, 2).cut == pytest.approx(55)


def test_borderline_regression_warns_of_contradictions_and_extrapolation() -> None:
    falling = [StationResult(p, r) for p, r in ((60, 3), (50, 4), (40, 5))]
    codes = [code for code, _ in borderline_regression({"S1": falling}, 2).stations[0].cautions]
    assert codes == ["slope_not_positive", "extrapolated", "few_borderline"]


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ([], Why.NO_PERSONS),
        ([(50, 2)], Why.ONE_PERSON),
        ([(50, 2), (60, 2)], Why.NO_RATING_VARIANCE),
        # Squares of such ratings are too small for a number of the machine.
        ([(50, 1e-200), (60, 2e-200)], Why.NO_RATING_VARIANCE),
    ],
)
def test_borderline_regression_without_a_line_says_why(results, why) -> None:
    bad = [StationResult(*result) for result in results]
    assert borderline_regression({"S1": bad}, 2).cut is why
    good = [StationResult(40, 1), StationResult(60, 3)]
    both = borderline_regression({"S1": bad, "S2": good}, 2)
    assert both.cut is Why.STATION_WITHOUT_CUT
    assert both.stations[1].rmse is Why.TWO_PERSONS


def test_a_billion_persons_are_counted_without_listing_them() -> None:
    crowd = ScoreDistribution.of({4: 900_000_000, 5: 0, 6: 100_000_000}, 10)
    assert crowd.persons == 1_000_000_000
    assert [crowd.below(score) for score in (4, 4.5, 6, 7)] == [0, 0.9, 0.9, 1]


def test_everything_undefined_is_still_json() -> None:
    nobody = ScoreDistribution.of({}, None)
    for found in (
        angoff_as_json({}),
        angoff_as_json({1: angoff_round(("I1",), {"A": (None,)})}),
        ebel_as_json(ebel({})),
        hofstee_as_json(hofstee([], nobody)),
        beuk_as_json(beuk([], nobody)),
        borderline_as_json(borderline_regression({}, 2), 2),
        borderline_as_json(borderline_regression({"S": []}, 2), 2),
    ):
        json.dumps(found, allow_nan=False)
        assert found["cut"] is None
        assert found["reasons"]["cut"]["sentence"]
