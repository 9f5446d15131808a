"""Where a request has to go instead of the exam room."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from exams.models import Attempt
from exams.views.browsers import halt, halted
from exams.views.desks import AttemptDesk
from exams.views.sessions import token_of
from lms.accounts.requests import PersonRequest


def detour(request: PersonRequest, attempt: Attempt) -> HttpResponse | None:
    """Return where the request has to go instead of the exam room, or None when this session may go on.

    Closed: to the result. Time over but answers still under way: a page that says so. Held by another session: to
    the page that takes over. Another network or browser than the exam asks for: to a page that says what to do.
    """
    if not attempt.is_open:
        return redirect("exams:result", attempt_id=attempt.pk)
    if timezone.now() > attempt.deadline:
        page = {"attempt": attempt, "seat": AttemptDesk.at(request, attempt).seat()}
        return render(request, "exams/time_over.html", page)
    if token_of(request, attempt.pk) != attempt.token:
        return redirect("exams:claim", attempt_id=attempt.pk)
    if reason := halt(request, attempt):
        return halted(request, attempt, reason)
    return None
