"""The start page: one next act, every step explained, a desk per role."""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from certificates.actions import revoke
from certificates.models import Revocation
from courses.models import Enrolment, Programme
from exams.actions.remediation import answer_plan
from exams.actions.sign_offs import acknowledge
from exams.models import ExamSession
from lms.accounts.actions import grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.dashboard.desks import desks_of
from lms.jobs.models import Job, JobState
from lms.look.templatetags.moments import moment_text
from tests.conftest import MakePerson
from tests.factories.certificates import credential
from tests.factories.courses import make_course
from tests.factories.exam_sessions import make_session
from tests.factories.exams import make_exam
from tests.factories.practicals import complete_and_sign, make_sitting
from tests.factories.rubrics import failed_record, make_plan
from tests.factories.slots import ask_for, make_slot, ready_to_ask

ClientFor = Callable[[User], Client]


def text_of(client: Client) -> str:
    return " ".join(client.get("/home/").content.decode().split())


def test_a_new_trainee_is_asked_to_apply(client_for: ClientFor, trainee: User, programme: Programme) -> None:
    page = text_of(client_for(trainee))
    assert "Apply for TMS technician" in page
    assert "Your way to the certificate" not in page


def test_each_step_says_what_is_missing(client_for: ClientFor, enrolment: Enrolment) -> None:
    page = text_of(client_for(enrolment.person))
    assert page.index("Admission") < page.index("Course") < page.index("Practical") < page.index("Certificate")
    assert "It is issued by itself when everything above is done." in page
    assert "Apply for" not in page


def next_act(client: Client) -> tuple[str, str]:
    """Return the words and the address of the one large button."""
    found = re.search(r'<a class="button button--large[^"]*" href="([^"]+)">([^<]+)</a>', text_of(client))
    assert found is not None
    return found[2], found[1]


def test_the_course_leads_to_its_outline_and_the_button_to_the_next_lesson(
    client_for: ClientFor, enrolment: Enrolment
) -> None:
    course = make_course(enrolment.programme)
    ada = client_for(enrolment.person)
    assert f'<a href="{course.address}">Course</a>' in text_of(ada)
    words, address = next_act(ada)
    assert words.startswith("Start the course: ")
    assert address.startswith(course.address)
    assert address != course.address


def test_a_planned_practical_says_when_and_where(client_for: ClientFor, enrolment: Enrolment, instructor: User) -> None:
    sitting = make_sitting(enrolment, instructor, opened=False, starts=time(9, 30))
    page = text_of(client_for(enrolment.person))
    assert f"{moment_text(sitting.starts_at)}, Room 2, with Ines Instructor." in page
    assert 'href="/practical/own/">Practical</a>' in page


def test_a_request_for_a_practical_says_who_is_asked(
    client_for: ClientFor, enrolment: Enrolment, instructor: User
) -> None:
    ask_for(ready_to_ask(enrolment), make_slot(instructor))
    page = text_of(client_for(enrolment.person))
    assert "Ines Instructor has not answered yet." in page
    assert "Not planned yet" not in page


def test_an_answered_plan_does_not_hide_the_practical_that_is_planned(
    client_for: ClientFor, enrolment: Enrolment, instructor: User
) -> None:
    record = failed_record(enrolment, instructor)
    acknowledge(sign_off=record, by=enrolment.person, agrees=True)
    plan = make_plan(record)
    make_sitting(enrolment, instructor, opened=False, stations=["P01"], place="Room 9")
    ada = client_for(enrolment.person)
    assert next_act(ada)[0] == "Read the plan for your practical"
    answer_plan(plan=plan, agrees=True, by=enrolment.person)
    assert "Room 9, with Ines Instructor." in text_of(ada)


def test_the_last_day_to_finish_is_said_until_there_is_a_certificate(
    client_for: ClientFor, enrolment: Enrolment
) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(enrolled_at=datetime(2026, 3, 31, 12, tzinfo=UTC))
    Programme.objects.update(months_to_finish=11)
    ada = client_for(enrolment.person)
    assert 'Finish by <time datetime="2027-02-28">28 February 2027</time>.' in text_of(ada)
    credential(enrolment)
    assert "Finish by" not in text_of(ada)


def test_a_signed_practical_is_to_be_read_and_answered(
    client_for: ClientFor, enrolment: Enrolment, instructor: User
) -> None:
    ada = client_for(enrolment.person)
    assert "Read the record" not in text_of(ada)
    signed = complete_and_sign(make_sitting(enrolment, instructor))
    assert next_act(ada) == ("Read the record of your practical", reverse("exams:record", args=[signed.pk]))
    assert "Ines Instructor signed your practical. Read the record and say whether you agree." in text_of(ada)
    acknowledge(sign_off=signed, by=enrolment.person, agrees=True)
    assert "Read the record" not in text_of(ada)
    assert f'href="{reverse("exams:records")}">Practical</a>' in text_of(ada)


