"""Scoring a closed attempt from its stored answers."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction

from exams.actions.results import take_score
from exams.errors import AttemptError
from exams.models import Attempt, ItemVersion, Response, Score, Section
from exams.rules.answer_chain import GENESIS_HASH
from exams.rules.cut_score import Decision, ScoredItem, decide
from exams.rules.item_material import ItemKind, ScoringRule
from exams.rules.scoring import (
    SCORER,
    ChoiceKey,
    Key,
    NumberKey,
    OrderKey,
    PairsKey,
    answer_state,
    placed_options,
    points,
    stored_points,
)
from lms.audit.actions import record
from lms.audit.verbs import Verb


@dataclass(frozen=True)
class _Scored:
    """One answer with its exact points."""

    response: Response
    points: Fraction

    @property
    def counts(self) -> bool:
        """Whether the item is scored, not merely tried out."""
        return self.response.form_item.section == Section.SCORED


@transaction.atomic
def score(*, attempt: Attempt) -> Score:
    """Add a result to a closed attempt; a second call is a rescore and adds the next number.

    The exam says whether the first result is out at once; a rescore waits until it is released (`actions.results`).
    Raises `AttemptError` `still_open`.
    """
    if attempt.is_open:
        raise AttemptError("still_open", "An attempt is scored after it was closed.")
    scored = [
        _Scored(r, points(ScoringRule(r.form_item.version.scoring), key_of(r.form_item.version), r.value))
        for r in Response.objects.filter(attempt=attempt).select_related("form_item__version")
    ]
    blueprint = attempt.form.blueprint
    decision = decide(
        [ScoredItem(s.response.form_item.version.content_area, s.points) for s in scored if s.counts],
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


def key_of(version: ItemVersion) -> Key:
    """Read the key of an item version."""
    if version.kind == ItemKind.ORDERING:
        return OrderKey(tuple(version.key))
    if version.kind == ItemKind.MATCHING:
        return PairsKey(placed_options(version.key))
    if isinstance(version.key, list):
        return ChoiceKey(frozenset(version.key))
    return NumberKey(Decimal(version.key["value"]), Decimal(version.key["tolerance"]), version.unit)


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
    """Write what one answer was worth, exactly ("2/3"), for appeals and item statistics."""
    response = answer.response
    return {
        "position": response.position,
        "version": response.form_item.version_id,
        "section": response.form_item.section,
        "state": answer_state(response.seq, response.value).value,
        "points": str(answer.points),
    }
