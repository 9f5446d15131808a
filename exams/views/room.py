"""The exam room itself, whoever sits in it: one question on a page, saves, flags, review."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from exams.actions.saving import Reply, Save, SaveResult
from exams.errors import AttemptError
from exams.forms import Batch, Refusal, is_whole, read_batch, read_object, read_page, token_in
from exams.views.desks import Desk, Seat
from lms.accounts.requests import PersonRequest

JSON = "application/json"
NotTaken = Callable[[Save, SaveResult], HttpResponse]


def asked_number(request: PersonRequest) -> int | None:
    """Return the number in `?q=7`, or None when there is none that can be read."""
    asked = request.GET.get("q", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else None


def show_room(request: PersonRequest, desk: Desk, number: int, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Render the room at one question; `extra` may carry a conflict to show. Raises `Http404` off the form."""
    question = desk.question(number)
    if question is None:
        raise Http404
    page = {
        "seat": desk.seat(),
        "question": question,
        "next_seq": question.seq + 1,
        "overview": desk.overview(),
    }
    return render(request, "exams/room.html", page | extra, status=status)


def show_conflict(request: PersonRequest, desk: Desk, answer: Save, result: SaveResult) -> HttpResponse:
    """Show both answers to a question that was answered in another tab. The stored one stands."""
    question = desk.question(answer.position)
    if question is None or result.stored is None:
        raise Http404
    stored = {"words": question.words_of(result.stored.value), "saved_at": result.stored.saved_at}
    conflict = {"yours": question.words_of(answer.value), "stored": stored}
    return show_room(request, desk, answer.position, status=409, conflict=conflict)


def show_review(request: PersonRequest, desk: Desk) -> HttpResponse:
    """List all questions with their states; nothing is handed in here."""
    overview = desk.overview()
    show = request.GET.get("show", "all")
    page = {"seat": desk.seat(), "overview": overview, "show": show, "places": overview.showing(show)}
    return render(request, "exams/review.html", page)


def show_submit(request: PersonRequest, desk: Desk) -> HttpResponse:
    """Ask once, in words with numbers, before anything is handed in."""
    return render(request, "exams/submit.html", {"seat": desk.seat(), "overview": desk.overview()})


def seen_claims(request: PersonRequest) -> int:
    """Return how many take-overs the page had counted that asks for one; -1 when that cannot be read."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else -1


def show_claim(
    request: PersonRequest, seat: Seat, *, claims: int, last_saved: datetime | None, status: int = 200, **extra: Any
) -> HttpResponse:
    """Ask before this session takes over; `extra` may carry a lost answer, or why it was refused a moment ago."""
    page = {"seat": seat, "claims": claims, "last_saved": last_saved}
    return render(request, "exams/claim.html", page | extra, status=status)


def all_items(desk: Desk) -> JsonResponse:
    """Return all questions, so that the room survives a lost network."""
    seat = desk.seat()
    items = [question.as_json() for question in desk.questions()]
    return JsonResponse({"server_time": timezone.now(), "deadline": seat.deadline, "items": items})


def take_answers(request: PersonRequest, desk: Desk, not_taken: NotTaken) -> HttpResponse:
    """Store answers: JSON gets one reply for each save, a page the next question. Raises `AttemptError`."""
    if request.content_type == JSON:
        return _take_batch(request, desk, read_batch(request.body))
    token, answer = read_page(request.POST)
    result = desk.save(token, answer, request.received_at)
    if result.reply in (Reply.OK, Reply.DUPLICATE):
        return _go_on(request, desk, token, answer.position)
    return not_taken(answer, result)


def _take_batch(request: PersonRequest, desk: Desk, batch: Batch) -> HttpResponse:
    replies = [_reply_to(request, desk, batch.token, answer) for answer in batch.saves]
    return JsonResponse({"server_time": timezone.now(), "replies": replies} | desk.news())


def _reply_to(request: PersonRequest, desk: Desk, token: str, answer: Save | Refusal) -> dict[str, Any]:
    """Store one save of a batch, each in its own transaction: one bad save must not undo nine good ones."""
    if isinstance(answer, Refusal):
        return {"item": answer.item, "seq": answer.seq, "reply": "refused", "code": answer.code}
    reply: dict[str, Any] = {"item": answer.position, "seq": answer.seq}
    try:
        result = desk.save(token, answer, request.received_at)
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


def _go_on(request: PersonRequest, desk: Desk, token: str, position: int) -> HttpResponse:
    """Follow the button: next, previous, a number, review; flag and clear stay where they are."""
    target = request.POST.get("go", "next")
    if target in ("flag", "unflag"):
        desk.flag(token, position, target == "flag")
    if target == "review" or (target == "next" and request.POST.get("last")):
        return redirect(desk.address("review"))
    steps = {"next": position + 1, "previous": max(1, position - 1)}
    is_number = target.isascii() and target.isdecimal() and len(target) < 5
    number = int(target) if is_number else steps.get(target, position)
    return redirect(f"{desk.address('room')}?q={number}")


def take_flag(request: PersonRequest, desk: Desk) -> JsonResponse:
    """Mark or unmark a question; saying the same twice changes nothing. Raises `AttemptError`."""
    content = read_object(request.body, {"token", "item", "flagged"})
    if not is_whole(content["item"], 1000) or not isinstance(content["flagged"], bool):
        raise AttemptError("bad_fields", "A flag needs a question and yes or no.")
    return JsonResponse({"kept": desk.flag(token_in(content), content["item"], content["flagged"])})


def bad_request(error: AttemptError) -> JsonResponse:
    """Answer what could not be read, in words and with a code."""
    return JsonResponse({"code": error.code, "detail": error.sentence}, status=400)
