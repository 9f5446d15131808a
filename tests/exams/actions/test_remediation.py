"""A remediation plan from its writing to its end, with every refusal; and how it holds back a new try."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.practicals import open_sitting
from exams.actions.remediation import Activity, answer_plan, close_plan, hand_over, note, postpone
from exams.actions.reminders import remind_of_plans
from exams.actions.sign_offs import correct, draft_correction
from exams.errors import PracticalError, RemediationError
from exams.models import (
    ActivityKind,
    PlanOutcome,
    Qualification,
    RemediationActivity,
    RemediationEntry,
    RemediationPlan,
    SignOff,
)
from exams.remediation_mails import PLAN_MAIL, mail_plan
from lms.accounts.days import site_day
from lms.accounts.models import DeclaredRelationship, User
from lms.accounts.proofs import Given
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.conftest import PASSWORD
from tests.factories.practicals import complete_and_sign, make_rubric, make_sitting
from tests.factories.rubrics import CRITICAL, failed_record, make_plan

pytestmark = pytest.mark.django_db
PRACTICE = ActivityKind.PRACTICE


@pytest.fixture
def failed(enrolment: Enrolment, instructor: User) -> SignOff:
    """Ada's record by Ines, P01 not met."""
    return failed_record(enrolment, instructor)


@pytest.fixture
def plan(failed: SignOff) -> RemediationPlan:
    """The plan that Ines wrote and follows up."""
    return make_plan(failed)


def refused(act) -> str:
    with pytest.raises((RemediationError, PracticalError)) as refusal:
        act()
    return refusal.value.code


def test_a_plan_takes_what_was_not_met_from_the_record(plan: RemediationPlan) -> None:
    assert plan.stations == ["P01"]
    assert plan.findings == [{"station": "P01", "kind": "level", "text": "Level 1, and 3 is needed."}]
    assert [(row.kind, row.text) for row in plan.activities.all()] == [
        ("practice", "Ten coil placements on the head model.")
    ]
    event = Event.objects.get(verb="remediation.planned", target_id=str(plan.pk))
    assert event.data["stations"] == ["P01"]


def test_the_same_request_again_finds_its_plan(failed: SignOff) -> None:
    nonce = uuid.uuid4()
    assert make_plan(failed, nonce=nonce) == make_plan(failed, nonce=nonce)
    assert refused(lambda: make_plan(failed)) == "plan_there"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"activities": []}, "no_activity"),
        ({"activities": [Activity(PRACTICE, " ")]}, "no_text"),
        ({"activities": [Activity(PRACTICE, "More.")] * 21}, "too_many"),
        ({"activities": [Activity(ActivityKind.LESSON, lesson_code="M99-01")]}, "unknown_lesson"),
        ({"activities": [Activity(PRACTICE, "Like with MRN 448812.")]}, "patient_details"),
        ({"days": -1}, "bad_day"),
        ({"days": 181}, "bad_day"),
    ],
)
def test_a_plan_that_says_nothing_or_too_much_is_refused(failed: SignOff, changes, code) -> None:
    if "days" in changes:
        changes = {"due_on": site_day() + timedelta(days=changes["days"])}
    assert refused(lambda: make_plan(failed, **changes)) == code
    assert not RemediationPlan.objects.exists()


def test_what_was_looked_at_and_belongs_to_no_patient_is_taken(failed: SignOff) -> None:
    activities = [Activity(PRACTICE, "Read device manual 20231145 again.")]
    assert refused(lambda: make_plan(failed, activities=activities)) == "patient_details"
    assert make_plan(failed, activities=activities, checked=True)


def test_who_may_write_and_who_may_follow_up(failed, trainee, other_instructor, registrar, exam_admin) -> None:
    assert refused(lambda: make_plan(failed, other_instructor)) == "not_yours"
    for person in (trainee, exam_admin):
        with pytest.raises(PermissionDenied):
            make_plan(failed, person)
    assert refused(lambda: make_plan(failed, registrar, follow_up_by=registrar)) == "no_follow_up"
    relation = DeclaredRelationship.objects.create(
        person=other_instructor, other=trainee, kind=DeclaredRelationship.Kind.RELATIVE
    )
    assert refused(lambda: make_plan(failed, follow_up_by=other_instructor)).startswith("conflict")
    relation.ended_at = timezone.now()
    relation.save()
    assert make_plan(failed, registrar, follow_up_by=other_instructor)


