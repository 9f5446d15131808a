"""One attempt as those who supervise it see it: where it stands, what happened, what can be done."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from exams.actions import access, invigilation, voiding
from exams.actions.pending import VOID
from exams.console import minutes_text
from exams.errors import AttemptError
from exams.models import Attempt, IntegritySignal, Result, SignalKind, VoidKind
from exams.session_forms import TimeForm, VoidForm
from exams.views.console import administrators_show_again_who_they_are
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.approvals.models import Proposal, ProposalState


@requires(Permission.INVIGILATE)
@administrators_show_again_who_they_are
@require_http_methods(["GET", "POST"])
def watched_attempt(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Show an attempt with its history; POST does one of the acts that the page offers."""
    try:
        attempt = invigilation.attempt_for(attempt_id, request.user)
    except AttemptError as error:
        raise Http404 from error
    if request.method != "POST":
        return _show(request, attempt, TimeForm(), VoidForm())
    return _propose_void(request, attempt) if request.POST.get("act") == "void" else _act(request, attempt)


def _act(request: PersonRequest, attempt: Attempt) -> HttpResponse:
    form = TimeForm(request.POST)
    if not form.is_valid():
        return _show(request, attempt, form, VoidForm(), status=422)
    reason, minutes = form.cleaned_data["reason"], form.cleaned_data["minutes"] or 0
    common: dict[str, Any] = {"attempt_id": attempt.pk, "by": request.user}
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "pause": (lambda: invigilation.pause(reason=reason, **common), "The exam is paused."),
        "resume": (lambda: invigilation.resume(**common), "The exam goes on."),
        "extend": (
            lambda: invigilation.extend(minutes=minutes, reason=reason, **common),
            f"{_minutes(minutes)} given.",
        ),
        "incident": (
            lambda: invigilation.incident(minutes=minutes, text=reason, **common),
            f"Incident recorded, {_minutes(minutes)} given back.",
        ),
        "unblock": (
            lambda: access.unblock(reason=reason, **common),
            "The attempt is not blocked any more. Ask the candidate to load the page again.",
        ),
        "note": (lambda: invigilation.note(text=reason, **common), "Noted."),
    }
    chosen = acts.get(request.POST.get("act", ""))
    if chosen is None:
        return HttpResponseBadRequest("The form was incomplete. Load the page again.")
    act, words = chosen
    try:
        act()
    except CodedError as error:
        form.add_error("minutes" if error.code == "bad_minutes" else "reason", error.sentence)
        attempt.refresh_from_db()
        return _show(request, attempt, form, VoidForm(), status=409)
    messages.success(request, words)
    return redirect("exams:watched_attempt", attempt_id=attempt.pk)


def _minutes(number: int) -> str:
    return f"{number} minute{'' if number == 1 else 's'}"


def _propose_void(request: PersonRequest, attempt: Attempt) -> HttpResponse:
    form = VoidForm(request.POST)
    if not form.is_valid():
        return _show(request, attempt, TimeForm(), form, status=422)
    kind = VoidKind(form.cleaned_data["kind"])
    try:
        voiding.propose_void(attempt_id=attempt.pk, kind=kind, reason=form.cleaned_data["reason"], by=request.user)
    except CodedError as error:
        form.add_error(None, error.sentence)
        return _show(request, attempt, TimeForm(), form, status=409)
    messages.success(request, "Proposed. It is void when an exam administrator other than you confirms it.")
    return redirect("exams:watched_attempt", attempt_id=attempt.pk)


def _show(
    request: PersonRequest, attempt: Attempt, form: TimeForm, void_form: VoidForm, status: int = 200
) -> HttpResponse:
    result = Result.objects.filter(attempt=attempt).first()
    booking = getattr(attempt, "booking", None)
    page = {
        "attempt": attempt,
        "booking": booking,
        "left": minutes_text(attempt.remaining) if attempt.remaining is not None else "",
        "events": attempt.events.select_related("by"),
        "signals": _signals(attempt),
        "form": form,
        "void_form": void_form,
        "can_void": attempt.is_open or (result is not None and result.state in voiding.VOIDABLE),
        "proposal": Proposal.objects.filter(kind=VOID, target=str(attempt.pk), state=ProposalState.OPEN)
        .select_related("proposed_by")
        .first(),
    }
    return render(request, "exams/invigilation/attempt.html", page, status=status)


def _signals(attempt: Attempt) -> list[tuple[str, int, Any]]:
    """Return each kind of signal in words with its number and when it came last."""
    rows = IntegritySignal.objects.filter(attempt=attempt).values("kind").order_by("kind")
    counted = rows.annotate(number=Count("pk"), last=Max("happened_at")).values_list("kind", "number", "last")
    return [(SignalKind(kind).label, number, last) for kind, number, last in counted]
