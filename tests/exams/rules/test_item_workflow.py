"""The life of an item version, held against a table written by hand and against what must never happen."""

from dataclasses import replace
from itertools import chain, combinations, product

import pytest

from exams.rules.item_workflow import (
    USABLE_IN,
    Actor,
    ItemStatus,
    Step,
    VersionFacts,
    obstacle,
    status_after,
)

# status → step → (who may, status after it); read from the text of the design, not from the code.
TABLE = {
    "draft": {
        "submit": ({"author"}, "review"),
        "revise": ({"author"}, "draft"),
        "discard": ({"author"}, "retired"),
    },
    "review": {
        "withdraw": ({"author"}, "draft"),
        "return": ({"reviewer", "exam_admin"}, "rejected"),
        "approve": ({"reviewer", "exam_admin"}, "pretest"),
    },
    "rejected": {
        "revise": ({"author"}, "draft"),
        "discard": ({"author"}, "retired"),
    },
    "pretest": {
        "endorse": ({"reviewer", "exam_admin"}, "operational"),
        "retire": ({"exam_admin"}, "retired"),
    },
    "operational": {"retire": ({"exam_admin"}, "retired")},
    "retired": {},
}
JUDGING = {"return", "approve", "endorse"}
ACTOR_SETS = list(chain.from_iterable(combinations(Actor, size) for size in range(len(Actor) + 1)))
ME, OTHER = 1, 2


def facts(status: ItemStatus, **changes: object) -> VersionFacts:
    return replace(VersionFacts(status, person=ME, is_own=False, endorsed_by=frozenset({OTHER})), **changes)


@pytest.mark.parametrize("status", list(ItemStatus))
def test_every_step_of_everybody_against_the_table(status: ItemStatus) -> None:
    for step, actors, is_own in product(Step, ACTOR_SETS, (False, True)):
        who, target = TABLE[status.value].get(step.value, (set(), None))
        allowed = bool(who & {actor.value for actor in actors}) and not (is_own and step.value in JUDGING)
        version = facts(status, is_own=is_own)
        assert (obstacle(step, version, actors) is None) == allowed, (step, actors, is_own)
        if allowed:
            assert status_after(step, version).value == target


@pytest.mark.parametrize(
    ("step", "status", "changes", "code"),
    [
        (Step.SUBMIT, ItemStatus.DRAFT, {"is_own": True, "has_rationale": False}, "no_rationale"),
        (Step.SUBMIT, ItemStatus.DRAFT, {"is_own": True, "has_reference": False}, "no_reference"),
        (Step.APPROVE, ItemStatus.REVIEW, {"is_own": True}, "own_item"),
        (Step.ENDORSE, ItemStatus.PRETEST, {"is_own": True}, "own_item"),
        (Step.ENDORSE, ItemStatus.PRETEST, {"endorsed_by": frozenset({ME})}, "already_endorsed"),
        (Step.APPROVE, ItemStatus.PRETEST, {}, "wrong_status"),
        (Step.RETIRE, ItemStatus.RETIRED, {}, "wrong_status"),
    ],
)
def test_what_stands_in_the_way_has_a_code(step: Step, status: ItemStatus, changes: dict, code: str) -> None:
    stop = obstacle(step, facts(status, **changes), set(Actor))
    assert stop is not None
    assert stop.code == code


def test_one_endorsement_is_not_enough() -> None:
    assert status_after(Step.ENDORSE, facts(ItemStatus.PRETEST, endorsed_by=frozenset())) is ItemStatus.PRETEST
    assert status_after(Step.ENDORSE, facts(ItemStatus.PRETEST, endorsed_by=frozenset({ME}))) is ItemStatus.PRETEST
    assert status_after(Step.ENDORSE, facts(ItemStatus.PRETEST)) is ItemStatus.OPERATIONAL


def test_there_is_no_way_back_from_what_was_given_to_candidates() -> None:
    """From pretest on, no chain of steps leads to a status in which words may change."""
    reached = {"pretest", "operational", "retired"}
    for status in reached:
        assert {target for _, target in TABLE[status].values()} <= reached
        for step in Step:
            if obstacle(step, facts(ItemStatus(status)), set(Actor)) is None:
                assert status_after(step, facts(ItemStatus(status))).value in reached


def test_only_operational_items_count_and_only_published_ones_are_tried_out() -> None:
    assert {name: {status.value for status in found} for name, found in USABLE_IN.items()} == {
        "scored": {"operational"},
        "pretest": {"pretest", "operational"},
    }
