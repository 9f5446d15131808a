"""Logging practicum sessions, and confirming or returning them."""

import uuid
from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.fitness import not_approved, refuse_conflict
from exams.errors import PracticalError
from exams.models import PracticumDecision, PracticumEntry, PracticumVerdict, ReturnReason, approvals_at, placement_of
from exams.rules.practicum import LoggedSession, fault_of
from exams.rules.sites import approved_in_month
from lms.accounts.days import site_day
from lms.accounts.models import DeclaredRelationship, User
from lms.accounts.permissions import Permission, demand
from lms.accounts.roles import Role
from lms.audit.actions import record
from lms.audit.verbs import Verb

# A supervisor trains; whoever examines later must not have (S-7).
MAY_BE = (DeclaredRelationship.Kind.TRAINER.value,)
# Twenty are required; whoever logs so many more has a loop or a mistake.
MOST_ENTRIES = 400
DECIDED = "This session was confirmed, returned or withdrawn already. Nothing was changed."


def log_session(
    *, enrolment: Enrolment, session: LoggedSession, supervisor: User, nonce: uuid.UUID, by: User
) -> PracticumEntry:
    """Log one session for its supervisor to confirm. The same nonce again returns what it logged.

    Raises `PracticalError`: not_yours, enrolment_closed, no_supervisor, not_at_site, a conflict (S-7), too_many, or the
    code of `fault_of`.
    """
    demand(by, Permission.PRACTICUM_LOG)
    if enrolment.person_id != by.pk:
        raise PracticalError("not_yours", "This is the log of somebody else.")
    if known := PracticumEntry.objects.filter(nonce=nonce, enrolment=enrolment).first():
        return known
    if enrolment.closed_at is not None:
        raise PracticalError("enrolment_closed", "This enrolment is closed.")
    _demand_supervisor(supervisor, by)
    _demand_at_site(supervisor, enrolment, session.year, session.month)
    today = timezone.localdate()
    if fault := fault_of(session, enrolled=timezone.localdate(enrolment.enrolled_at), today=today):
        raise PracticalError(fault.code, fault.sentence)
    if PracticumEntry.objects.filter(enrolment=enrolment).count() >= MOST_ENTRIES:
        raise PracticalError("too_many", f"A log holds {MOST_ENTRIES} sessions. Ask the registrar what to do.")
    try:
        with transaction.atomic():
            entry = PracticumEntry.objects.create(
                enrolment=enrolment,
                kind=session.kind.value,
                year=session.year,
                month=session.month,
                patient=session.patient,
                protocol=session.protocol.value if session.protocol else "",
                motor_threshold=session.motor_threshold,
                head_measurement=session.head_measurement,
                remap=session.remap,
                supervisor=supervisor,
                nonce=nonce,
            )
            record(Verb.PRACTICUM_LOGGED, by=by, target=entry, data={"supervisor": supervisor.pk})
    except IntegrityError as error:  # the same request twice at the same time
        known = PracticumEntry.objects.filter(nonce=nonce, enrolment=enrolment).first()
        if known is None:
            raise PracticalError("nonce_used", "This form was used before. Open it anew and log again.") from error
        return known
    return entry


def _demand_supervisor(supervisor: User, trainee: User) -> None:
    if not (supervisor.is_active and supervisor.has_role(Role.INSTRUCTOR)):
        raise PracticalError("no_supervisor", "Choose a supervisor who works here as an instructor.")
    refuse_conflict(assessor=supervisor, trainee=trainee, allowing=MAY_BE)


def _demand_at_site(supervisor: User, enrolment: Enrolment, year: int, month: int) -> None:
    """Raise `PracticalError` not_at_site when the trainee is on the job where this person was not approved then.

    Sessions of months before the placement were elsewhere.
    """
    placement = placement_of(enrolment)
    if placement is None or not 1 <= month <= 12:
        return
    since, site = site_day(placement.placed_at), placement.site
    if (year, month) < (since.year, since.month):
        return
    if not approved_in_month(approvals_at(site, [supervisor.pk])[supervisor.pk], year, month):
        when = f"in {date(year, month, 1):%B %Y}"
        raise PracticalError("not_at_site", not_approved(supervisor, enrolment, site, when))


def withdraw(*, entry: PracticumEntry, by: User) -> PracticumDecision:
    """Take back a session that nobody decided on. Raises `PracticalError`: not_yours, decided."""
    demand(by, Permission.PRACTICUM_LOG)
    if entry.enrolment.person_id != by.pk:
        raise PracticalError("not_yours", "This is the log of somebody else.")
    return _decide(entry, PracticumVerdict.WITHDRAWN, "", by)


def confirm(*, entries: Collection[PracticumEntry], by: User) -> list[PracticumDecision]:
    """Confirm sessions as their supervisor: all of them, or none.

    Raises `PracticalError`: not_named when another person is the supervisor, a conflict (S-7), not_at_site, decided.
    """
    return _decide_as_supervisor(entries, PracticumVerdict.CONFIRMED, "", by)


def send_back(*, entries: Collection[PracticumEntry], reason: ReturnReason, by: User) -> list[PracticumDecision]:
    """Return sessions to the trainee, who sees why and logs them anew. Raises `PracticalError` like `confirm`."""
    return _decide_as_supervisor(entries, PracticumVerdict.RETURNED, reason.value, by)


def _decide_as_supervisor(
    entries: Collection[PracticumEntry], verdict: PracticumVerdict, reason: str, by: User
) -> list[PracticumDecision]:
    demand(by, Permission.PRACTICUM_CONFIRM)
    with transaction.atomic():
        for entry in entries:
            _demand_named(entry, by)
        return [_decide(entry, verdict, reason, by) for entry in entries]


def _demand_named(entry: PracticumEntry, by: User) -> None:
    if entry.supervisor_id != by.pk:
        raise PracticalError("not_named", "Another person supervised this session.")
    refuse_conflict(assessor=by, trainee=entry.enrolment.person, allowing=MAY_BE)
    _demand_at_site(by, entry.enrolment, entry.year, entry.month)


VERBS = {
    PracticumVerdict.CONFIRMED: Verb.PRACTICUM_CONFIRMED,
    PracticumVerdict.RETURNED: Verb.PRACTICUM_RETURNED,
    PracticumVerdict.WITHDRAWN: Verb.PRACTICUM_WITHDRAWN,
}


def _decide(entry: PracticumEntry, verdict: PracticumVerdict, reason: str, by: User) -> PracticumDecision:
    """Add the decision; of several at once the database lets one in."""
    try:
        with transaction.atomic():
            decision = PracticumDecision.objects.create(entry=entry, verdict=verdict, reason=reason, decided_by=by)
            record(VERBS[verdict], by=by, target=entry, data={"reason": reason} if reason else {})
    except IntegrityError as error:
        raise PracticalError("decided", DECIDED) from error
    return decision
