"""Applying for admission, and deciding about it."""

from dataclasses import asdict

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.errors import AdmissionError
from courses.models import Application, ApplicationState, Enrolment, Programme
from courses.rules.admission import Facts, reasons_against
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue


@transaction.atomic
def submit_application(*, programme: Programme, facts: Facts, by: User) -> Application:
    """Send an application for oneself. It stays as it was sent; a change means withdrawing and applying again.

    Raises `AdmissionError`: `already_enrolled`, `already_waiting`, or `not_eligible` with the first reason. Raises
    `PermissionDenied` for people who are not trainees. Source: curriculum section 5.
    """
    demand(by, Permission.APPLICATION_SUBMIT)
    if Enrolment.objects.filter(person=by, programme=programme, closed_at__isnull=True).exists():
        raise AdmissionError("already_enrolled", "You are enrolled in this programme already.")
    _demand_eligible(facts)
    application = _store(programme, facts, by)
    data = {"programme": programme.pk, "pathway": facts.pathway, "conduct_version": facts.conduct_version}
    record(Verb.APPLICATION_SUBMITTED, by=by, target=application, data=data)
    _tell_applicant(application, ApplicationState.SUBMITTED)
    return application


@transaction.atomic
def withdraw(*, application: Application, by: User) -> None:
    """Take back one's own application while it waits.

    Raises `AdmissionError` `not_waiting` once it was decided or withdrawn, `PermissionDenied` for somebody else's.
    """
    demand(by, Permission.APPLICATION_SUBMIT)
    if application.person_id != by.pk:
        raise PermissionDenied("An application is withdrawn by the person who sent it.")
    _leave_waiting(application, state=ApplicationState.WITHDRAWN, withdrawn_at=timezone.now())
    record(Verb.APPLICATION_WITHDRAWN, by=by, target=application)
    application.refresh_from_db()


@transaction.atomic
def admit(*, application: Application, documents_seen: bool, by: User) -> Enrolment:
    """Admit an applicant: the enrolment, with the curriculum version in force, comes in the same transaction.

    Raises `AdmissionError`: `own_application`, `documents_not_seen`, `not_eligible` when the facts no longer suffice
    today, `not_waiting` when it was decided or withdrawn meanwhile, `already_enrolled`.
    """
    _demand_may_decide(application, by)
    if not documents_seen:
        raise AdmissionError("documents_not_seen", "Confirm that you have seen the documents before you admit.")
    _demand_eligible(application.facts)
    enrolment = Enrolment(
        person=application.person,
        programme=application.programme,
        curriculum_version=application.programme.curriculum_version,
        pathway=application.pathway,
    )
    # Both databases check this foreign key at commit: the one update that decides can come before the row it names.
    _leave_waiting(application, state=ApplicationState.ADMITTED, enrolment_id=enrolment.pk, **_decided(by))
    _enrol(enrolment)
    data = {"application": str(application.pk), "curriculum_version": enrolment.curriculum_version}
    record(Verb.ENROLMENT_CREATED, by=by, target=enrolment, data={**data, "documents_seen": True})
    _tell_applicant(application, ApplicationState.ADMITTED)
    application.refresh_from_db()
    return enrolment


@transaction.atomic
def decline(*, application: Application, reason: str, by: User) -> None:
    """Decline an application with a reason that the applicant reads.

    Raises `AdmissionError`: `own_application`, `reason_missing`, `not_waiting`.
    """
    _demand_may_decide(application, by)
    if not reason.strip():
        raise AdmissionError("reason_missing", "Say why, so that the applicant knows what to do.")
    _leave_waiting(application, state=ApplicationState.DECLINED, decline_reason=reason.strip(), **_decided(by))
    record(Verb.APPLICATION_DECLINED, by=by, target=application)
    _tell_applicant(application, ApplicationState.DECLINED)
    application.refresh_from_db()


def _demand_eligible(facts: Facts) -> None:
    reasons = reasons_against(facts, today=timezone.localdate())
    if reasons:
        raise AdmissionError("not_eligible", reasons[0].sentence)


def _demand_may_decide(application: Application, by: User) -> None:
    demand(by, Permission.APPLICATION_DECIDE)
    if application.person_id == by.pk:
        raise AdmissionError("own_application", "This is your own application; another registrar decides about it.")


def _store(programme: Programme, facts: Facts, by: User) -> Application:
    """Add the row; the database lets one open application per person and programme through."""
    try:
        with transaction.atomic():
            return Application.objects.create(person=by, programme=programme, **asdict(facts))
    except IntegrityError:
        if not Application.objects.waiting().filter(person=by, programme=programme).exists():
            raise
    raise AdmissionError("already_waiting", "You have applied already; your application waits for a decision.")


def _enrol(enrolment: Enrolment) -> None:
    try:
        with transaction.atomic():
            enrolment.save(force_insert=True)
    except IntegrityError as error:
        raise AdmissionError("already_enrolled", "This person is enrolled in the programme already.") from error


def _decided(by: User) -> dict[str, object]:
    return {"decided_by": by, "decided_at": timezone.now()}


def _leave_waiting(application: Application, **changes: object) -> None:
    """Change a waiting application in one conditional update: of two people who decide at once, one comes through."""
    if not Application.objects.filter(pk=application.pk, state=ApplicationState.SUBMITTED).update(**changes):
        raise AdmissionError("not_waiting", "This application no longer waits: it was decided or withdrawn meanwhile.")


def _tell_applicant(application: Application, news: ApplicationState) -> None:
    """Leave a mail in the outbox."""
    payload = {"application": str(application.pk), "news": news.value}
    enqueue("application.mail", key=f"application.mail:{application.pk}:{news.value}", payload=payload)