def test_only_the_newest_record_of_an_open_enrolment_with_something_unmet(enrolment, instructor, failed) -> None:
    met = complete_and_sign(make_sitting(enrolment, instructor, stations=["P02"]))
    assert refused(lambda: make_plan(met)) == "nothing_unmet"
    draft = draft_correction(failed, {"remark": "Twice more."}, "A slip.")
    correct(
        sign_off=failed, changes={"remark": "Twice more."}, reason="A slip.", by=instructor, digest=draft.digest,
        given=Given(password=PASSWORD), nonce=uuid.uuid4(),
    )  # fmt: skip
    assert refused(lambda: make_plan(failed)) == "corrected"
    newest = SignOff.objects.get(corrects=failed)
    Enrolment.objects.filter(pk=enrolment.pk).update(closed_at=timezone.now())
    newest.sitting.enrolment.refresh_from_db()
    assert refused(lambda: make_plan(SignOff.objects.get(pk=newest.pk))) == "enrolment_closed"


def test_the_trainee_answers_once(plan, trainee, other_trainee, instructor) -> None:
    assert refused(lambda: answer_plan(plan=plan, agrees=True, by=other_trainee)) == "not_yours"
    with pytest.raises(PermissionDenied):
        answer_plan(plan=plan, agrees=True, by=instructor)
    assert refused(lambda: answer_plan(plan=plan, agrees=False, by=trainee)) == "remark_needed"
    born = "The one born on 3/4/1980."
    assert refused(lambda: answer_plan(plan=plan, agrees=False, remark=born, by=trainee)) == "patient_details"
    answer_plan(plan=plan, agrees=False, remark="Ten are too few.", by=trainee)
    assert refused(lambda: answer_plan(plan=plan, agrees=True, by=trainee)) == "answered"
    assert [(row.kind, row.text) for row in plan.entries.all()] == [("received", "Ten are too few.")]


def test_only_the_named_person_follows_up_and_closes(plan, trainee, other_instructor, registrar, instructor) -> None:
    later = plan.due_on + timedelta(days=7)
    for person in (other_instructor, registrar):
        assert refused(lambda by=person: note(plan=plan, text="Seen.", by=by)) == "not_named"
        assert refused(lambda by=person: postpone(plan=plan, due_on=later, text="Ill.", by=by)) == "not_named"
        done = {"outcome": PlanOutcome.DONE, "text": "Seen."}
        assert refused(lambda by=person, done=done: close_plan(plan=plan, by=by, **done)) == "not_named"
    with pytest.raises(PermissionDenied):
        note(plan=plan, text="Done it.", by=trainee)
    note(plan=plan, text="Five placements, calm.", by=instructor)
    assert refused(lambda: note(plan=plan, text="  ", by=instructor)) == "no_text"


def test_a_plan_is_done_only_once_its_trainee_has_answered(plan, trainee, instructor) -> None:
    facts = {"plan": plan, "text": "All ten.", "by": instructor}
    assert refused(lambda: close_plan(outcome=PlanOutcome.DONE, **facts)) == "not_answered"
    answer_plan(plan=plan, agrees=True, by=trainee)
    closed = close_plan(outcome=PlanOutcome.DONE, **facts)
    assert (closed.outcome, closed.closed_by, closed.is_open) == ("done", instructor, False)
    again = [
        lambda: close_plan(outcome=PlanOutcome.NOT_DONE, **facts),
        lambda: note(plan=plan, text="More.", by=instructor),
        lambda: postpone(plan=plan, due_on=plan.due_on + timedelta(days=1), text="More.", by=instructor),
        lambda: hand_over(plan=plan, to=instructor, text="More.", by=instructor),
        lambda: answer_plan(plan=plan, agrees=True, by=trainee),
    ]
    assert [refused(act) for act in again] == ["plan_closed"] * 5


def test_a_plan_can_be_closed_as_not_done_without_an_answer_and_another_written(plan, failed, instructor) -> None:
    close_plan(plan=plan, outcome=PlanOutcome.NOT_DONE, text="Did not come.", by=instructor)
    assert make_plan(failed).pk != plan.pk


def test_the_last_day_moves_only_to_a_later_one(plan, instructor) -> None:
    before = plan.due_on
    move = lambda days: postpone(plan=plan, due_on=before + timedelta(days=days), text="Ill.", by=instructor)  # noqa: E731
    assert [refused(lambda days=days: move(days)) for days in (0, -1)] == ["not_later", "not_later"]
    assert refused(lambda: move(400)) == "bad_day"
    entry = move(7)
    plan.refresh_from_db()
    assert (entry.due_before, entry.due_after, plan.due_on) == (
        before, before + timedelta(days=7), before + timedelta(days=7)
    )  # fmt: skip


def test_a_plan_is_handed_over_by_its_person_or_the_registrar(plan, other_instructor, registrar, instructor) -> None:
    assert refused(lambda: hand_over(plan=plan, to=instructor, text="Mine.", by=other_instructor)) == "not_named"
    assert refused(lambda: hand_over(plan=plan, to=instructor, text="Same.", by=registrar)) == "same_person"
    assert refused(lambda: hand_over(plan=plan, to=registrar, text="Me.", by=registrar)) == "no_follow_up"
    assert (
        hand_over(plan=plan, to=other_instructor, text="Ines is away.", by=registrar).follow_up_by == other_instructor
    )
    note(plan=plan, text="Seen.", by=other_instructor)
    assert hand_over(plan=plan, to=instructor, text="Ines is back.", by=other_instructor).follow_up_by == instructor


