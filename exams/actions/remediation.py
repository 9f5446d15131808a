"""Remediation after a failed station: a plan is written, answered by the trainee, followed up, and closed."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models.outline import outline_of
from exams.actions.fitness import refuse_conflict
from exams.errors import RemediationError
from exams.models import (
    ActivityKind,
    EntryKind,
    PlanOutcome,
    RemediationActivity,
    RemediationEntry,
    RemediationPlan,
    SignOff,
)
from exams.remediation_mails import PlanNews, tell_of_plan
from exams.rules.patient_details import patient_details
from exams.rules.practical import StationJudgement
from exams.rules.practical_record import values_of
from exams.rules.practical_saves import clean_text
from exams.rules.remediation import LONGEST_DAYS, Finding, findings_of
from lms.accounts.days import site_day
from lms.accounts.models import DeclaredRelationship, User
from lms.accounts.permissions import Permission, Scope, demand
from lms.accounts.roles import Role
from lms.audit.actions import record
from lms.audit.verbs import Verb

# Whoever follows up trains; that is no conflict here, and it is one for examining (S-7).
MAY_BE = (DeclaredRelationship.Kind.TRAINER.value,)
MOST_ACTIVITIES = 20


@dataclass(frozen=True)
class Activity:
    """One thing to do; a lesson is named by its code and takes its title from the course."""

    kind: ActivityKind
    text: str = ""
    lesson_code: str = ""


def unmet_in(sign_off: SignOff) -> tuple[Finding, ...]:
    """Return what a record says was not met."""
    judged = [StationJudgement(**row) for row in sign_off.content["judgements"]]
    return findings_of(sign_off.sitting.rubric, judged, values_of(sign_off.payload))


@transaction.atomic
def write_plan(
    *,
    sign_off: SignOff,
    activities: Sequence[Activity],
    due_on: date,
    follow_up_by: User,
    nonce: uuid.UUID,
    by: User,
    checked: bool = False,
) -> RemediationPlan:
    """Write a plan for the stations that a record has as not met. The same nonce again returns the first plan.

    `checked` says that a text which looks like patient details was looked at and holds none. Raises `RemediationError`:
    not_yours, corrected, nothing_unmet, enrolment_closed, no_activity, too_many, unknown_lesson, bad_day,
    no_follow_up, a conflict (S-7), patient_details, plan_there.
    """
    _demand_writer(sign_off, by)
    if known := RemediationPlan.objects.filter(nonce=nonce, sign_off=sign_off).first():
        return known
    findings = unmet_in(sign_off)
    _demand_usable(sign_off, findings)
    _demand_day(due_on)
    _demand_follow_up(follow_up_by, sign_off.sitting.trainee)
    rows = _rows(activities, sign_off, checked)
    plan = RemediationPlan(
        enrolment=sign_off.sitting.enrolment,
        sign_off=sign_off,
        stations=list(dict.fromkeys(finding.station for finding in findings)),
        findings=[asdict(finding) for finding in findings],
        due_on=due_on,
        follow_up_by=follow_up_by,
        written_by=by,
        nonce=nonce,
    )
    try:
        with transaction.atomic():
            plan.save(force_insert=True)
    except IntegrityError as error:
        sentence = "There is an open plan for this record already. Follow it up, or close it first."
        raise RemediationError("plan_there", sentence) from error
    for row in rows:
        row.plan = plan
    RemediationActivity.objects.bulk_create(rows)
    data = {"sign_off": str(sign_off.pk), "stations": plan.stations, "follow_up_by": str(follow_up_by.public_id)}
    record(Verb.REMEDIATION_PLANNED, by=by, target=plan, data=data)
    tell_of_plan(plan, [plan.trainee.pk, follow_up_by.pk], PlanNews.WRITTEN)
    return plan


@transaction.atomic
def answer_plan(
    *, plan: RemediationPlan, agrees: bool, by: User, remark: str = "", checked: bool = False
) -> RemediationEntry:
    """Note that the trainee agrees to a plan, or has read it and remarks on it: once.

    Raises `RemediationError`: not_yours, plan_closed, remark_needed, patient_details, answered.
    """
    demand(by, Permission.REMEDIATION_ANSWER)
    if plan.enrolment.person_id != by.pk:
        raise RemediationError("not_yours", "This is the plan of somebody else.")
    remark = _checked_text(remark, checked)
    if not agrees and not remark:
        raise RemediationError("remark_needed", "Write your remark, or choose that you agree.")
    row = _locked(plan)
    kind = EntryKind.AGREED if agrees else EntryKind.RECEIVED
    try:
        with transaction.atomic():
            entry = RemediationEntry.objects.create(plan=row, kind=kind, text=remark, by=by)
    except IntegrityError as error:
        raise RemediationError("answered", "You have answered this plan already.") from error
    record(Verb.REMEDIATION_ANSWERED, by=by, target=row, data={"agrees": agrees})
    return entry


@transaction.atomic
def note(*, plan: RemediationPlan, text: str, by: User, checked: bool = False) -> RemediationEntry:
    """Note how it goes on. Raises `RemediationError`: not_named, plan_closed, no_text, patient_details."""
    row = _demand_named(plan, by)
    entry = RemediationEntry.objects.create(plan=row, kind=EntryKind.NOTE, text=_demanded_text(text, checked), by=by)
    record(Verb.REMEDIATION_FOLLOWED_UP, by=by, target=row)
    return entry


@transaction.atomic
def postpone(*, plan: RemediationPlan, due_on: date, text: str, by: User, checked: bool = False) -> RemediationEntry:
    """Move the last day of a plan to a later one, with the reason.

    Raises `RemediationError`: not_named, plan_closed, no_text, patient_details, bad_day, not_later.
    """
    row = _demand_named(plan, by)
    text = _demanded_text(text, checked)
    _demand_day(due_on)
    if due_on <= row.due_on:
        raise RemediationError("not_later", "A plan can only be moved to a later day.")
    entry = RemediationEntry.objects.create(
        plan=row, kind=EntryKind.POSTPONED, text=text, due_before=row.due_on, due_after=due_on, by=by
    )
    days = {"before": row.due_on.isoformat(), "after": due_on.isoformat()}
    row.due_on = due_on
    row.save(update_fields=["due_on"])
    record(Verb.REMEDIATION_POSTPONED, by=by, target=row, data=days)
    tell_of_plan(row, [row.trainee.pk], PlanNews.MOVED)
    return entry


@transaction.atomic
def close_plan(
    *, plan: RemediationPlan, outcome: PlanOutcome, text: str, by: User, checked: bool = False
) -> RemediationPlan:
    """Close a plan as done or not done, saying what was seen. A plan is done only when its trainee has answered it.

    Raises `RemediationError`: not_named, plan_closed, no_text, patient_details, not_answered.
    """
    row = _demand_named(plan, by)
    text = _demanded_text(text, checked)
    if outcome is PlanOutcome.DONE and row in RemediationPlan.objects.unanswered().filter(pk=row.pk):
        raise RemediationError("not_answered", f"{row.trainee.full_name} has not answered the plan yet.")
    kind = EntryKind.DONE if outcome is PlanOutcome.DONE else EntryKind.NOT_DONE
    RemediationEntry.objects.create(plan=row, kind=kind, text=text, by=by)
    row.outcome, row.closed_at, row.closed_by = outcome, timezone.now(), by
    row.save(update_fields=["outcome", "closed_at", "closed_by"])
    record(Verb.REMEDIATION_CLOSED, by=by, target=row, data={"outcome": outcome.value})
    tell_of_plan(row, [row.trainee.pk], PlanNews.CLOSED)
    return row


@transaction.atomic
def hand_over(*, plan: RemediationPlan, to: User, text: str, by: User, checked: bool = False) -> RemediationPlan:
    """Name another person to follow up: by whoever does now, or by the registrar, with the reason.

    Raises `RemediationError`: not_named, plan_closed, no_text, patient_details, no_follow_up, a conflict (S-7),
    same_person.
    """
    row = _demand_named(plan, by, or_scope=Scope.ALL)
    text = _demanded_text(text, checked)
    if to.pk == row.follow_up_by_id:
        raise RemediationError("same_person", f"{to.full_name} follows up this plan already.")
    _demand_follow_up(to, row.trainee)
    RemediationEntry.objects.create(plan=row, kind=EntryKind.HANDED_OVER, text=text, to=to, by=by)
    row.follow_up_by = to
    row.save(update_fields=["follow_up_by"])
    record(Verb.REMEDIATION_HANDED_OVER, by=by, target=row, data={"to": str(to.public_id)})
    tell_of_plan(row, [row.trainee.pk, to.pk], PlanNews.HANDED_OVER)
    return row


def _demand_writer(sign_off: SignOff, by: User) -> None:
    scope = demand(by, Permission.REMEDIATION_WRITE)
    if scope is not Scope.ALL and sign_off.sitting.assessor_id != by.pk:
        raise RemediationError("not_yours", "Whoever assessed writes the plan, or the registrar.")
    if sign_off.sitting.trainee.pk == by.pk:
        raise RemediationError("not_yours", "Nobody writes their own plan.")


def _demand_usable(sign_off: SignOff, findings: Sequence[Finding]) -> None:
    if SignOff.objects.filter(corrects=sign_off).exists():
        raise RemediationError("corrected", "This record was corrected. Write the plan from the newest version.")
    if not findings:
        raise RemediationError("nothing_unmet", "Every station of this record is met. There is nothing to plan.")
    if sign_off.sitting.enrolment.closed_at is not None:
        raise RemediationError("enrolment_closed", "This enrolment is closed.")


def _demand_day(due_on: date) -> None:
    today = site_day()
    if not today <= due_on <= today + timedelta(days=LONGEST_DAYS):
        raise RemediationError("bad_day", f"Choose a day from today on, within {LONGEST_DAYS} days.")


def _demand_follow_up(person: User, trainee: User) -> None:
    if not (person.is_active and person.has_role(Role.INSTRUCTOR)):
        raise RemediationError("no_follow_up", "Choose somebody who works here as an instructor.")
    refuse_conflict(assessor=person, trainee=trainee, allowing=MAY_BE)


def _rows(activities: Sequence[Activity], sign_off: SignOff, checked: bool) -> list[RemediationActivity]:
    if not activities:
        raise RemediationError("no_activity", "Name at least one thing to do.")
    if len(activities) > MOST_ACTIVITIES:
        raise RemediationError("too_many", f"A plan holds at most {MOST_ACTIVITIES} things to do.")
    outline = outline_of(sign_off.sitting.enrolment.programme)
    titles = {lesson.code: lesson.title for module in outline for lesson in module.lessons}
    rows = []
    for position, activity in enumerate(activities, start=1):
        if activity.kind is ActivityKind.LESSON:
            if activity.lesson_code not in titles:
                raise RemediationError("unknown_lesson", "The course has no such lesson any more. Choose another one.")
            text = titles[activity.lesson_code]
        else:
            text = _demanded_text(activity.text, checked)
        rows.append(
            RemediationActivity(
                position=position, kind=activity.kind, lesson_code=activity.lesson_code, text=text[:300]
            )
        )
    return rows


def _locked(plan: RemediationPlan) -> RemediationPlan:
    """Lock a plan and return it as it is now. Raises `RemediationError` plan_closed."""
    rows = RemediationPlan.objects.select_for_update(of=("self",)).with_people()
    row = rows.get(pk=plan.pk)
    if not row.is_open:
        raise RemediationError("plan_closed", f"This plan is closed: {row.get_outcome_display().lower()}.")
    return row


def _demand_named(plan: RemediationPlan, by: User, or_scope: Scope | None = None) -> RemediationPlan:
    scope = demand(by, Permission.REMEDIATION_WRITE)
    row = _locked(plan)
    if row.follow_up_by_id != by.pk and (scope is not or_scope or row.trainee.pk == by.pk):
        raise RemediationError("not_named", f"{row.follow_up_by.full_name} follows up this plan.")
    return row


def _demanded_text(text: str, checked: bool) -> str:
    if not clean_text(text):
        raise RemediationError("no_text", "Say in a few words what it is about.")
    return _checked_text(text, checked)


def _checked_text(text: str, checked: bool) -> str:
    """Return a text as it is stored. Raises `RemediationError` patient_details for what looks like them."""
    text = clean_text(text)
    if (found := patient_details(text)) and not checked:
        sentence = f"This looks like {' and '.join(found)}. Take it out; if it belongs to no patient, say so below."
        raise RemediationError("patient_details", sentence)
    return text
