"""Remediation plans through their pages: from the record to the closed plan, and where people find them."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Enrolment
from exams.actions.remediation import answer_plan
from exams.models import RemediationPlan, SignOff
from lms.accounts.days import site_day
from tests.factories.courses import make_course
from tests.factories.rubrics import failed_record, make_plan

pytestmark = pytest.mark.django_db
PLANS = reverse("exams:plans")


@pytest.fixture
def failed(enrolment: Enrolment, instructor) -> SignOff:
    """Ada's record by Ines, P01 not met."""
    return failed_record(enrolment, instructor)


def text(browser, url: str) -> str:
    return " ".join(browser.get(url).content.decode().split())


def sent(person, **changes: object) -> dict[str, object]:
    return {
        "practice": "Ten coil placements.\n\n Five head measurements. ",
        "reading": "Chapter 4.",
        "lesson_1": "",
        "due_on": (site_day() + timedelta(days=10)).isoformat(),
        "follow_up_by": str(person.pk),
        "nonce": str(uuid.uuid4()),
    } | changes


def test_from_the_record_to_a_closed_plan(failed, trainee, instructor, registrar, client_for) -> None:
    ines, ada, rosa = client_for(instructor), client_for(trainee), client_for(registrar)
    record = reverse("exams:record", args=[failed.pk])
    write = reverse("exams:plan_write", args=[failed.pk])
    assert write in text(ines, record)
    assert write in text(ines, reverse("exams:signed", args=[failed.sitting_id]))
    assert write not in text(ada, record)
    assert "Level 1, and 3 is needed." in text(ines, write)
    made = ines.post(write, sent(instructor))
    plan = RemediationPlan.objects.get()
    page = reverse("exams:plan", args=[plan.pk])
    assert made.url == page
    assert [row.text for row in plan.activities.all()] == [
        "Ten coil placements.", "Five head measurements.", "Chapter 4."
    ]  # fmt: skip
    assert page in text(ada, record)

    answer = reverse("exams:plan_answer", args=[plan.pk])
    assert "Choose one of the two answers" in ada.post(answer, {}).content.decode()
    assert ada.post(answer, {"answer": "remark", "remark": ""}).status_code == 422
    assert ada.post(answer, {"answer": "agree", "remark": ""}).url == page
    assert "The trainee agrees" in text(ines, page)

    act = reverse("exams:plan_follow_up", args=[plan.pk])
    ines.post(act, {"act": "note", "text": "Five of ten."})
    later = (site_day() + timedelta(days=20)).isoformat()
    ines.post(act, {"act": "postpone", "due_on": later, "text": "Coil under repair."})
    assert ines.post(act, {"act": "close", "text": "All ten."}).status_code == 422  # no outcome chosen
    ines.post(act, {"act": "close", "outcome": "done", "text": "All ten, calm."})
    shown = text(rosa, page)
    for words in ("Five of ten.", "Moved to a later day", "Coil under repair.", "Closed as done", "All ten, calm."):
        assert words in shown
    assert "Follow up</h2>" not in text(ines, page)


