"""Seminars for those who teach them: the list, who comes, attendance by list and by code."""

import uuid

import segno
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import seminar_attendance
from courses.attendance_codes import CHANGES_EVERY_SECONDS, code_for
from courses.models import PlaceState, Seminar, SeminarAttendance, SeminarSession
from courses.rules.seminars import CODE_AFTER, why_code_is_closed, why_list_is_closed
from courses.timetable import lines_of
from lms.accounts import sessions
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 25
LONGEST_KEY = 12


@requires(Permission.SEMINAR_TEACH)
@require_safe
def taught(request: PersonRequest) -> HttpResponse:
    """List the seminars that a person teaches, what comes next first; `?show=past` the earlier ones."""
    past, now = request.GET.get("show") == "past", timezone.now()
    rows = Seminar.objects.taught_by(request.user, request.scope)
    rows = rows.filter(ends_at__lte=now).order_by("-starts_at", "pk") if past else rows.filter(ends_at__gt=now)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "past": past, "query": "show=past" if past else ""}
    return render(request, "courses/seminars/teaching.html", context)


@requires(Permission.SEMINAR_TEACH)
@require_safe
def seminar(request: PersonRequest, seminar_id: uuid.UUID) -> HttpResponse:
    """Show the timetable with how many attended, and who comes with what they attended so far."""
    found = get_object_or_404(Seminar.objects.taught_by(request.user, request.scope), pk=seminar_id)
    standing = Q(attendance__withdrawn_at__isnull=True)
    counted = found.sessions.standing().annotate(present=Count("attendance", filter=standing))
    counted = counted.order_by("starts_at", "pk")  # grouping forgets the order of the rows
    booked = found.bookings.filter(state=PlaceState.BOOKED).select_related("enrolment__person")
    attended = Count("attendance", filter=standing & Q(attendance__session__dropped_at__isnull=True))
    booked = booked.annotate(attended=attended).order_by("enrolment__person__full_name", "pk")
    lines = lines_of(found, counted)
    context = {"seminar": found, "lines": lines, "people": booked, "needed": found.sessions_needed or len(lines)}
    return render(request, "courses/seminars/teaching_seminar.html", context)


def _session(request: PersonRequest, session_id: uuid.UUID) -> SeminarSession:
    """Return a session that this person teaches; for everybody else it does not exist."""
    visible = Seminar.objects.taught_by(request.user, request.scope)
    rows = SeminarSession.objects.standing().select_related("seminar")
    return get_object_or_404(rows, pk=session_id, seminar__in=visible)


@requires(Permission.SEMINAR_TEACH)
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: PersonRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show who is there; POST marks one person or all, or takes a mark back."""
    session = _session(request, session_id)
    if request.method == "POST":
        return _mark(request, session)
    marks = SeminarAttendance.objects.filter(session=session, withdrawn_at__isnull=True).select_related("marked_by")
    by_place = {mark.booking_id: mark for mark in marks}
    booked = session.seminar.bookings.filter(state=PlaceState.BOOKED).select_related("enrolment__person")
    people = [(place, by_place.get(place.pk)) for place in booked.order_by("enrolment__person__full_name", "pk")]
    now = timezone.now()
    context = {
        "session": session,
        "seminar": session.seminar,
        "line": lines_of(session.seminar, [session])[0],
        "people": people,
        "present": len(by_place),
        "closed": why_list_is_closed(session.starts_at, session.ends_at, now),
        "code_closed": why_code_is_closed(session.starts_at, session.ends_at, now),
    }
    return render(request, "courses/seminars/attendance.html", context)


def _mark(request: PersonRequest, session: SeminarSession) -> HttpResponse:
    act, _, key = request.POST.get("act", "").partition(":")
    place = int(key) if key.isascii() and key.isdecimal() and len(key) < LONGEST_KEY else None
    try:
        if act == "all":
            _mark_all(request, session)
        elif act == "present" and place:
            seminar_attendance.mark_present(session=session, bookings=[place], by=request.user)
        elif act == "absent" and place:
            seminar_attendance.withdraw_mark(session=session, booking_id=place, by=request.user)
        else:
            raise Http404
    except CodedError as error:
        messages.error(request, error.sentence)
        return redirect("courses:attendance", session_id=session.pk)
    # Back to the row that was pressed: on a tablet in a full room nobody wants to scroll again.
    where = f"#place-{place}" if place else ""
    return redirect(reverse("courses:attendance", kwargs={"session_id": session.pk}) + where)


def _mark_all(request: PersonRequest, session: SeminarSession) -> None:
    booked = session.seminar.bookings.filter(state=PlaceState.BOOKED).exclude(enrolment__person=request.user)
    places = list(booked.values_list("pk", flat=True))
    marks = seminar_attendance.mark_present(session=session, bookings=places, by=request.user)
    messages.success(request, f"{len(marks)} more {'is' if len(marks) == 1 else 'are'} marked as present.")


@requires(Permission.SEMINAR_TEACH)
@sessions.no_sign_of_life
@require_safe
def code(request: PersonRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show the code that trainees scan; the page asks for a new one every half minute.

    A page that stands on a screen is no sign of life. It keeps the session of its instructor as long as the code
    counts, and no longer.
    """
    session = _session(request, session_id)
    closed = why_code_is_closed(session.starts_at, session.ends_at, timezone.now())
    context: dict[str, object] = {
        "session": session,
        "seminar": session.seminar,
        "closed": closed,
        "every": CHANGES_EVERY_SECONDS,
        "present": SeminarAttendance.objects.filter(session=session, withdrawn_at__isnull=True).count(),
        "booked": session.seminar.bookings.filter(state=PlaceState.BOOKED).count(),
        "now": timezone.now(),
    }
    if closed is None:
        sessions.hold(request.session, session.ends_at + CODE_AFTER)
        link = settings.SITE_URL + reverse("courses:attend", kwargs={"code": code_for(session)})
        context |= {"link": link, "picture": segno.make_qr(link, error="m").svg_data_uri(border=4)}
    return render(request, "courses/seminars/code.html", context)
