"""What a record says was not met, and when a station waits for a plan."""

from datetime import UTC, date, datetime, timedelta

import pytest

from exams.rules.passing import StationEvidence
from exams.rules.practical import judgements
from exams.rules.remediation import PlanFacts, findings_of, refusals_without_plan
from exams.rules.rubrics import rubric_from
from exams.rules.scheme import SchemeRules
from tests.factories.practicals import rubric_content

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CRITICAL = SchemeRules(plan_after_critical_failure=True)
ANY = SchemeRules(plan_after_failure=True)


def test_findings_name_failures_steps_and_levels_of_unmet_stations_only() -> None:
    rubric = rubric_from(rubric_content(stations=2, criteria=3))
    values = {
        "P01-1": "partly", "P01-2": "done", "P01-3": "not_done", "P01.critical": "P01-C2", "P01.level": "2",
        "P02-1": "partly", "P02-2": "done", "P02-3": "done", "P02.critical": "no", "P02.level": "3",
        "outcome": "needs_remediation",
    }  # fmt: skip
    judged = judgements(rubric, ("P01", "P02"), values)
    assert [(one.station, one.kind, one.text) for one in findings_of(rubric, judged, values)] == [
        ("P01", "critical", "Second failure of P01"),
        ("P01", "criterion", "Partly done: Step 1 of P01"),
        ("P01", "critical", "Not done: Step 3 of P01"),
        ("P01", "level", "Level 2, and 3 is needed."),
    ]


def tried(hours: int, *, met: bool = False, critical: bool = False, **more: object) -> StationEvidence:
    at = START + timedelta(hours=hours)
    return StationEvidence("P01", met, at, at, "Ines", critical, at.date(), 1, sitting=f"s{hours}", **more)  # type: ignore[arg-type]


def plan(hours: int, outcome: str = "", station: str = "P01") -> PlanFacts:
    return PlanFacts((station,), START + timedelta(hours=hours), date(2026, 3, 16), outcome)


def waits(evidence: list[StationEvidence], rules: SchemeRules, *plans: PlanFacts) -> bool:
    found = refusals_without_plan(["P01", "P02"], evidence, rules, plans)
    assert all((row.code, row.station) == ("plan_open", "P01") for row in found)
    return bool(found)


FAILURE, CRITICAL_FAILURE = [tried(0)], [tried(0, critical=True)]


@pytest.mark.parametrize(
    ("evidence", "rules", "plans", "expected"),
    [
        (CRITICAL_FAILURE, SchemeRules(), (), False),
        (CRITICAL_FAILURE, CRITICAL, (), True),
        (FAILURE, CRITICAL, (), False),
        (FAILURE, ANY, (), True),
        (CRITICAL_FAILURE, CRITICAL, (plan(1),), True),
        (CRITICAL_FAILURE, CRITICAL, (plan(1, "not_done"),), True),
        (CRITICAL_FAILURE, CRITICAL, (plan(1, "done"),), False),
        (CRITICAL_FAILURE, CRITICAL, (plan(1, "not_done"), plan(2, "done")), False),
        (CRITICAL_FAILURE, CRITICAL, (plan(1, "done", "P02"),), True),
        ([tried(0, critical=True), tried(5, critical=True)], CRITICAL, (plan(1, "done"),), True),
        ([tried(0, critical=True), tried(5, met=True)], CRITICAL, (), False),
        ([tried(0, critical=True), tried(1, met=True, rates_again="s0")], CRITICAL, (), False),
        ([], ANY, (), False),
    ],
    ids=[
        "no rule", "no plan", "not critical", "any failure", "open", "not done", "done", "done at last",
        "of another station", "failed again", "met since", "two differ", "never tried",
    ],
)  # fmt: skip
def test_a_station_waits_for_a_plan_only_where_the_rules_say_so(evidence, rules, plans, expected) -> None:
    assert waits(evidence, rules, *plans) is expected


def test_the_sentence_names_the_last_day_of_the_open_plan() -> None:
    (found,) = refusals_without_plan(["P01"], CRITICAL_FAILURE, CRITICAL, [plan(1)])
    assert found.sentence.endswith("It is due on 16 March 2026.")
