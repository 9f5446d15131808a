"""Scoring a closed attempt from its stored answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from exams.actions.results import take_score
from exams.errors import AttemptError
from exams.models import Attempt, ExamForm, FormItem, ItemVersion, KeyChange, MarkingTask, Response, Score, Section
from exams.rules.answer_chain import GENESIS_HASH
from exams.rules.cut_score import Decision, Minimum, ScoredItem, decide
from exams.rules.item_kinds import ItemKind, ScoringRule
from exams.rules.key_changes import Change, KeyPolicy, Ruling, cut_without, ruled_outcome, ruling_of
from exams.rules.scaled_score import Scale, scaled_score
from exams.rules.scoring import (
    SCORER,
    AwaitingMarking,
    Key,
    Value,
    answer_state,
    read_key,
    stored_points,
)
from lms.audit.actions import record
from lms.audit.verbs import Verb

NEEDED_OF_VERSION = ("kind", "key", "unit", "options", "scoring", "scoring_parameters", "content_area")


@dataclass(frozen=True)
class Answer:
    """What stands at one place of an attempt; `seq` 0 means not reached."""

    position: int
    form_item: int
    seq: int
    value: Value


@dataclass(frozen=True)
class Place:
    """How one place of a form is scored."""

    version: int
    area: str
    rule: ScoringRule
    ruling: Ruling
    is_scored: bool

    @property
    def counts(self) -> bool:
        """Whether its points are added: a scored item that was not removed, not one that is tried out."""
        return self.is_scored and not self.ruling.removed


@dataclass(frozen=True)
class FormKey:
    """All that the attempts at one form are scored by, key changes in force included."""

    places: Mapping[int, Place]
    cut: Decimal
    minimums: tuple[Minimum, ...]
    titles: Mapping[str, str]
    scale: Scale | None
    changes: tuple[str, ...]

    @property
    def counted(self) -> int:
        """How many places count."""
        return sum(place.counts for place in self.places.values())

    @property
    def removed(self) -> int:
        """How many scored places no longer count, since their keys were corrected."""
        return sum(place.is_scored and place.ruling.removed for place in self.places.values())


@dataclass(frozen=True)
class Assessment:
    """The outcome for one attempt before it is written down: each answer with its exact points, and the decision."""

    scored: list[tuple[Answer, Place, Fraction | AwaitingMarking]]
    decision: Decision


@transaction.atomic
def score(*, attempt: Attempt) -> Score:
    """Add a result to a closed attempt; a second call is a rescore and adds the next number.

    The exam says whether the first result is out at once; a rescore waits until it is released (`actions.results`).
    Raises `AttemptError`: `still_open`, or `awaiting_marking` when an answer that counts has to be marked by a person
    first (`actions.marking` lays those out). What people gave stands in every later score. An item that is merely
    tried out does not hold the result up.
    """
    if attempt.is_open:
        raise AttemptError("still_open", "An attempt is scored after it was closed.")
    key = form_key(attempt.form)
    answers = answers_of([attempt.pk]).get(attempt.pk, [])
    result = _add_score(attempt, assess(answers, key, marks_of(attempt, key)), key)
    record(
        Verb.ATTEMPT_SCORED,
        by=None,
        target=attempt,
        data={"number": result.number, "passed": result.passed, "scorer": SCORER, "log": result.log_hash},
    )
    take_score(attempt=attempt, score=result)
    return result


def answers_of(attempts: Iterable[Any]) -> dict[Any, list[Answer]]:
    """Read the answers of attempts, by their ids, in one query."""
    found: dict[Any, list[Answer]] = {}
    rows = Response.objects.filter(attempt__in=list(attempts)).order_by("attempt", "position")
    for attempt, *answer in rows.values_list("attempt", "position", "form_item", "seq", "value"):
        found.setdefault(attempt, []).append(Answer(*answer))
    return found


def form_key(form: ExamForm, *, proposed: Mapping[int, Change] | None = None) -> FormKey:
    """Read what a form is scored by; `proposed` are key changes to try out, by item version."""
    places = list(
        FormItem.objects.filter(form=form)
        .select_related("version")
        .only("section", "version_id", *(f"version__{name}" for name in NEEDED_OF_VERSION))
    )
    in_force = list(KeyChange.objects.filter(version__in=[place.version_id for place in places]).order_by("number"))
    tried = proposed or {}
    read = {place.pk: _place(place, in_force, tried.get(place.version_id)) for place in places}
    return FormKey(
        places=read,
        cut=_lowered(form.blueprint.cut_raw, list(read.values())),
        minimums=tuple(_minimums(form, list(read.values()))),
        titles={area.code: area.title for area in form.blueprint.areas.all()},
        scale=form.blueprint.scale,
        changes=tuple(str(change.pk) for change in in_force),
    )


def _place(place: FormItem, in_force: list[KeyChange], proposed: Change | None) -> Place:
    version = place.version
    changes = [as_change(change, version) for change in in_force if change.version_id == version.pk]
    return Place(
        version=version.pk,
        area=version.content_area,
        rule=ScoringRule(version.scoring),
        ruling=ruling_of(key_of(version), [*changes, proposed] if proposed else changes),
        is_scored=place.section == Section.SCORED,
    )


def as_change(change: KeyChange, version: ItemVersion) -> Change:
    """Return a stored key change as the rules see it."""
    policy = KeyPolicy(change.policy)
    return Change(policy, other_key(version, change.new_key) if policy.needs_key else None)


def _lowered(cut: Decimal, places: list[Place]) -> Decimal:
    """Lower a cut with the items that were removed from scoring."""
    scored = [place for place in places if place.is_scored]
    removed = sum(place.ruling.removed for place in scored)
    return cut_without(cut, counted=len(scored), removed=removed) if removed else cut


def _minimums(form: ExamForm, places: list[Place]) -> Iterable[Minimum]:
    """Read the minimums of the blueprint; one whose items were all removed can no longer be asked for."""
    for minimum in form.blueprint.minimums.all():
        within = [place for place in places if place.area in minimum.areas]
        if any(place.counts for place in within):
            yield Minimum(minimum.title, frozenset(minimum.areas), _lowered(minimum.points, within))


def marks_of(attempt: Attempt, key: FormKey) -> Mapping[int, Fraction | None]:
    """Return what people gave for the answers that no machine scores, by place; None while a mark is missing."""
    has_written = any(place.rule is ScoringRule.MANUAL for place in key.places.values())
    return MarkingTask.objects.points_of(attempt) if has_written else {}


def assess(answers: Iterable[Answer], key: FormKey, marks: Mapping[int, Fraction | None]) -> Assessment:
    """Score answers by a form's key and by marks. Nothing is read or written: pure in its arguments.

    Raises `AttemptError` `awaiting_marking` when a person has to mark an answer that counts.
    """
    placed = [(answer, key.places[answer.form_item]) for answer in answers]
    scored = [(answer, place, _outcome(answer, place, marks)) for answer, place in placed]
    counting = [(answer, place, points) for answer, place, points in scored if place.counts]
    if waiting := sorted(answer.position for answer, _, points in counting if isinstance(points, AwaitingMarking)):
        places = ", ".join(map(str, waiting))
        raise AttemptError("awaiting_marking", f"These answers have to be marked first: {places}.")
    counted = [ScoredItem(place.area, points) for _, place, points in counting if isinstance(points, Fraction)]
    return Assessment(scored, decide(counted, key.cut, key.minimums))


def _outcome(answer: Answer, place: Place, marks: Mapping[int, Fraction | None]) -> Fraction | AwaitingMarking:
    found = ruled_outcome(place.rule, place.ruling, answer.value)
    marked = marks.get(answer.position)
    return found if isinstance(found, Fraction) or marked is None else marked


def key_of(version: ItemVersion) -> Key:
    """Read the key that an item version came with."""
    return other_key(version, version.key)


def other_key(version: ItemVersion, raw: Any) -> Key:
    """Read a key that an item version has or might have, as the item's file would write it."""
    return read_key(
        ItemKind(version.kind),
        ScoringRule(version.scoring),
        raw,
        version.scoring_parameters,
        options=[option["id"] for option in version.options],
        unit=version.unit,
    )


