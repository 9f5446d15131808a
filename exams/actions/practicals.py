"""What happens to a sitting until it is signed: assigned, opened, filled in, cancelled."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.appointment_news import tell_of_sitting
from exams.actions.fitness import Duty, refuse_early_try, refuse_unfit_now
from exams.actions.occupancy import let_go
from exams.actions.sitting_plans import SittingPlan, plan_sitting
from exams.appointment_mails import News
from exams.errors import PracticalError
from exams.models import (
    Observation,
    ObservationLog,
    Qualification,
    RequestState,
    Sitting,
    SittingRequest,
    SittingState,
    StrayObservation,
)
from exams.rules.assessors import DeviceFamily, Standing
from exams.rules.practical import permitted_values
from exams.rules.practical_record import digest_of
from exams.rules.practical_saves import Reply, Save, Stored, clean_text, fault_of, reply_to, reply_when_closed
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

MOST_SAVES = 50


def not_open(sitting: Sitting) -> PracticalError:
    """Return why a sitting that is signed or cancelled takes nothing any more."""
    if sitting.state == SittingState.SIGNED:
        return PracticalError("already_signed", "This sitting is signed. Changes are made as a correction.")
    return PracticalError("sitting_cancelled", "The registrar has cancelled this sitting.")


def elsewhere() -> PracticalError:
    """Return why a sitting that a device has taken along takes nothing here."""
    return PracticalError(
        "checked_out",
        "One of your devices holds this sitting for work without a network. Send it from there, or take it back here.",
    )


@dataclass(frozen=True)
class SaveReply:
    """The answer to one save; `stored` is what the server holds now, `fault` the code of a refused one."""

    save: Save
    reply: Reply
    stored: Stored | None = None
    fault: str = ""


@transaction.atomic
def assign_sitting(
    *,
    enrolment: Enrolment,
    assessor: User,
    by: User,
    scheduled_for: date,
    place: str,
    device: str,
    simulated: bool,
    device_family: DeviceFamily = DeviceFamily.FIGURE_EIGHT,
    starts: time | None = None,
    stations: Sequence[str] | None = None,
    despite: Collection[str] = (),
    nonce: uuid.UUID | None = None,
) -> Sitting:
    """Name who assesses a trainee, when, where and at which stations (all when None), by the newest rubric.

    `starts` is a time of the day on the clock of whoever plans. `despite` names the codes of objections that were
    shown and confirmed. The same `nonce` again returns the first sitting. Raises `PracticalError`: enrolment_closed,
    not_an_assessor, no_rubric, unknown_station, setting_not_allowed, device_not_allowed, day_passed, too_early,
    too_many_tries, plan_open, person_busy, place_busy, device_busy, just_taken; `UnfitError` for conflicts,
    qualifications and sites; and `UnconfirmedError` for objections that are not confirmed.
    """
    demand(by, Permission.SITTING_ASSIGN)
    if nonce and (earlier := Sitting.objects.filter(nonce=nonce).first()):
        return earlier
    plan = SittingPlan(
        enrolment=enrolment,
        assessor=assessor,
        day=scheduled_for,
        starts_at=timezone.make_aware(datetime.combine(scheduled_for, starts)) if starts else None,
        place=place,
        device=device,
        device_family=device_family,
        simulated=simulated,
        stations=None if stations is None else tuple(stations),
        nonce=nonce or uuid.uuid4(),
    )
    return plan_sitting(plan, by=by, despite=despite)


@transaction.atomic
def cancel_sitting(*, sitting: Sitting, by: User) -> Sitting:
    """Cancel an open sitting; its entries stay. Raises `PracticalError` when it is signed or cancelled already."""
    demand(by, Permission.SITTING_ASSIGN)
    return take_back(sitting, by=by)


def take_back(sitting: Sitting, *, by: User, reason: str = "") -> Sitting:
    """Cancel for whoever is allowed to, in the caller's transaction: its time, room and device are free again."""
    cancelled = Sitting.objects.filter(pk=sitting.pk, state=SittingState.OPEN).update(
        state=SittingState.CANCELLED, cancelled_at=timezone.now(), rev=F("rev") + 1
    )
    sitting.refresh_from_db()
    if not cancelled:
        raise not_open(sitting)
    SittingRequest.objects.filter(sitting=sitting, state=RequestState.ACCEPTED).update(
        state=RequestState.CANCELLED, reason=reason, answered_by=by, answered_at=timezone.now()
    )
    let_go(sitting)
    record(Verb.SITTING_CANCELLED, by=by, target=sitting, data={"reason": reason} if reason else {})
    tell_of_sitting(sitting, News.CALLED_OFF)
    return sitting


