"""Scoring a closed attempt from its stored answers."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from exams.actions.results import take_score
from exams.errors import AttemptError
from exams.models import Attempt, ItemVersion, MarkingTask, Response, Score, Section
from exams.rules.answer_chain import GENESIS_HASH
from exams.rules.cut_score import Decision, ScoredItem, decide
from exams.rules.item_material import ItemKind, ScoringRule
from exams.rules.scoring import (
    SCORER,
    AwaitingMarking,
    Key,
    answer_state,
    outcome,
    read_key,
    stored_points,
)
from lms.audit.actions import record
from lms.audit.verbs import Verb


@dataclass(frozen=True)
class _Scored:
    """One answer with its exact points, or the word that a person has to mark it."""

    response: Response
    outcome: Fraction | AwaitingMarking

    @property
    def counts(self) -> bool:
        """Whether the item is scored, not merely tried out."""
        return self.response.form_item.section == Section.SCORED


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
    scored = _with_marks(attempt, [_scored(r) for r in attempt.responses.select_related("form_item__version")])
    counting = [s for s in scored if s.counts]
    if waiting := [s.response.position for s in counting if isinstance(s.outcome, AwaitingMarking)]:
        places = ", ".join(map(str, waiting))
        raise AttemptError("awaiting_marking", f"These answers have to be marked first: {places}.")
    blueprint = attempt.form.blueprint
    decision = decide(
        [
            ScoredItem(s.response.form_item.version.content_area, s.outcome)
            for s in counting
            if isinstance(s.outcome, Fraction)
        ],
        blueprint.cut_raw,
    )
    result = _add_score(attempt, scored, decision, {area.code: area.title for area in blueprint.areas.all()})
    record(
        Verb.ATTEMPT_SCORED,
        by=None,
        target=attempt,
        data={"number": result.number, "passed": result.passed, "scorer": SCORER, "log": result.log_hash},
    )
    take_score(attempt=attempt, score=result)
    return result


def _scored(response: Response) -> _Scored:
    version = response.form_item.version
    return _Scored(response, outcome(ScoringRule(version.scoring), key_of(version), response.value))


def _with_marks(attempt: Attempt, scored: list[_Scored]) -> list[_Scored]:
    """Put in what people gave for the answers that no machine scores."""
    if not any(isinstance(answer.outcome, AwaitingMarking) for answer in scored):
        return scored
    marked = MarkingTask.objects.points_of(attempt)
    return [
        _Scored(answer.response, points)
        if isinstance(answer.outcome, AwaitingMarking) and (points := marked.get(answer.response.position)) is not None
        else answer
        for answer in scored
    ]


def key_of(version: ItemVersion) -> Key:
    """Read the key of an item version."""
    return read_key(
        ItemKind(version.kind),
        ScoringRule(version.scoring),
        version.key,
        version.scoring_parameters,
        options=[option["id"] for option in version.options],
        unit=version.unit,
    )


def _add_score(attempt: Attempt, scored: list[_Scored], decision: Decision, titles: dict[str, str]) -> Score:
    last = attempt.log.order_by("-rev").values_list("hash", flat=True).first()
    return Score.objects.create(
        attempt=attempt,
        number=attempt.scores.count() + 1,
        scorer=SCORER,
        items=[_item_row(answer) for answer in scored],
        areas=[
            {
                "code": area.area,
                "title": titles.get(area.area, area.area),
                "raw": str(stored_points(area.raw)),
                "maximum": area.maximum,
            }
            for area in sorted(decision.areas, key=lambda area: area.area)
        ],
        raw=stored_points(decision.raw),
        maximum=Decimal(decision.maximum),
        cut=decision.cut,
        passed=decision.passed,
        log_hash=last or GENESIS_HASH,
    )


def _item_row(answer: _Scored) -> dict[str, Any]:
    """Write what one answer was worth, exactly ("2/3"), for appeals and item statistics; null until it is marked."""
    response = answer.response
    return {
        "position": response.position,
        "version": response.form_item.version_id,
        "section": response.form_item.section,
        "state": answer_state(response.seq, response.value).value,
        "points": None if isinstance(answer.outcome, AwaitingMarking) else str(answer.outcome),
    }
