"""Who may open a page of a course, and what its template finds at `request.reading`."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.models import Page

from courses.models import CoursePage, LessonPage, MedicalReviewTask, ModulePage, reason_against_reviewing
from courses.reading import Reader, Reading, course_above, reader_of, reading_of_lesson, reviewed_among, standing_under
from courses.rendering import body_html
from courses.rules.progress import State
from lms.accounts.models import User
from lms.accounts.roles import Role


@hooks.register("before_serve_page", order=-10)
def let_readers_through(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> HttpResponse | None:
    """Let the enrolled and staff read modules and lessons; send everybody else to the door that is theirs."""
    if isinstance(page, CoursePage):
        _show_course(page, request)
        return None
    if not isinstance(page, ModulePage | LessonPage):
        return None
    if not request.user.is_authenticated:
        return cast(HttpResponse, redirect_to_login(request.get_full_path()))
    course = course_above(page.path, levels=1 if isinstance(page, ModulePage) else 2)
    reader = reader_of(request.user, course)
    if reader is None:
        messages.info(request, "You can read lessons once you are enrolled.")
        return redirect(course.address)
    if isinstance(page, LessonPage):
        return _show_lesson(page, course, reader, request)
    module = next((standing for standing in reader.progress.modules if standing.module.code == page.code), None)
    reviewed = reviewed_among(module.lessons) if module else 0
    request.reading = Reading(course, reader.progress, reader, module, reviewed_lessons=reviewed)  # type: ignore[attr-defined]
    return None


@hooks.register("before_edit_page")
def tell_why_not_to_review(request: HttpRequest, page: Page) -> None:
    """Tell a physician who opens a lesson under review why they cannot answer, when they cannot."""
    task = page.current_workflow_task
    person = cast(User, request.user)
    if request.method != "GET" or not isinstance(task, MedicalReviewTask) or not person.has_role(Role.PHYSICIAN):
        return
    if reason := reason_against_reviewing(page.specific, person):
        messages.warning(request, reason)


def _show_course(page: CoursePage, request: HttpRequest) -> None:
    """Let everybody see the course; the enrolled find their progress on it."""
    reader = reader_of(request.user, page) if request.user.is_authenticated else None
    progress = reader.progress if reader else standing_under(page, None)
    reviewed = reviewed_among(progress.lessons)
    request.reading = Reading(page, progress, reader, reviewed_lessons=reviewed)  # type: ignore[attr-defined]


def _show_lesson(page: LessonPage, course: CoursePage, reader: Reader, request: HttpRequest) -> HttpResponse | None:
    reading = reading_of_lesson(page, course, reader, body_html(page))
    if reader.enrolment is not None and reading.lesson and reading.lesson.state is State.LOCKED:
        because = reading.module.because if reading.module else ""
        messages.info(request, f"{page.title} cannot start yet. {because}")
        return redirect(course.address)
    request.reading = reading  # type: ignore[attr-defined]
    return None
