"""A calibration of stored answers with all that is read off it: item fit, information of forms, people, the cut."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import brentq

from exams.rules.psychometrics.irt import (
    Calibration,
    ItemEstimate,
    Model,
    PersonEstimate,
    abilities,
    error_at,
    fit,
    form_information,
    item_fit,
    probability,
)
from exams.rules.psychometrics.irt.likelihood import Floats
from exams.rules.psychometrics.undefined import Statistic, Why, as_json

# Where information and error are told: from −4 to 4 in quarters.
PLACES: tuple[float, ...] = tuple(place / 4 for place in range(-16, 17))
# Persons are scored so many at a time, so that memory does not grow with their number.
AT_ONCE = 2000
# l_z below this, and outfit above that, ask for a look; l_z is too narrow, so this is not one in forty (exams.md 4.5).
UNLIKELY, STRAYING = -2.0, 2.0
_FARTHEST = 8.0

# What is being done, and how far: a word and a share, None while nobody can tell.
Report = Callable[[str, float | None], None]


@dataclass(frozen=True)
class Part:
    """The items of one form among those calibrated; `cut` in points, None where there is none or parts of points."""

    name: str
    columns: tuple[int, ...]
    cut: float | None = None
    complete: bool = True


def calibrate(
    table: Floats, items: Sequence[str], parts: Sequence[Part], *, model: Model, report: Report
) -> dict[str, Any]:
    """Calibrate persons × items (1, 0, NaN for not on the form or not reached) and return the study as plain values."""
    report("calibrating", None)
    found = fit(table, model, items, lambda step: report("calibrating", None))
    report("persons", 0.0)
    return found.as_json() | {
        "items": _items(found, table),
        "persons": persons_as_json(_people(found, table, report)),
        "places": list(PLACES),
        "parts": [_part(found, part) for part in parts],
    }


def _items(found: Calibration, table: Floats) -> list[dict[str, Any]]:
    fits = item_fit(found, table)
    return [
        {
            "item": item.item,
            "n": item.answers,
            "a": item.a,
            "se_a": item.a_error,
            "b": item.b,
            "se_b": item.b_error,
            "infit": its.infit,
            "outfit": its.outfit,
            "reason": item.reason,
        }
        for item, its in zip(found.items, fits, strict=True)
    ]


def _people(found: Calibration, table: Floats, report: Report) -> Iterator[PersonEstimate]:
    for start in range(0, len(table), AT_ONCE):
        yield from abilities(found, table[start : start + AT_ONCE])
        report("persons", min(start + AT_ONCE, len(table)) / len(table))


def persons_as_json(people: Iterable[PersonEstimate]) -> dict[str, Any]:
    """Return what abilities say about the group, never about one person.

    `reliability` is that of the EAP: its variance by its variance plus the mean variance of the posteriors (both ÷ n).
    Two persons at −1 and 1 with posterior deviations of 1 have 1/(1 + 1) = 0.5.
    """
    columns: dict[str, list[float]] = {"eap": [], "eap_sd": [], "wle": [], "lz": [], "outfit": []}
    number = 0
    for person in people:
        number += 1
        for name, value in asdict(person).items():
            if name in columns and value is not None:
                columns[name].append(value)
    eap, spread = np.array(columns["eap"]), np.array(columns["eap_sd"])
    values: dict[str, Any] = {
        "n": number,
        "estimated": len(eap),
        "eap_mean": float(eap.mean()) if len(eap) else Why.NO_PERSONS,
        "eap_sd": float(eap.std()) if len(eap) else Why.NO_PERSONS,
        "reliability": _reliability(eap, spread),
        "wle_n": len(columns["wle"]),
        "wle_mean": float(np.mean(columns["wle"])) if columns["wle"] else Why.NO_PERSONS,
        "wle_sd": float(np.std(columns["wle"])) if columns["wle"] else Why.NO_PERSONS,
        "unlikely": sum(value < UNLIKELY for value in columns["lz"]),
        "straying": sum(value > STRAYING for value in columns["outfit"]),
        "fit_n": len(columns["lz"]),
    }
    return as_json(values)


def _reliability(eap: Floats, spread: Floats) -> Statistic:
    if not len(eap):
        return Why.NO_PERSONS
    between, within = float(eap.var()), float((spread**2).mean())
    return between / (between + within) if between + within > 0 else Why.NO_VARIANCE


def _part(found: Calibration, part: Part) -> dict[str, Any]:
    own = replace(found, items=tuple(found.items[column] for column in part.columns))
    at_cut = ability_at(own.items, part.cut) if part.complete else Why.PARTIAL_CREDIT
    values: dict[str, Any] = {
        "cut": part.cut,
        "ability_at_cut": at_cut,
        "error_at_cut": at_cut if isinstance(at_cut, Why) else error_at(own, at_cut),
    }
    return {
        "name": part.name,
        "items": len(part.columns),
        "information": [form_information(own.items, place) for place in PLACES],
        "error": [error_at(own, place) for place in PLACES],
        **as_json(values),
    }


def ability_at(items: Sequence[ItemEstimate], cut: float | None) -> Statistic:
    """Return the ability at which a score is the expected one: two items with a = 1 and b = 0 expect 1 at θ = 0."""
    if cut is None:
        return Why.NO_CUT
    if not 0 < cut < len(items):
        return Why.CUT_OUT_OF_RANGE
    if any(probability(item, 0.0) is None for item in items):
        return Why.ITEM_WITHOUT_ESTIMATE

    def above(ability: float) -> float:
        return sum(probability(item, ability) or 0.0 for item in items) - cut

    if above(-_FARTHEST) >= 0 or above(_FARTHEST) <= 0:
        return Why.CUT_NOT_EXPECTED
    return float(brentq(above, -_FARTHEST, _FARTHEST, xtol=1e-10))


def unlinked(parts: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Sort forms into groups that are linked by common items: A and B share one, C none with them: [A, B], [C]."""
    groups: list[tuple[list[str], set[str]]] = []
    for name, items in parts.items():
        joined: tuple[list[str], set[str]] = ([name], set(items))
        for group in [group for group in groups if group[1] & items]:
            groups.remove(group)
            joined = ([*group[0], *joined[0]], group[1] | joined[1])
        groups.append(joined)
    return [names for names, _ in groups]
