"""The rubric of a practical as plain values: stations, criteria, critical failures, levels.

Its shape is the file format of `content/material/practicals/` (docs/material-format.md). The scale of criteria and the
passing rule come from curriculum.md section 4.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import rfc8785

from exams.rules.scheme import NO_RULES, SchemeRules, scheme_from


@dataclass(frozen=True)
class Criterion:
    """One observable step. A `critical` step that is not done is itself a critical failure."""

    code: str
    text: str
    critical: bool


@dataclass(frozen=True)
class CriticalFailure:
    """One act after which a station is failed, whatever else was done well."""

    code: str
    text: str


@dataclass(frozen=True)
class EntrustmentLevel:
    """One step of the scale from 1 (observes only) to 5 (may supervise others)."""

    level: int
    label: str
    anchor: str


@dataclass(frozen=True)
class Station:
    """One practical task with its steps in the order of doing."""

    code: str
    title: str
    task: str
    setting: str
    minutes: int
    physician_required: bool
    criteria: tuple[Criterion, ...]
    critical_failures: tuple[CriticalFailure, ...]
    allowed_settings: tuple[str, ...] = ()
    """How it may be done: "simulated", "patient"; empty: either way."""
    allowed_devices: tuple[str, ...] = ()
    """With which kinds of device (`assessors.DeviceFamily`); empty: with any."""

    @property
    def critical_field(self) -> str:
        """The field that says which critical failure was observed, or "no"."""
        return f"{self.code}.critical"

    @property
    def level_field(self) -> str:
        """The field of the entrustment level."""
        return f"{self.code}.level"

    @property
    def comment_field(self) -> str:
        """The field of the comment on the whole station."""
        return f"{self.code}.comment"

    @property
    def required_fields(self) -> tuple[str, ...]:
        """What must be rated: each criterion, the critical failure and the level."""
        return (*(criterion.code for criterion in self.criteria), self.critical_field, self.level_field)

    @property
    def all_fields(self) -> tuple[str, ...]:
        """Every field of the station, comments included."""
        comments = (criterion_comment(criterion.code) for criterion in self.criteria)
        return (*self.required_fields, *comments, self.comment_field)


@dataclass(frozen=True)
class RubricContent:
    """One version of a rubric."""

    code: str
    title: str
    passing_level: int
    levels: tuple[EntrustmentLevel, ...]
    quick_phrases: tuple[str, ...]
    stations: tuple[Station, ...]
    rules: SchemeRules = NO_RULES

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes of all stations, in the order of doing."""
        return tuple(station.code for station in self.stations)

    @cached_property
    def physician_codes(self) -> frozenset[str]:
        """Codes of the stations that need a physician assessor."""
        return frozenset(station.code for station in self.stations if station.physician_required)

    def settings_refused(self, codes: Sequence[str], *, simulated: bool) -> tuple[str, ...]:
        """Return those of the stations that may not be done in a simulation, or not with a patient."""
        setting = "simulated" if simulated else "patient"
        rows = self.chosen(codes)
        return tuple(row.code for row in rows if row.allowed_settings and setting not in row.allowed_settings)

    def devices_refused(self, codes: Sequence[str], family: str) -> tuple[str, ...]:
        """Return those of the stations that may not be done with this kind of device."""
        rows = self.chosen(codes)
        return tuple(row.code for row in rows if row.allowed_devices and family not in row.allowed_devices)

    def chosen(self, codes: Sequence[str]) -> tuple[Station, ...]:
        """Return the stations with these codes, in the rubric's order."""
        return tuple(station for station in self.stations if station.code in codes)


def criterion_comment(code: str) -> str:
    """Name the field of the comment on one criterion: "P01-3" gives "P01-3.comment"."""
    return f"{code}.comment"


def rubric_from(content: dict[str, Any]) -> RubricContent:
    """Read a rubric from the mapping of its file. Raises `ValueError` for repeated or missing parts."""
    try:
        rubric = RubricContent(
            code=content["code"],
            title=content["title"],
            passing_level=content["passing_level"],
            levels=tuple(EntrustmentLevel(**level) for level in content["entrustment_levels"]),
            quick_phrases=tuple(content.get("quick_phrases", ())),
            stations=tuple(station_from(station) for station in content["stations"]),
            rules=scheme_from(content.get("rules"), tuple(station["code"] for station in content["stations"])),
        )
    except (KeyError, TypeError) as fault:
        raise ValueError(f"The rubric lacks a part or has an unknown one: {fault}") from fault
    _refuse_contradictions(rubric)
    return rubric


def content_digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 (64 hex digits) of a rubric's content; the author's own version number is left out."""
    body = {key: value for key, value in content.items() if key != "version"}
    return hashlib.sha256(b"threshold-rubric/1\n" + rfc8785.dumps(body)).hexdigest()


def station_from(content: dict[str, Any]) -> Station:
    """Read one station from the mapping of its file."""
    return Station(
        code=content["code"],
        title=content["title"],
        task=content["task"],
        setting=content["setting"],
        minutes=content["minutes"],
        physician_required=content["physician_required"],
        criteria=tuple(Criterion(**criterion) for criterion in content["criteria"]),
        critical_failures=tuple(CriticalFailure(**failure) for failure in content["critical_failures"]),
        allowed_settings=tuple(content.get("allowed_settings", ())),
        allowed_devices=tuple(content.get("allowed_devices", ())),
    )


def _all_codes(rubric: RubricContent) -> Iterator[str]:
    for station in rubric.stations:
        yield station.code
        yield from (criterion.code for criterion in station.criteria)
        yield from (failure.code for failure in station.critical_failures)


def _refuse_contradictions(rubric: RubricContent) -> None:
    codes = list(_all_codes(rubric))
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise ValueError(f"Codes stand twice in the rubric: {', '.join(repeated)}")
    if not rubric.stations or not all(station.criteria for station in rubric.stations):
        raise ValueError("A rubric needs stations, and each station needs criteria")
    if rubric.passing_level not in {level.level for level in rubric.levels}:
        raise ValueError(f"The passing level {rubric.passing_level} is not one of the entrustment levels")