def test_what_was_typed_stays_when_something_is_refused(failed, instructor, client_for) -> None:
    ines, write = client_for(instructor), reverse("exams:plan_write", args=[failed.pk])
    answer = ines.post(write, sent(instructor, reading="About MRN 448812", due_on="2020-01-01"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "About MRN 448812" in page
    assert "Choose a day from today on" in page
    asked = ines.post(write, sent(instructor, practice="About MRN 448812")).content.decode()
    assert "This looks like a record number" in asked
    assert "I have looked: it belongs to no patient" in asked
    assert ines.post(write, sent(instructor, practice="About MRN 448812", checked="on")).status_code == 302
    assert "There is an open plan for this record" in text(ines, write)
    assert ines.post(write, sent(instructor)).status_code == 422


def test_nothing_to_do_is_said_beside_the_field(failed, instructor, client_for) -> None:
    answer = client_for(instructor).post(
        reverse("exams:plan_write", args=[failed.pk]), sent(instructor, practice="", reading="")
    )
    assert "Name at least one thing to do." in answer.content.decode()


def test_lessons_of_the_course_are_offered_and_linked(failed, instructor, trainee, client_for, programme) -> None:
    make_course(programme)
    ines = client_for(instructor)
    write = reverse("exams:plan_write", args=[failed.pk])
    form = ines.get(write).context["form"]
    code, words = form.fields["lesson_1"].choices[1][1][0]
    assert words.startswith(code)
    ines.post(write, sent(instructor, practice="", reading="", lesson_1=code, lesson_2=code))
    (activity,) = RemediationPlan.objects.get().activities.all()
    assert (activity.kind, activity.lesson_code) == ("lesson", code)
    page = client_for(trainee).get(reverse("exams:plan", args=[activity.plan_id])).context["activities"]
    assert page[0]["address"]


def test_each_sees_their_own_and_the_registrar_what_is_overdue(
    failed, trainee, other_trainee, instructor, other_instructor, registrar, client_for
) -> None:
    plan = make_plan(failed)
    people = (trainee, other_trainee, instructor, other_instructor, registrar)
    seen = [f"/plans/{plan.pk}/" in text(client_for(person), PLANS) for person in people]
    assert seen == [True, False, True, False, True]
    rosa = client_for(registrar)
    assert "No plan is overdue." in text(rosa, f"{PLANS}?state=overdue")
    assert "0 overdue" not in text(rosa, "/home/")
    RemediationPlan.objects.update(due_on=site_day() - timedelta(days=1))
    assert "Overdue</span>" in text(rosa, f"{PLANS}?state=overdue")
    assert "1 overdue" in text(rosa, "/home/")
    assert "1 open" in text(client_for(instructor), "/home/")
    assert "No plan is closed yet." in text(rosa, f"{PLANS}?state=closed")
    assert f"/plans/{plan.pk}/" in text(rosa, f"{PLANS}?state=no-such-state")


def test_the_trainee_finds_the_plan_at_home_until_it_is_closed(failed, trainee, client_for) -> None:
    ada = client_for(trainee)
    ada.post(reverse("exams:acknowledge", args=[failed.pk]), {"answer": "agree"})
    plan = make_plan(failed)
    assert "Read the plan for your practical" in text(ada, "/home/")
    answer_plan(plan=plan, agrees=True, by=trainee)
    home = text(ada, "/home/")
    assert "Plan open" in home
    assert f"/plans/{plan.pk}/" in home


def test_the_gradebook_leads_to_the_open_plan(failed, instructor, registrar, other_instructor, client_for) -> None:
    plan = make_plan(failed)
    address = f"/plans/{plan.pk}/"
    book = f"{reverse('exams:gradebook')}?programme={failed.sitting.enrolment.programme.code}"
    assert [address in text(client_for(person), book) for person in (instructor, registrar)] == [True, True]


def test_a_registrar_hands_over_what_nobody_follows_up(failed, registrar, other_instructor, client_for) -> None:
    plan = make_plan(failed)
    rosa, act = client_for(registrar), reverse("exams:plan_follow_up", args=[plan.pk])
    assert "Ines Instructor follows up this plan." in rosa.post(act, {"act": "note", "text": "Me."}).content.decode()
    rosa.post(act, {"act": "hand_over", "to": other_instructor.pk, "text": "Ines has left."})
    plan.refresh_from_db()
    assert plan.follow_up_by == other_instructor
    assert "Handed over to Omar Instructor" in text(rosa, reverse("exams:plan", args=[plan.pk]))


def test_the_list_asks_as_much_for_many_as_for_one(failed, instructor, registrar, client_for) -> None:
    rosa = client_for(registrar)
    make_plan(failed)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            rosa.get(PLANS)
        return len(queries)

    count()
    one = count()
    (plan,) = RemediationPlan.objects.all()
    RemediationPlan.objects.bulk_create(
        RemediationPlan(
            enrolment=plan.enrolment, sign_off=plan.sign_off, stations=["P01"], findings=[], due_on=plan.due_on,
            follow_up_by=instructor, written_by=instructor, nonce=uuid.uuid4(), outcome="done",
            closed_at=plan.written_at, closed_by=instructor,
        )
        for _ in range(5)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        assert rosa.get(f"{PLANS}?state=all").content.decode().count("<tr>") == 7
    assert len(queries) == one <= 6
