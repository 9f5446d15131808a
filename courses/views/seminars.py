"""Seminars for trainees: what is offered, one's own place, being counted as present, the proof of attendance."""

import uuid

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from content.models import OrganisationSettings
from courses.actions import seminar_attendance, seminar_seats
from courses.actions.seminar_attendance import attendance_in
from courses.errors import AttendanceError
from courses.models import Enrolment, PlaceState, Seminar, SeminarAttendance, SeminarBooking
from courses.models.seminars import OPEN
from courses.proofs import Proof, render_proof
from courses.seminar_mails import seat_entries
from courses.timetable import lines_of
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.mail.sending import published_file


@requires(Permission.SEMINAR_BOOK)
@require_safe
def offers(request: PersonRequest) -> HttpResponse:
    """List the seminars of one's programmes that are to come, and all in which one has or had a place."""
    own = SeminarBooking.objects.filter(enrolment__person=request.user).order_by("-pk")
    visible = Seminar.objects.open_to(request.user).prefetch_related(Prefetch("bookings", own, to_attr="mine"))
    now = timezone.now()
    rows = [(found, found.mine[0] if found.mine else None) for found in visible.order_by("starts_at", "pk")]  # type: ignore[attr-defined]
    context = {
        "own": [(found, place) for found, place in rows if place and place.state in OPEN and found.ends_at > now],
        "offered": [
            (found, place)
            for found, place in rows
            if found.is_published and found.starts_at > now and (place is None or place.state not in OPEN)
        ],
        "past": [(found, place) for found, place in rows if place and _is_past(found, place)],
        "now": now,
    }
    return render(request, "courses/seminars/offers.html", context)


def _is_past(found: Seminar, place: SeminarBooking) -> bool:
    ended = place.state == PlaceState.BOOKED and found.ends_at <= timezone.now()
    return ended or place.state == PlaceState.CALLED_OFF


@requires(Permission.SEMINAR_BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def seminar(request: PersonRequest, seminar_id: uuid.UUID) -> HttpResponse:
    """Show a seminar on one's own clock and on that of its place; POST books, waits, takes a seat or gives it back."""
    found = _visible(request, seminar_id)
    place = _place(request, found)
    if request.method == "POST":
        return _act(request, found, place)
    sessions = list(found.sessions.standing())
    present = set()
    if place:
        marks = SeminarAttendance.objects.filter(booking=place, withdrawn_at__isnull=True)
        present = set(marks.values_list("session", flat=True))
    now = timezone.now()
    context = {
        "seminar": found,
        "place": place,
        "State": PlaceState,
        "lines": [(line, line.session.pk in present) for line in lines_of(found, sessions)],
        "differs": any(line.own for line in lines_of(found, sessions)),
        "instructors": found.instructors.order_by("full_name"),
        "ahead_of_me": _ahead(found, place),
        "waiting": found.bookings.filter(state=PlaceState.WAITING).count(),
        "can_book": found.is_published and now < found.book_until,
        "can_release": found.is_published and now < found.cancel_until,
        "has_begun": found.starts_at <= now,
        "is_over": found.ends_at <= now,
        "proof": _proof(found, place) if place else None,
        "attendance": attendance_in(place) if place and place.state == PlaceState.BOOKED else None,
    }
    return render(request, "courses/seminars/seminar.html", context)


def _visible(request: PersonRequest, seminar_id: uuid.UUID) -> Seminar:
    return get_object_or_404(Seminar.objects.open_to(request.user).select_related("programme"), pk=seminar_id)


def _place(request: PersonRequest, found: Seminar) -> SeminarBooking | None:
    """Return one's place: the open one, else the newest."""
    places = SeminarBooking.objects.filter(seminar=found, enrolment__person=request.user)
    place = places.select_related("enrolment", "seminar").order_by("-pk").first()
    if place:
        place.seminar = found
    return place


def _ahead(found: Seminar, place: SeminarBooking | None) -> int:
    """Return how many wait in front of somebody who waits."""
    if place is None or place.state != PlaceState.WAITING:
        return 0
    return found.bookings.filter(state=PlaceState.WAITING, pk__lt=place.pk).count()


def _act(request: PersonRequest, found: Seminar, place: SeminarBooking | None) -> HttpResponse:
    act = request.POST.get("act", "")
    try:
        if act in ("book", "wait"):
            messages.success(request, _booked(request, found, or_wait=act == "wait"))
        elif act == "accept" and place:
            seminar_seats.accept(booking=place, by=request.user)
            messages.success(request, "The seat is yours. A mail with the dates for your calendar is on its way.")
        elif act == "release" and place:
            seminar_seats.release(booking=place, by=request.user)
            messages.success(request, "Your place is given back. You get a mail about it.")
        else:
            raise Http404
    except CodedError as error:
        messages.error(request, error.sentence)
    return redirect("courses:seminar", seminar_id=found.pk)


def _booked(request: PersonRequest, found: Seminar, *, or_wait: bool) -> str:
    mine = Enrolment.objects.filter(person=request.user, programme=found.programme_id).order_by("-enrolled_at")
    enrolment = get_object_or_404(mine[:1])
    place = seminar_seats.book(seminar=found, enrolment=enrolment, by=request.user, or_wait=or_wait)
    if place.state == PlaceState.BOOKED:
        return "Your seat is booked. A mail with the dates for your calendar is on its way."
    return "You are on the waiting list. When a seat is free and it is your turn, you get a mail."


@requires(Permission.SEMINAR_BOOK)
@require_safe
def calendar(request: PersonRequest, seminar_id: uuid.UUID) -> HttpResponse:
    """Give out the sessions of one's seat as a calendar file; later mails change or strike out the same entries."""
    found = _visible(request, seminar_id)
    place = _place(request, found)
    if place is None or place.state != PlaceState.BOOKED:
        raise Http404
    content = published_file(seat_entries(place, found.sessions.standing()))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="seminar.ics"'
    return response


@requires(Permission.SEMINAR_BOOK)
@require_safe
def proof(request: PersonRequest, seminar_id: uuid.UUID) -> HttpResponse:
    """Give out the proof of attendance as PDF, to who attended enough of a seminar that is over."""
    found = _visible(request, seminar_id)
    place = _place(request, found)
    made = _proof(found, place) if place else None
    if made is None:
        raise Http404
    pdf = render_proof(made, issuer=OrganisationSettings.current().name or "Threshold")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="proof-of-attendance.pdf"'
    return response


def _proof(found: Seminar, place: SeminarBooking) -> Proof | None:
    """Return what a proof of attendance says; None while the seminar goes on, or when too little was attended."""
    is_over = found.is_published and found.ends_at <= timezone.now() and place.state == PlaceState.BOOKED
    if not is_over or not attendance_in(place).is_enough:
        return None
    return Proof.of(place)


@requires(Permission.SEMINAR_BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def attend(request: PersonRequest, code: str) -> HttpResponse:
    """Where the code on the instructor's screen leads: one button counts the person as present, once per session."""
    context: dict[str, object] = {"code": code}
    try:
        if request.method == "POST":
            mark = seminar_attendance.attend_by_code(code=code, by=request.user)
            context |= {"mark": mark, "session": mark.session}
        else:
            scan = seminar_attendance.read_code(code=code, by=request.user)
            context |= {"session": scan.session}
    except AttendanceError as error:
        context |= {"refusal": error}
    return render(request, "courses/seminars/attend.html", context, status=409 if "refusal" in context else 200)
