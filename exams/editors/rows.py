"""Rows of options and of lines to match, as they stand in a form.

Rows carry a key of their own for the time of the form; ids are given out once, when a row is first saved, and stay with
its text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PLAIN_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


@dataclass(frozen=True)
class OptionRow:
    """One option as typed; `place` is its rank in an order, `id` empty until it is saved."""

    key: str
    id: str = ""
    text: str = ""
    reason: str = ""
    right: bool = False
    place: str = ""


@dataclass(frozen=True)
class PromptRow:
    """One line of a matching item as typed; `option` is the key of the row that belongs to it."""

    key: str
    id: str = ""
    text: str = ""
    option: str = ""


def prompt_ids(lines: Sequence[PromptRow]) -> list[str]:
    """Return the ids of the lines; new ones get the next number."""
    kept = {row.id for row in lines if row.id.isascii() and row.id.isdecimal() and len(row.id) < 4}
    highest = max((int(number) for number in kept), default=0)
    ids: list[str] = []
    for row in lines:
        if row.id in kept and row.id not in ids:
            ids.append(row.id)
        else:
            highest += 1
            ids.append(str(highest))
    return ids


def settled_ids(ids: Sequence[str], fresh: Iterable[str]) -> list[str]:
    """Return an id for each row: its own when it is a plain word that no row before has, else the next fresh one."""
    own = {text for text in ids if PLAIN_ID.fullmatch(text)}
    free = (text for text in fresh if text not in own)
    settled: list[str] = []
    for text in ids:
        settled.append(text if text in own and text not in settled else next(free))
    return settled


def stored_rows(content: Mapping[str, Any]) -> list[OptionRow]:
    """Return the options of stored content as rows."""
    return [
        OptionRow(str(number), option["id"], option["text"], option["reason"])
        for number, option in enumerate(content["options"])
    ]


def option_fields(rows: Sequence[OptionRow]) -> dict[str, list[str]]:
    """Return the fields that hold these options."""
    fields = {f"option_{name}": [getattr(row, name) for row in rows] for name in ("id", "text", "reason", "place")}
    return fields | {"option_row": [row.key for row in rows]}


def prompt_fields(rows: Sequence[PromptRow]) -> dict[str, list[str]]:
    """Return the fields that hold these lines."""
    fields = {f"prompt_{name}": [getattr(row, name) for row in rows] for name in ("id", "text", "option")}
    return fields | {"prompt_row": [row.key for row in rows]}


def free_key(keys: Iterable[str]) -> str:
    """Return a key that no row has yet."""
    return str(max((int(key) for key in keys if key.isdecimal()), default=-1) + 1)
