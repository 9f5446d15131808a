"""From stored scores and answers to the figures of a form analysis (exams.md 4.1 and 4.2).

First attempts only, scored items only in the totals, what was omitted or not reached scores 0; voided attempts are
left out. Points are those of the stored score, parts of a point included, so that marks and corrected keys count as
they did for people and the totals are theirs.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exams.actions.scoring import FormKey, form_key
from exams.item_times import times_of
from exams.models import ExamForm, FormItem, Response, Score
from exams.rules.item_kinds import ItemKind
from exams.rules.key_changes import ruled_outcome
from exams.rules.psychometrics.form_analysis import analyse
from exams.rules.psychometrics.form_json import form_as_json
from exams.rules.psychometrics.responses import (
    EARNED,
    FIRST_OPTION,
    FULL,
    NOT_REACHED,
    NOTHING,
    OMITTED,
    ItemKey,
    Responses,
)
from exams.rules.psychometrics.score_groups import choices_by_group, points_by_group
from exams.rules.scoring import AnswerState

RULES = "threshold-classical/2"
EMPTY = {AnswerState.OMITTED.value: OMITTED, AnswerState.NOT_REACHED.value: NOT_REACHED}
CHUNK = 500


@dataclass(frozen=True)
class Window:
    """The days within which attempts were handed in, in UTC, both included; None is open."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Analysed:
    """The outcome for one form and window; `figures` is plain JSON."""

    persons: int
    figures: dict[str, Any]
    digest: str


@dataclass(frozen=True)
class _Answers:
    """What was read: codes of persons × places, what codes mean, and how many wait for a mark at each place."""

    table: NDArray[np.uint16]
    labels: tuple[str, ...]
    unmarked: tuple[int, ...]
    digest: str

    def at(self, column: int) -> list[str]:
        """Return the labels that occur at a place."""
        found = np.flatnonzero(np.bincount(self.table[:, column], minlength=FIRST_OPTION)[FIRST_OPTION:])
        return [self.labels[code] for code in found]


def analyse_attempts(form: ExamForm, window: Window) -> Analysed:
    """Work out the figures of a form. Reads only; memory is two bytes for each answer, whatever their number."""
    key = form_key(form)
    places = list(FormItem.objects.filter(form=form).select_related("version__item").order_by("position"))
    scores = _scores(form, window)
    answers = _read(scores, places, key)
    items = tuple(_item_key(place, key, answers.at(column)) for column, place in enumerate(places))
    responses = Responses(items, answers.labels, answers.table)
    analysis = analyse(responses, cut=Fraction(key.cut))
    figures = form_as_json(analysis) | {
        "cut": float(key.cut),
        "partial_credit": analysis.totals.partial_credit,
        "distribution": [int(count) for count in analysis.totals.frequencies],
    }
    times = times_of([attempt for attempt, _ in scores])
    for column, (row, place) in enumerate(zip(figures["items"], places, strict=True)):
        row |= {"position": place.position, "version": place.version.number, "section": place.section}
        row["groups"] = choices_by_group(responses, column)
        if responses.has_parts(column):
            row["points"] = points_by_group(responses, column)
        row["variance"] = responses.variance(column)
        spent = times.get(place.position)
        row["time"] = asdict(spent) if spent else None
        # In the table an answer without a mark looks like one that was never reached: it says nothing yet.
        row["unmarked"] = answers.unmarked[column]
        row["not_reached"] -= answers.unmarked[column]
    head = [RULES, str(window), str(key.cut), *key.changes]
    digest = hashlib.sha256(json.dumps([*head, answers.digest]).encode()).hexdigest()
    return Analysed(len(answers.table), figures, digest)


def _scores(form: ExamForm, window: Window) -> list[tuple[Any, int]]:
    """Return attempt and id of the last score of every first attempt that was not voided."""
    found = Score.objects.counted().filter(attempt__form=form, attempt__number=1)
    if window.since:
        found = found.filter(attempt__submitted_at__date__gte=window.since)
    if window.until:
        found = found.filter(attempt__submitted_at__date__lte=window.until)
    return list(found.order_by("pk").values_list("attempt", "pk"))


def _by_option(place: FormItem, key: FormKey) -> bool:
    """Whether what was chosen at a place says what it earned, so that options can be compared."""
    return place.version.kind == ItemKind.SINGLE_CHOICE.value and not key.places[place.pk].ruling.full_credit


