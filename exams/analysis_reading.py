"""A stored analysis as its pages show it: numbers rounded for people, reasons instead of gaps, plots laid out.

What an analysis under earlier rules did not keep (parts of points, times, answers without a mark) is left out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from exams.models import ExamForm, FormAnalysis, ItemVersion, KeyChange, Result, Score
from exams.option_letters import in_letters, letters_of
from exams.rules.plots import Histogram, ItemPlace, Line, Scatter, histogram, option_lines, scatter
from exams.rules.psychometrics.drift import Difficulty, Drift, drift
from exams.rules.psychometrics.responses import EARNED, FULL, NOTHING

MOST_ANALYSES = 24
POINTS = "points"
# With fewer persons p and r swing so widely that nearly every item is striking by chance; drift asks for as many.
FEWEST_FOR_FLAGS = 30
NAMES = {
    "mean": ("Mean", 2),
    "sd": ("Standard deviation", 2),
    "alpha": ("Reliability (Cronbach’s alpha, KR-20)", 3),
    "kr21": ("KR-21", 3),
    "sem": ("Standard error of measurement, points", 2),
}
FLAGS = {
    "too_hard": "hard",
    "too_easy": "easy",
    "possible_miskey": "check the key",
    "dead_option": "an unused option",
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
class Method:
    """A model of decisions and what it says; `why` when it says nothing at all, once."""

    name: str
    figures: tuple[Figure, ...]

    @property
    def why(self) -> str:
        """The reason that all figures share, or nothing."""
        reasons = {figure.why for figure in self.figures}
        return next(iter(reasons)) if len(reasons) == 1 else ""


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
    time: Figure
    flags: tuple[str, ...]
    flags_in_short: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """Everything on the page of a form analysis."""

    analysis: FormAnalysis
    figures: tuple[Figure, ...]
    decisions: tuple[Method, ...]
    passed: Figure
    error_at_cut: Figure
    plot: Histogram | None
    scatter: Scatter | None
    items: tuple[ItemRow, ...]

    @property
    def cut(self) -> str:
        """The cut in points."""
        return f"{self.analysis.figures['cut']:g}"

    @property
    def too_few_for_flags(self) -> int:
        """How many persons flags ask for, when there were fewer; otherwise 0."""
        return FEWEST_FOR_FLAGS if self.analysis.persons < FEWEST_FOR_FLAGS else 0

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
        figures=tuple(figure(stored, name, *words) for name, words in _names(stored).items()),
        decisions=tuple(_decisions(decision)),
        passed=figure(decision, "passed", "Passed", 3),
        error_at_cut=figure(decision, "conditional_sem", "Standard error at the cut, points", 2),
        plot=histogram(
            stored["distribution"], cut=stored["cut"], error=error, in_parts=stored.get("partial_credit", False)
        )
        if analysis.persons
        else None,
        scatter=_scatter(stored["items"]),
        items=tuple(_item(item) for item in stored["items"]),
    )


def _scatter(items: Sequence[Mapping[str, Any]]) -> Scatter | None:
    """Lay out the items that have both p and r; none when there are not two of them."""
    places = [
        ItemPlace(str(item["position"]), item["p"], item["r_corrected"], bool(shown_flags(item)))
        for item in items
        if item["p"] is not None and item["r_corrected"] is not None
    ]
    return scatter(places, left_out=len(items) - len(places)) if len(places) > 1 else None


def is_outdated(analysis: FormAnalysis) -> bool:
    """Whether a key of the form was corrected, or an attempt that belongs in it scored or voided, after it was made."""
    own = Q()
    if analysis.since:
        own &= Q(attempt__submitted_at__date__gte=analysis.since)
    if analysis.until:
        own &= Q(attempt__submitted_at__date__lte=analysis.until)
    form, made_at = OuterRef("pk"), analysis.made_at
    scores = Score.objects.not_voided().filter(own, attempt__form=form, attempt__number=1, scored_at__gt=made_at)
    voided = Result.objects.filter(own, attempt__form=form, attempt__number=1, state="voided", changed_at__gt=made_at)
    keys = KeyChange.objects.filter(version__form_items__form=form, decided_at__gt=made_at)
    later = Exists(scores) | Exists(voided.filter(attempt__submitted_at__lte=made_at)) | Exists(keys)
    return ExamForm.objects.filter(later, pk=analysis.form_id).exists()


def figure(values: Mapping[str, Any], key: str, name: str, places: int) -> Figure:
    """Return one statistic in words, or the reason why it is missing."""
    value = values.get(key)
    if value is None:
        reason = values.get("reasons", {}).get(key)
        return Figure(name, "–", reason["sentence"] if reason else "")
    return Figure(name, f"{value:.{places}f}".replace("-", "−"), "")


def _names(stored: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """Name the statistics of a form. KR-20 is alpha of items that are right or wrong, and nothing else."""
    if not stored.get("partial_credit", False):
        return NAMES
    return NAMES | {"alpha": ("Reliability (Cronbach’s alpha)", 3)}


def _decisions(decision: Mapping[str, Any]) -> Iterable[Method]:
    for key, (method, columns) in DECISIONS.items():
        found = decision.get(key)
        if found:
            yield Method(method, tuple(figure(found, name, words, 3) for name, words in columns))


def shown_flags(item: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
    """Return the flags of an item as stored, or none when fewer than `FEWEST_FOR_FLAGS` persons reached it."""
    flags: Sequence[Mapping[str, str]] = item["flags"]
    return flags if item["n"] >= FEWEST_FOR_FLAGS else ()


def _item(item: Mapping[str, Any]) -> ItemRow:
    flags = shown_flags(item)
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
        time=_time(item, "median", "Time, median"),
        flags=tuple(flag["sentence"] for flag in flags),
        flags_in_short=tuple(_in_short(Counter(flag["code"] for flag in flags))),
    )


def _in_short(codes: Counter[str]) -> Iterable[str]:
    for code, number in codes.items():
        yield f"{number} unused options" if code == "dead_option" and number > 1 else FLAGS[code]


def _time(item: Mapping[str, Any], key: str, name: str) -> Figure:
    """Return a time in minutes and seconds."""
    spent = item.get("time")
    if not spent:
        return Figure(name, "–", "No save tells.")
    minutes, seconds = divmod(round(spent[key]), 60)
    return Figure(name, f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s", "")


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
    unmarked: int
    r_error: Figure
    long_time: Figure
    options: tuple[OptionRow, ...]
    lines: tuple[Line, ...]
    by_points: bool


def read_item(analysis: FormAnalysis, position: int, version: ItemVersion) -> ItemReading | None:
    """Return the page of the item version at a place, or None when the analysed form has no such place."""
    stored = next((item for item in analysis.figures["items"] if item["position"] == position), None)
    if stored is None:
        return None
    found = in_letters(stored, letters_of(version))
    return ItemReading(
        row=_item(found),
        n=found["n"],
        omitted=found["omitted"],
        not_reached=found["not_reached"],
        unmarked=found.get("unmarked", 0),
        r_error=figure(found, "r_corrected_se", "Standard error of r", 2),
        long_time=_time(found, "p90", "Time, nine in ten need at most"),
        options=tuple(_option(option, found["groups"]) for option in found["options"]),
        lines=_lines(found),
        by_points="points" in found,
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


def _lines(item: Mapping[str, Any]) -> tuple[Line, ...]:
    """Lay out a line for each answer, or where points come in parts, one for their mean: a dozen lines say nothing."""
    if "points" in item:
        return option_lines({POINTS: item["points"]}, [POINTS])
    keys = [_short(option["option"]) for option in item["options"] if option["key"]]
    return option_lines({_short(label): shares for label, shares in item["groups"].items()}, keys)


def _short(label: str) -> str:
    return {NOTHING: "none", FULL: "full", "omit": "empty"}.get(label, label.removeprefix(EARNED))


def option_words(label: str) -> str:
    """Return how people call an answer: an option by its letter, others by what they earned."""
    if label.startswith(EARNED) and label not in (NOTHING, FULL):
        return f"{label.removeprefix(EARNED)} of a point"
    return {NOTHING: "no points", FULL: "full points", "omit": "no answer"}.get(label, label)


@dataclass(frozen=True)
class Before:
    """An item in another analysis: how it behaved there, and how far its p is from there to here.

    `drift` is None for the analysis itself, and where the two share persons or one has nobody.
    """

    analysis: FormAnalysis
    row: ItemRow
    drift: Drift | None

    @property
    def difference(self) -> str:
        """The difference with its standard error."""
        if self.drift is None:
            return ""
        return f"{self.drift.difference:+.2f} ± {self.drift.error:.2f}".replace("-", "−")


def drift_of(here: FormAnalysis, code: str, forms: QuerySet[ExamForm]) -> list[Before]:
    """Return how an item behaved in the last analyses of these forms, newest first, in one query."""
    rows = FormAnalysis.objects.filter(form__in=forms).select_related("form").order_by("-made_at")
    own = _difficulty(_find(here, code))
    found = []
    for analysis in rows[:MOST_ANALYSES]:
        if item := _find(analysis, code):
            other = _difficulty(item)
            apart = own and other and _share_nobody(here, analysis)
            found.append(Before(analysis, _item(item), drift(own, other) if apart and own and other else None))
    return found


def _find(analysis: FormAnalysis, code: str) -> Mapping[str, Any] | None:
    return next((item for item in analysis.figures["items"] if item["item"] == code), None)


def _difficulty(item: Mapping[str, Any] | None) -> Difficulty | None:
    if item is None or item["p"] is None or item.get("variance") is None:
        return None
    return Difficulty(item["n"], item["p"], item["variance"])


def _share_nobody(one: FormAnalysis, other: FormAnalysis) -> bool:
    """Whether no attempt is in both: first attempts at two forms, or windows of which one ends before the other."""
    if one.form_id != other.form_id:
        return True
    return any(
        early.until is not None and late.since is not None and early.until < late.since
        for early, late in ((one, other), (other, one))
    )
