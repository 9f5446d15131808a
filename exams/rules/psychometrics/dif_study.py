"""Fairness of a form between groups that a programme holds anyway, without showing groups that are too small."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exams.rules.psychometrics.dif import EtsClass, Flags, Floats, Minimum, analyse
from exams.rules.psychometrics.dif_json import dif_as_json
from exams.rules.psychometrics.undefined import Why


@dataclass(frozen=True)
class Comparison:
    """Two groups to compare; `focal` and `reference` say of each person whether it belongs to them."""

    code: str
    title: str
    reference_name: str
    focal_name: str
    reference: Flags
    focal: Flags


def compare(
    table: Floats, items: Sequence[str], comparison: Comparison, minimum: Minimum | None = None
) -> dict[str, Any]:
    """Return one comparison as plain values; `table` is persons × items with 1, 0 and NaN for not reached.

    Below the minimum nothing is computed, and neither how large the groups are nor any item is told.
    """
    least = minimum or Minimum()
    sizes = int(comparison.reference.sum()), int(comparison.focal.sum())
    head = {
        "code": comparison.code,
        "title": comparison.title,
        "reference": comparison.reference_name,
        "focal": comparison.focal_name,
    }
    if min(sizes) < least.group or sum(sizes) < least.together:
        hidden: dict[str, Any] = {"n_reference": None, "n_focal": None, "items": [], "classes": None, "purified": None}
        return head | hidden | {"reason": Why.GROUP_TOO_SMALL.sentence}
    both = comparison.reference | comparison.focal
    found = dif_as_json(analyse(table[both], comparison.focal[both], items, least))
    return head | {
        "n_reference": sizes[0],
        "n_focal": sizes[1],
        "items": [_without_small_cells(item) for item in found],
        "classes": {ets.value: sum(item["class"] == ets.value for item in found) for ets in EtsClass},
        "purified": any(item["purified"] for item in found),
        "reason": None,
    }


def _without_small_cells(item: dict[str, Any]) -> dict[str, Any]:
    """Leave out how many reached an item where they were too few to say anything else."""
    small = item["reasons"].get("class", {}).get("code") == Why.GROUP_TOO_SMALL.value
    return item | {"n_reference": None, "n_focal": None} if small else item
