"""The tutorial: the exam room with sample questions, before the clock starts. Nothing of it is an attempt."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from exams.actions.saving import Reply, Save, SaveResult
from exams.errors import AttemptError
from exams.views.desks import TutorialDesk
from exams.views.exams import exam_for
from exams.views.room import (
    all_items,
    asked_number,
    bad_request,
    show_conflict,
    show_review,
    show_room,
    show_submit,
    take_answers,
    take_flag,
)
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


def _desk(request: PersonRequest, code: str) -> TutorialDesk:
    exam, _ = exam_for(request, code)
    return TutorialDesk(request, exam)


@requires(Permission.ATTEMPT_TAKE)
@require_GET
def room(request: PersonRequest, code: str) -> HttpResponse:
    """Show one sample question; without a number the one that was answered last."""
    desk = _desk(request, code)
    number = asked_number(request)
    return show_room(request, desk, desk.last_place() if number is None else number)


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_GET
def items(request: PersonRequest, code: str) -> HttpResponse:
    """Return the sample questions to the room's script."""
    return all_items(_desk(request, code))


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_POST
def save_answers(request: PersonRequest, code: str) -> HttpResponse:
    """Keep practice answers in the browser session."""
    desk = _desk(request, code)

    def not_taken(answer: Save, result: SaveResult) -> HttpResponse:
        if result.reply is Reply.CLOSED:  # ended in another tab: begin anew
            return redirect(desk.address("room"))
        return show_conflict(request, desk, answer, result)

    try:
        return take_answers(request, desk, not_taken)
    except AttemptError as error:
        return bad_request(error)


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_POST
def flag(request: PersonRequest, code: str) -> HttpResponse:
    """Mark or unmark a sample question."""
    try:
        return take_flag(request, _desk(request, code))
    except AttemptError as error:
        return bad_request(error)


@requires(Permission.ATTEMPT_TAKE)
@require_GET
def review(request: PersonRequest, code: str) -> HttpResponse:
    """Show the review page with the practice answers."""
    return show_review(request, _desk(request, code))


@requires(Permission.ATTEMPT_TAKE)
@require_http_methods(["GET", "POST"])
def submit(request: PersonRequest, code: str) -> HttpResponse:
    """Show what handing in looks like; the button ends the tutorial and forgets its answers."""
    desk = _desk(request, code)
    if request.method == "GET":
        return show_submit(request, desk)
    desk.end()
    messages.success(request, "The tutorial is over. Your practice answers are deleted.")
    return redirect("exams:start", code=code)
