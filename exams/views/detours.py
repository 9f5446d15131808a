"""Where a request has to go instead of the exam room."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from exams.models import Attempt
from exams.views.browsers import halt, halted
from exams.views.desks import AttemptDesk, MockDesk
from exams.views.sessions import Held, holds
from lms.accounts.requests import PersonRequest


def show_pause(request: PersonRequest, attempt: Attempt, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Say that the exam is paused, without its questions; `extra` may carry an answer that was not stored."""
    page = {"attempt": attempt, "seat": AttemptDesk.at(request, attempt).seat(), "is_paused": True}
    return render(request, "exams/paused.html", page | extra, status=status)


def detour(request: PersonRequest, attempt: Attempt) -> HttpResponse | None:
    """Return where the request has to go instead of the exam room, or None when this session may go on.

    Closed: to the result. Paused: a page that says so. Time over but answers still under way: another one. Held by
    another session: to the page that takes over. Another network or browser than the exam asks for: to a page that
    says what to do.
    """
    if attempt.is_paused:
        return show_pause(request, attempt)
    if elsewhere := leave_room(request, AttemptDesk.at(request, attempt), attempt):
        return elsewhere
    if reason := halt(request, attempt):
        return halted(request, attempt, reason)
    return None


def leave_room(request: PersonRequest, desk: AttemptDesk | MockDesk, held: Held) -> HttpResponse | None:
    """Return where whoever sits at a desk has to go because it is closed, out of time, or held elsewhere; else None."""
    if not held.is_open:
        return redirect(desk.address("result"))
    if timezone.now() > held.deadline:
        page = {"seat": desk.seat(), "is_held": holds(request, held)}
        return render(request, "exams/time_over.html", page)
    return None if holds(request, held) else redirect(desk.address("claim"))