def test_history_and_closed_plans_are_frozen_in_the_database(plan, instructor) -> None:
    note(plan=plan, text="Seen.", by=instructor)
    close_plan(plan=plan, outcome=PlanOutcome.NOT_DONE, text="Did not come.", by=instructor)
    changes = [
        (RemediationPlan.objects, {"outcome": "done"}),
        (RemediationEntry.objects, {"text": "Another."}),
        (RemediationActivity.objects, {"text": "Another."}),
    ]
    for rows, change in changes:
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            rows.update(**change)


# Trying again


@pytest.fixture
def strict(enrolment: Enrolment) -> Enrolment:
    """Ada, whose rubric asks for a plan after a critical failure."""
    make_rubric(enrolment, rules={"plan_after_critical_failure": True})
    return enrolment


def test_a_critical_failure_waits_for_its_plan_where_the_rubric_says_so(strict, instructor, trainee) -> None:
    plan_again = lambda: make_sitting(strict, instructor, opened=False, stations=["P01"])  # noqa: E731
    planned_before = make_sitting(strict, instructor, opened=False, stations=["P01"])
    failed = failed_record(strict, instructor, values=CRITICAL)
    assert refused(plan_again) == "plan_open"
    opening = {"sitting": planned_before, "by": instructor, "qualification": Qualification.PHYSICIAN}
    assert refused(lambda: open_sitting(**opening)) == "plan_open"
    assert make_sitting(strict, instructor, opened=False, stations=["P02"])  # another station does not wait
    plan = make_plan(failed)
    assert refused(plan_again) == "plan_open"
    answer_plan(plan=plan, agrees=True, by=trainee)
    close_plan(plan=plan, outcome=PlanOutcome.DONE, text="All ten.", by=instructor)
    assert plan_again()
    assert open_sitting(**opening)


def test_without_the_rule_an_open_plan_holds_nobody_back(enrolment, instructor, plan) -> None:
    assert make_sitting(enrolment, instructor, opened=False, stations=["P01"])


# Mails


def jobs() -> list[tuple[str, str]]:
    rows = Job.objects.filter(kind=PLAN_MAIL).order_by("pk")
    names = dict(User.objects.values_list("pk", "full_name"))
    return sorted((row.payload["news"], names[row.payload["person"]]) for row in rows)


def test_people_are_reminded_before_and_on_the_last_day_once(failed, trainee, instructor) -> None:
    noon = timezone.now().replace(hour=12, minute=0)
    with time_machine.travel(noon, tick=False):
        plan = make_plan(failed, due_on=site_day() + timedelta(days=10))
    Job.objects.filter(kind=PLAN_MAIL).delete()
    both = ["Ada Trainee", "Ines Instructor"]
    expected: list[tuple[str, str]] = []
    for day, news in ((6, ""), (7, "soon"), (8, ""), (9, ""), (10, "today"), (11, "")):
        for _ in range(2):
            remind_of_plans(now=noon + timedelta(days=day))
        expected += [(news, name) for name in both if news]
        assert jobs() == sorted(expected), day
    assert plan.is_overdue(plan.due_on + timedelta(days=1))
    assert not plan.is_overdue(plan.due_on)


def test_whoever_just_heard_of_a_plan_is_not_reminded_before_its_day(failed) -> None:
    make_plan(failed, due_on=site_day() + timedelta(days=2))
    Job.objects.filter(kind=PLAN_MAIL).delete()
    remind_of_plans()
    assert jobs() == []


def test_mails_tell_where_and_until_when_and_nothing_of_what_was_not_met(plan, trainee, instructor) -> None:
    for job in Job.objects.filter(kind=PLAN_MAIL):
        mail_plan(job.payload)
    assert {message.to[0] for message in mail.outbox} == {trainee.email, instructor.email}
    for message in mail.outbox:
        assert f"/practical/plans/{plan.pk}/" in message.body
        assert "P01" not in message.body
        assert "Level" not in message.body


def test_a_reminder_of_what_is_closed_or_moved_is_not_sent(plan, instructor) -> None:
    remind_of_plans(now=timezone.now() + timedelta(days=14))
    reminders = [job.payload for job in Job.objects.filter(kind=PLAN_MAIL, payload__news="today")]
    assert len(reminders) == 2
    postpone(plan=plan, due_on=plan.due_on + timedelta(days=5), text="Ill.", by=instructor)
    for payload in reminders:
        mail_plan(payload)
    close_plan(plan=plan, outcome=PlanOutcome.NOT_DONE, text="Did not come.", by=instructor)
    for payload in reminders:
        mail_plan(payload)
    assert mail.outbox == []
