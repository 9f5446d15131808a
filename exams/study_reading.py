"""Stored studies as their pages show them: numbers rounded for people, reasons instead of gaps, plots laid out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exams.analysis_reading import Figure, figure
from exams.models import Study
from exams.rules.curves import Curves, curves
from exams.study_forms import METHODS

# Errors beyond this are drawn off the plot: there the form tells next to nothing.
HIGHEST_ERROR = 1.5
EVERY_OTHER = 2
MODEL_WORDS = {"1pl": "One slope for all items (1PL)", "2pl": "A slope for each item (2PL)"}


def number(value: float | None, places: int) -> str:
    """Return a number in words, a dash for none."""
    return "–" if value is None else f"{value:.{places}f}".replace("-", "−")


@dataclass(frozen=True)
class CalibratedItem:
    """One row of the table of a calibration."""

    item: str
    n: str
    a: str
    a_error: str
    b: str
    b_error: str
    infit: str
    outfit: str
    look: str


@dataclass(frozen=True)
class PartReading:
    """What is told of one form: where its cut lies on the scale of ability, and how sure it is there."""

    name: str
    items: int
    cut: Figure
    ability: Figure
    error: Figure


@dataclass(frozen=True)
class CalibrationReading:
    """Everything on the page of a calibration."""

    study: Study
    model: str
    facts: tuple[Figure, ...]
    people: tuple[Figure, ...]
    cautions: tuple[str, ...]
    items: tuple[CalibratedItem, ...]
    parts: tuple[PartReading, ...]
    information: Curves | None
    error: Curves | None
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    @property
    def why_nothing(self) -> str:
        """Why there is no calibration at all, or nothing."""
        return str(self.study.figures["reason"] or "")


def read_calibration(study: Study) -> CalibrationReading:
    """Return the page of a calibration. Nothing is computed anew; no query."""
    stored: dict[str, Any] = study.figures
    by_item: dict[str, str] = {w["item"]: w["sentence"] for w in stored["warnings"] if w["item"]}
    parts: list[dict[str, Any]] = stored["parts"]
    # Without an estimate the curves would lie on the axis and seem to say something.
    drawn = parts if any(item.get("b") is not None for item in stored["items"]) else []
    return CalibrationReading(
        study=study,
        model=MODEL_WORDS[study.method],
        facts=_facts(stored),
        people=_people(stored["persons"]),
        cautions=tuple(w["sentence"] for w in stored["warnings"] if not w["item"]),
        items=tuple(_item(item, by_item) for item in stored["items"]),
        parts=tuple(_part(part) for part in parts),
        information=curves(stored["places"], {part["name"]: part["information"] for part in drawn}),
        error=curves(stored["places"], {part["name"]: part["error"] for part in drawn}, highest=HIGHEST_ERROR),
        rows=_rows(stored["places"], drawn) if drawn else (),
    )


def _facts(stored: Mapping[str, Any]) -> tuple[Figure, ...]:
    names = {"loglik": ("Log-likelihood", 2), "aic": ("AIC", 1), "bic": ("BIC", 1)}
    found = [Figure("Converged", "yes" if stored["converged"] else "no", stored["reason"] or "")]
    found += [figure({name: stored[name]}, name, *words) for name, words in names.items()]
    found.append(Figure("Parameters", str(stored["parameters"]), ""))
    if stored["gradient"] is not None:
        found.append(Figure("Largest gradient at the end", f"{stored['gradient']:.1g}", ""))
    return tuple(found)


def _people(stored: Mapping[str, Any]) -> tuple[Figure, ...]:
    of = stored["fit_n"]
    return (
        Figure("Persons with an ability", str(stored["estimated"]), ""),
        figure(stored, "eap_mean", "Mean ability (EAP)", 2),
        figure(stored, "eap_sd", "Standard deviation of EAP", 2),
        figure(stored, "reliability", "Reliability of EAP", 3),
        figure(stored, "wle_mean", "Mean ability (Warm’s WLE)", 2),
        figure(stored, "wle_sd", "Standard deviation of WLE", 2),
        Figure("Unlikely records (l_z below −2)", f"{stored['unlikely']} of {of}", ""),
        Figure("Straying records (outfit above 2)", f"{stored['straying']} of {of}", ""),
    )


def _item(item: Mapping[str, Any], by_item: Mapping[str, str]) -> CalibratedItem:
    cells = {name: number(item.get(name), 2) for name in ("a", "b", "se_a", "se_b", "infit", "outfit")}
    return CalibratedItem(
        item=item["item"],
        n="–" if item["n"] is None else str(item["n"]),
        a=cells["a"],
        a_error=cells["se_a"],
        b=cells["b"],
        b_error=cells["se_b"],
        infit=cells["infit"],
        outfit=cells["outfit"],
        look=item["reason"] or by_item.get(item["item"], ""),
    )


def _part(part: Mapping[str, Any]) -> PartReading:
    return PartReading(
        name=part["name"],
        items=part["items"],
        cut=figure(part, "cut", "Cut, points", 2),
        ability=figure(part, "ability_at_cut", "Ability at the cut", 2),
        error=figure(part, "error_at_cut", "Standard error of ability there", 2),
    )


def _rows(
    places: Sequence[float], parts: Sequence[Mapping[str, Any]]
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return, for every other place, information and error of each part."""
    return tuple(
        (
            number(place, 1),
            tuple((number(part["information"][row], 2), number(part["error"][row], 2)) for part in parts),
        )
        for row, place in enumerate(places)
        if row % EVERY_OTHER == 0
    )


