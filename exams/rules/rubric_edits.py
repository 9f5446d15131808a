"""Changing the content of a rubric draft: typed values, parts added, moved and removed.

A draft keeps what was typed, whatever it is: "ten" as minutes stays "ten" and is named as a fault
(`rubric_faults`), so that nothing is lost on the way. Codes are given here and never twice, for signed results and
qualifications name stations by them. All functions return a new content and leave the old one as it was.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import fields
from typing import Any

import rfc8785

from exams.rules.practical_saves import clean_text
from exams.rules.scheme import SchemeRules

Content = dict[str, Any]
Typed = Mapping[str, Sequence[str]]

RULES = {field.name: field for field in fields(SchemeRules)}
LIST_RULE = "repeat_after_critical_failure"
OPTIONAL_RULE = "retries_on_one_day"
OPTIONAL_LISTS = ("allowed_settings", "allowed_devices")
LISTS = ("criteria", "critical_failures")


def part_of(content: Content, part: str) -> Any:
    """Return what one page of the editor changes: a station by its code, or with "" all but the stations.

    Raises `KeyError` for a station that is not there.
    """
    if not part:
        return {key: value for key, value in content.items() if key not in ("stations", "version")}
    for station in content["stations"]:
        if station["code"] == part:
            return station
    raise KeyError(part)


def part_digest(content: Content, part: str) -> str:
    """Return the SHA-256 of a part: two pages that show the same part show the same digest."""
    return hashlib.sha256(rfc8785.dumps(part_of(content, part))).hexdigest()


def codes_in(content: Content) -> set[str]:
    """Return every code of a rubric: of stations, criteria and critical failures."""
    stations = content["stations"]
    inner = {entry["code"] for station in stations for name in LISTS for entry in station[name]}
    return inner | {station["code"] for station in stations}


def with_general(content: Content, typed: Typed) -> Content:
    """Take over what was typed about the whole rubric: title, levels, passing level, quick phrases, rules."""
    changed = deepcopy(content)
    changed["title"] = _text(typed, "title", changed["title"])
    changed["passing_level"] = _number(_text(typed, "passing_level", str(changed["passing_level"])))
    for level in changed["entrustment_levels"]:
        for name in ("label", "anchor"):
            level[name] = _text(typed, f"{name}:{level['level']}", level[name])
    if "quick_phrases" in typed:
        lines = clean_text(typed["quick_phrases"][0]).splitlines()
        changed["quick_phrases"] = [line.strip() for line in lines if line.strip()]
    if "rules" in typed:  # the mark of the form that it shows them: what is not ticked is not sent
        changed["rules"] = _rules(dict(changed.get("rules") or {}), typed)
        if not changed["rules"]:
            del changed["rules"]
    return changed


def with_station(content: Content, code: str, typed: Typed) -> Content:
    """Take over what was typed about one station. Raises `KeyError` when it is not there."""
    changed = deepcopy(content)
    station = part_of(changed, code)
    for name in ("title", "task", "setting"):
        station[name] = _text(typed, name, station[name])
    station["minutes"] = _number(_text(typed, "minutes", str(station["minutes"])))
    station["physician_required"] = "physician_required" in typed
    if "sources" in typed:
        keys = re.split(r"[\s,;]+", clean_text(typed["sources"][0]))
        station["sources"] = [key for key in dict.fromkeys(keys) if key]
    for name in OPTIONAL_LISTS:
        if (chosen := list(typed.get(name, ()))) or name in station:
            station[name] = chosen
    for criterion in station["criteria"]:
        criterion["text"] = _text(typed, f"text:{criterion['code']}", criterion["text"])
        criterion["critical"] = f"critical:{criterion['code']}" in typed
    for failure in station["critical_failures"]:
        failure["text"] = _text(typed, f"text:{failure['code']}", failure["text"])
    return changed


def add_station(content: Content, taken: Collection[str]) -> tuple[Content, str]:
    """Put an empty station at the end; returns its code too, the next one that no version ever had."""
    changed = deepcopy(content)
    code = _next(_pattern(content), {*taken, *codes_in(content)})
    empty = {"title": "", "task": "", "setting": "", "minutes": 10, "physician_required": False}
    changed["stations"].append({"code": code, **empty, "criteria": [], "critical_failures": [], "sources": []})
    return changed, code


def add_entry(content: Content, station: str, name: str, taken: Collection[str]) -> tuple[Content, str]:
    """Put an empty criterion or critical failure (`name` of the list) at the end of a station's."""
    changed = deepcopy(content)
    prefix = f"{station}-C" if name == "critical_failures" else f"{station}-"
    code = _next((prefix, 1), {*taken, *codes_in(content)})
    entry: dict[str, Any] = {"code": code, "text": ""}
    part_of(changed, station)[name].append(entry | ({"critical": False} if name == "criteria" else {}))
    return changed, code


def move(content: Content, code: str, steps: int) -> Content:
    """Move a station, criterion or critical failure; beyond an end it stays. Raises `KeyError` for an unknown code."""
    changed = deepcopy(content)
    rows, place = _find(changed, code)
    target = min(max(place + steps, 0), len(rows) - 1)
    rows.insert(target, rows.pop(place))
    return changed


def remove(content: Content, code: str) -> Content:
    """Take out a station, criterion or critical failure. Raises `KeyError` for an unknown code."""
    changed = deepcopy(content)
    rows, place = _find(changed, code)
    del rows[place]
    return changed


def _find(content: Content, code: str) -> tuple[list[Any], int]:
    lists: list[list[Any]] = [content["stations"]]
    lists += [station[name] for station in content["stations"] for name in LISTS]
    for rows in lists:
        for place, row in enumerate(rows):
            if row["code"] == code:
                return rows, place
    raise KeyError(code)


def _rules(rules: dict[str, Any], typed: Typed) -> dict[str, Any]:
    """Take over the typed rules. A rule that demands nothing and was not there stays away: the digest tells texts."""
    for name, field in RULES.items():
        value = _rule(name, field.default, typed)
        demands_nothing = value == field.default or (name == LIST_RULE and not value)
        if name in rules or not demands_nothing:
            rules[name] = value
    return rules


def _rule(name: str, default: Any, typed: Typed) -> Any:
    given = typed.get(f"rule:{name}", ())
    if name == LIST_RULE:
        return list(given)
    if isinstance(default, bool):
        return bool(given)
    text = clean_text(given[0]) if given else ""
    if not text:
        return None if name == OPTIONAL_RULE else default
    return _number(text)


def _text(typed: Typed, name: str, before: str) -> str:
    return clean_text(typed[name][0]) if typed.get(name) else before


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else text


def _pattern(content: Content) -> tuple[str, int]:
    """Return letters and width of the station codes: "P01" gives ("P", 2)."""
    first = content["stations"][0]["code"] if content["stations"] else "P01"
    found = re.fullmatch(r"([A-Za-z0-9-]*?)([0-9]+)", first)
    return (found[1], len(found[2])) if found else ("P", 2)


def _next(pattern: tuple[str, int], taken: Iterable[str]) -> str:
    prefix, width = pattern
    numbers = [
        int(code[len(prefix) :]) for code in taken if code.startswith(prefix) and code[len(prefix) :].isdecimal()
    ]
    return f"{prefix}{max(numbers, default=0) + 1:0{width}}"
