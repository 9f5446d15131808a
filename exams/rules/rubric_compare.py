"""Two wordings of a rubric compared, part by part and word by word."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exams.rules.assessors import FAMILY_WORDS, DeviceFamily
from exams.rules.word_diff import Piece, word_diff

WHOLE = "The whole rubric"
RULE_WORDS = {
    "minimum_assessors": "Different assessors needed for the stations that count",
    "physician_where_required": "Stations marked so count only with a physician assessor",
    "retries_on_one_day": "Retries of a failed station on one day",
    "days_after_critical_failure": "Days to wait after a critical failure",
    "repeat_after_critical_failure": "Stations to repeat after any critical failure",
    "months_after_training": "Months before the supervisor of a trainee may assess them",
    "other_assessor_after_failure": "Who saw a station failed does not assess it on a later day",
    "percent_rated_twice": "Percent of sittings drawn for a second rating",
    "first_sittings_rated_twice": "First sittings of a new assessor that are rated twice",
    "plan_after_critical_failure": "After a critical failure a remediation plan has to be done before the next try",
    "plan_after_failure": "After any failed station a remediation plan has to be done before the next try",
}
SETTING_WORDS = {"simulated": "Simulation with an actor or manikin", "patient": "Supervised session with a patient"}

Parts = dict[tuple[str, str], str]


@dataclass(frozen=True)
class RubricDifference:
    """One text that differs: in which part of the rubric, what it is, and the pieces of both wordings."""

    part: str
    name: str
    pieces: tuple[Piece, ...]


def rubric_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[RubricDifference, ...]:
    """Return what differs between two contents, in the order of the new one; what is gone comes last."""
    before, after = _parts(old), _parts(new)
    keys = [*after, *(key for key in before if key not in after)]
    return tuple(
        RubricDifference(*key, word_diff(before.get(key, ""), after.get(key, "")))
        for key in keys
        if before.get(key, "") != after.get(key, "")
    )


def _parts(content: Mapping[str, Any]) -> Parts:
    """Return every text of a rubric by its part and name."""
    rules = content.get("rules") or {}
    parts = {
        (WHOLE, "Title"): content["title"],
        (WHOLE, "Order of the stations"): " ".join(station["code"] for station in content["stations"]),
        (WHOLE, "Passing level"): str(content["passing_level"]),
        (WHOLE, "Quick phrases"): "\n".join(content.get("quick_phrases", ())),
    }
    for level in content["entrustment_levels"]:
        parts[WHOLE, f"Level {level['level']}"] = f"{level['label']}: {level['anchor']}"
    parts |= {(WHOLE, words): _in_words(rules[name]) for name, words in RULE_WORDS.items() if name in rules}
    for station in content["stations"]:
        parts |= {(f"Station {station['code']}", name): text for name, text in _of_station(station).items()}
    return parts


def _of_station(station: Mapping[str, Any]) -> dict[str, str]:
    settings = [SETTING_WORDS.get(one, one) for one in station.get("allowed_settings", ())]
    known = {family.value: words for family, words in FAMILY_WORDS.items()}
    devices = [known.get(one, one) for one in station.get("allowed_devices", ())]
    rows = {
        "Title": station["title"],
        "Task": station["task"],
        "What must be there": station["setting"],
        "Minutes": str(station["minutes"]),
        "Physician needed": _in_words(station["physician_required"]),
        "Done as": ", ".join(settings) or "either way",
        "Done with": ", ".join(devices) or "any device",
        "Order of the criteria": " ".join(row["code"] for row in station["criteria"]),
        "Sources": " ".join(station["sources"]),
    }
    for row in station["criteria"]:
        rows[f"Criterion {row['code']}"] = row["text"] + (" (critical step)" if row["critical"] else "")
    rows |= {f"Critical failure {row['code']}": row["text"] for row in station["critical_failures"]}
    return rows


def _in_words(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None:
            return "without limit"
        case list() | tuple():
            return " ".join(value) or "none"
    return str(value)


FAMILIES: tuple[tuple[str, str], ...] = tuple((family.value, FAMILY_WORDS[family]) for family in DeviceFamily)
