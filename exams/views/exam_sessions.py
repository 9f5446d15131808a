"""Planning exam sessions, and booking candidates into them."""

import uuid
from datetime import datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Enrolment
from exams.actions.exam_sessions import book, cancel_session, decide_supervision, plan_session, release_seat
from exams.actions.session_changes import SessionPlan, change_session
from exams.models import BookingState, Exam, ExamSession
from exams.models.exam_sessions import HOLDING
from exams.practical_forms import FindForm
from exams.session_forms import ChangeSessionForm, PlanSessionForm
from exams.views.console import administrators_show_again_who_they_are
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires, scope_of
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
MOST_FOUND = 20
FIELDS_OF_REFUSALS = {
    "past": "starts",
    "too_long": "minutes",
    "no_place": "place",
    "bad_seats": "seats",
    "no_invigilator": "invigilators",
    "not_an_invigilator": "invigilators",
    "invigilator_busy": "invigilators",
    "own_session": "invigilators",
    "place_busy": "place",
    "seats_taken": "seats",
    "not_eligible_then": "day",
}


@requires(Permission.SESSION_PLAN)
@require_safe
def exam_sessions(request: PersonRequest) -> HttpResponse:
    """List the sessions, what comes next first; `?show=past` the earlier ones."""
    past, now = request.GET.get("show") == "past", timezone.now()
    listed = ExamSession.objects.standing().select_related("exam")
    listed = listed.filter(ends_at__lte=now) if past else listed.filter(ends_at__gt=now)
    listed = listed.annotate(taken=Count("bookings", filter=Q(bookings__state__in=HOLDING)))
    listed = listed.order_by("-starts_at" if past else "starts_at", "pk")
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "past": past,
        "exams": Exam.objects.filter(active_form__isnull=False).order_by("title", "code"),
        "decides": scope_of(request.user, Permission.SUPERVISION_DECIDE) is not None,
    }
    return render(request, "exams/invigilation/planned.html", context)


@requires(Permission.SUPERVISION_DECIDE)
@administrators_show_again_who_they_are
@require_POST
def supervision(request: PersonRequest, code: str) -> HttpResponse:
    """Decide whether an exam can be taken only in a session."""
    exam = get_object_or_404(Exam, code=code)
    wanted = request.POST.get("supervised") == "yes"
    decide_supervision(exam=exam, supervised_only=wanted, by=request.user)
    messages.success(request, f"{exam.title}: {'only in a session' if wanted else 'without a session too'}.")
    return redirect("exams:exam_sessions")


@requires(Permission.SESSION_PLAN)
@require_http_methods(["GET", "POST"])
def plan(request: PersonRequest) -> HttpResponse:
    """Plan a session."""
    initial = {"day": timezone.localdate() + timedelta(days=1), "minutes": 180, "seats": 20}
    form = PlanSessionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            session = plan_session(
                exam=data["exam"],
                place=data["place"],
                starts_at=form.starts_at,
                ends_at=form.starts_at + timedelta(minutes=data["minutes"]),
                seats=data["seats"],
                invigilators=list(data["invigilators"]),
                by=request.user,
            )
        except CodedError as error:
            form.add_error(FIELDS_OF_REFUSALS.get(error.code), error.sentence)
        else:
            messages.success(request, "The session is planned. Book the candidates now.")
            return redirect("exams:exam_session", session_id=session.pk)
    return render(request, "exams/invigilation/plan.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.SESSION_PLAN)
@require_http_methods(["GET", "POST"])
def change(request: PersonRequest, session_id: uuid.UUID) -> HttpResponse:
    """Change place, time, seats or invigilators of a session that has not begun."""
    session = get_object_or_404(ExamSession.objects.select_related("exam"), pk=session_id)
    form = ChangeSessionForm(request.POST if request.method == "POST" else None, session=session)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        plan = SessionPlan(
            place=data["place"],
            starts_at=_start(form, session),
            ends_at=_start(form, session) + timedelta(minutes=data["minutes"]),
            seats=data["seats"],
            invigilators=list(data["invigilators"]),
        )
        try:
            change_session(session=session, plan=plan, seen=data["revision"], by=request.user)
        except CodedError as error:
            form.add_error(FIELDS_OF_REFUSALS.get(error.code), error.sentence)
        else:
            messages.success(request, "The session is changed. Those concerned get a mail.")
            return redirect("exams:exam_session", session_id=session.pk)
    context = {"form": form, "session": session, "taken": session.bookings.filter(state__in=HOLDING).count()}
    return render(request, "exams/invigilation/change.html", context, status=422 if form.errors else 200)


def _start(form: ChangeSessionForm, session: ExamSession) -> datetime:
    """Return the start that was typed; the field has no seconds, so the same minute is the same start."""
    return session.starts_at if session.starts_at.replace(second=0, microsecond=0) == form.starts_at else form.starts_at


@requires(Permission.SESSION_PLAN)
@require_http_methods(["GET", "POST"])
def exam_session(request: PersonRequest, session_id: uuid.UUID) -> HttpResponse:
    """Show the seats of a session; POST books one, gives one back, or calls the session off."""
    session = get_object_or_404(ExamSession.objects.select_related("exam__programme"), pk=session_id)
    if request.method == "POST":
        return _act(request, session)
    find = FindForm(request.GET)
    text = find.cleaned_data["q"].strip() if find.is_valid() else ""
    seats = session.bookings.filter(state__in=HOLDING)
    seats = seats.select_related("enrolment__person", "attempt__result")
    page = Paginator(seats.order_by("enrolment__person__full_name", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "session": session,
        "invigilators": session.invigilators.order_by("full_name"),
        "page": page,
        "taken": page.paginator.count,
        "q": text,
        "found": _found(session, text) if text else [],
        "is_over": session.ends_at <= timezone.now(),
        "is_ahead": session.is_standing and session.starts_at > timezone.now(),
        "absent": BookingState.NO_SHOW,
    }
    return render(request, "exams/invigilation/seats.html", context)


def _found(session: ExamSession, text: str) -> list[Enrolment]:
    """Return people of the programme by name who have no seat here."""
    people = Enrolment.objects.filter(programme=session.exam.programme_id, closed_at__isnull=True)
    people = people.exclude(exam_bookings__in=session.bookings.filter(state__in=HOLDING))
    return list(
        people.filter(person__full_name__icontains=text)
        .select_related("person")
        .order_by("person__full_name")[:MOST_FOUND]
    )


def _act(request: PersonRequest, session: ExamSession) -> HttpResponse:
    act, _, key = request.POST.get("act", "").partition(":")
    try:
        if act == "book":
            enrolment = _enrolment(key)
            book(session=session, enrolment=enrolment, by=request.user)
            messages.success(request, f"{enrolment.person.full_name} has a seat and gets a mail.")
        elif act == "release" and key.isascii() and key.isdecimal() and len(key) < 12:
            release_seat(booking_id=int(key), session_id=session.pk, by=request.user)
            messages.success(request, "The seat is given back. The candidate gets a mail.")
        elif act == "cancel":
            cancel_session(session=session, by=request.user)
            messages.success(request, "The session is called off, and all seats are given back. Everybody gets a mail.")
            return redirect("exams:exam_sessions")
        else:
            raise Http404
    except CodedError as error:
        messages.error(request, error.sentence)
    return redirect("exams:exam_session", session_id=session.pk)


def _enrolment(key: str) -> Enrolment:
    try:
        number = uuid.UUID(key)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(Enrolment.objects.select_related("person"), pk=number)
