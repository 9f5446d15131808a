"""Who reviewed a lesson, as its pages say it; and the medical review in the CMS with every refusal."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects
from wagtail.models import Workflow

from content.reader import read_material
from courses.actions.reviews import start_review
from courses.loading import load_courses
from courses.models import CoursePage, Enrolment, LessonPage, LessonReview, ModulePage
from lms.accounts.models import User
from lms.audit.models import Event
from tests.factories.courses import make_course
from tests.factories.material import FIRST_LESSON, spoil, write_material

ClientFor = Callable[[User], Client]
NOT_REVIEWED = "Not yet reviewed by a TMS physician."
REVIEWED = "Reviewed by Paula Physician, physician, for what is medically right, on "


@pytest.fixture
def course(enrolment: Enrolment) -> CoursePage:
    return make_course(enrolment.programme, lessons=(2,))


@pytest.fixture
def lesson(course: CoursePage) -> LessonPage:
    return LessonPage.objects.get(code="M01-01")


@pytest.fixture
def paula(physician: User, client_for: ClientFor) -> Client:
    return client_for(physician)


def begin(client: Client, lesson: LessonPage) -> None:
    started = client.post(f"/reviews/lessons/{lesson.pk}/start/")
    assert started["Location"] == edit_page(lesson)


def edit_page(lesson: LessonPage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[lesson.pk])


def answer(client: Client, lesson: LessonPage, name: str = "approve", **fields: str) -> int:
    lesson.refresh_from_db()
    state = lesson.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[lesson.pk, name, state.pk])
    return client.post(address, fields).status_code


def test_pages_say_that_nothing_is_reviewed(lesson: LessonPage, trainee: User, client_for: ClientFor) -> None:
    ada = client_for(trainee)
    page = ada.get(lesson.address)
    assertContains(page, NOT_REVIEWED)
    assertContains(page, 'to be checked again by <time datetime="2027-11-21">')
    for address in ("/tms-technician/", ModulePage.objects.get().address):
        assertContains(ada.get(address), "No lesson has been reviewed by a TMS physician yet.")


def test_an_approval_becomes_a_review_and_every_page_counts_it(
    lesson: LessonPage, paula: Client, physician: User, trainee: User, client_for: ClientFor
) -> None:
    before = lesson.live_revision_id
    begin(paula, lesson)
    assertContains(paula.get(edit_page(lesson)), "Approve: medically right")
    answer(paula, lesson)
    review = LessonReview.objects.get()
    assert (review.lesson_code, review.page_revision, review.reviewer) == ("M01-01", before, physician)
    assert (review.name, review.role, review.scope) == ("Paula Physician", "physician", "medical")
    lesson.refresh_from_db()
    assert (lesson.live_revision_id, lesson.latest_revision_id) == (before, before)
    event = Event.objects.get(verb="lesson.reviewed")
    assert (event.actor, event.target_id) == (str(physician.public_id), str(lesson.pk))
    assert event.data == {"code": "M01-01", "revision": before, "scope": "medical", "role": "physician"}
    ada = client_for(trainee)
    assertContains(ada.get(lesson.address), REVIEWED)
    assertNotContains(ada.get(lesson.address), NOT_REVIEWED)
    for address in ("/tms-technician/", ModulePage.objects.get().address):
        assertContains(ada.get(address), "1 of 2 lessons reviewed by a TMS physician.")


def test_an_edited_lesson_starts_without_reviews(lesson: LessonPage, paula: Client, editor: User) -> None:
    begin(paula, lesson)
    answer(paula, lesson)
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.save_revision(user=editor).publish()
    assertContains(paula.get(lesson.address), NOT_REVIEWED)
    assertContains(paula.get("/tms-technician/"), "No lesson has been reviewed by a TMS physician yet.")


def test_an_approved_draft_of_an_editor_goes_live_with_its_review(
    lesson: LessonPage, paula: Client, editor: User
) -> None:
    draft = lesson.save_revision(user=editor)
    page = paula.post(f"/reviews/lessons/{lesson.pk}/start/", follow=True)
    assertContains(page, "This lesson has an unpublished draft. An editor submits it to the review.")
    lesson = LessonPage.objects.get(pk=lesson.pk)
    lesson.get_workflow().start(lesson, editor)
    answer(paula, lesson)
    assert LessonPage.objects.get(pk=lesson.pk).live_revision_id == draft.pk
    assert LessonReview.objects.get().page_revision == draft.pk
    assertContains(paula.get(lesson.address), REVIEWED)


def test_asking_for_changes_is_no_review(lesson: LessonPage, paula: Client) -> None:
    begin(paula, lesson)
    answer(paula, lesson, "reject", comment="The dose is wrong.")
    assert not LessonReview.objects.exists()
    assert lesson.workflow_states.get().status == "needs_changes"


def test_whoever_edited_a_lesson_does_not_review_it(lesson: LessonPage, paula: Client, physician: User) -> None:
    begin(paula, lesson)
    lesson.refresh_from_db()
    lesson.save_revision(user=physician)
    assertContains(paula.get(edit_page(lesson)), "You edited this lesson. Another physician has to review it.")
    assertNotContains(paula.get(edit_page(lesson)), "Approve: medically right")
    answer(paula, lesson)
    assert not LessonReview.objects.exists()
    state = lesson.current_workflow_task_state
    with pytest.raises(PermissionDenied, match="You edited this lesson"):
        state.task.specific.on_action(state, physician, "approve")


def test_a_named_author_does_not_begin_a_review(lesson: LessonPage, paula: Client) -> None:
    LessonPage.objects.filter(pk=lesson.pk).update(authors=["paula  physician"])
    page = paula.post(f"/reviews/lessons/{lesson.pk}/start/", follow=True)
    assertContains(page, "You are an author of this lesson. Another physician has to review it.")
    assert not lesson.workflow_in_progress


def test_the_owner_of_the_page_does_not_either(lesson: LessonPage, paula: Client, physician: User) -> None:
    LessonPage.objects.filter(pk=lesson.pk).update(owner=physician)
    paula.post(f"/reviews/lessons/{lesson.pk}/start/")
    assert not lesson.workflow_in_progress


def test_a_revision_that_came_after_the_review_began_is_not_approved(
    lesson: LessonPage, paula: Client, physician: User, editor: User
) -> None:
    begin(paula, lesson)
    lesson = LessonPage.objects.get(pk=lesson.pk)
    state = lesson.current_workflow_task_state
    shown = state.revision_id
    lesson.save_revision(user=editor)
    type(state).objects.filter(pk=state.pk).update(revision=shown)
    state = type(state).objects.get(pk=state.pk)
    with pytest.raises(PermissionDenied, match="edited after this review began"):
        state.task.specific.on_action(state, physician, "approve")
    assert not LessonReview.objects.exists()


def test_an_editor_submits_and_cannot_approve(
    lesson: LessonPage, paula: Client, editor: User, client_for: ClientFor
) -> None:
    assert lesson.get_workflow().name == "Medical review"
    begin(paula, lesson)
    edda = client_for(editor)
    assertNotContains(edda.get(edit_page(lesson)), "Approve: medically right")
    answer(edda, lesson)
    assert not LessonReview.objects.exists()
    state = lesson.current_workflow_task_state
    with pytest.raises(PermissionDenied, match="Only a TMS physician"):
        state.task.specific.on_action(state, editor, "approve")


def test_an_approval_past_our_step_is_undone_as_a_whole(lesson: LessonPage, paula: Client, editor: User) -> None:
    begin(paula, lesson)
    lesson.refresh_from_db()
    state = lesson.current_workflow_task_state
    with pytest.raises(PermissionDenied), transaction.atomic():
        state.approve(user=editor)
    state.refresh_from_db()
    assert state.status == "in_progress"
    assert not LessonReview.objects.exists()


def test_a_second_start_joins_the_first(lesson: LessonPage, paula: Client) -> None:
    begin(paula, lesson)
    begin(paula, lesson)
    assert lesson.workflow_states.count() == 1
    assert Event.objects.filter(verb="lesson.review_started").count() == 1


def test_a_workflow_that_is_switched_off_is_told(lesson: LessonPage, paula: Client, course: CoursePage) -> None:
    Workflow.objects.filter(name="Medical review").update(active=False)
    page = paula.post(f"/reviews/lessons/{lesson.pk}/start/", follow=True)
    assertRedirects(page, lesson.address)
    assertContains(page, "The workflow of medical reviews is switched off.")


@pytest.mark.parametrize("who", ["trainee", "instructor", "exam_admin", "registrar", "editor"])
def test_others_do_not_begin_a_review(lesson: LessonPage, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        start_review(lesson=lesson, by=request.getfixturevalue(who))


def test_nobody_marks_a_module_as_reviewed_in_the_cms(course: CoursePage, editor: User, client_for: ClientFor) -> None:
    page = client_for(editor).get(reverse("wagtailadmin_pages:edit", args=[ModulePage.objects.get().pk]))
    assertContains(page, 'name="review_by"')
    assertNotContains(page, 'name="review_status"')


def test_a_physician_edits_nothing_that_does_not_wait_for_them(lesson: LessonPage, paula: Client) -> None:
    assert paula.get(edit_page(lesson)).status_code == 302
    begin(paula, lesson)
    assert paula.get(edit_page(LessonPage.objects.get(code="M01-02"))).status_code == 302


def test_overdue_is_plain_to_staff_and_calm_to_trainees(
    lesson: LessonPage, trainee: User, instructor: User, client_for: ClientFor
) -> None:
    with time_machine.travel("2027-11-22T12:00Z", tick=False):
        assertContains(client_for(instructor).get(lesson.address), "The check is overdue since ")
        page = client_for(trainee).get(lesson.address)
    assertNotContains(page, "overdue")
    assertContains(page, "is not recorded yet.")


REVIEWS = """authors: [A. Writer]
reviews:
  - {name: B. Reader, role: physician, reviewed_on: 2026-11-22, scope: medical}
