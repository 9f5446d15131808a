"""What an observed practical amounts to: station met or not, record complete or not, practical passed or not.

Source: curriculum.md section 4 (scale, passing level, critical failures) and ux.md I5 to I9 (no gaps, comments,
outcome).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from exams.rules.rubrics import Criterion, RubricContent, Station, criterion_comment

OUTCOME_FIELD = "outcome"
REMARK_FIELD = "remark"
NO_CRITICAL_FAILURE = "no"
LONGEST_COMMENT = 1000

Values = Mapping[str, str]


class Mark(StrEnum):
    """How one criterion was seen."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"
    NOT_APPLICABLE = "not_applicable"


POINTS: Mapping[str, float] = {Mark.DONE: 1.0, Mark.PARTLY: 0.5, Mark.NOT_DONE: 0.0}


class Outcome(StrEnum):
    """The assessor's decision about the sitting; only the first counts as complete (ux.md I9)."""

    COMPETENT = "competent"
    NEEDS_REMEDIATION = "needs_remediation"
    COULD_NOT_ASSESS = "could_not_assess"


@dataclass(frozen=True)
class Missing:
    """One gap or contradiction: a stable `code`, where it is, and a sentence that says what to do."""

    code: str
    station: str
    field: str
    sentence: str


@dataclass(frozen=True)
class StationJudgement:
    """What the entries of one station amount to."""

    station: str
    level: int | None
    critical: bool
    met: bool


@dataclass(frozen=True)
class Progress:
    """How many of the required entries of the stations stand."""

    rated: int
    total: int


@dataclass(frozen=True)
class StationEvidence:
    """A signed judgement of one station.

    `observed_at` is when its sitting was first signed: correcting an older sitting does not make it the newest.
    """

    station: str
    met: bool
    observed_at: datetime
    signed_at: datetime
    assessor: str


@dataclass(frozen=True)
class PracticalOutcome:
    """How far a trainee is in the practical.

    `signed_at` is the latest signature that counts, `assessors` are the names as printed in order of their first
    signature, `missing` the codes of stations not yet met.
    """

    passed: bool
    stations_passed: int
    stations_total: int
    signed_at: datetime | None
    assessors: tuple[str, ...]
    missing: tuple[str, ...]


def permitted_values(rubric: RubricContent, stations: Sequence[str]) -> dict[str, frozenset[str] | None]:
    """Return every field of a sitting with the values it may take; None stands for free text."""
    levels = frozenset(str(level.level) for level in rubric.levels)
    fields: dict[str, frozenset[str] | None] = {OUTCOME_FIELD: frozenset(Outcome), REMARK_FIELD: None}
    for station in rubric.chosen(stations):
        failures = frozenset(failure.code for failure in station.critical_failures)
        fields |= dict.fromkeys(station.all_fields)
        fields |= dict.fromkeys((criterion.code for criterion in station.criteria), frozenset(Mark))
        fields[station.critical_field] = failures | {NO_CRITICAL_FAILURE}
        fields[station.level_field] = levels
    return fields


def judge(station: Station, values: Values, passing_level: int) -> StationJudgement:
    """Judge one station: met when its level reaches `passing_level` and no critical failure was seen.

    Level 3 of a passing level 3 with every critical step done is met; level 5 with one critical failure is not.
    """
    level = int(values[station.level_field]) if values.get(station.level_field) else None
    critical = bool(seen_failures(station, values))
    return StationJudgement(
        station.code, level, critical, level is not None and level >= passing_level and not critical
    )


def seen_failures(station: Station, values: Values) -> tuple[str, ...]:
    """Return the codes of critical failures: the one chosen, and every critical criterion that was not done."""
    chosen = values.get(station.critical_field, "")
    named = (chosen,) if chosen and chosen != NO_CRITICAL_FAILURE else ()
    return named + tuple(
        criterion.code for criterion in station.criteria if criterion.critical and _is(values, criterion, Mark.NOT_DONE)
    )


def judgements(rubric: RubricContent, stations: Sequence[str], values: Values) -> tuple[StationJudgement, ...]:
    """Judge the stations of a sitting. One that could not be assessed yields only its critical failures."""
    judged = tuple(judge(station, values, rubric.passing_level) for station in rubric.chosen(stations))
    if values.get(OUTCOME_FIELD) == Outcome.COULD_NOT_ASSESS:
        return tuple(judgement for judgement in judged if judgement.critical)
    return judged


def progress(rubric: RubricContent, stations: Sequence[str], values: Values) -> Progress:
    """Count the required entries: for a station of 7 criteria these are 9, with critical failure and level."""
    fields = [field for station in rubric.chosen(stations) for field in station.required_fields]
    return Progress(sum(1 for field in fields if values.get(field)), len(fields))


