"""The chain of events: what is written, and how each kind of tampering shows."""

import hashlib
import json
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from lms.accounts.models import User
from lms.audit.actions import first_fault, record, record_each
from lms.audit.models import ChainHead, Event
from lms.audit.request_ids import current_request_id
from lms.audit.verbs import SENTENCES, Verb
from tests.lms.audit.conftest import Lifted
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def test_an_untouched_chain_holds(chain: list[Event]) -> None:
    assert first_fault() is None
    assert [event.sequence for event in chain] == list(range(1, len(chain) + 1))


def test_the_hash_can_be_computed_by_hand(chain: list[Event]) -> None:
    """RFC 8785 of plain ASCII texts and small integers is JSON with sorted keys and no blanks."""
    event = chain[-1]
    fields = {
        "actor": event.actor,
        "data": event.data,
        "occurred_at": event.occurred_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "previous_hash": chain[-2].hash,
        "request_id": "",
        "sequence": event.sequence,
        "target_id": event.target_id,
        "target_type": "accounts.user",
        "verb": "lesson.completed",
    }
    text = "threshold-audit/1\n" + json.dumps(fields, sort_keys=True, separators=(",", ":"))
    assert event.hash == hashlib.sha256(text.encode()).hexdigest()


def test_an_event_names_actor_target_and_request(trainee: User) -> None:
    token = current_request_id.set("request-0001")
    event = record(Verb.ROLE_GRANTED, by=trainee, target=trainee, data={"role": "editor"})
    current_request_id.reset(token)
    assert (event.actor, event.target_id, event.request_id) == (
        str(trainee.public_id),
        str(trainee.pk),
        "request-0001",
    )


def test_the_system_itself_has_no_name(trainee: User) -> None:
    assert record(Verb.ATTEMPT_EXPIRED, by=None, target=trainee).actor == ""


def test_events_of_one_kind_are_appended_together_in_their_order(chain: list[Event], trainee: User) -> None:
    last = Event.objects.latest("sequence")
    facts = [(trainee, {"number": 1}), (Event(pk=7), {}), (trainee, {"number": 2})]
    returned = record_each(Verb.ROLE_GRANTED, by=trainee, facts=facts)
    stored = list(Event.objects.filter(sequence__gt=last.sequence).order_by("sequence"))
    assert stored == returned
    assert [(event.sequence - last.sequence, event.target_type, event.target_id, event.data) for event in stored] == [
        (1, "accounts.user", str(trainee.pk), {"number": 1}),
        (2, "audit.event", "7", {}),
        (3, "accounts.user", str(trainee.pk), {"number": 2}),
    ]
    assert [event.previous_hash for event in stored] == [last.hash, stored[0].hash, stored[1].hash]
    record(Verb.ROLE_GRANTED, by=None, target=trainee)
    assert first_fault() is None


def test_many_events_take_as_many_queries_as_one(
    trainee: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 20):
        with django_assert_num_queries(4):
            record_each(Verb.ROLE_GRANTED, by=None, facts=[(trainee, {})] * count)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(trainee: User) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record(Verb.ROLE_GRANTED, by=None, target=trainee)


def test_an_event_goes_with_its_change(trainee: User) -> None:
    before = Event.objects.count()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(Verb.ROLE_GRANTED, by=None, target=trainee)
        raise ZeroDivisionError
    assert Event.objects.count() == before
    assert first_fault() is None


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "role.granted"},
        {"actor": "somebody-else"},
        {"target_id": "999"},
        {"data": {"number": 2}},
        {"request_id": "made-up"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_event_is_named(chain: list[Event], lifted: Lifted, change: dict[str, Any]) -> None:
    target = chain[-3]
    with lifted():
        Event.objects.filter(pk=target.pk).update(**change)
    fault = first_fault()
    assert fault is not None
    assert (fault.sequence, fault.reason) == (target.sequence, "its content does not match its hash")


def test_a_removed_event_is_named(chain: list[Event], lifted: Lifted) -> None:
    with lifted():
        Event.objects.filter(pk=chain[1].pk).delete()
    fault = first_fault()
    assert fault is not None
    assert (fault.sequence, fault.reason) == (2, "event 2 is missing")


def test_a_rewritten_event_breaks_the_next_one(chain: list[Event], lifted: Lifted) -> None:
    forged = chain[1]
    forged.verb = "role.ended"
    with lifted():
        Event.objects.filter(pk=forged.pk).update(verb=forged.verb, hash=forged.computed_hash())
    fault = first_fault()
    assert fault is not None
    assert (fault.sequence, fault.reason) == (3, "it does not continue the event before it")


def test_a_lost_tail_is_named(chain: list[Event], lifted: Lifted) -> None:
    with lifted():
        Event.objects.filter(sequence__gte=len(chain) - 1).delete()
    fault = first_fault()
    assert fault is not None
    assert fault.sequence == len(chain) - 1
    assert fault.reason == f"the end of the chain is missing: the head names event {len(chain)}"


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ({"sequence": 1}, "it stands behind the head of the chain"),
        ({"hash": "f" * 64}, "the head of the chain holds another hash"),
    ],
)
def test_a_moved_head_is_named(chain: list[Event], head: dict[str, Any], reason: str) -> None:
    ChainHead.objects.update(**head)
    fault = first_fault()
    assert fault is not None
    assert fault.reason == reason


def test_a_missing_head_is_named(chain: list[Event]) -> None:
    ChainHead.objects.all().delete()
    fault = first_fault()
    assert fault is not None
    assert fault.reason == "the head of the chain is missing"


def test_the_command_says_that_the_chain_holds(chain: list[Event]) -> None:
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == f"The audit chain holds: {len(chain)} events.\n"


def test_the_command_names_the_fault(chain: list[Event], lifted: Lifted) -> None:
    with lifted():
        Event.objects.filter(sequence=2).delete()
    with pytest.raises(CommandError, match="does not hold at event 2: event 2 is missing"):
        call_command("verify_audit")


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_make_one_chain(trainee: User) -> None:
    before = Event.objects.count()

    def write(number: int) -> None:
        for part in range(5):
            with transaction.atomic():
                record(Verb.LESSON_COMPLETED, by=trainee, target=trainee, data={"writer": number, "part": part})

    at_once([partial(write, number) for number in range(4)])
    assert Event.objects.count() == before + 20
    assert first_fault() is None


def test_every_verb_has_a_sentence_and_a_stable_form() -> None:
    assert set(SENTENCES) == set(Verb)
    assert all(verb.value.count(".") == 1 and verb.value == verb.value.lower() for verb in Verb)
