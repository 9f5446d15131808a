"""What an observed practical amounts to: station met or not, record complete or not, practical passed or not.

Source: curriculum.md section 4 (scale, passing level, critical failures) and ux.md I5 to I9 (no gaps, comments,
outcome).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from exams.rules.passing import (
    Shortfall,
    StationEvidence,
    assessor_shortfall,
    ratings_that_count,
    station_shortfalls,
)
from exams.rules.rubrics import Criterion, RubricContent, Station, criterion_comment
from exams.rules.scheme import NO_RULES, SchemeRules

OUTCOME_FIELD = "outcome"
REMARK_FIELD = "remark"
NO_CRITICAL_FAILURE = "no"
LONGEST_COMMENT = 1000
PLAIN_SHORTFALLS = frozenset({"not_assessed", "not_met"})

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
class PracticalOutcome:
    """How far a trainee is in the practical.

    `signed_at` is the latest signature that counts, `assessors` are the names as printed in order of their first
    signature, `missing` the codes of stations that do not count yet, and `shortfalls` says why not.
    `counted` are the keys of the sittings that the stations passed rest on.
    """

    passed: bool
    stations_passed: int
    stations_total: int
    signed_at: datetime | None
    assessors: tuple[str, ...]
    missing: tuple[str, ...]
    shortfalls: tuple[Shortfall, ...] = ()
    counted: frozenset[str] = frozenset()

    @property
    def hints(self) -> tuple[str, ...]:
        """Say what else is needed, beyond stations that were not assessed or not met."""
        return tuple(row.sentence for row in self.shortfalls if row.code not in PLAIN_SHORTFALLS)


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


def practical_outcome(
    stations: Sequence[str],
    evidence: Iterable[StationEvidence],
    scheme: SchemeRules = NO_RULES,
    physician: Collection[str] = (),
) -> PracticalOutcome:
    """Decide over the newest performance of each station; passed when every station counts and the scheme is content.

    With P01 met, then P01 not met in a later sitting, P01 is missing again. `physician` are the codes of stations that
    need a physician assessor.
    """
    rows = tuple(evidence)
    ratings = ratings_that_count(rows)
    shortfalls = station_shortfalls(stations, rows, scheme, physician)
    lacking = tuple(row.station for row in shortfalls)
    counted = [row for code in stations if code not in lacking for row in ratings[code]]
    too_few = None if lacking else assessor_shortfall(counted, scheme)
    names = dict.fromkeys(row.assessor for row in sorted(counted, key=lambda row: row.signed_at))
    return PracticalOutcome(
        passed=bool(stations) and not lacking and too_few is None,
        stations_passed=len(stations) - len(lacking),
        stations_total=len(stations),
        signed_at=max((row.signed_at for row in counted), default=None),
        assessors=tuple(names),
        missing=lacking,
        shortfalls=(*shortfalls, too_few) if too_few else shortfalls,
        counted=frozenset(row.sitting for row in counted),
    )


def newest_evidence(evidence: Iterable[StationEvidence]) -> dict[str, StationEvidence]:
    """Return the first rating of the newest performance of each station."""
    return {code: ratings[0] for code, ratings in ratings_that_count(evidence).items()}


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