def missing(rubric: RubricContent, stations: Sequence[str], values: Values) -> tuple[Missing, ...]:
    """List all that keeps a record from being signed, in the order of the checklist; empty when it is complete."""
    unfinished = values.get(OUTCOME_FIELD) == Outcome.COULD_NOT_ASSESS
    found: list[Missing] = []
    for station in rubric.chosen(stations):
        if not unfinished:
            found += _unrated(station, values)
        found += _uncommented(station, values)
    found += _sitting_gaps(values)
    if not found and not unfinished:
        found += _contradictions(judgements(rubric, stations, values), values)
    return tuple(found)


def checklist_percent(station: Station, values: Values) -> float | None:
    """Return the share of a station's checklist that was done, 0 to 100; None when no criterion applied.

    A criterion done is worth one, partly done half, not done nothing; one that did not apply is left out. Of four
    criteria done, partly, not done and not applicable, 50 percent. It says nothing about passing: that is the level.
    """
    earned = [POINTS[mark] for criterion in station.criteria if (mark := values.get(criterion.code, "")) in POINTS]
    return 100 * sum(earned) / len(earned) if earned else None


def practical_outcome(stations: Sequence[str], evidence: Iterable[StationEvidence]) -> PracticalOutcome:
    """Decide over the newest observation of each station; passed when every station of the rubric is met.

    With P01 met, then P01 not met in a later sitting, P01 is missing again.
    """
    newest = newest_evidence(evidence)
    counted = [newest[code] for code in stations if code in newest and newest[code].met]
    lacking = tuple(code for code in stations if code not in newest or not newest[code].met)
    names = dict.fromkeys(row.assessor for row in sorted(counted, key=lambda row: row.signed_at))
    return PracticalOutcome(
        passed=bool(stations) and not lacking,
        stations_passed=len(counted),
        stations_total=len(stations),
        signed_at=max((row.signed_at for row in counted), default=None),
        assessors=tuple(names),
        missing=lacking,
    )


def newest_evidence(evidence: Iterable[StationEvidence]) -> dict[str, StationEvidence]:
    """Return the newest observation of each station, which alone counts."""
    return {row.station: row for row in sorted(evidence, key=lambda row: row.observed_at)}


def _is(values: Values, criterion: Criterion, mark: Mark) -> bool:
    return values.get(criterion.code) == mark


def _unrated(station: Station, values: Values) -> Iterator[Missing]:
    for criterion in station.criteria:
        if not values.get(criterion.code):
            yield Missing("not_rated", station.code, criterion.code, f"Rate {criterion.code}: {criterion.text}")
    if not values.get(station.critical_field):
        sentence = f"Say whether a critical failure was seen at {station.code}"
        yield Missing("critical_not_stated", station.code, station.critical_field, sentence)
    if not values.get(station.level_field):
        yield Missing("no_level", station.code, station.level_field, f"Choose an entrustment level for {station.code}")


def _uncommented(station: Station, values: Values) -> Iterator[Missing]:
    for criterion in station.criteria:
        skipped = criterion.critical and _is(values, criterion, Mark.NOT_APPLICABLE)
        if not (skipped or _is(values, criterion, Mark.NOT_DONE)) or values.get(criterion_comment(criterion.code)):
            continue
        what = "why the critical step did not apply" if skipped else "what you saw"
        sentence = f"Comment on {criterion.code}: say {what}"
        yield Missing("comment_needed", station.code, criterion_comment(criterion.code), sentence)
    chosen = values.get(station.critical_field, "")
    if chosen and chosen != NO_CRITICAL_FAILURE and not values.get(station.comment_field):
        sentence = f"Comment on {station.code}: describe the critical failure"
        yield Missing("comment_needed", station.code, station.comment_field, sentence)


def _sitting_gaps(values: Values) -> Iterator[Missing]:
    outcome = values.get(OUTCOME_FIELD)
    if not outcome:
        yield Missing("no_outcome", "", OUTCOME_FIELD, "Choose the outcome of the sitting")
    elif outcome != Outcome.COMPETENT and not values.get(REMARK_FIELD):
        yield Missing("remark_needed", "", REMARK_FIELD, "Write a remark: say why the outcome is not Competent")


def _contradictions(judged: Sequence[StationJudgement], values: Values) -> Iterator[Missing]:
    unmet = [judgement.station for judgement in judged if not judgement.met]
    if values[OUTCOME_FIELD] == Outcome.COMPETENT and unmet:
        stations = ", ".join(unmet)
        sentence = f"The outcome is Competent, but {stations} is not met. Rate it again, or choose another outcome"
        if len(unmet) > 1:
            sentence = (
                f"The outcome is Competent, but {stations} are not met. Rate them again, or choose another outcome"
            )
        yield Missing("competent_but_not_met", "", OUTCOME_FIELD, sentence)
    if values[OUTCOME_FIELD] == Outcome.NEEDS_REMEDIATION and not unmet:
        sentence = "The outcome is Needs remediation, but every station is met. Lower a level, or choose Competent"
        yield Missing("remediation_but_met", "", OUTCOME_FIELD, sentence)
