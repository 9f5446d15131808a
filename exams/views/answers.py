"""Saving answers and flags, as JSON from the exam room's script or as a form without it."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from exams import delivery
from exams.actions import attempts
from exams.actions.saving import Reply, Save, SaveResult, save
from exams.errors import AttemptError
from exams.forms import Batch, Refusal, is_whole, read_batch, read_object, read_page, token_in
from exams.views.attempts import render_claim, render_room
from exams.views.sessions import get_attempt
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

JSON = "application/json"


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_POST
def save_answers(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Store answers. JSON gets one reply for each save; a page gets the next question."""
    try:
        if request.content_type == JSON:
            return _save_batch(request, attempt_id, read_batch(request.body))
        return _save_page(request, attempt_id, *read_page(request.POST))
    except AttemptError as error:
        if error.code == "unknown_attempt":
            raise Http404 from error
        get_attempt(request, attempt_id)  # somebody else's attempt stays unknown, whatever was sent
        return JsonResponse({"code": error.code, "detail": error.sentence}, status=400)


def _save_batch(request: PersonRequest, attempt_id: uuid.UUID, batch: Batch) -> HttpResponse:
    replies = [_reply_to(request, attempt_id, batch.token, answer) for answer in batch.saves]
    return JsonResponse({"server_time": timezone.now(), "replies": replies})


def _reply_to(request: PersonRequest, attempt_id: uuid.UUID, token: str, answer: Save | Refusal) -> dict[str, Any]:
    """Store one save of a batch, each in its own transaction: one bad save must not undo nine good ones."""
    if isinstance(answer, Refusal):
        return {"item": answer.item, "seq": answer.seq, "reply": "refused", "code": answer.code}
    reply: dict[str, Any] = {"item": answer.position, "seq": answer.seq}
    try:
        result = _save_one(request, attempt_id, token, answer)
    except AttemptError as error:
        if error.code == "unknown_attempt":
            raise
        return reply | {"reply": "refused", "code": error.code}
    reply["reply"] = result.reply.value
    if result.stored is not None:
        reply["stored"] = {
            "seq": result.stored.seq,
            "value": result.stored.value,
            "saved_at": result.stored.saved_at,
        }
    return reply


def _save_one(request: PersonRequest, attempt_id: uuid.UUID, token: str, answer: Save) -> SaveResult:
    return save(attempt_id=attempt_id, token=token, answer=answer, by=request.user, received_at=request.received_at)


def _save_page(request: PersonRequest, attempt_id: uuid.UUID, token: str, answer: Save) -> HttpResponse:
    """Store the answer of a page and go where its button says."""
    result = _save_one(request, attempt_id, token, answer)
    if result.reply in (Reply.OK, Reply.DUPLICATE):
        return _go_on(request, attempt_id, token, answer.position)
    return _not_taken(request, attempt_id, answer, result)


def _not_taken(request: PersonRequest, attempt_id: uuid.UUID, answer: Save, result: SaveResult) -> HttpResponse:
    """Show what became of an answer that was not stored, with the answer itself in words."""
    attempt = get_attempt(request, attempt_id)
    question = delivery.question(attempt, answer.position)
    if result.reply is Reply.CLOSED or question is None or result.stored is None:
        return redirect("exams:result", attempt_id=attempt_id)
    yours = question.words_of(answer.value)
    if result.reply is Reply.SUPERSEDED:
        return render_claim(request, attempt, status=409, lost={"number": answer.position, "words": yours})
    stored = {"words": question.words_of(result.stored.value), "saved_at": result.stored.saved_at}
    return render_room(request, attempt, answer.position, status=409, conflict={"yours": yours, "stored": stored})


def _go_on(request: PersonRequest, attempt_id: uuid.UUID, token: str, position: int) -> HttpResponse:
    """Follow the button: next, previous, a number, review; flag and clear stay where they are."""
    target = request.POST.get("go", "next")
    if target in ("flag", "unflag"):
        marked = target == "flag"
        attempts.flag(attempt_id=attempt_id, token=token, position=position, flagged=marked, by=request.user)
    if target == "review" or (target == "next" and request.POST.get("last")):
        return redirect("exams:review", attempt_id=attempt_id)
    steps = {"next": position + 1, "previous": max(1, position - 1)}
    is_number = target.isascii() and target.isdecimal() and len(target) < 5
    number = int(target) if is_number else steps.get(target, position)
    return redirect(f"{reverse('exams:room', kwargs={'attempt_id': attempt_id})}?q={number}")


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_POST
def flag(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Mark or unmark a question; saying the same twice changes nothing."""
    try:
        content = read_object(request.body, {"token", "item", "flagged"})
        if not is_whole(content["item"], 1000) or not isinstance(content["flagged"], bool):
            raise AttemptError("bad_fields", "A flag needs a question and yes or no.")
        kept = attempts.flag(
            attempt_id=attempt_id,
            token=token_in(content),
            position=content["item"],
            flagged=content["flagged"],
            by=request.user,
        )
    except AttemptError as error:
        get_attempt(request, attempt_id)
        return JsonResponse({"code": error.code, "detail": error.sentence}, status=400)
    return JsonResponse({"kept": kept})
