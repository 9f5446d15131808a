"""Facts of an item as words like "area:D1", for formats that have tags and no place for them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from exams.interchange.findings import Changes
from exams.interchange.tree import ExchangeItem

HOLDABLE = re.compile(r"[^\[\]\n\r<>&\\{}~=#]{1,80}")
ONE = {"area": "content_area", "level": "level", "set": "item_set", "verified": "verified_on", "review": "review_by"}
MANY = {"source": "sources", "enemy": "enemies"}


def tags_of(item: ExchangeItem) -> list[str]:
    """Write the facts of an item that has been through `taggable`."""
    tags = [f"{tag}:{getattr(item, name)}" for tag, name in ONE.items() if getattr(item, name)]
    tags += [f"{tag}:{value}" for tag, name in MANY.items() for value in getattr(item, name)]
    if item.fixed_order:
        tags.append("order:fixed")
    if item.words:
        tags.append(f"words:{item.words}")
    if item.parameters.get("decimal_comma"):
        tags.append("decimals:comma")
    return tags


def taggable(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Leave out facts whose signs no tag can hold, and say so."""
    for name in (*ONE.values(), *MANY.values()):
        values = [getattr(item, name)] if name in ONE.values() else list(getattr(item, name))
        held = [value for value in values if not value or (HOLDABLE.fullmatch(value) and value == value.strip())]
        if held != values:
            changes.add("fact_lost", f"{name.replace('_', ' ')} cannot be held.")
            lost: dict[str, Any] = {name: tuple(held) if name in MANY.values() else ""}
            item = replace(item, **lost)
    return item


def with_tags(item: ExchangeItem, tags: Iterable[str], changes: Changes, own: Sequence[str] = ()) -> ExchangeItem:
    """Take facts from tags. Those in `own` belong to the caller; all others that are not known are said."""
    facts: dict[str, Any] = {}
    many: dict[str, list[str]] = {name: [] for name in MANY.values()}
    for tag in tags:
        name, colon, value = tag.strip().partition(":")
        if colon and name in ONE:
            facts[ONE[name]] = value
        elif colon and name in MANY:
            many[MANY[name]].append(value)
        elif tag.strip() == "order:fixed":
            facts["fixed_order"] = True
        elif name == "words" and value.isascii() and value.isdecimal() and len(value) < 5:
            facts["words"] = int(value)
        elif name not in own:
            changes.add("tag_dropped", f"The tag “{tag.strip()[:60]}” is not kept.")
    facts |= {name: tuple(values) for name, values in many.items()}
    return replace(item, **facts)
