from datetime import UTC, datetime

import pytest

from exams.rules.practical import (
    StationEvidence,
    judge,
    judgements,
    missing,
    permitted_values,
    practical_outcome,
    progress,
)
from exams.rules.rubrics import rubric_from
from tests.factories.practicals import rubric_content

RUBRIC = rubric_from(rubric_content())
BOTH = ["P01", "P02"]
GOOD = {
    "P01-1": "done",
    "P01-2": "done",
    "P01.critical": "no",
    "P01.level": "3",
    "P02-1": "partly",
    "P02-2": "done",
    "P02.critical": "no",
    "P02.level": "5",
    "outcome": "competent",
}


def test_a_complete_record_lacks_nothing() -> None:
    assert missing(RUBRIC, BOTH, GOOD) == ()


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("P01-1", "", [("not_rated", "P01-1")]),
        ("P01.critical", "", [("critical_not_stated", "P01.critical")]),
        ("P02.level", "", [("no_level", "P02.level")]),
        ("P01-1", "not_done", [("comment_needed", "P01-1.comment")]),
        ("P01-1", "not_applicable", []),
        ("P01-2", "not_applicable", [("comment_needed", "P01-2.comment")]),
        ("outcome", "", [("no_outcome", "outcome")]),
        ("P01.critical", "P01-C1", [("comment_needed", "P01.comment")]),
        ("P01.level", "2", [("competent_but_not_met", "outcome")]),
        ("outcome", "needs_remediation", [("remark_needed", "remark")]),
        ("outcome", "could_not_assess", [("remark_needed", "remark")]),
    ],
)
def test_each_gap_is_named(field: str, value: str, expected: list[tuple[str, str]]) -> None:
    gaps = missing(RUBRIC, BOTH, GOOD | {field: value})
    assert [(gap.code, gap.field) for gap in gaps] == expected


def test_gaps_come_in_the_order_of_doing() -> None:
    fields = [gap.field for gap in missing(RUBRIC, BOTH, {})]
    assert fields == [
        *["P01-1", "P01-2", "P01.critical", "P01.level"],
        *["P02-1", "P02-2", "P02.critical", "P02.level"],
        "outcome",
    ]


def test_a_broken_off_sitting_may_have_gaps_but_says_why() -> None:
    assert missing(RUBRIC, BOTH, {"outcome": "could_not_assess", "remark": "Fire alarm"}) == ()


def test_remediation_contradicts_stations_that_are_all_met() -> None:
    values = GOOD | {"outcome": "needs_remediation", "remark": "Again"}
    assert [gap.code for gap in missing(RUBRIC, BOTH, values)] == ["remediation_but_met"]


@pytest.mark.parametrize(
    ("changes", "critical", "met"),
    [
        ({}, False, True),
        ({"P01.level": "2"}, False, False),
        ({"P01.level": ""}, False, False),
        ({"P01.level": "5", "P01.critical": "P01-C2"}, True, False),
        ({"P01-1": "not_done"}, False, True),
        ({"P01-2": "not_done"}, True, False),  # the critical step itself
        ({"P01-2": "partly"}, False, True),
    ],
)
def test_a_station_is_met_at_the_level_without_critical_failure(
    changes: dict[str, str], critical: bool, met: bool
) -> None:
    judged = judge(RUBRIC.stations[0], GOOD | changes, RUBRIC.passing_level)
    assert (judged.critical, judged.met) == (critical, met)


def test_a_sitting_that_was_broken_off_counts_only_critical_failures() -> None:
    values = GOOD | {"outcome": "could_not_assess", "P02.critical": "P02-C1"}
    assert [(row.station, row.met) for row in judgements(RUBRIC, BOTH, values)] == [("P02", False)]


def test_progress_counts_required_entries_of_the_chosen_stations() -> None:
    values = {"P01-1": "done", "P01-1.comment": "x", "P02-1": "done", "outcome": "competent"}
    assert (progress(RUBRIC, ["P01"], values).rated, progress(RUBRIC, ["P01"], values).total) == (1, 4)
    assert (progress(RUBRIC, BOTH, values).rated, progress(RUBRIC, BOTH, values).total) == (2, 8)


def test_only_fields_of_the_chosen_stations_may_be_filled_in() -> None:
    fields = permitted_values(RUBRIC, ["P02"])
    assert {name.split(".")[0].split("-")[0] for name in fields} == {"P02", "outcome", "remark"}
    assert fields["P02.critical"] == {"no", "P02-C1", "P02-C2"}
    assert fields["P02.level"] == {"1", "2", "3", "4", "5"}


def seen(station: str, met: bool, day: int, signed: int | None = None, assessor: str = "Ines") -> StationEvidence:
    return StationEvidence(
        station, met, datetime(2026, 11, day, tzinfo=UTC), datetime(2026, 11, signed or day, tzinfo=UTC), assessor
    )


@pytest.mark.parametrize(
    ("evidence", "passed", "lacking"),
    [
        ([], False, ("P01", "P02")),
        ([seen("P01", True, 1)], False, ("P02",)),
        ([seen("P01", True, 1), seen("P02", True, 2)], True, ()),
        ([seen("P01", True, 3), seen("P02", True, 2), seen("P01", False, 1)], True, ()),
        ([seen("P01", True, 1), seen("P02", True, 2), seen("P01", False, 3)], False, ("P01",)),
        # a correction signed on the 9th of what was seen on the 1st does not outrank what was seen on the 3rd
        ([seen("P01", True, 1, signed=9), seen("P02", True, 2), seen("P01", False, 3)], False, ("P01",)),
        ([seen("P99", True, 1)], False, ("P01", "P02")),
    ],
)
def test_the_newest_observation_of_each_station_decides(
    evidence: list[StationEvidence], passed: bool, lacking: tuple[str, ...]
) -> None:
    outcome = practical_outcome(BOTH, evidence)
    assert (outcome.passed, outcome.missing, outcome.stations_total) == (passed, lacking, 2)


def test_the_outcome_names_the_last_signature_and_the_assessors_in_order() -> None:
    outcome = practical_outcome(BOTH, [seen("P02", True, 5, assessor="Omar"), seen("P01", True, 4)])
    assert outcome.signed_at == datetime(2026, 11, 5, tzinfo=UTC)
    assert (outcome.assessors, outcome.stations_passed) == (("Ines", "Omar"), 2)


def test_a_rubric_without_stations_is_never_passed() -> None:
    assert not practical_outcome([], []).passed