def _add_score(attempt: Attempt, outcome: Assessment, key: FormKey) -> Score:
    last = attempt.log.order_by("-rev").values_list("hash", flat=True).first()
    decision = outcome.decision
    return Score.objects.create(
        attempt=attempt,
        number=attempt.scores.count() + 1,
        scorer=SCORER,
        items=[_item_row(answer, place, points) for answer, place, points in outcome.scored],
        areas=[
            {
                "code": area.area,
                "title": key.titles.get(area.area, area.area),
                "raw": str(stored_points(area.raw)),
                "maximum": area.maximum,
            }
            for area in sorted(decision.areas, key=lambda area: area.area)
        ],
        raw=stored_points(decision.raw),
        maximum=Decimal(decision.maximum),
        cut=decision.cut,
        passed=decision.passed,
        scaled=scaled_of(decision, key.scale),
        minimums=[
            {"title": m.title, "raw": str(stored_points(m.raw)), "points": str(m.points), "met": m.met}
            for m in decision.minimums
        ],
        missed=sum(not minimum.met for minimum in decision.minimums),
        key_changes=list(key.changes),
        log_hash=last or GENESIS_HASH,
    )


def scaled_of(decision: Decision, scale: Scale | None) -> int | None:
    """Return the scaled score of a decision, or None when the blueprint has no scale."""
    if scale is None:
        return None
    return scaled_score(decision.raw, cut=decision.cut, maximum=decision.maximum, passed=decision.passed, scale=scale)


def _item_row(answer: Answer, place: Place, points: Fraction | AwaitingMarking) -> dict[str, Any]:
    """Write what one answer was worth, exactly ("2/3"), for appeals and item statistics; null until it is marked."""
    row = {
        "position": answer.position,
        "version": place.version,
        "section": Section.SCORED.value if place.is_scored else Section.PRETEST.value,
        "state": answer_state(answer.seq, answer.value).value,
        "points": None if isinstance(points, AwaitingMarking) else str(points),
    }
    return row | {"removed": True} if place.ruling.removed else row
