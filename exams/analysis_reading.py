"""A stored analysis as its pages show it: numbers rounded for people, reasons instead of gaps, plots laid out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from exams.analysing import FULL, LESS
from exams.models import ExamForm, FormAnalysis
from exams.rules.plots import Histogram, Line, histogram, option_lines

MOST_ANALYSES = 24
NAMES = {
    "mean": ("Mean", 2),
    "sd": ("Standard deviation", 2),
    "alpha": ("Reliability (Cronbach’s alpha, KR-20)", 3),
    "kr21": ("KR-21", 3),
    "sem": ("Standard error of measurement, points", 2),
}
DECISIONS = {
    "peng_subkoviak": ("Peng–Subkoviak", (("p_o", "Same decision twice"), ("kappa", "Kappa"))),
    "huynh": ("Huynh", (("p_o", "Same decision twice"), ("kappa", "Kappa"))),
    "livingston_lewis": (
        "Livingston–Lewis",
        (
            ("accuracy", "Right decision"),
            ("p_o", "Same decision twice"),
            ("kappa", "Kappa"),
            ("false_pass", "Passes, but should not"),
            ("false_fail", "Fails, but should not"),
        ),
    ),
}


@dataclass(frozen=True)
class Figure:
    """One statistic by name; `why` says why there is no value."""

    name: str
    value: str
    why: str


@dataclass(frozen=True)
class ItemRow:
    """One item in the table of a form."""

    position: int
    code: str
    version: int
    is_pretest: bool
    n: int
    p: Figure
    r: Figure
    d: Figure
    alpha: Figure
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """Everything on the page of a form analysis."""

    analysis: FormAnalysis
    figures: tuple[Figure, ...]
    decisions: tuple[tuple[str, tuple[Figure, ...]], ...]
    passed: Figure
    error_at_cut: Figure
    plot: Histogram | None
    items: tuple[ItemRow, ...]

    @property
    def flagged(self) -> int:
        """How many items somebody should look at."""
        return sum(bool(item.flags) for item in self.items)


def read_analysis(analysis: FormAnalysis) -> Reading:
    """Return the page of an analysis. Nothing is computed anew; no query."""
    stored: dict[str, Any] = analysis.figures
    decision = stored["decision"] or {"reasons": {}}
    error = decision.get("conditional_sem")
    return Reading(
        analysis=analysis,
        figures=tuple(figure(stored, name, *NAMES[name]) for name in NAMES),
        decisions=tuple(_decisions(decision)),
        passed=figure(decision, "passed", "Passed", 3),
        error_at_cut=figure(decision, "conditional_sem", "Standard error at the cut, points", 2),
        plot=histogram(stored["distribution"], cut=stored["cut"], error=error) if analysis.persons else None,
        items=tuple(_item(item) for item in stored["items"]),
    )


def figure(values: Mapping[str, Any], key: str, name: str, places: int) -> Figure:
    """Return one statistic in words, or the reason why it is missing."""
    value = values.get(key)
    if value is None:
        reason = values.get("reasons", {}).get(key)
        return Figure(name, "–", reason["sentence"] if reason else "")
    return Figure(name, f"{value:.{places}f}".replace("-", "−"), "")


def _decisions(decision: Mapping[str, Any]) -> Iterable[tuple[str, tuple[Figure, ...]]]:
    for key, (method, columns) in DECISIONS.items():
        found = decision.get(key)
        if found:
            yield method, tuple(figure(found, name, words, 3) for name, words in columns)


def _item(item: Mapping[str, Any]) -> ItemRow:
    return ItemRow(
        position=item["position"],
        code=item["item"],
        version=item["version"],
        is_pretest=item["section"] == "pretest",
        n=item["n"],
        p=figure(item, "p", "p", 2),
        r=figure(item, "r_corrected", "r with the rest", 2),
        d=figure(item, "d_upper_lower", "D", 2),
        alpha=figure(item, "alpha_if_deleted", "Alpha without it", 3),
        flags=tuple(flag["sentence"] for flag in item["flags"]),
    )


@dataclass(frozen=True)
class OptionRow:
    """One option of an item: who chose it, overall and in each fifth of the scores."""

    option: str
    is_key: bool
    n: int
    proportion: Figure
    mean_rest: Figure
    r_rest: Figure
    shares: tuple[str, ...]


@dataclass(frozen=True)
class ItemReading:
    """Everything on the page of one item of an analysis."""

    row: ItemRow
    n: int
    omitted: int
    not_reached: int
    r_error: Figure
    options: tuple[OptionRow, ...]
    lines: tuple[Line, ...]


def read_item(analysis: FormAnalysis, position: int) -> ItemReading | None:
    """Return the page of the item at a place, or None when the form has no such place."""
    found = next((item for item in analysis.figures["items"] if item["position"] == position), None)
    if found is None:
        return None
    keys = [option["option"] for option in found["options"] if option["key"]]
    return ItemReading(
        row=_item(found),
        n=found["n"],
        omitted=found["omitted"],
        not_reached=found["not_reached"],
        r_error=figure(found, "r_corrected_se", "Standard error of r", 2),
        options=tuple(_option(option, found["groups"]) for option in found["options"]),
        lines=option_lines(_plotted(found["groups"]), [_short(key) for key in keys]),
    )


def _option(option: Mapping[str, Any], groups: Mapping[str, list[float | None]]) -> OptionRow:
    shares = groups.get(option["option"], [])
    return OptionRow(
        option=option_words(option["option"]),
        is_key=option["key"],
        n=option["n"],
        proportion=figure(option, "proportion", "Proportion", 2),
        mean_rest=figure(option, "mean_rest", "Mean of the rest", 1),
        r_rest=figure(option, "r_rest", "r with the rest", 2),
        shares=tuple("–" if share is None else f"{share:.2f}" for share in shares),
    )


def _plotted(groups: Mapping[str, list[float | None]]) -> dict[str, list[float | None]]:
    return {_short(label): shares for label, shares in groups.items()}


def _short(label: str) -> str:
    return {LESS: "less", FULL: "full", "omit": "none"}.get(label, label)


def option_words(label: str) -> str:
    """Return how people call an answer: an option by its letter, others by what they earned."""
    return {LESS: "less than full points", FULL: "full points", "omit": "no answer"}.get(label, label)


def drift_of(code: str, forms: QuerySet[ExamForm]) -> list[tuple[FormAnalysis, ItemRow]]:
    """Return how an item behaved in the last analyses of these forms, newest first, in one query."""
    rows = FormAnalysis.objects.filter(form__in=forms).select_related("form").order_by("-made_at")
    found = []
    for analysis in rows[:MOST_ANALYSES]:
        item = next((item for item in analysis.figures["items"] if item["item"] == code), None)
        if item:
            found.append((analysis, _item(item)))
    return found
