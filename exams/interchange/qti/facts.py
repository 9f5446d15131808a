"""What QTI has no place for, as JSON in the metadata of the manifest, which leaves room for extensions.

Another system leaves it alone. What stands in the item itself always goes first: facts about scoring and wording count
only as long as they still give exactly what the item says.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from exams.interchange.findings import Changes
from exams.interchange.tree import ExchangeItem, Region
from exams.rules.item_kinds import ItemKind

NAMESPACE = "urn:threshold-lms:item:1"
LONGEST = 200_000
TEXTS = ("content_area", "level", "rationale", "item_set", "verified_on", "review_by")
LISTS = ("sources", "enemies")

Facts = Mapping[str, Any]


def facts_of(item: ExchangeItem) -> str:
    """Write the facts of an item as JSON."""
    facts: dict[str, Any] = {name: getattr(item, name) for name in (*TEXTS, *LISTS)}
    facts |= {"code": item.code, "scoring": item.scoring.value, "parameters": dict(item.parameters), "stem": item.stem}
    facts["reasons"] = {option.id: option.reason for option in item.options if option.reason}
    facts["regions"] = [asdict(region) for region in item.regions]
    facts["caption"] = item.picture.caption if item.picture else ""
    facts["words"] = str(item.words or "")
    if item.kind is ItemKind.NUMERIC:
        facts |= {"unit": item.key["unit"], "tolerance": item.key["tolerance"]}
    if item.kind is ItemKind.ESSAY:
        facts["guidance"] = item.key["guidance"]
        facts["criteria"] = [dict(criterion) for criterion in item.key["criteria"]]
    kept = {name: value for name, value in facts.items() if value}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_facts(text: str, changes: Changes) -> Facts:
    """Read facts; what is no JSON object is left out and said. Values may still be of any kind."""
    try:
        facts = json.loads(text) if 0 < len(text) <= LONGEST else {}
    except (ValueError, RecursionError):
        facts = None
    if isinstance(facts, dict):
        return facts
    changes.add("facts_unreadable", "The additional facts of the manifest cannot be read.")
    return {}


def text_fact(facts: Facts, name: str) -> str:
    """Return a fact that is a text; "" for everything else."""
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def list_fact(facts: Facts, name: str) -> tuple[str, ...]:
    """Return a fact that is a list of texts; other entries are left out."""
    value = facts.get(name)
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def map_fact(facts: Facts, name: str) -> dict[str, Any]:
    """Return a fact that is a mapping."""
    value = facts.get(name)
    return value if isinstance(value, dict) else {}


def rows_fact(facts: Facts, name: str, fields: frozenset[str]) -> list[dict[str, str]]:
    """Return a fact that is a list of mappings with exactly these fields, all texts; other entries are left out."""
    value = facts.get(name)
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, dict) and row.keys() == fields and all(map(_is_text, row.values()))]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def regions_fact(facts: Facts) -> tuple[Region, ...]:
    """Return the labelled points of a hotspot."""
    rows = rows_fact(facts, "regions", frozenset({"id", "label", "x", "y"}))
    return tuple(Region(**row) for row in rows)
