"""When a practical is passed, with numbers counted by hand from the curriculum."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from exams.rules.passing import StationEvidence, refusals_to_try, repeats_due, verdict
from exams.rules.practical import practical_outcome
from exams.rules.scheme import NO_RULES, SchemeRules, scheme_from

SCHEME = SchemeRules(
    minimum_assessors=2,
    physician_where_required=True,
    retries_on_one_day=1,
    days_after_critical_failure=14,
    repeat_after_critical_failure=("P12",),
)
STATIONS = ("P01", "P08", "P12")
PHYSICIAN = ("P08", "P12")


def seen(station: str, day: int, *, met: bool = True, hour: int = 9, who: int = 1, **more: Any) -> StationEvidence:
    """Say what somebody saw on a day of March; person 1 is a physician. Each sitting has one station."""
    moment = datetime(2026, 3, day, hour, tzinfo=UTC)
    facts: dict[str, Any] = {
        "day": moment.date(),
        "assessor_id": who,
        "physician": who == 1,
        "sitting": f"{station}-{day}-{hour}-{who}",
    }
    return StationEvidence(station, met, moment, moment, f"Person {who}", **facts | more)


ALL = [seen("P01", 1, who=2), seen("P08", 1), seen("P12", 1)]


def codes(*evidence: StationEvidence, scheme: SchemeRules = SCHEME) -> list[str]:
    outcome = practical_outcome(STATIONS, evidence, scheme, PHYSICIAN)
    assert outcome.passed is not bool(outcome.shortfalls)
    return [f"{row.code}:{row.station}" for row in outcome.shortfalls]


def test_two_assessors_with_a_physician_where_one_is_needed_pass() -> None:
    assert codes(*ALL) == []


def test_one_assessor_is_too_few_even_under_two_names() -> None:
    alone = [replace(row, assessor_id=1, physician=True) for row in ALL]
    assert codes(*alone) == ["too_few_assessors:"]
    outcome = practical_outcome(STATIONS, alone, SCHEME, PHYSICIAN)
    assert outcome.stations_passed == 3
    assert outcome.hints == ("One more person has to assess at least one station: this practical takes 2 assessors.",)


def test_an_assessor_whose_station_was_done_again_does_not_count() -> None:
    assert codes(*ALL, seen("P01", 2, who=1)) == ["too_few_assessors:"]


def test_a_technician_alone_is_not_enough_where_a_physician_is_needed() -> None:
    assert codes(ALL[0], ALL[1], seen("P12", 1, who=2)) == ["physician_needed:P12"]


def test_without_rules_one_technician_passes() -> None:
    alone = [replace(row, assessor_id=2, physician=False) for row in ALL]
    assert codes(*alone, scheme=NO_RULES) == []


def test_not_assessed_and_not_met_are_told_apart() -> None:
    assert codes(ALL[0], seen("P08", 1, met=False)) == ["not_met:P08", "not_assessed:P12"]


def test_after_a_critical_failure_fourteen_days_pass_and_p12_is_done_again() -> None:
    failure = seen("P01", 2, met=False, critical=True)
    early = seen("P01", 15, who=2)
    late = seen("P01", 16, who=2)
    assert codes(*ALL, failure) == ["not_met:P01", "repeat_needed:P12"]
    assert codes(*ALL, failure, early, seen("P12", 15)) == ["too_early:P01"]
    assert codes(*ALL, failure, late) == ["repeat_needed:P12"]
    assert codes(*ALL, failure, late, seen("P12", 16)) == []


def test_a_third_try_on_one_day_does_not_count() -> None:
    failures = [seen("P01", 2, met=False, hour=hour, who=2) for hour in (9, 10)]
    retry = seen("P01", 2, hour=11, who=2)
    assert codes(*ALL, failures[0], retry) == []
    assert codes(*ALL, *failures, retry) == ["too_many_tries:P01"]
    assert codes(*ALL, *failures, seen("P01", 3, who=2)) == []


@pytest.mark.parametrize(("day", "expected"), [(15, ["too_early"]), (16, [])])
def test_when_a_critical_failure_may_be_tried_again(day: int, expected: list[str]) -> None:
    evidence = [seen("P01", 2, met=False, critical=True)]
    found = refusals_to_try(["P01", "P08"], evidence, SCHEME, date(2026, 3, day))
    assert [row.code for row in found] == expected
    assert all("on 2 March 2026. It can be tried again from 16 March 2026" in row.sentence for row in found)


@pytest.mark.parametrize(("failures", "day", "expected"), [(1, 2, []), (2, 2, ["too_many_tries"]), (2, 3, [])])
def test_how_often_on_one_day(failures: int, day: int, expected: list[str]) -> None:
    evidence = [seen("P01", 2, met=False, hour=9 + number) for number in range(failures)]
    found = refusals_to_try(["P01"], evidence, SCHEME, date(2026, 3, day))
    assert [row.code for row in found] == expected


def test_what_has_to_be_repeated() -> None:
    failure = seen("P01", 2, met=False, critical=True)
    assert repeats_due([ALL[2]], SCHEME) == ()
    assert repeats_due([ALL[2], failure], SCHEME) == ("P12",)
    assert repeats_due([failure, seen("P12", 16)], SCHEME) == ()


def again(first: StationEvidence, *, met: bool, who: int, adjudicates: bool = False) -> StationEvidence:
    """Rate the same performance again."""
    day = first.observed_at.day
    more = {"rates_again": first.sitting, "adjudicates": adjudicates}
    return seen(first.station, day, met=met, hour=10 + who, who=who, **more)


def test_two_who_differ_wait_for_a_third_and_are_never_averaged() -> None:
    second = again(ALL[0], met=False, who=1)
    assert codes(*ALL, second) == ["adjudication_needed:P01"]
    assert codes(*ALL, second, again(ALL[0], met=True, who=3, adjudicates=True)) == []
    assert codes(*ALL, second, again(ALL[0], met=False, who=3, adjudicates=True)) == ["not_met:P01"]


def test_two_who_agree_need_nobody_else() -> None:
    assert codes(*ALL, again(ALL[0], met=True, who=1)) == []
    assert verdict([ALL[0], again(ALL[0], met=True, who=1)]) is True


def test_a_physician_as_second_rater_is_one() -> None:
    first = seen("P08", 1, who=2)
    assert codes(ALL[0], first, ALL[2]) == ["physician_needed:P08"]
    assert codes(ALL[0], first, ALL[2], again(first, met=True, who=1)) == []


def test_a_second_rating_of_an_older_performance_says_nothing_of_the_newest() -> None:
    old = seen("P01", 1, who=2)
    assert codes(*ALL[1:], old, again(old, met=False, who=1), seen("P01", 3, who=2)) == []


def test_rules_of_a_rubric_are_read_strictly() -> None:
    assert scheme_from(None, ("P01",)) == NO_RULES
    assert scheme_from({"repeat_after_critical_failure": ["P01"]}, ("P01",)).repeat_after_critical_failure == ("P01",)
    for wrong in ({"minimum_asessors": 2}, {"minimum_assessors": 0}, {"repeat_after_critical_failure": ["P99"]}):
        with pytest.raises(ValueError, match=r"rules|assessor"):
            scheme_from(wrong, ("P01",))
