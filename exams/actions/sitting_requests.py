"""Asking an assessor for a practical, and what becomes of it: accepted, declined, withdrawn, cancelled, lapsed.

What is accepted becomes a sitting through the same planning as the registrar's (`exams.actions.sitting_plans`), so that
every refusal holds. What the registrar may confirm in spite of a warning, nobody else can.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.appointment_news import tell_of_request
from exams.actions.fitness import Duty, refuse_early_try, refuse_unfit, scheme_objections
from exams.actions.practicals import take_back
from exams.actions.sitting_plans import Known, SittingPlan, demand_allowed, plan_sitting
from exams.appointment_mails import RequestNews
from exams.errors import PracticalError, UnconfirmedError
from exams.models import Qualification, RequestState, Sitting, SittingRequest, SittingState, Slot
from exams.next_part import NextPart, next_part
from exams.rules.assessors import DeviceFamily, Task
from exams.rules.practical_saves import clean_text
from exams.rules.slots import CANCEL_BEFORE, MOST_ASKED, can_be_given_back
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, demand, scope_of
from lms.accounts.roles import Role
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import day_text

ANSWERED = "This request was answered or withdrawn already. Nothing was changed."
SLOT_TAKEN = "Somebody else took this slot a moment ago. Choose another one."


@dataclass(frozen=True)
class Appointed:
    """When, where and with what a practical takes place that was asked for without a slot."""

    day: date
    starts_at: datetime
    place: str
    device: str
    device_family: DeviceFamily
    simulated: bool


@transaction.atomic
def ask(
    *,
    enrolment: Enrolment,
    assessor: User,
    stations: Sequence[str],
    nonce: uuid.UUID,
    by: User,
    slot: Slot | None = None,
    wish: str = "",
) -> SittingRequest:
    """Ask an assessor for a practical, in one of their slots or at a time to be found; the same nonce asks once.

    A slot that books at once becomes a sitting in the same transaction. Raises `PracticalError`: not_yours,
    enrolment_closed, no_rubric, course_not_completed, exam_not_passed, practical_passed, all_planned, station_not_due,
    not_an_assessor, too_many_asked, asked_already, slot_gone, slot_taken, too_long, too_many_stations, too_early,
    too_many_tries, setting_not_allowed, device_not_allowed, physician_needed, repeat_needed, and what planning refuses;
    `UnfitError` for conflicts, qualifications and sites.
    """
    demand(by, Permission.SLOT_BOOK)
    if enrolment.person_id != by.pk:
        raise PracticalError("not_yours", "This is the enrolment of somebody else.")
    # One request of a trainee at a time; both rows in the order in which planning locks them.
    people = [by.pk, slot.assessor_id if slot is not None else assessor.pk]
    list(User.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))
    if earlier := SittingRequest.objects.filter(nonce=nonce, enrolment=enrolment).first():
        return earlier  # the second press of the button has waited for the first
    if slot is not None:
        slot = _standing_slot(slot)
        assessor = slot.assessor
    if not (assessor.is_active and assessor.has_role(Role.INSTRUCTOR)):
        raise PracticalError("not_an_assessor", "This person does not hold the role of instructor.")
    part = _demand_ready(enrolment, stations)
    _demand_room(enrolment, assessor, slot)
    if slot is not None:
        demand_allowed(part.demand_version().plain, stations, slot.device_family, simulated=slot.simulated)
    duty = _duty(part, enrolment, stations, slot)
    standings = refuse_unfit(assessor=assessor, duty=duty)
    refuse_early_try(duty)
    physician = any(one.basis == Qualification.PHYSICIAN for one in standings)
    if found := scheme_objections(duty, physician=physician):
        raise PracticalError(found[0].code, " ".join(one.sentence for one in found))
    if slot is not None:
        _demand_it_fits(slot, part, stations, by)
    row = SittingRequest(
        enrolment=enrolment, assessor=assessor, slot=slot, stations=list(stations), wish=clean_text(wish), nonce=nonce
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise PracticalError("slot_taken", SLOT_TAKEN) from error
    if slot is not None and slot.books_at_once:
        _become_sitting(row, by=by, appointed=None, despite=())
        return row
    record(Verb.SITTING_ASKED, by=by, target=row, data={"assessor": str(assessor.public_id)})
    tell_of_request(row, RequestNews.ASKED, assessor.pk)
    return row


@transaction.atomic
def accept(
    *, request: SittingRequest, by: User, appointed: Appointed | None = None, despite: Collection[str] = ()
) -> Sitting:
    """Plan what was asked for: in its slot, or as `appointed` where it names none.

    Only who plans sittings may confirm objections by `despite`. Raises `PracticalError`: answered, station_planned,
    no_time, needs_registrar, and what planning refuses; `UnconfirmedError` for whoever may confirm.
    """
    _demand_answerer(request, by)
    request = _waiting(request)
    _demand_unplanned(request)
    return _become_sitting(request, by=by, appointed=appointed, despite=despite)


@transaction.atomic
def decline(*, request: SittingRequest, by: User, reason: str) -> SittingRequest:
    """Decline with a reason that the trainee reads. Raises `PracticalError`: answered, no_reason."""
    _demand_answerer(request, by)
    if not clean_text(reason):
        raise PracticalError("no_reason", "Write why you decline; the trainee reads it.")
    _end(request, RequestState.DECLINED, by=by, reason=clean_text(reason))
    record(Verb.SITTING_DECLINED, by=by, target=request)
    tell_of_request(request, RequestNews.DECLINED, request.enrolment.person_id)
    return request


@transaction.atomic
def withdraw(*, request: SittingRequest, by: User) -> SittingRequest:
    """Take back what was asked and not answered. Raises `PracticalError`: not_yours, answered."""
    demand(by, Permission.SLOT_BOOK)
    if request.enrolment.person_id != by.pk:
        raise PracticalError("not_yours", "This is the request of somebody else.")
    _end(request, RequestState.WITHDRAWN, by=by)
    record(Verb.SITTING_ASK_WITHDRAWN, by=by, target=request)
    tell_of_request(request, RequestNews.WITHDRAWN, request.assessor_id)
    return request


@transaction.atomic
def cancel_booking(*, request: SittingRequest, by: User, reason: str = "") -> Sitting:
    """Cancel the practical that a request became: the trainee until a day before, the assessor until it is opened.

    What was begun may hold a failure, so only who plans sittings cancels it then; what a device of the assessor holds
    may have begun there. Raises `PracticalError`: not_booked, too_late, has_begun, checked_out, no_reason for anybody
    but the trainee, already_signed, sitting_cancelled.
    """
    request = SittingRequest.objects.select_for_update(of=("self",)).with_people().get(pk=request.pk)
    if request.state != RequestState.ACCEPTED or request.sitting_id is None:
        raise PracticalError("not_booked", "There is no practical to cancel.")
    sitting = Sitting.objects.select_for_update(of=("self",)).with_people().get(pk=request.sitting_id)
    if request.enrolment.person_id == by.pk:
        demand(by, Permission.SLOT_BOOK)
        if sitting.opened_at is not None or not can_be_given_back(sitting.starts_at, timezone.now()):
            hours = int(CANCEL_BEFORE.total_seconds() // 3600)
            sentence = f"A practical can be cancelled here until {hours} hours before it starts. Call your assessor."
            raise PracticalError("too_late", sentence)
    else:
        _demand_answerer(request, by)
        if not clean_text(reason):
            raise PracticalError("no_reason", "Write why you cancel; the trainee reads it.")
        if sitting.opened_at is not None and scope_of(by, Permission.SITTING_ASSIGN) is None:
            raise PracticalError("has_begun", "This practical has begun. Only the registrar can cancel it now.")
        if sitting.checkout_id and scope_of(by, Permission.SITTING_ASSIGN) is None:
            sentence = (
                "One of your devices holds this practical and may have begun it. Take it back first, then cancel."
            )
            raise PracticalError("checked_out", sentence)
    return take_back(sitting, by=by, reason=clean_text(reason))


@transaction.atomic
def lapse(*, request: SittingRequest) -> bool:
    """Close a request whose slot began without an answer, as the clock does; False when it was answered meanwhile."""
    waiting = SittingRequest.objects.waiting().filter(pk=request.pk)
    if not waiting.update(state=RequestState.LAPSED, answered_at=timezone.now()):
        return False
    record(Verb.SITTING_ASK_LAPSED, by=None, target=request)
    tell_of_request(request, RequestNews.LAPSED, request.enrolment.person_id)
    return True


def _demand_answerer(request: SittingRequest, by: User) -> None:
    demand(by, Permission.SITTING_ANSWER)
    if scope_of(by, Permission.SITTING_ANSWER) is not Scope.ALL and request.assessor_id != by.pk:
        raise PermissionDenied("Only the assessor who was asked may answer.")


def _waiting(request: SittingRequest) -> SittingRequest:
    row = SittingRequest.objects.select_for_update(of=("self",)).with_people().get(pk=request.pk)
    if not row.is_waiting:
        raise PracticalError("answered", ANSWERED)
    return row


def _end(request: SittingRequest, state: RequestState, *, by: User, reason: str = "") -> None:
    """Answer a request that waits; the row count decides between two who do."""
    changes = {"state": state, "answered_by": by, "answered_at": timezone.now(), "reason": reason}
    if not SittingRequest.objects.waiting().filter(pk=request.pk).update(**changes):
        raise PracticalError("answered", ANSWERED)
    request.refresh_from_db()


def _become_sitting(
    request: SittingRequest, *, by: User, appointed: Appointed | None, despite: Collection[str]
) -> Sitting:
    plan = _plan_of(request, appointed)
    confirms = scope_of(by, Permission.SITTING_ASSIGN) is not None
    try:
        sitting = plan_sitting(plan, by=by, despite=despite if confirms else (), request=request.pk)
    except UnconfirmedError as refusal:
        if confirms:
            raise
        raise PracticalError("needs_registrar", f"{refusal.sentence} Ask the registrar, who can plan it.") from refusal
    slot = request.slot
    if slot is not None and sitting.ends_at is not None and sitting.ends_at > slot.ends_at:
        raise PracticalError("too_long", f"These stations take longer than the {slot.minutes} minutes of the slot.")
    changes = {"state": RequestState.ACCEPTED, "answered_by": by, "answered_at": timezone.now(), "sitting": sitting}
    if not SittingRequest.objects.waiting().filter(pk=request.pk).update(**changes):
        raise PracticalError("answered", ANSWERED)
    request.refresh_from_db()
    return sitting


def _plan_of(request: SittingRequest, appointed: Appointed | None) -> SittingPlan:
    slot = request.slot
    common: dict[str, Any] = {
        "enrolment": request.enrolment,
        "assessor": request.assessor,
        "stations": tuple(request.stations),
        "nonce": request.pk,
    }
    if slot is not None:
        return SittingPlan(
            day=slot.day,
            starts_at=slot.starts_at,
            place=slot.place,
            device=slot.device,
            device_family=slot.family,
            simulated=slot.simulated,
            **common,
        )
    if appointed is None:
        raise PracticalError("no_time", "Enter day, start, place and device of the practical.")
    return SittingPlan(
        day=appointed.day,
        starts_at=appointed.starts_at,
        place=appointed.place,
        device=appointed.device,
        device_family=appointed.device_family,
        simulated=appointed.simulated,
        **common,
    )


def _standing_slot(slot: Slot) -> Slot:
    """Lock a slot against its withdrawal. Raises `PracticalError` slot_gone."""
    found = Slot.objects.standing().select_for_update(of=("self",)).select_related("assessor", "site")
    row = found.filter(pk=slot.pk, starts_at__gt=timezone.now()).first()
    if row is None:
        raise PracticalError("slot_gone", "This slot is not offered any more. Choose another one.")
    return row


def _demand_ready(enrolment: Enrolment, stations: Sequence[str]) -> NextPart:
    part = next_part(enrolment)
    if part.hindrance is not None:
        raise PracticalError(part.hindrance.code, part.hindrance.sentence)
    undue = [code for code in stations if code not in part.codes]
    if undue or not stations:
        what = f"{', '.join(undue)}: passed or planned already. " if undue else ""
        raise PracticalError("station_not_due", f"{what}Choose stations of your practical that are still open.")
    return part


def _demand_unplanned(request: SittingRequest) -> None:
    """Raise when a station was planned another way since it was asked for, so that nothing is assessed twice."""
    planned = Sitting.objects.filter(enrolment=request.enrolment, state=SittingState.OPEN, rates_again__isnull=True)
    for sitting in planned.select_related("assessor").order_by("scheduled_for", "starts_at"):
        if both := sorted(set(request.stations).intersection(sitting.stations)):
            what = f"{', '.join(both)}: planned already for {day_text(sitting.scheduled_for)}"
            sentence = (
                f"{what} with {sitting.assessor.full_name}. Decline this request, or have that practical cancelled."
            )
            raise PracticalError("station_planned", sentence)


def _demand_room(enrolment: Enrolment, assessor: User, slot: Slot | None) -> None:
    """Raise when too much waits already, or the same is asked twice."""
    waiting = SittingRequest.objects.waiting().filter(enrolment=enrolment)
    if waiting.count() >= MOST_ASKED:
        sentence = f"{MOST_ASKED} requests of yours wait for an answer. Withdraw one, or wait."
        raise PracticalError("too_many_asked", sentence)
    if slot is None and waiting.filter(assessor=assessor, slot__isnull=True).exists():
        raise PracticalError("asked_already", f"You have asked {assessor.full_name} already. Wait for the answer.")


def _duty(part: NextPart, enrolment: Enrolment, stations: Sequence[str], slot: Slot | None) -> Duty:
    family, day = (slot.family, slot.day) if slot else (None, site_day())
    return Duty(enrolment, part.demand_version(), Task(enrolment.programme_id, tuple(stations), family, day))


def _demand_it_fits(slot: Slot, part: NextPart, stations: Sequence[str], trainee: User) -> None:
    if slot.most_stations is not None and len(stations) > slot.most_stations:
        raise PracticalError("too_many_stations", f"This slot takes at most {slot.most_stations} stations.")
    minutes = sum(station.minutes for station in part.stations if station.code in stations)
    if Known().length(trainee, minutes, slot.day) > slot.length:
        raise PracticalError("too_long", f"These stations take longer than the {slot.minutes} minutes of the slot.")
