"""Saving answers and flags, as JSON from the exam room's script or as a form without it."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from exams.actions.saving import Reply, Save, SaveResult
from exams.errors import AttemptError
from exams.views.attempts import render_claim
from exams.views.desks import AttemptDesk
from exams.views.detours import show_pause
from exams.views.room import bad_request, show_conflict, take_answers, take_flag
from exams.views.sessions import get_attempt
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_POST
def save_answers(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Store answers. JSON gets one reply for each save; a page gets the next question."""
    try:
        return take_answers(
            request,
            AttemptDesk(request, attempt_id),
            lambda answer, result: _not_taken(request, attempt_id, answer, result),
        )
    except AttemptError as error:
        if error.code == "unknown_attempt":
            raise Http404 from error
        get_attempt(request, attempt_id)  # somebody else's attempt stays unknown, whatever was sent
        return bad_request(error)


def _not_taken(request: PersonRequest, attempt_id: uuid.UUID, answer: Save, result: SaveResult) -> HttpResponse:
    """Show what became of an answer that was not stored, with the answer itself in words."""
    attempt = get_attempt(request, attempt_id)
    desk = AttemptDesk.at(request, attempt)
    question = desk.question(answer.position)
    if result.reply is Reply.CLOSED or question is None or result.stored is None:
        return redirect("exams:result", attempt_id=attempt_id)
    lost = {"number": answer.position, "words": question.words_of(answer.value)}
    if result.reply is Reply.PAUSED:
        return show_pause(request, attempt, status=409, lost=lost)
    if result.reply is Reply.SUPERSEDED:
        return render_claim(request, attempt, status=409, lost=lost)
    return show_conflict(request, desk, answer, result)


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_POST
def flag(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Mark or unmark a question; saying the same twice changes nothing."""
    try:
        return take_flag(request, AttemptDesk(request, attempt_id))
    except AttemptError as error:
        get_attempt(request, attempt_id)
        return bad_request(error)
