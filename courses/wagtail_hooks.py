"""Who may open a page of a course, and what its template finds at `request.reading`."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.models import Page

from courses.models import CoursePage, LessonPage, ModulePage
from courses.reading import Reader, Reading, course_above, reader_of, reading_of_lesson, standing_under
from courses.rendering import body_html
from courses.rules.progress import State


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
    request.reading = Reading(course, reader.progress, reader, module)  # type: ignore[attr-defined]
    return None


def _show_course(page: CoursePage, request: HttpRequest) -> None:
    """Let everybody see the course; the enrolled find their progress on it."""
    reader = reader_of(request.user, page) if request.user.is_authenticated else None
    progress = reader.progress if reader else standing_under(page, None)
    request.reading = Reading(page, progress, reader)  # type: ignore[attr-defined]


def _show_lesson(page: LessonPage, course: CoursePage, reader: Reader, request: HttpRequest) -> HttpResponse | None:
    reading = reading_of_lesson(page, course, reader, body_html(page))
    if reader.enrolment is not None and reading.lesson and reading.lesson.state is State.LOCKED:
        because = reading.module.because if reading.module else ""
        messages.info(request, f"{page.title} cannot start yet. {because}")
        return redirect(course.address)
    request.reading = reading  # type: ignore[attr-defined]
    return None
