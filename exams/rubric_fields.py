"""The fields of the rubric editor, each with what is stored and with its fault beside it.

Not Django forms: a draft keeps whatever is typed, and the faults are those of the whole rubric (`rubric_faults`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exams.rules.rubric_compare import FAMILIES, RULE_WORDS, SETTING_WORDS
from exams.rules.rubric_edits import LIST_RULE, OPTIONAL_RULE, RULES, Content, part_of
from exams.rules.rubric_faults import RubricFault

NAMES = {
    "title": "title",
    "task": "what the trainee is told",
    "setting": "what must be there",
    "minutes": "minutes",
    "sources": "sources",
    "quick_phrases": "quick phrases",
}


@dataclass(frozen=True)
class EditorField:
    """One field: `kind` is line, text, number, tick, ticks or choice; choices are value, words and whether chosen."""

    name: str
    label: str
    value: str = ""
    kind: str = "line"
    hint: str = ""
    fault: str = ""
    rows: int = 4
    ticked: bool = False
    choices: tuple[tuple[str, str, bool], ...] = ()

    @property
    def key(self) -> str:
        """The id of the field on the page."""
        return f"field-{self.name.replace(':', '-')}"


@dataclass(frozen=True)
class EntryRow:
    """A criterion or critical failure with its fields; `first` and `last` cannot move further."""

    code: str
    text: EditorField
    critical: EditorField | None
    first: bool
    last: bool


@dataclass(frozen=True)
class StationFields:
    """The fields of one station."""

    top: tuple[EditorField, ...]
    criteria: tuple[EntryRow, ...]
    failures: tuple[EntryRow, ...]
    bottom: tuple[EditorField, ...]
    criteria_fault: str
    failures_fault: str


@dataclass(frozen=True)
class GeneralFields:
    """The fields of the rubric as a whole; levels are pairs of label and anchor."""

    top: tuple[EditorField, ...]
    levels: tuple[tuple[int, EditorField, EditorField], ...]
    rules: tuple[EditorField, ...]


def station_fields(content: Content, code: str, faults: Iterable[RubricFault]) -> StationFields:
    """Lay out a station. Raises `KeyError` when it is not there."""
    station = part_of(content, code)
    found = _by_field(faults, code)
    settings, devices = station.get("allowed_settings", ()), station.get("allowed_devices", ())
    return StationFields(
        top=(
            EditorField("title", "Title", station["title"], fault=found.get("title", "")),
            EditorField(
                "task", "What the trainee is told", station["task"], "text", rows=6, fault=found.get("task", "")
            ),
            EditorField(
                "setting", "What must be there", station["setting"], "text", rows=6, fault=found.get("setting", "")
            ),
            EditorField("minutes", "Minutes", str(station["minutes"]), "number", fault=found.get("minutes", "")),
            EditorField(
                "physician_required",
                "One assessor of this station must be a physician",
                kind="tick",
                ticked=station["physician_required"],
            ),
            EditorField(
                "allowed_settings",
                "May be done as",
                kind="ticks",
                hint="Tick none to allow both. The registrar cannot plan it otherwise.",
                fault=found.get("allowed_settings", ""),
                choices=_ticks(SETTING_WORDS.items(), settings),
            ),
            EditorField(
                "allowed_devices",
                "May be done with",
                kind="ticks",
                hint="Tick none to allow every kind of device.",
                fault=found.get("allowed_devices", ""),
                choices=_ticks(FAMILIES, devices),
            ),
        ),
        criteria=_entries(station["criteria"], "Criterion", found),
        failures=_entries(station["critical_failures"], "Critical failure", found),
        bottom=(
            EditorField(
                "sources",
                "Sources",
                " ".join(station["sources"]),
                hint="Keys of the register of sources, with spaces between them.",
                fault=found.get("sources", ""),
            ),
        ),
        criteria_fault=found.get("criteria", ""),
        failures_fault=found.get("critical_failures", ""),
    )


def general_fields(content: Content, faults: Iterable[RubricFault]) -> GeneralFields:
    """Lay out what holds for the whole rubric."""
    found = _by_field(faults, "")
    levels = content["entrustment_levels"]
    passing = tuple(
        (str(row["level"]), f"{row['level']}, {row['label']}", row["level"] == content["passing_level"])
        for row in levels
    )
    return GeneralFields(
        top=(
            EditorField("title", "Title", content["title"], fault=found.get("title", "")),
            EditorField(
                "passing_level",
                "A station is met from this level on",
                kind="choice",
                choices=passing,
                fault=found.get("passing_level", ""),
            ),
            EditorField(
                "quick_phrases",
                "Quick phrases for comments",
                "\n".join(content.get("quick_phrases", ())),
                "text",
                hint="One in each line. Assessors tap them.",
                fault=found.get("quick_phrases", ""),
                rows=8,
            ),
        ),
        levels=tuple(
            (
                row["level"],
                EditorField(
                    f"label:{row['level']}", "Name", row["label"], fault=found.get(f"label:{row['level']}", "")
                ),
                EditorField(
                    f"anchor:{row['level']}",
                    "What it looks like",
                    row["anchor"],
                    "text",
                    fault=found.get(f"anchor:{row['level']}", ""),
                    rows=3,
                ),
            )
            for row in levels
        ),
        rules=tuple(_rule(name, content, found) for name in RULES),
    )


def name_of(field: str) -> str:
    """Say which field a fault is about: "text:P01-2" gives "P01-2"; empty where the sentence says it."""
    word, _, rest = field.partition(":")
    if word == "rule":
        return RULE_WORDS[rest].lower()
    names = {"label": f"level {rest}, name", "anchor": f"level {rest}", "text": rest}
    return names.get(word) or NAMES.get(field, "")


def _rule(name: str, content: Content, found: Mapping[str, str]) -> EditorField:
    default = RULES[name].default
    value = (content.get("rules") or {}).get(name, default)
    field, words, fault = f"rule:{name}", RULE_WORDS[name], found.get(f"rule:{name}", "")
    if name == LIST_RULE:
        stations = [(row["code"], f"{row['code']} {row['title']}") for row in content["stations"]]
        return EditorField(field, words, kind="ticks", fault=fault, choices=_ticks(stations, value))
    if isinstance(default, bool):
        return EditorField(field, words, kind="tick", fault=fault, ticked=bool(value))
    shown = "" if name == OPTIONAL_RULE and value is None else str(value)
    hint = "Empty: without limit." if name == OPTIONAL_RULE else ""
    return EditorField(field, words, shown, "number", hint, fault)


def _entries(rows: Sequence[Mapping[str, Any]], word: str, found: Mapping[str, str]) -> tuple[EntryRow, ...]:
    return tuple(
        EntryRow(
            code=row["code"],
            text=EditorField(
                f"text:{row['code']}", f"{word} {row['code']}", row["text"], fault=found.get(f"text:{row['code']}", "")
            ),
            critical=EditorField(
                f"critical:{row['code']}",
                "Critical step: not done fails the station",
                kind="tick",
                ticked=row["critical"],
            )
            if "critical" in row
            else None,
            first=number == 0,
            last=number == len(rows) - 1,
        )
        for number, row in enumerate(rows)
    )


def _ticks(choices: Iterable[tuple[str, str]], chosen: Collection[str]) -> tuple[tuple[str, str, bool], ...]:
    return tuple((value, words, value in chosen) for value, words in choices)


def _by_field(faults: Iterable[RubricFault], part: str) -> dict[str, str]:
    """Return the first fault of each field of a part."""
    found: dict[str, str] = {}
    for fault in faults:
        if fault.part == part:
            found.setdefault(fault.field, f"{fault.sentence}.")
    return found