def _worth(place: FormItem, key: FormKey) -> dict[str, Fraction]:
    """Return what each option earns under the key changes in force."""
    how = key.places[place.pk]
    found = {option["id"]: ruled_outcome(how.rule, how.ruling, [option["id"]]) for option in place.version.options}
    return {option: points for option, points in found.items() if isinstance(points, Fraction)}


def _item_key(place: FormItem, key: FormKey, given: list[str]) -> ItemKey:
    """Return what the answers at a place earn; an item removed from scoring is described only."""
    code = place.version.item.code
    counted = key.places[place.pk].counts
    points = {label: Fraction(label.removeprefix(EARNED)) for label in given if label.startswith(EARNED)}
    if not _by_option(place, key):
        known = {NOTHING: Fraction(0), FULL: Fraction(1)} | points
        return ItemKey(code, (FULL,), (NOTHING,), scored=counted, points=known, graded=True)
    worth = _worth(place, key)
    right = (*(option for option, earned in worth.items() if earned == 1), *(FULL for label in given if label == FULL))
    options = tuple(option["id"] for option in place.version.options)
    return ItemKey(code, right, options, scored=counted, points=points | _in_parts(worth))


def _in_parts(worth: dict[str, Fraction]) -> dict[str, Fraction]:
    return {option: points for option, points in worth.items() if points not in (0, 1)}


def _read(scores: list[tuple[Any, int]], places: list[FormItem], key: FormKey) -> _Answers:
    """Read every answer into a table: the option that was chosen, or what was earned where options say nothing."""
    columns = {place.position: column for column, place in enumerate(places)}
    worth = {
        place.position: {option: str(points) for option, points in _worth(place, key).items()}
        for place in places
        if _by_option(place, key)
    }
    options = sorted({option for of_place in worth.values() for option in of_place})
    codes = {label: FIRST_OPTION + place for place, label in enumerate(options)}
    table = np.full((len(scores), len(places)), NOT_REACHED, dtype=np.uint16, order="F")
    unmarked = [0] * len(places)
    seen = hashlib.sha256()
    for row, (score, answers) in enumerate(_with_answers(scores, set(worth))):
        seen.update(json.dumps([score.pk, score.log_hash, score.items], sort_keys=True).encode())
        for item in score.items:
            position = item["position"]
            option = answers.get(position)
            if item["points"] is None and item["state"] not in EMPTY:
                unmarked[columns[position]] += 1
                continue
            known = option is not None and worth[position].get(option) == item["points"]
            table[row, columns[position]] = _code(item, option if known else None, codes)
    return _in_order(table, codes, unmarked, seen.hexdigest())


def _code(item: dict[str, Any], option: str | None, codes: dict[str, int]) -> int:
    """Return the code of the option that was chosen, or else of what the answer earned, learned as they come."""
    if item["state"] in EMPTY and item["points"] in (None, "0"):
        return EMPTY[item["state"]]
    return codes.setdefault(option or f"{EARNED}{item['points']}", FIRST_OPTION + len(codes))


def _in_order(table: NDArray[np.uint16], codes: dict[str, int], unmarked: list[int], digest: str) -> _Answers:
    """Put options before what was earned, and that from nothing upward."""
    labels = sorted(codes, key=lambda label: Fraction(label.removeprefix(EARNED)) if label[0] == EARNED else -1)
    turned = np.array([OMITTED, NOT_REACHED, *np.argsort([codes[label] for label in labels]) + FIRST_OPTION])
    ordered = np.asfortranarray(turned.astype(np.uint16)[table])
    return _Answers(ordered, tuple(labels), tuple(unmarked), digest)


def _with_answers(scores: list[tuple[Any, int]], chosen: set[int]) -> Iterator[tuple[Score, dict[int, str]]]:
    """Yield each score with the options chosen in its attempt, by place, a few hundred attempts at a time."""
    for start in range(0, len(scores), CHUNK):
        part = scores[start : start + CHUNK]
        rows = Score.objects.filter(pk__in=[pk for _, pk in part]).only("attempt", "items", "log_hash")
        answers = _options_of([attempt for attempt, _ in part], chosen)
        for score in rows.order_by("pk"):
            yield score, answers.get(score.attempt_id, {})


def _options_of(attempts: Iterable[Any], chosen: set[int]) -> dict[Any, dict[int, str]]:
    found: dict[Any, dict[int, str]] = {}
    rows = Response.objects.filter(attempt__in=list(attempts), position__in=chosen, seq__gt=0)
    for attempt, position, value in rows.values_list("attempt", "position", "value"):
        if isinstance(value, list) and len(value) == 1:
            found.setdefault(attempt, {})[position] = value[0]
    return found
