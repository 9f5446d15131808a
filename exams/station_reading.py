"""Borderline regression for a station of the practical: signed checklists against the assessor's level (exams.md 4.3).

The entrustment level is the assessor's judgement of the station as a whole, given beside the checklist, so it is the
global rating that the method needs. The rubric calls none of its levels borderline: whoever reads chooses one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from exams.models import RubricVersion, SignOff
from exams.panel_tables import number
from exams.rules.practical import Outcome, checklist_percent
from exams.rules.practical_record import values_of
from exams.rules.psychometrics.standard_setting.borderline import (
    StationCut,
    StationResult,
    borderline_regression,
)
from exams.rules.psychometrics.standard_setting.panel import panel_mean
from exams.rules.psychometrics.undefined import Why
from exams.rules.rubrics import Station


@dataclass(frozen=True)
class LevelRow:
    """One level: its words, how many candidates have it, their mean checklist, and what the line says there."""

    level: int
    label: str
    persons: int
    mean: str
    line: str
    is_chosen: bool


@dataclass(frozen=True)
class StationReading:
    """Everything on the page of a station. Percents have one decimal."""

    found: StationCut
    cut: str
    no_cut: str
    line: str
    fit: str
    error: str
    levels: tuple[LevelRow, ...]


def read_station(version: RubricVersion, station: Station, borderline: int) -> StationReading:
    """Work out the cut of one station at one level, in one query."""
    results = _results(version, station)
    found = borderline_regression({station.code: results}, borderline).stations[0]
    no_cut = found.cut.sentence if isinstance(found.cut, Why) else ""
    levels = [
        LevelRow(
            level=one.level,
            label=one.label,
            persons=sum(result.rating == one.level for result in results),
            mean=number(panel_mean([result.checklist for result in results if result.rating == one.level]).mean, 1),
            line=_at(found, one.level),
            is_chosen=one.level == borderline,
        )
        for one in version.plain.levels
    ]
    line = "" if no_cut else f"{number(found.intercept, 1)} + {number(found.slope, 1)} × level"
    return StationReading(
        found, number(found.cut, 1), no_cut, line, number(found.r_squared), number(found.rmse, 1), tuple(levels)
    )


def _at(found: StationCut, level: int) -> str:
    if isinstance(found.slope, Why) or isinstance(found.intercept, Why):
        return number(Why.NO_PERSONS)
    return number(found.intercept + found.slope * level, 1)


def _results(version: RubricVersion, station: Station) -> Sequence[StationResult]:
    """Read each candidate's first signed sitting with this station, by the newest version of its record.

    A sitting that could not be assessed to its end, and a station without a level, say nothing.
    """
    rows = SignOff.objects.filter(sitting__rubric_version=version).order_by("sitting__signed_at", "sitting", "version")
    newest: dict[object, tuple[object, str, bytes]] = {}
    for sitting, enrolment, outcome, record in rows.values_list(
        "sitting", "sitting__enrolment", "outcome", "record"
    ).iterator():
        newest[sitting] = enrolment, outcome, bytes(record)
    found: dict[object, StationResult] = {}
    for person, decided, payload in newest.values():
        if person in found or decided == Outcome.COULD_NOT_ASSESS:
            continue
        values = values_of(payload)
        percent, level = checklist_percent(station, values), values.get(station.level_field)
        if percent is not None and level:
            found[person] = StationResult(percent, float(level))
    return list(found.values())
