"""The invigilator's screen: who is there, where they are, and what to do about it."""

import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from exams.actions import invigilation
from exams.console import changed_rows, counts_of, rows_of, version_of
from exams.models import Attempt, ExamSession
from exams.models.exam_sessions import HOLDING
from exams.session_forms import TimeForm
from lms.accounts import sessions
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, Scope, requires
from lms.accounts.requests import PersonRequest

View = TypeVar("View", bound=Callable[..., HttpResponse])
PAGE_SIZE = 50
LONGEST_KNOWN = 8000
HOLD = timedelta(minutes=30)
HOLD_STEP = timedelta(minutes=5)


def administrators_show_again_who_they_are(view: View) -> View:
    """Ask exam administrators for their password first (S-17); whoever supervises the session has no time for it."""

    def is_administrator(request: HttpRequest) -> bool:
        return getattr(request, "scope", None) is Scope.ALL

    return cast(View, reauthentication_required(view, enabled=is_administrator))


@requires(Permission.INVIGILATE)
@require_safe
def own_sessions(request: PersonRequest) -> HttpResponse:
    """List the sessions that this person supervises, what comes next first; `?show=past` the earlier ones."""
    past = request.GET.get("show") == "past"
    sessions_seen = ExamSession.objects.visible_to(request.user, request.scope).standing()
    now = timezone.now()
    # Attempts outlast the session in which they were started, so it stays on the list until they can be over.
    running = Q(ends_at__gt=now - timedelta(hours=12))
    listed = sessions_seen.exclude(running) if past else sessions_seen.filter(running)
    taken = Count("bookings", filter=Q(bookings__state__in=HOLDING))
    listed = listed.select_related("exam").annotate(taken=taken).order_by("-starts_at" if past else "starts_at", "pk")
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "exams/invigilation/sessions.html", {"page": page, "past": past})


def visible_session(request: PersonRequest, session_id: uuid.UUID) -> ExamSession:
    """Return a session that this person supervises; for everybody else it does not exist (S-4)."""
    visible = ExamSession.objects.visible_to(request.user, request.scope).select_related("exam")
    session = visible.filter(pk=session_id).first()
    if session is None:
        raise Http404
    return session


@requires(Permission.INVIGILATE)
@administrators_show_again_who_they_are
@require_http_methods(["GET", "POST"])
def console(request: PersonRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show all candidates of a session; POST does one thing to one of them or to all."""
    session = visible_session(request, session_id)
    if request.method == "POST":
        return _act(request, session)
    now = timezone.now()
    rows = rows_of(session, now=now)
    page = {
        "session": session,
        "rows": rows,
        "counts": counts_of(session, rows),
        "form": TimeForm(),
        "version": version_of(rows),
        "now": now,
    }
    return render(request, "exams/invigilation/console.html", page)


@requires(Permission.INVIGILATE, api=True)
@require_safe
def rows(request: PersonRequest, session_id: uuid.UUID) -> HttpResponse:
    """Return the rows that differ from what the page shows (`known`), or 304 when none does."""
    session = visible_session(request, session_id)
    sessions.hold(request.session, request.received_at + HOLD, at_least=HOLD_STEP)
    now = timezone.now()
    current = rows_of(session, now=now)
    version = version_of(current)
    response: HttpResponse
    if request.headers.get("If-None-Match") == version:
        response = HttpResponseNotModified()
    else:
        changed = changed_rows(current, request.GET.get("known", "")[:LONGEST_KNOWN])
        counts = counts_of(session, current).__dict__
        response = JsonResponse({"server_time": now, "total": len(current), "counts": counts, "rows": changed})
    response["ETag"] = version
    return response


def _act(request: PersonRequest, session: ExamSession) -> HttpResponse:
    """Do what the pressed button names, such as `pause:17` or `pause_all`, and say what was done."""
    act, _, number = request.POST.get("act", "").partition(":")
    form = TimeForm(request.POST)
    if not form.is_valid():
        for faults in form.errors.values():
            messages.error(request, " ".join(str(fault) for fault in faults))
        return redirect("exams:console", session_id=session.pk)
    reason, minutes = form.cleaned_data["reason"], form.cleaned_data["minutes"] or 0
    try:
        if number:
            _act_on_one(request, session, act, number, reason)
        else:
            _act_on_all(request, session, act, reason, minutes)
    except CodedError as error:
        messages.error(request, error.sentence)
    place = f"#row-{number}" if number.isascii() and number.isdecimal() else ""
    return redirect(f"{request.path}{place}")


def _act_on_one(request: PersonRequest, session: ExamSession, act: str, number: str, reason: str) -> None:
    seats = session.bookings.select_related("enrolment__person")
    booking = seats.filter(pk=number).first() if number.isascii() and number.isdecimal() and len(number) < 12 else None
    if booking is None:
        raise Http404
    name, by = booking.enrolment.person.full_name, request.user
    if act == "admit":
        invigilation.admit(session=session, booking_id=booking.pk, by=by)
        messages.success(request, f"{name} is admitted and can start.")
    elif act == "absent":
        invigilation.mark_absent(session=session, booking_id=booking.pk, by=by)
        messages.success(request, f"Noted: {name} did not come.")
    elif act == "pause" and booking.attempt_id:
        invigilation.pause(attempt_id=booking.attempt_id, reason=reason, by=by)
        messages.success(request, f"The exam of {name} is paused.")
    elif act == "resume" and booking.attempt_id:
        invigilation.resume(attempt_id=booking.attempt_id, by=by)
        messages.success(request, f"The exam of {name} goes on.")
    else:
        raise Http404


def _act_on_all(request: PersonRequest, session: ExamSession, act: str, reason: str, minutes: int) -> None:
    of_session = Attempt.objects.filter(booking__session=session)
    by = request.user
    if act == "pause_all":
        if not reason.strip():
            raise invigilation.reason_missing()
        number = _each(
            of_session.running().values_list("pk", flat=True),
            lambda key: invigilation.pause(attempt_id=key, reason=reason, by=by),
        )
        messages.success(request, f"Paused: {number}.")
    elif act == "resume_all":
        keys = of_session.paused().values_list("pk", flat=True)
        messages.success(request, f"Go on: {_each(keys, lambda key: invigilation.resume(attempt_id=key, by=by))}.")
    elif act == "incident_all":
        given = invigilation.incident_for_all(session=session, minutes=minutes, text=reason, by=by)
        messages.success(request, f"{minutes} minutes given to {len(given)}.")
    else:
        raise Http404


def _each(keys: Iterable[uuid.UUID], act: Callable[[uuid.UUID], object]) -> int:
    """Do something to each attempt, in a transaction of its own; whoever was closed meanwhile is left out."""
    done = 0
    for key in list(keys):
        try:
            act(key)
        except CodedError:
            continue
        done += 1
    return done
