"""Course, module and lesson pages: who sees what, and what it costs."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from content.models import Figure, Source
from courses.actions.lessons import complete_lesson
from courses.models import (
    Bookmark,
    CoursePage,
    Enrolment,
    LessonCompletion,
    LessonPage,
    ModulePage,
    Programme,
    RenderedLesson,
)
from lms.accounts.models import User
from tests.conftest import MakePerson, make_programme
from tests.factories.courses import NUMBER_ID, QUESTION_ID, enrol, make_course

ClientFor = Callable[[User], Client]


@pytest.fixture(scope="module")
def pages(standing: None) -> None:
    make_course(make_programme(), lessons=(2, 1), prerequisites={"M02": ["M01"]})


@pytest.fixture
def programme(pages: None, db: None) -> Programme:
    """The programme whose pages stand for all tests here."""
    return Programme.objects.get()


@pytest.fixture
def course(enrolment: Enrolment) -> CoursePage:
    return enrolment.programme.course_page


@pytest.fixture
def lesson(course: CoursePage) -> LessonPage:
    return LessonPage.objects.get(code="M01-01")


@pytest.fixture
def locked_lesson(course: CoursePage) -> LessonPage:
    return LessonPage.objects.get(code="M02-01")


@pytest.fixture
def reading(lesson: LessonPage, trainee: User, client_for: ClientFor) -> Client:
    return client_for(trainee)


def test_anybody_sees_the_course_and_nobody_its_lessons(course: CoursePage, client: Client) -> None:
    page = client.get(course.address)
    assertContains(page, "Lesson M01-01")
    assertContains(page, "Four ways in")
    assertNotContains(page, "CANARY-BODY")


def test_a_stranger_is_sent_to_sign_in(lesson: LessonPage, client: Client) -> None:
    assertRedirects(
        client.get(lesson.address), f"/accounts/login/?next={lesson.address}", fetch_redirect_response=False
    )


@pytest.mark.parametrize("who", ["other_trainee", "item_author"])
def test_those_who_are_not_enrolled_are_sent_to_the_course(
    lesson: LessonPage, course: CoursePage, who: str, client_for: ClientFor, request: pytest.FixtureRequest
) -> None:
    client = client_for(request.getfixturevalue(who))
    assertRedirects(client.get(lesson.address), course.address)
    assertRedirects(client.get(ModulePage.objects.get(code="M01").address), course.address)


@pytest.mark.parametrize("who", ["trainee", "instructor", "exam_admin", "registrar", "editor", "physician"])
def test_the_enrolled_and_staff_read(
    lesson: LessonPage, who: str, client_for: ClientFor, request: pytest.FixtureRequest
) -> None:
    client = client_for(request.getfixturevalue(who))
    page = client.get(lesson.address)
    assertContains(page, "CANARY-BODY")
    assert page["Cache-Control"] == "private, no-store"
    assertContains(client.get(ModulePage.objects.get(code="M01").address), "Lesson M01-02")


def test_a_closed_enrolment_no_longer_reads(reading: Client, lesson: LessonPage, course: CoursePage) -> None:
    Enrolment.objects.update(closed_at="2026-11-22T00:00Z")
    assertRedirects(reading.get(lesson.address), course.address)


def test_a_locked_lesson_is_text_that_says_why(reading: Client, locked_lesson: LessonPage, lesson: LessonPage) -> None:
    page = reading.get(lesson.address)
    assertNotContains(page, f'href="{locked_lesson.address}"')
    assertContains(page, "Complete M01 Module 1 first.")
    assertContains(reading.get(locked_lesson.address, follow=True), "cannot start yet")


def test_a_draft_is_not_found(reading: Client, lesson: LessonPage) -> None:
    lesson.unpublish()
    assert reading.get(lesson.address).status_code == 404


@pytest.mark.parametrize("address", ["/no-such-page/", "/tms-technician/m09/", "/tms-technician/m01/m01-01/more/"])
def test_addresses_that_do_not_exist(course: CoursePage, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_completing_leads_on_and_shows_progress(reading: Client, lesson: LessonPage) -> None:
    page = reading.post("/lessons/M01-01/complete/", follow=True)
    assert page.redirect_chain == [(LessonPage.objects.get(code="M01-02").address, 302)]
    assertContains(page, "1 of 3 lessons")
    assertContains(reading.get(lesson.address), "Mark as not completed")
    reading.post("/lessons/M01-01/reopen/")
    assertContains(reading.get(lesson.address), "Mark complete and continue")


def test_a_refused_completion_says_why(reading: Client, locked_lesson: LessonPage) -> None:
    assertContains(reading.post("/lessons/M02-01/complete/", follow=True), "Complete M01 Module 1 first.")
    assert not LessonCompletion.objects.exists()


def test_opening_is_kept_for_continue(reading: Client, lesson: LessonPage) -> None:
    assert reading.post("/lessons/M01-01/opened/").status_code == 204
    assert Bookmark.objects.get().lesson_code == "M01-01"
    assertContains(reading.get(lesson.address), "In progress")


@pytest.mark.parametrize("name", ["complete", "reopen", "opened"])
def test_reading_never_changes_anything(reading: Client, lesson: LessonPage, name: str) -> None:
    assert reading.get(f"/lessons/M01-01/{name}/").status_code == 405
    assert not LessonCompletion.objects.exists()


def check(client: Client, block: str, answer: str, **headers: str) -> str:
    page = client.get(f"/lessons/M01-01/questions/{block}/", {"answer": answer} if answer else {}, headers=headers)
    assert page.status_code == 200
    return page.content.decode()


def test_a_practice_answer_is_met_with_every_reason(reading: Client, lesson: LessonPage) -> None:
    wrong, right = check(reading, QUESTION_ID, "1"), check(reading, QUESTION_ID, "0")
    assert "Not yet" in wrong
    assert "Right" in right
    assert all(reason in page for page in (wrong, right) for reason in ("Because it is.", "Because it is not."))
    assert "Try again" in wrong


def test_a_practice_number_is_read_with_a_comma(reading: Client, lesson: LessonPage) -> None:
    assert "52 times 1.2." in check(reading, NUMBER_ID, "62,4")
    assert "Type a number first." in check(reading, NUMBER_ID, "")


def test_a_script_gets_only_the_part_that_it_shows(reading: Client, lesson: LessonPage) -> None:
    part = check(reading, QUESTION_ID, "0", **{"x-requested-with": "fetch"})
    assert "<html" not in part
    assert "Because it is." in part


def test_a_question_that_does_not_exist(reading: Client, lesson: LessonPage) -> None:
    assert reading.get("/lessons/M01-01/questions/33333333-3333-4333-8333-333333333333/").status_code == 404


def test_questions_work_without_a_script(reading: Client, lesson: LessonPage) -> None:
    page = reading.get(lesson.address)
    assertContains(page, f'action="/lessons/M01-01/questions/{QUESTION_ID}/"')
    assertContains(page, '<input type="radio" name="answer" value="0">', html=True)


def test_files_are_for_readers_and_stay_in_their_browser(
    reading: Client, lesson: LessonPage, other_trainee: User, client_for: ClientFor
) -> None:
    figure = Figure(key="m01/coil.svg")
    figure.file.save("coil.svg", ContentFile(b"<svg/>"))
    address = f"/course-files/{figure.digest}/"
    answer = reading.get(address)
    assert b"".join(answer) == b"<svg/>"
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert client_for(other_trainee).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert reading.get("/course-files/0000/").status_code == 404


def test_a_lesson_is_rendered_once_for_each_revision(reading: Client, lesson: LessonPage) -> None:
    reading.get(lesson.address)
    RenderedLesson.objects.update(html="<p>kept</p>")
    assertContains(reading.get(lesson.address), "<p>kept</p>")
    lesson.save_revision().publish()
    assertContains(reading.get(lesson.address), "CANARY-BODY")


def test_a_changed_source_renders_lessons_anew(reading: Client, lesson: LessonPage) -> None:
    reading.get(lesson.address)
    Source.objects.create(key="x-2000", citation="X.")
    assert not RenderedLesson.objects.exists()


LESSON_QUERIES = 12


def test_a_lesson_costs_the_same_queries_for_one_or_for_many(
    reading: Client, lesson: LessonPage, make_person: MakePerson, django_assert_num_queries: Callable[..., object]
) -> None:
    reading.get(lesson.address)
    with django_assert_num_queries(LESSON_QUERIES):
        reading.get(lesson.address)
    for number in range(20):
        other = enrol(make_person(f"Reader {number}"), lesson.get_parent().get_parent().specific.programme)
        LessonCompletion.objects.create(enrolment=other, lesson_code="M01-01")
    complete_lesson(
        enrolment=Enrolment.objects.get(person__full_name="Ada Trainee"),
        lesson_code="M01-02",
        by=User.objects.get(full_name="Ada Trainee"),
    )
    with django_assert_num_queries(LESSON_QUERIES):
        reading.get(lesson.address)
