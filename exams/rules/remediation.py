"""Remediation after a failed station: what was not met, and whether a station may be tried again without a plan.

Source: curriculum.md section 4 (after a critical failure feedback and 14 days, then a full repeat) and exams.md 5. That
a plan holds back a new try stands in the rules of the rubric version (`scheme.SchemeRules`); without them a plan helps
and keeps nobody away.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from exams.rules.passing import Shortfall, StationEvidence, ratings_that_count, verdict
from exams.rules.practical import Mark, StationJudgement, seen_failures
from exams.rules.rubrics import RubricContent, Station
from exams.rules.scheme import SchemeRules

DONE = "done"
LONGEST_DAYS = 180
MARK_WORDS = {Mark.NOT_DONE.value: "Not done", Mark.PARTLY.value: "Partly done"}


@dataclass(frozen=True)
class Finding:
    """One thing that was not met: at which station, what kind (critical, criterion or level), in words."""

    station: str
    kind: str
    text: str


@dataclass(frozen=True)
class PlanFacts:
    """A plan as far as trying again depends on it; `outcome` is empty while it is open."""

    stations: tuple[str, ...]
    written_at: datetime
    due_on: date
    outcome: str


def findings_of(
    rubric: RubricContent, judged: Sequence[StationJudgement], values: Mapping[str, str]
) -> tuple[Finding, ...]:
    """Take from a record what was not met: critical failures, steps not or partly done, a level that is too low."""
    unmet = {row.station: row for row in judged if not row.met}
    found: list[Finding] = []
    for station in rubric.chosen(tuple(unmet)):
        found += _of_station(station, unmet[station.code], values, rubric)
    return tuple(found)


def refusals_without_plan(
    stations: Collection[str],
    evidence: Collection[StationEvidence],
    rules: SchemeRules,
    plans: Collection[PlanFacts],
) -> tuple[Shortfall, ...]:
    """Say which stations wait for a plan to be written, or to be closed as done.

    The newest performance of a station counts: one that was met asks for no plan, and one that failed asks for a plan
    written after it.
    """
    ratings = ratings_that_count(evidence)
    return tuple(
        found for code in stations if (rows := ratings.get(code)) and (found := _refusal(code, rows, rules, plans))
    )


def _refusal(
    code: str, ratings: Sequence[StationEvidence], rules: SchemeRules, plans: Collection[PlanFacts]
) -> Shortfall | None:
    is_critical = rules.plan_after_critical_failure and any(row.critical for row in ratings)
    if verdict(ratings) is not False or not (rules.plan_after_failure or is_critical):
        return None
    after = [plan for plan in plans if code in plan.stations and plan.written_at >= ratings[0].observed_at]
    if any(plan.outcome == DONE for plan in after):
        return None
    standing = next((plan for plan in after if not plan.outcome), None)
    if standing:
        day = f"{standing.due_on.day} {standing.due_on:%B %Y}"
        sentence = f"{code} can be tried again once its remediation plan is closed as done. It is due on {day}."
    else:
        sentence = f"{code} can be tried again once a remediation plan for it is written and closed as done."
    return Shortfall("plan_open", code, sentence)


def _of_station(
    station: Station, judgement: StationJudgement, values: Mapping[str, str], rubric: RubricContent
) -> Iterator[Finding]:
    named = {failure.code: failure.text for failure in station.critical_failures}
    for code in seen_failures(station, values):
        if code in named:
            yield Finding(station.code, "critical", named[code])
    for criterion in station.criteria:
        if words := MARK_WORDS.get(values.get(criterion.code, "")):
            critical = criterion.critical and values[criterion.code] == Mark.NOT_DONE
            yield Finding(station.code, "critical" if critical else "criterion", f"{words}: {criterion.text}")
    if judgement.level is not None and judgement.level < rubric.passing_level:
        sentence = f"Level {judgement.level}, and {rubric.passing_level} is needed."
        yield Finding(station.code, "level", sentence)
