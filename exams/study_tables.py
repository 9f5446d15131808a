"""Stored studies as tables for files: unrounded, missing values empty."""

from collections.abc import Iterator, Mapping
from typing import Any

from exams.models import Study, StudyKind
from exams.rules.psychometrics.equating.choice import Method

ITEM = ("item", "n", "a", "se_a", "b", "se_b", "infit", "outfit", "reason")
COMPARED = ("item", "n_reference", "n_focal", "alpha", "delta", "se", "chi2", "p", "class", "purified")


def study_table(study: Study) -> Iterator[list[object]]:
    """Yield a head and the rows of a study."""
    tables = {
        StudyKind.CALIBRATION: _calibration,
        StudyKind.FAIRNESS: _comparisons,
        StudyKind.EQUATING: _conversion,
    }
    yield from tables[StudyKind(study.kind)](study.figures)


def _calibration(figures: Mapping[str, Any]) -> Iterator[list[object]]:
    yield list(ITEM)
    for item in figures["items"]:
        yield [item.get(name) for name in ITEM]


def _comparisons(figures: Mapping[str, Any]) -> Iterator[list[object]]:
    yield ["comparison", "n_reference", "n_focal", "A", "B", "C", "purified", "reason"]
    for found in figures["comparisons"]:
        classes = found["classes"] or {}
        sizes = (found["n_reference"], found["n_focal"])
        yield [found["title"], *sizes, *map(classes.get, "ABC"), found["purified"], found["reason"]]


def _conversion(figures: Mapping[str, Any]) -> Iterator[list[object]]:
    others = [method.value for method in Method if method.value != figures["method"]]
    yield ["new", f"{figures['method']} (used)", *others]
    for row in figures["table"]:
        yield [row["new"], row["old"], *(figures["methods"][name]["table"][row["new"]] for name in others)]


def comparison_table(comparison: Mapping[str, Any]) -> Iterator[list[object]]:
    """Yield a head and a row for each item of a comparison of groups, with the reason of a missing class."""
    yield [*COMPARED, "reason"]
    for item in comparison["items"]:
        yield [*(item[name] for name in COMPARED), item["reasons"].get("class", {}).get("code")]