@transaction.atomic
def open_sitting(*, sitting: Sitting, by: User, qualification: Qualification) -> Sitting:
    """Confirm who is assessed and who assesses, once; a repeat changes nothing.

    `qualification` is the basis on which they assess; they must hold it. Raises `UnfitError` for conflicts and
    qualifications, and `PracticalError`: basis_not_held, too_early, too_many_tries, already_signed, sitting_cancelled.
    """
    demand_assessor(sitting, by)
    standings = refuse_unfit_now(sitting, by)
    opened = sitting.opened_at is None and _open(sitting, by, qualification, standings)
    sitting.refresh_from_db()
    if opened:
        data = {"qualification": qualification.value, "qualified_by": str(sitting.qualified_by_id)}
        record(Verb.SITTING_OPENED, by=by, target=sitting, data=data)
    elif not sitting.is_open:
        raise not_open(sitting)
    return sitting


def _open(sitting: Sitting, by: User, qualification: Qualification, standings: Sequence[Standing]) -> bool:
    if sitting.rates_again_id is None:
        refuse_early_try(Duty.of(sitting, site_day()))
    held = next((standing for standing in standings if standing.basis == qualification), None)
    if held is None:
        raise PracticalError("basis_not_held", f"You are not qualified as this: {qualification.label}.")
    if sitting.checkout_id:
        raise elsewhere()
    unopened = Sitting.objects.filter(
        pk=sitting.pk, assessor=by, state=SittingState.OPEN, opened_at__isnull=True, checkout__isnull=True
    )
    return bool(
        unopened.update(
            opened_at=timezone.now(),
            qualification=qualification,
            qualified_by=uuid.UUID(held.key),
            rev=F("rev") + 1,
        )
    )


@transaction.atomic
def observe(*, sitting: Sitting, by: User, saves: Sequence[Save], received_at: datetime) -> tuple[SaveReply, ...]:
    """Store a batch of numbered saves, and answer each one (offline.md 4.3).

    The history is the sitting's own log, not the global audit chain (R-5). Raises `PracticalError`: not_opened,
    too_many_saves.
    """
    demand_assessor(sitting, by)
    if len(saves) > MOST_SAVES:
        raise PracticalError("too_many_saves", f"Send at most {MOST_SAVES} entries at once.")
    permitted = permitted_values(sitting.rubric, sitting.stations)
    saves = [replace(save, value=clean_text(save.value)) for save in saves]
    faults = {save: fault for save in saves if (fault := fault_of(save, permitted))}
    rev = _pass_gate(sitting, by)
    stored = _stored(sitting, [save.field for save in saves if save not in faults])
    if rev is None:
        return tuple(
            SaveReply(save, Reply.REFUSED, fault=faults[save])
            if save in faults
            else _late(sitting, save, stored, received_at)
            for save in saves
        )
    replies, accepted = [], []
    for save in saves:
        if save in faults:
            replies.append(SaveReply(save, Reply.REFUSED, fault=faults[save]))
            continue
        reply = reply_to(stored.get(save.field), save)
        if reply is Reply.OK:
            stored[save.field] = Stored(save.seq, save.value, rev)
            accepted.append(save)
        replies.append(SaveReply(save, reply, stored[save.field]))
    _store(sitting, accepted, rev, received_at)
    return tuple(replies)


