"""What a pack cannot say, and why."""

from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = ("file", "statistic", "reason", "in words")
Gap = tuple[str, str, str, str]
# Which option a reason belongs to could tell the key.
LEFT_OUT = "options"


def gaps_of(file: str, figures: Mapping[str, Any], path: str = "") -> Iterator[Gap]:
    """Yield every statistic of stored figures that has no value, with its reason."""
    for name, reason in figures.get("reasons", {}).items():
        yield file, f"{path}{name}", reason["code"], reason["sentence"]
    for name, value in figures.items():
        if name in ("reasons", LEFT_OUT):
            continue
        if isinstance(value, Mapping):
            yield from gaps_of(file, value, f"{path}{name}.")
        elif name == "items":
            for item in value:
                yield from gaps_of(file, item, f"{path}{item['item']}.")
