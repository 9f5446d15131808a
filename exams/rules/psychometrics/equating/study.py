"""Equating from the answers to two forms: every method side by side, the one that was used and why, and the cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from exams.rules.psychometrics.equating.choice import Circumstances, Method, Recommendation, recommend
from exams.rules.psychometrics.equating.conversion import (
    Conversion,
    circumstances_of_scores,
    convert,
    convert_by_difficulties,
    nothing,
)
from exams.rules.psychometrics.equating.report import equating_as_json
from exams.rules.psychometrics.equating.scores import FormScores
from exams.rules.psychometrics.irt import Calibration, Model, fit
from exams.rules.psychometrics.irt.calibration import FEWEST_PERSONS
from exams.rules.psychometrics.irt.likelihood import Floats
from exams.rules.psychometrics.irt.maximum import Watch
from exams.rules.psychometrics.undefined import Statistic, Why, as_json

# A converted score this close to the cut is the cut: it is a sum of rounded numbers.
_HAIR = 1e-9


@dataclass(frozen=True)
class Side:
    """One form as people sat it: `points` is persons × items that count, NaN where nothing was reached.

    `areas` is the content area of each item, `cut` the points at or above which one passes.
    """

    points: Floats
    items: tuple[str, ...]
    areas: Mapping[str, str]
    cut: float

    @property
    def totals(self) -> tuple[float, ...]:
        """The points of each person; what was not reached earns none."""
        return tuple(np.nansum(self.points, axis=1).tolist())

    def scores(self, common: Sequence[str]) -> FormScores:
        """Return totals, with the points earned by the common items where there are any."""
        columns = [self.items.index(item) for item in common]
        anchors = tuple(np.nansum(self.points[:, columns], axis=1).tolist()) if common else None
        return FormScores(self.totals, len(self.items), anchors)

    def difficulties(self, watch: Watch) -> dict[str, float] | Why:
        """Return Rasch difficulties in logits of all items, or why they cannot all be told."""
        if not np.isin(self.points[~np.isnan(self.points)], (0.0, 1.0)).all():
            return Why.PARTIAL_CREDIT
        found = fit(self.points, Model.ONE, self.items, watch)
        return _logits(found)


def _logits(found: Calibration) -> dict[str, float] | Why:
    logits = {item.item: item.a * item.b for item in found.items if item.a is not None and item.b is not None}
    complete = found.converged and len(logits) == len(found.items)
    return logits if complete else Why.ITEM_WITHOUT_ESTIMATE


def equate(new: Side, old: Side, *, method: Method | None, random_groups: bool, watch: Watch) -> dict[str, Any]:
    """Return the report on equating the new form to the scale of the old one, as plain values.

    `method` None takes what is recommended. Items of the same name are common. Rasch difficulties are recommended only
    where both groups have the 30 persons that a difficulty needs (exams.md 4.5).
    """
    common = [item for item in new.items if item in set(old.items)]
    ours, theirs = new.scores(common), old.scores(common)
    logits = new.difficulties(watch), old.difficulties(watch)
    enough = min(len(ours.totals), len(theirs.totals)) >= FEWEST_PERSONS[Model.ONE]
    known = circumstances_of_scores(
        ours,
        theirs,
        random_groups=random_groups,
        common_items=len(common),
        difficulties=enough and not any(isinstance(found, Why) for found in logits),
    )
    advice = recommend(known)
    used = method or advice.method
    conversions = {each: _convert(each, ours, theirs, logits, {**old.areas, **new.areas}) for each in Method}
    return _report(conversions, used, known, advice, chosen=method is not None) | {
        "common": common,
        "cut": cut_moved(conversions[used], new, old),
    }


def _convert(
    method: Method,
    ours: FormScores,
    theirs: FormScores,
    logits: tuple[dict[str, float] | Why, dict[str, float] | Why],
    areas: Mapping[str, str],
) -> Conversion:
    if method is not Method.RASCH:
        return convert(method, ours, theirs)
    new, old = logits
    if isinstance(new, Why):
        return nothing(method, new, ours.highest)
    if isinstance(old, Why):
        return nothing(method, old, ours.highest)
    return convert_by_difficulties(new, old, areas=areas)


def _report(
    conversions: Mapping[Method, Conversion],
    used: Method,
    known: Circumstances,
    advice: Recommendation,
    *,
    chosen: bool,
) -> dict[str, Any]:
    others = {
        method.value: {"table": [None if isinstance(score, Why) else score for score in conversion.scores]}
        | ({"reason": why.sentence} if (why := _why_nothing(conversion)) else {})
        for method, conversion in conversions.items()
    }
    distance = {"distance": known.distance, "random_groups": known.random_groups, "items": known.items}
    return equating_as_json(conversions[used], known, advice) | distance | {"chosen": chosen, "methods": others}


def _why_nothing(conversion: Conversion) -> Why | None:
    """Return why no score has a value, if none has."""
    found = [score for score in conversion.scores if isinstance(score, Why)]
    return found[0] if found and len(found) == len(conversion.scores) else None


def cut_moved(conversion: Conversion, new: Side, old: Side) -> dict[str, Any]:
    """Return what the conversion means for the cut.

    `equated` is the smallest whole score of the new form that stands for the old cut or more, `own_on_old` what the new
    form's own cut stands for, `passed` the share of those who took the new form that passes by either. A new form that
    is two points easier (mean equating, −2) asks for 72 where the old one asked for 70.
    """
    reached = next((x for x, y in enumerate(conversion.scores) if _at_least(y, old.cut)), None)
    totals = new.totals
    none_worth_it = _why_nothing(conversion) or Why.CUT_BEYOND_FORM
    values: dict[str, Any] = {
        "old": old.cut,
        "own": new.cut,
        "own_on_old": _between(conversion.scores, new.cut),
        "equated": none_worth_it if reached is None else reached,
        "passed_own": _share(totals, new.cut),
        "passed_equated": none_worth_it if reached is None else _share(totals, reached),
    }
    return as_json(values)


def _at_least(score: Statistic, cut: float) -> bool:
    return not isinstance(score, Why) and score >= cut - _HAIR


def _share(totals: Sequence[float], cut: float) -> Statistic:
    if not totals:
        return Why.NO_PERSONS
    return sum(total >= cut - _HAIR for total in totals) / len(totals)


def _between(scores: Sequence[Statistic], score: float) -> Statistic:
    """Return what a score stands for; one between two whole ones lies on the straight line between theirs."""
    below = int(score)
    if not isfinite(score) or not 0 <= score <= len(scores) - 1:
        return Why.CUT_OUT_OF_RANGE
    low, high = scores[below], scores[min(below + 1, len(scores) - 1)]
    if isinstance(low, Why):
        return low
    if isinstance(high, Why):
        return low if score == below else high
    return low + (score - below) * (high - low)