@transaction.atomic
def record_form(
    *, sitting: Sitting, by: User, values: Mapping[str, str], seen_rev: int, received_at: datetime
) -> tuple[str, ...]:
    """Store the entries of a plain form; returns fields that somebody changed after the form was shown.

    Those keep what is stored: the page has to show both. Raises `PracticalError`: not_opened, already_signed,
    sitting_cancelled, and the faults of single values.
    """
    demand_assessor(sitting, by)
    permitted = permitted_values(sitting.rubric, sitting.stations)
    rev = _pass_gate(sitting, by)
    if rev is None:
        sitting.refresh_from_db()
        raise not_open(sitting)
    stored = _stored(sitting, list(values))
    accepted, overtaken = [], []
    for field, typed in values.items():
        before = stored.get(field, Stored(0, ""))
        save = Save(field, before.seq + 1, clean_text(typed))
        if save.value == before.value:
            continue
        if fault := fault_of(save, permitted):
            raise PracticalError(fault, f"The entry for {field} cannot be taken.")
        if before.rev > seen_rev:
            overtaken.append(field)
        else:
            accepted.append(save)
    _store(sitting, accepted, rev, received_at)
    return tuple(overtaken)


def demand_assessor(sitting: Sitting, person: User) -> None:
    """Raise `PermissionDenied` unless the person may assess, and is the one named for this sitting."""
    demand(person, Permission.PRACTICAL_SIGN)
    if sitting.assessor_id != person.pk:
        raise PermissionDenied("Only the assessor named for this sitting may work on it.")


def _pass_gate(sitting: Sitting, by: User) -> int | None:
    """Count one change of an open sitting and return the new count; None when it is closed.

    The update takes the row's lock, so that saving and signing exclude each other on PostgreSQL (offline.md 4.3).
    """
    passed = Sitting.objects.filter(
        pk=sitting.pk, assessor=by, state=SittingState.OPEN, opened_at__isnull=False, checkout__isnull=True
    ).update(rev=F("rev") + 1)
    rev, state, checkout = Sitting.objects.values_list("rev", "state", "checkout").get(pk=sitting.pk)
    if passed:
        return rev
    if state == SittingState.OPEN and checkout:
        raise elsewhere()
    if state == SittingState.OPEN:
        raise PracticalError("not_opened", "Confirm who is assessed before the first entry.")
    return None


def _stored(sitting: Sitting, fields: Sequence[str]) -> dict[str, Stored]:
    rows = Observation.objects.filter(sitting=sitting, field__in=fields)
    return {row.field: Stored(row.seq, row.value, row.rev) for row in rows}


def _store(sitting: Sitting, accepted: Sequence[Save], rev: int, received_at: datetime) -> None:
    """Write accepted saves: the newest of each field as its value, all of them into the log."""
    newest = {save.field: save for save in accepted}
    Observation.objects.bulk_create(
        [
            Observation(
                sitting=sitting, field=save.field, seq=save.seq, value=save.value, rev=rev, saved_at=received_at
            )
            for save in newest.values()
        ],
        update_conflicts=True,
        unique_fields=["sitting", "field"],
        update_fields=["seq", "value", "rev", "saved_at"],
    )
    ObservationLog.objects.bulk_create(
        ObservationLog(
            sitting=sitting, field=save.field, seq=save.seq, value=save.value, rev=rev, received_at=received_at
        )
        for save in accepted
    )


def _late(sitting: Sitting, save: Save, stored: Mapping[str, Stored], received_at: datetime) -> SaveReply:
    """Answer a save of a closed sitting; what is new in it is kept as a stray."""
    held = stored.get(save.field)
    reply = reply_when_closed(held, save)
    if reply is Reply.CLOSED:
        StrayObservation.objects.get_or_create(
            sitting=sitting,
            field=save.field,
            seq=save.seq,
            value_digest=digest_of(save.value.encode()),
            defaults={"value": save.value, "received_at": received_at},
        )
    return SaveReply(save, reply, held)
