"""What a lesson's page sends: completion, reopening, the bookmark, answers to formative questions; and its files."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from content.blocks import feedback_on
from content.models import Figure, Recording
from courses.actions.lessons import complete_lesson, keep_bookmark, reopen_lesson
from courses.errors import ProgressError
from courses.models import Enrolment, LessonPage
from courses.reading import Reader, course_above, reader_of
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, requires
from lms.accounts.requests import PersonRequest

FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
YEAR = 365 * 24 * 60 * 60


@requires(Permission.LESSON_COMPLETE)
@require_POST
def complete(request: HttpRequest, code: str) -> HttpResponse:
    """Mark a lesson as completed and go on to the next one."""
    lesson, enrolment = _own_lesson(request, code)
    try:
        progress = complete_lesson(enrolment=enrolment, lesson_code=code, by=cast(User, request.user))
    except ProgressError as error:
        messages.error(request, error.sentence)
        return redirect(lesson.address)
    if progress.complete:
        messages.success(request, "You completed every lesson of the course.")
        return redirect("dashboard:home")
    messages.success(request, f"{lesson.title}: completed.")
    following = progress.lesson_after(code)
    return redirect(following.address if following else lesson.address)


@requires(Permission.LESSON_COMPLETE)
@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Mark a lesson as not completed."""
    lesson, enrolment = _own_lesson(request, code)
    try:
        reopen_lesson(enrolment=enrolment, lesson_code=code, by=cast(User, request.user))
    except ProgressError as error:
        messages.error(request, error.sentence)
    return redirect(lesson.address)


@requires(Permission.LESSON_COMPLETE)
@require_POST
def opened(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the lesson as the one to continue with."""
    lesson, enrolment = _own_lesson(request, code)
    keep_bookmark(enrolment=enrolment, lesson_code=lesson.code, by=cast(User, request.user))
    return HttpResponse(status=204)


@requires(Permission.COURSE_READ)
@require_GET
def check_question(request: HttpRequest, code: str, block: UUID) -> HttpResponse:
    """Answer a formative question with the reason for each option. Nothing is stored.

    A script on the lesson's page asks for the part that it shows in place; without one the whole page comes.
    """
    lesson, _ = _readable_lesson(request, code)
    question = next((child for child in lesson.body if child.id == str(block) and child.block_type == "question"), None)
    if question is None:
        raise Http404
    answers = request.GET.getlist("answer")
    context: dict[str, Any] = {
        "lesson": lesson,
        "question": question.value,
        "block_id": question.id,
        "typed": answers[0][:40] if answers else "",
        "feedback": feedback_on(question.value, answers),
    }
    in_place = request.headers.get("X-Requested-With") == "fetch"
    return render(request, "courses/_feedback.html" if in_place else "courses/feedback.html", context)


@requires(Permission.COURSE_READ, keeps=YEAR)
@require_GET
def file(request: PersonRequest, digest: str) -> HttpResponseBase:
    """Hand out a figure or recording to those who may read lessons; its address changes with its content."""
    enrolled = Enrolment.objects.filter(person=request.user, closed_at__isnull=True)
    if request.scope is Scope.OWN and not enrolled.exists():
        raise Http404
    found = Figure.objects.filter(digest=digest).first() or Recording.objects.filter(digest=digest).first()
    if found is None:
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type=found.content_type)
    response["Content-Security-Policy"] = FILE_POLICY
    return response


def _readable_lesson(request: HttpRequest, code: str) -> tuple[LessonPage, Reader]:
    """Return a live lesson that the person may read. Raises `Http404` for everybody else."""
    lesson = get_object_or_404(LessonPage.objects.live(), code=code)
    reader = reader_of(cast(User, request.user), course_above(lesson.path, levels=2))
    if reader is None:
        raise Http404
    return lesson, reader


def _own_lesson(request: HttpRequest, code: str) -> tuple[LessonPage, Enrolment]:
    """Return a live lesson and the person's own enrolment in its course. Raises `Http404` for everybody else."""
    lesson, reader = _readable_lesson(request, code)
    if reader.enrolment is None:
        raise Http404
    return lesson, reader.enrolment