"""


def test_reviews_named_in_a_file_are_loaded_with_its_revision(tmp_path: Path, instructor: User) -> None:
    folder = write_material(tmp_path)
    load_courses(read_material(folder))
    spoil(folder, FIRST_LESSON, "minutes: 12\n", f"minutes: 12\n{REVIEWS}")
    for _ in range(2):
        load_courses(read_material(folder))
    lesson = LessonPage.objects.get(code="M01-01")
    review = LessonReview.objects.get()
    assert (review.page_revision, review.name, review.reviewer) == (lesson.live_revision_id, "B. Reader", None)
    assert lesson.authors == ["A. Writer"]
    client = Client()
    client.force_login(instructor)
    assertContains(client.get(lesson.address), "Reviewed by B. Reader, physician, for what is medically right, on ")


def row(**changes: str) -> LessonReview:
    fields = {"lesson_code": "M01-01", "page_revision": 1, "name": "A", "role": "physician", "scope": "medical"}
    return LessonReview.objects.create(**fields | changes, reviewed_on=date(2026, 11, 25))


@pytest.mark.django_db
def test_the_database_refuses_a_medical_review_by_anybody_else() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row(role="educator")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE courses_lessonreview SET name = 'x'", "DELETE FROM courses_lessonreview"]
)
def test_reviews_are_evidence(statement: str) -> None:
    row()
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
