"""Writing the audit trail, and checking it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from lms.audit.models import ChainHead, Event
from lms.audit.request_ids import current_request_id
from lms.audit.rules import GENESIS_HASH, EventFacts, event_hash
from lms.audit.verbs import Verb


class Actor(Protocol):
    """Somebody who acts: whatever has a public id."""

    @property
    def public_id(self) -> Any:
        """The id that is safe to write into logs and events."""


@dataclass(frozen=True)
class ChainFault:
    """The first row where the chain does not hold, and why."""

    sequence: int
    reason: str


def record(verb: Verb, *, by: Actor | None, target: models.Model, data: dict[str, Any] | None = None) -> Event:
    """Append one event inside the caller's transaction; `by=None` is the system itself.

    `data` holds ids, numbers and codes, never names or other personal data: the chain cannot forget.
    Raises `TransactionManagementError` outside a transaction, for an event without its change would be a lie.
    """
    (event,) = record_each(verb, by=by, facts=[(target, data or {})])
    return event


def record_each(verb: Verb, *, by: Actor | None, facts: Sequence[tuple[models.Model, dict[str, Any]]]) -> list[Event]:
    """Append one event of this kind for each target with its data, in their order; otherwise as `record`.

    However many they are, it takes as many queries as one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An audit event must be written in the transaction of its change.")
    # The update takes the row lock (PostgreSQL) or finds the write lock taken (SQLite): events form one line.
    ChainHead.objects.filter(pk=1).update(sequence=F("sequence") + len(facts))
    head = ChainHead.objects.get(pk=1)
    now, previous_hash, events = timezone.now(), head.hash, []
    for sequence, (target, data) in enumerate(facts, start=head.sequence - len(facts) + 1):
        event = EventFacts(
            sequence=sequence,
            occurred_at=now,
            actor=str(by.public_id) if by is not None else "",
            verb=verb.value,
            target_type=target._meta.label_lower,
            target_id=str(target.pk),
            request_id=current_request_id.get(),
            data=data,
            previous_hash=previous_hash,
        )
        events.append(Event(**event.__dict__, hash=(previous_hash := event_hash(event))))
    Event.objects.bulk_create(events)
    ChainHead.objects.filter(pk=1).update(hash=previous_hash)
    return events


def first_fault() -> ChainFault | None:
    """Recompute the whole chain and return the first fault, or None when it holds."""
    previous_hash, expected = GENESIS_HASH, 1
    for event in Event.objects.order_by("sequence").iterator(chunk_size=2000):
        if event.sequence != expected:
            return ChainFault(expected, f"event {expected} is missing")
        if event.previous_hash != previous_hash:
            return ChainFault(event.sequence, "it does not continue the event before it")
        if event.computed_hash() != event.hash:
            return ChainFault(event.sequence, "its content does not match its hash")
        previous_hash, expected = event.hash, expected + 1
    return _fault_of_head(last_sequence=expected - 1, last_hash=previous_hash)


def _fault_of_head(*, last_sequence: int, last_hash: str) -> ChainFault | None:
    head = ChainHead.objects.filter(pk=1).first()
    if head is None:
        return ChainFault(last_sequence, "the head of the chain is missing")
    if head.sequence > last_sequence:
        return ChainFault(last_sequence + 1, f"the end of the chain is missing: the head names event {head.sequence}")
    if head.sequence < last_sequence:
        return ChainFault(head.sequence + 1, "it stands behind the head of the chain")
    if head.hash != last_hash:
        return ChainFault(last_sequence, "the head of the chain holds another hash")
    return None