def test_a_practical_that_was_not_passed_is_to_be_read_too(
    client_for: ClientFor, enrolment: Enrolment, instructor: User
) -> None:
    failed = {"P01.level": "1", "outcome": "needs_remediation", "remark": "The coil was held upside down."}
    signed = complete_and_sign(make_sitting(enrolment, instructor), failed)
    assert next_act(client_for(enrolment.person))[1] == reverse("exams:record", args=[signed.pk])


def test_a_revoked_certificate_is_named_on_the_button(
    client_for: ClientFor, enrolment: Enrolment, registrar: User
) -> None:
    held = credential(enrolment)
    revoke(credential=held, reason=Revocation.Reason.ISSUED_IN_ERROR, public_text="Void.", by=registrar)
    words, address = next_act(client_for(enrolment.person))
    assert (words, address) == (
        "Your certificate is revoked: see what this means",
        reverse("certificates:credential", args=[held.pk]),
    )


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.INSTRUCTOR, "Sittings to assess"),
        (Role.REGISTRAR, "Register of certificates"),
        (Role.EXAM_ADMIN, "Plan a practical"),
        (Role.EDITOR, "Pages and lessons"),
        (Role.PHYSICIAN, "Review board"),
        (Role.ITEM_AUTHOR, "Writes exam items."),
    ],
)
def test_every_role_has_its_desk(
    client_for: ClientFor, make_person: Callable[..., User], role: Role, words: str
) -> None:
    assert words in text_of(client_for(make_person("Some Body", role)))


def test_jobs_that_gave_up_are_seen_at_once(client_for: ClientFor, registrar: User) -> None:
    Job.objects.create(kind="x", key="x", state=JobState.DEAD, finished_at=timezone.now())
    assert "1 waiting" in text_of(client_for(registrar))


def test_a_role_that_ended_takes_its_desk_along(client_for: ClientFor, registrar: User) -> None:
    client = client_for(registrar)
    registrar.role_grants.update(ended_at=timezone.now())
    grant_role(person=registrar, role=Role.TRAINEE, by=None)
    assert "Register of certificates" not in text_of(client)


@pytest.mark.parametrize("others", [0, 30])
def test_the_number_of_queries_does_not_grow_with_people(
    client_for: ClientFor,
    enrolment: Enrolment,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    others: int,
) -> None:
    for number in range(others):
        person = User.objects.create_user(f"p{number}@example.org", full_name="P")
        Enrolment.objects.create(
            person=person,
            programme=enrolment.programme,
            curriculum_version="1",
            pathway="academic",
            enrolled_at=timezone.now() - timedelta(days=1),
        )
    client = client_for(enrolment.person)
    with django_assert_max_num_queries(23):
        client.get("/home/")


def test_each_desk_leads_to_each_page_once_and_a_page_has_one_name(make_person: MakePerson) -> None:
    """Over all desks a name belongs to one page; within a desk no page stands twice."""
    desks = desks_of(make_person("Olga Omni", *(role for role in Role if role is not Role.TRAINEE)))
    assert len(desks) == 6
    links_of: dict[str, set[str]] = defaultdict(set)
    for desk in desks:
        assert len({task.link for task in desk.tasks}) == len({task.name for task in desk.tasks}) == len(desk.tasks)
        for task in desk.tasks:
            links_of[task.name].add(task.link)
    assert {name for name, links in links_of.items() if len(links) > 1} == set()
    supervising = {task.name for desk in desks for task in desk.tasks if task.link == reverse("exams:invigilation")}
    assert supervising == {"Exam sessions to supervise"}


def test_what_is_due_stands_on_top_of_a_desk_and_the_rest_in_groups(
    client_for: ClientFor, exam_admin: User, instructor: User, enrolment: Enrolment
) -> None:
    def headings() -> list[str]:
        return re.findall(r'<h3 class="desk__name">([^<]+)</h3>', text_of(xenia))

    xenia = client_for(exam_admin)
    groups = ["Item bank", "Forms", "Sessions", "Results", "Practicals", "Rubrics and remediation", "Settings"]
    groups.append("Decisions and trail")
    assert headings() == groups
    exam = make_exam(2, programme=enrolment.programme)
    session = make_session(exam, instructor, by=exam_admin)
    ExamSession.objects.filter(pk=session.pk).update(starts_at=timezone.now())  # whatever the hour, it is of today
    Job.objects.create(kind="x", key="x", state=JobState.DEAD, finished_at=timezone.now())
    assert headings() == ["Today and waiting", *groups]
    page = text_of(xenia)
    due = page[page.index("Today and waiting") : page.index(">Item bank</h3>")]
    assert due.index("Background work") < due.index("Exam sessions to supervise")  # what is urgent comes first
    assert "1 today" in due
    assert page.count("Background work") == page.count("Exam sessions to supervise") == 1


def test_a_session_of_another_day_is_not_due(client_for: ClientFor, exam_admin: User, instructor: User) -> None:
    session = make_session(make_exam(2), instructor, by=exam_admin)
    ExamSession.objects.filter(pk=session.pk).update(
        starts_at=timezone.now() + timedelta(days=2), ends_at=timezone.now() + timedelta(days=2, hours=1)
    )
    assert " today</span>" not in text_of(client_for(exam_admin))
    assert " today</span>" not in text_of(client_for(instructor))
