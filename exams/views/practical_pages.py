"""What the pages of the practical show: the checklist with its entries, and a record in readable form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from exams.models import Observation, Qualification, SignOff, Sitting
from exams.rules import practical as rules
from exams.rules.patient_details import patient_details
from exams.rules.practical_record import Entry, entries_of
from exams.rules.rubrics import Criterion, RubricContent, Station, criterion_comment

MARKS = [
    (rules.Mark.DONE.value, "Done"),
    (rules.Mark.PARTLY.value, "Partly"),
    (rules.Mark.NOT_DONE.value, "Not done"),
    (rules.Mark.NOT_APPLICABLE.value, "Not applicable"),
]
OUTCOMES = [
    (rules.Outcome.COMPETENT.value, "Competent"),
    (rules.Outcome.NEEDS_REMEDIATION.value, "Needs remediation"),
    (rules.Outcome.COULD_NOT_ASSESS.value, "Could not assess"),
]


@dataclass(frozen=True)
class Choice:
    """One answer of a group."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class FieldRow:
    """One field of the checklist: what it is called, what it holds, what it may be."""

    name: str
    label: str
    value: str
    seq: int
    gap: str
    choices: tuple[Choice, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class CriterionRow:
    """One criterion with its answer and its comment."""

    criterion: Criterion
    mark: FieldRow
    comment: FieldRow


@dataclass(frozen=True)
class StationBlock:
    """One station of the checklist."""

    station: Station
    criteria: tuple[CriterionRow, ...]
    critical: FieldRow
    level: FieldRow
    comment: FieldRow
    progress: rules.Progress
    saved_at: datetime | None


@dataclass(frozen=True)
class GapGroup:
    """What is missing at one station (or in the conclusion, with an empty code).

    `untouched` says that nothing of the station is rated yet: one line then stands for all its gaps.
    """

    code: str
    title: str
    gaps: tuple[rules.Missing, ...]
    untouched: bool


@dataclass(frozen=True)
class ChecklistPage:
    """The whole checklist."""

    stations: tuple[StationBlock, ...]
    outcome: FieldRow
    remark: FieldRow
    progress: rules.Progress
    next_unrated: str
    gap_groups: tuple[GapGroup, ...]


@dataclass(frozen=True)
class RecordStation:
    """One station of a record as people read it."""

    station: Station
    level: str
    failures: tuple[str, ...]
    judgement: rules.StationJudgement
    rows: tuple[tuple[Criterion, str, str], ...]
    comment: str
    judged: bool


@dataclass(frozen=True)
class RecordPage:
    """A record, signed or about to be, as people read it."""

    content: Mapping[str, Any]
    stations: tuple[RecordStation, ...]
    outcome: str
    remark: str
    qualification: str
    observed_on: datetime
    warnings: tuple[tuple[str, str], ...]


def checklist_page(sitting: Sitting, entries: Mapping[str, Entry], *, show_gaps: bool) -> ChecklistPage:
    """Lay out a checklist with these entries; with `show_gaps`, what is missing is named beside each field."""
    values = {field: entry.value for field, entry in entries.items() if entry.value}
    gaps = rules.missing(sitting.rubric, sitting.stations, values) if show_gaps else ()
    layout = _Layout(sitting.rubric, entries, {gap.field: gap.sentence for gap in gaps})
    required = [field for station in sitting.chosen_stations for field in station.required_fields]
    return ChecklistPage(
        stations=tuple(layout.block(station, values) for station in sitting.chosen_stations),
        outcome=layout.choice(rules.OUTCOME_FIELD, "Outcome", OUTCOMES),
        remark=layout.text(rules.REMARK_FIELD, "Remark on the whole sitting"),
        progress=rules.progress(sitting.rubric, sitting.stations, values),
        next_unrated=next((field for field in required if not values.get(field)), rules.OUTCOME_FIELD),
        gap_groups=_gap_groups(sitting, gaps),
    )


def blank_station(rubric: RubricContent, station: Station) -> StationBlock:
    """Lay out a station with nothing rated, as assessors find it."""
    return _Layout(rubric, {}, {}).block(station, {})


def current_entries(sitting: Sitting) -> dict[str, Entry]:
    """Read the entries of an open sitting."""
    rows = Observation.objects.filter(sitting=sitting)
    return {row.field: Entry(row.field, row.value, row.seq, row.saved_at) for row in rows}


def signed_entries(sign_off: SignOff) -> dict[str, Entry]:
    """Read the entries of a signed record."""
    return {entry.field: entry for entry in entries_of(sign_off.content)}


def record_page(content: Mapping[str, Any], rubric: RubricContent) -> RecordPage:
    """Lay out a record for reading; everything comes from the record itself, the rubric only lends its wording."""
    values = {entry["field"]: entry["value"] for entry in content["entries"]}
    judged = {row["station"]: rules.StationJudgement(**row) for row in content["judgements"]}
    return RecordPage(
        content=content,
        stations=tuple(
            _record_station(station, rubric, values, judged) for station in rubric.chosen(content["stations"])
        ),
        outcome=dict(OUTCOMES)[content["outcome"]],
        remark=values.get(rules.REMARK_FIELD, ""),
        qualification=str(Qualification(content["assessor"]["qualification"]).label),
        observed_on=datetime.fromisoformat(content["setting"]["date"]),
        warnings=tuple((field, name) for field, value in values.items() for name in patient_details(value)),
    )


def in_words(rubric: RubricContent, value: str) -> str:
    """Say the value of a field as the checklist words it: "not_done" is "Not done"; typed text stays as it is."""
    failures = {failure.code: failure.text for station in rubric.stations for failure in station.critical_failures}
    known = dict(MARKS) | dict(OUTCOMES) | failures | {rules.NO_CRITICAL_FAILURE: "No critical failure"}
    return known.get(value, value)


@dataclass(frozen=True)
class _Layout:
    """Makes rows out of entries."""

    rubric: RubricContent
    entries: Mapping[str, Entry]
    gaps: Mapping[str, str]

    def choice(self, name: str, label: str, choices: Sequence[tuple[str, str]]) -> FieldRow:
        entry = self.entries.get(name, Entry(name, "", 0, None))
        offered = tuple(Choice(value, text, value == entry.value) for value, text in choices)
        return FieldRow(name, label, entry.value, entry.seq, self.gaps.get(name, ""), offered)

    def text(self, name: str, label: str) -> FieldRow:
        entry = self.entries.get(name, Entry(name, "", 0, None))
        warnings = patient_details(entry.value)
        return FieldRow(name, label, entry.value, entry.seq, self.gaps.get(name, ""), warnings=warnings)

    def block(self, station: Station, values: Mapping[str, str]) -> StationBlock:
        levels = [(str(level.level), level.label) for level in self.rubric.levels]
        failures = [(rules.NO_CRITICAL_FAILURE, "No critical failure")]
        failures += [(failure.code, failure.text) for failure in station.critical_failures]
        moments = [self.entries[field].saved_at for field in station.all_fields if field in self.entries]
        return StationBlock(
            station=station,
            criteria=tuple(self._criterion(criterion) for criterion in station.criteria),
            critical=self.choice(station.critical_field, "Critical failure", failures),
            level=self.choice(station.level_field, "Entrustment level", levels),
            comment=self.text(station.comment_field, f"Comment on {station.code}"),
            progress=rules.progress(self.rubric, [station.code], values),
            saved_at=max((moment for moment in moments if moment), default=None),
        )

    def _criterion(self, criterion: Criterion) -> CriterionRow:
        name = criterion_comment(criterion.code)
        return CriterionRow(
            criterion,
            self.choice(criterion.code, criterion.text, MARKS),
            self.text(name, f"Comment on {criterion.code}"),
        )


def _gap_groups(sitting: Sitting, gaps: Sequence[rules.Missing]) -> tuple[GapGroup, ...]:
    stations = {station.code: station for station in sitting.chosen_stations}
    groups = []
    for code in dict.fromkeys(gap.station for gap in gaps):
        found = tuple(gap for gap in gaps if gap.station == code)
        station = stations.get(code)
        title = f"{code} {station.title}" if station else "Outcome"
        untouched = station is not None and {gap.field for gap in found} == set(station.required_fields)
        groups.append(GapGroup(code, title, found, untouched))
    return tuple(groups)


def _record_station(
    station: Station,
    rubric: RubricContent,
    values: Mapping[str, str],
    judged: Mapping[str, rules.StationJudgement],
) -> RecordStation:
    texts = {failure.code: failure.text for failure in station.critical_failures}
    texts |= {criterion.code: f"Not done: {criterion.text}" for criterion in station.criteria}
    labels = {str(level.level): f"{level.level} {level.label}" for level in rubric.levels}
    marks = dict(MARKS)
    return RecordStation(
        station=station,
        level=labels.get(values.get(station.level_field, ""), "Not given"),
        failures=tuple(texts[code] for code in rules.seen_failures(station, values)),
        judgement=judged.get(station.code) or rules.judge(station, values, rubric.passing_level),
        rows=tuple(
            (
                criterion,
                marks.get(values.get(criterion.code, ""), "Not rated"),
                values.get(criterion_comment(criterion.code), ""),
            )
            for criterion in station.criteria
        ),
        comment=values.get(station.comment_field, ""),
        judged=station.code in judged,
    )