@dataclass(frozen=True)
class ComparisonReading:
    """One comparison of groups; `why` when there are not enough people."""

    code: str
    title: str
    sizes: str
    classes: tuple[tuple[str, int], ...]
    purified: bool
    why: str
    reference: str
    focal: str
    items: tuple[Mapping[str, Any], ...]


def read_comparisons(study: Study) -> tuple[ComparisonReading, ...]:
    """Return the comparisons of a study."""
    return tuple(_comparison(found) for found in study.figures["comparisons"])


def _comparison(found: Mapping[str, Any]) -> ComparisonReading:
    return ComparisonReading(
        code=found["code"],
        title=found["title"],
        sizes="" if found["reason"] else f"{found['n_reference']} and {found['n_focal']}",
        classes=tuple((found["classes"] or {}).items()),
        purified=bool(found["purified"]),
        why=found["reason"] or "",
        reference=found["reference"],
        focal=found["focal"],
        items=tuple(_compared(item) for item in found["items"]),
    )


def _compared(item: Mapping[str, Any]) -> dict[str, str]:
    reason = item["reasons"].get("class", {}).get("sentence", "")
    reached = "–" if item["n_focal"] is None else f"{item['n_reference']} and {item['n_focal']}"
    return {
        "item": item["item"],
        "reached": reached,
        "delta": number(item["delta"], 2),
        "error": number(item["se"], 2),
        "chi2": number(item["chi2"], 2),
        "p": number(item["p"], 3),
        "ets": item["class"] or "–",
        "reason": reason,
    }


@dataclass(frozen=True)
class Converted:
    """One score of the new form: by the method that was used, and by the others."""

    new: int
    used: str
    others: tuple[tuple[str, str], ...]
    is_cut: bool


@dataclass(frozen=True)
class EquatingReading:
    """Everything on the page of an equating."""

    study: Study
    used: str
    chosen: bool
    recommended: str
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]
    line: str
    distance: str
    cut: tuple[Figure, ...]
    others: tuple[tuple[str, str], ...]
    rows: tuple[Converted, ...]
    plot: Curves | None
    anchors: tuple[Mapping[str, str], ...]
    shift: str
    drift_checked: bool


def read_equating(study: Study) -> EquatingReading:
    """Return the page of an equating."""
    stored: dict[str, Any] = study.figures
    # In an order for people, not that in which a database keeps an object.
    others = {name: stored["methods"][name] for name in METHODS if name in stored["methods"]}
    del others[stored["method"]]
    advice, anchors = stored["recommended"], stored["anchors"] or {}
    table = {row["new"]: row["old"] for row in stored["table"]}
    plotted = {_short(stored["method"]): list(table.values())} if stored["method"] != "identity" else {}
    return EquatingReading(
        study=study,
        used=METHODS[stored["method"]],
        chosen=stored["chosen"],
        recommended=METHODS[advice["method"]],
        reasons=tuple(advice["reasons"]),
        doubts=tuple(advice["doubts"]),
        line=_line(stored),
        distance=number(stored["distance"], 2),
        cut=_cut(stored["cut"]),
        others=tuple((_short(name), found.get("reason", "")) for name, found in others.items()),
        rows=tuple(
            Converted(
                new=new,
                used=number(old, 2),
                others=tuple(
                    (_short(name), number(found["table"][new], 2))
                    for name, found in others.items()
                    if "reason" not in found
                ),
                is_cut=new == stored["cut"]["equated"],
            )
            for new, old in table.items()
        ),
        plot=curves(list(table), plotted | {"If a point were a point": list(map(float, table))}),
        anchors=tuple(_anchor(item) for item in anchors.get("items", ())),
        shift=number(anchors.get("shift"), 2),
        drift_checked=anchors.get("drift_checked", False),
    )


def _short(method: str) -> str:
    """Return the name of a method without what it rests on."""
    return METHODS[method].split(",")[0].split(":")[0]


def _line(stored: Mapping[str, Any]) -> str:
    if stored["slope"] is None:
        return ""
    sign = "+" if stored["intercept"] >= 0 else "−"
    return f"old = {stored['slope']:.3f} · new {sign} {abs(stored['intercept']):.3f}"


def _cut(stored: Mapping[str, Any]) -> tuple[Figure, ...]:
    def share(name: str, words: str) -> Figure:
        found = figure(stored, name, words, 3)
        return found if found.why else Figure(words, f"{100 * stored[name]:.1f} %", "")

    return (
        figure(stored, "old", "Cut of the old form, points", 2),
        figure(stored, "own", "Cut of the new form, points", 2),
        figure(stored, "own_on_old", "What that is on the old form’s scale", 2),
        figure(stored, "equated", "Points on the new form that are worth the old cut", 0),
        share("passed_own", "Passed the new form by its own cut"),
        share("passed_equated", "Would pass it by the old cut"),
    )


def _anchor(item: Mapping[str, Any]) -> dict[str, str]:
    verdict = "dropped" if not item["kept"] else "drifted, kept" if item["drifted"] else "kept"
    cells = {"difference": number(item["difference"], 2), "z": number(item["z"], 1)}
    return {"item": item["item"], "verdict": verdict} | cells
