"""The exam room, continuing elsewhere."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from exams.actions import attempts
from exams.errors import AttemptError
from exams.models import Attempt, ItemDrawing, Response
from exams.views.browsers import halt, halted
from exams.views.desks import AttemptDesk
from exams.views.detours import detour
from exams.views.drawings import drawing_response
from exams.views.room import all_items, asked_number, seen_claims, show_claim, show_room
from exams.views.sessions import get_attempt, holds, remember_token, shut_to
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.ATTEMPT_TAKE)
@require_GET
def room(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Show one question (`?q=7`); without a number the one that was answered last."""
    attempt = get_attempt(request, attempt_id)
    if elsewhere := detour(request, attempt):
        return elsewhere
    number = asked_number(request)
    desk = AttemptDesk.at(request, attempt)
    return show_room(request, desk, _last_place(attempt) if number is None else number)


def _last_place(attempt: Attempt) -> int:
    answered = Response.objects.filter(attempt=attempt, saved_at__isnull=False).order_by("-saved_at")
    return answered.values_list("position", flat=True).first() or 1


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_GET
def items(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Return all questions of the attempt to the session that holds it, so that the room survives a lost network."""
    attempt = get_attempt(request, attempt_id)
    if attempt.is_paused:
        return JsonResponse({"code": "paused", "detail": "The invigilator has paused the exam."}, status=409)
    if shut := shut_to(request, attempt):
        return shut
    if reason := halt(request, attempt):
        return JsonResponse({"code": "halted", "detail": reason.sentence}, status=409)
    return all_items(AttemptDesk.at(request, attempt))


@requires(Permission.ATTEMPT_TAKE)
@require_GET
def figure(request: PersonRequest, attempt_id: uuid.UUID, number: int) -> HttpResponse:
    """Hand out the drawing at one place of a running attempt, to the session that holds it and to nobody else."""
    attempt = get_attempt(request, attempt_id)
    if not attempt.is_running or timezone.now() > attempt.deadline:
        raise Http404
    if not holds(request, attempt):
        return redirect("exams:claim", attempt_id=attempt.pk)
    if halt(request, attempt):
        raise Http404
    place = Response.objects.filter(attempt=attempt, position=number)
    return drawing_response(ItemDrawing.objects.filter(pk__in=place.values("form_item__version__drawing")).first())


@requires(Permission.ATTEMPT_TAKE)
@require_http_methods(["GET", "POST"])
def claim(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Ask before this session takes over, and take over."""
    attempt = get_attempt(request, attempt_id)
    if request.method == "POST":
        return _take_over(request, attempt)
    if not attempt.is_open:
        return redirect("exams:result", attempt_id=attempt.pk)
    if attempt.is_paused or holds(request, attempt):
        return redirect("exams:room", attempt_id=attempt.pk)
    return render_claim(request, attempt)


def render_claim(request: PersonRequest, attempt: Attempt, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Render the page that takes over, with what is known of the other session."""
    newest = Response.objects.filter(attempt=attempt, saved_at__isnull=False).order_by("-saved_at")
    last_saved = newest.values_list("saved_at", flat=True).first()
    seat = AttemptDesk.at(request, attempt).seat()
    return show_claim(request, seat, claims=attempt.claims, last_saved=last_saved, status=status, **extra)


def _take_over(request: PersonRequest, attempt: Attempt) -> HttpResponse:
    """Hand the attempt to this session, if the exam admits its network and browser: who holds it can save answers."""
    if attempt.is_open and (reason := halt(request, attempt)):
        return halted(request, attempt, reason)
    try:
        taken = attempts.claim(attempt_id=attempt.pk, seen_claims=seen_claims(request), by=request.user)
    except AttemptError as error:
        attempt.refresh_from_db()
        if error.code == "closed":
            return redirect("exams:result", attempt_id=attempt.pk)
        if error.code == "paused":
            return redirect("exams:room", attempt_id=attempt.pk)
        return render_claim(request, attempt, status=409, refusal=error.sentence)
    remember_token(request, taken)
    return redirect("exams:room", attempt_id=attempt.pk)
