"""From stored scores and answers to the figures of a form analysis (exams.md 4.1 and 4.2).

First attempts only, scored items only in the totals, what was omitted or not reached scores 0; voided attempts are
left out. Rightness is taken from the stored score, so that marks and corrected keys count as they did for people.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import OuterRef, Subquery

from exams.actions.scoring import FormKey, form_key
from exams.models import ExamForm, FormItem, Response, Score, Section
from exams.rules.item_kinds import ItemKind
from exams.rules.key_changes import ruled_outcome
from exams.rules.psychometrics.form_analysis import analyse
from exams.rules.psychometrics.form_json import form_as_json
from exams.rules.psychometrics.responses import FIRST_OPTION, NOT_REACHED, OMITTED, ItemKey, Responses
from exams.rules.psychometrics.score_groups import choices_by_group
from exams.rules.scoring import AnswerState

RULES = "threshold-classical/1"
EMPTY = {AnswerState.OMITTED.value: OMITTED, AnswerState.NOT_REACHED.value: NOT_REACHED}
# What an answer is called whose options are not compared; an option of an item has no such name.
LESS, FULL = "=0", "=1"
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


def analyse_attempts(form: ExamForm, window: Window) -> Analysed:
    """Work out the figures of a form. Reads only; memory is one byte for each answer, whatever their number."""
    key = form_key(form)
    places = list(FormItem.objects.filter(form=form).select_related("version__item").order_by("position"))
    scores = _scores(form, window)
    labels = _labels(places)
    table, digest = _read(scores, places, labels, key)
    responses = Responses(tuple(_item_key(place, key) for place in places), labels, table)
    cut = float(key.cut)
    analysis = analyse(responses, cut=cut)
    figures = form_as_json(analysis) | {
        "cut": cut,
        "distribution": [int(count) for count in analysis.totals.frequencies],
    }
    for column, (row, place) in enumerate(zip(figures["items"], places, strict=True)):
        row |= {"position": place.position, "version": place.version.number, "section": place.section}
        row["groups"] = choices_by_group(responses, column)
        if not _by_option(place):
            # Full points or not are no options that somebody could have written better.
            row["flags"] = [flag for flag in row["flags"] if flag["code"] != "dead_option"]
    head = [RULES, str(window), str(key.cut), *key.changes]
    return Analysed(len(table), figures, hashlib.sha256(json.dumps([*head, digest]).encode()).hexdigest())


def _scores(form: ExamForm, window: Window) -> list[tuple[Any, int]]:
    """Return attempt and id of the last score of every first attempt that was not voided."""
    last = Score.objects.filter(attempt=OuterRef("attempt")).order_by("-number").values("pk")[:1]
    found = Score.objects.filter(attempt__form=form, attempt__number=1, pk=Subquery(last))
    found = found.exclude(attempt__state="voided").exclude(attempt__result__state="voided")
    if window.since:
        found = found.filter(attempt__submitted_at__date__gte=window.since)
    if window.until:
        found = found.filter(attempt__submitted_at__date__lte=window.until)
    return list(found.order_by("pk").values_list("attempt", "pk"))


def _labels(places: list[FormItem]) -> tuple[str, ...]:
    """Return what an answer can be called: an option of a single choice, or the points of any other kind."""
    options = {option["id"] for place in places if _by_option(place) for option in place.version.options}
    return (*sorted(options), LESS, FULL)


def _by_option(place: FormItem) -> bool:
    return place.version.kind == ItemKind.SINGLE_CHOICE.value


def _item_key(place: FormItem, key: FormKey) -> ItemKey:
    """Return what is right under the key changes in force; an item removed from scoring is described only."""
    how = key.places[place.pk]
    counted = place.section == Section.SCORED and not how.ruling.removed
    if not _by_option(place) or how.ruling.full_credit:
        return ItemKey(place.version.item.code, (FULL,), (LESS,), scored=counted)
    options = tuple(option["id"] for option in place.version.options)
    right = tuple(option for option in options if ruled_outcome(how.rule, how.ruling, [option]) == 1)
    return ItemKey(place.version.item.code, right, options, scored=counted)


def _read(
    scores: list[tuple[Any, int]], places: list[FormItem], labels: tuple[str, ...], key: FormKey
) -> tuple["np.ndarray[tuple[int, int], np.dtype[np.uint8]]", str]:
    codes = {label: FIRST_OPTION + place for place, label in enumerate(labels)}
    columns = {place.position: column for column, place in enumerate(places)}
    chosen = {place.position for place in places if _by_option(place) and not key.places[place.pk].ruling.full_credit}
    table = np.full((len(scores), len(places)), NOT_REACHED, dtype=np.uint8, order="F")
    seen = hashlib.sha256()
    for row, (score, answers) in enumerate(_with_answers(scores, chosen)):
        seen.update(json.dumps([score.pk, score.log_hash, score.items], sort_keys=True).encode())
        for item in score.items:
            position = item["position"]
            table[row, columns[position]] = _code(item, answers.get(position), codes)
    return table, seen.hexdigest()


def _code(item: dict[str, Any], option: str | None, codes: dict[str, int]) -> int:
    """Return the code of the option that was chosen, or else of whether the place earned full points."""
    full = item["points"] == "1"
    if item["state"] in EMPTY and not full:
        return EMPTY[item["state"]]
    return codes[option or (FULL if full else LESS)]


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
