"""Planning seminars: the registrar's list, form, and page of one seminar with its seats and waiting list."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions.seminar_seats import release
from courses.actions.seminars import cancel_seminar, change_seminar, plan_seminar, publish_seminar
from courses.models import PlaceState, Seminar, SeminarBooking, SeminarState
from courses.models.seminars import OPEN, SEATED
from courses.seminar_forms import (
    CancelSeminarForm,
    SeminarForm,
    first_days,
    formset,
    plan_from,
    timetable_of,
    with_more_lines,
)
from courses.timetable import lines_of
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 25
LONGEST_KEY = 12
FIELDS_OF_REFUSALS = {
    "bad_seats": "seats",
    "seats_taken": "seats",
    "bad_needed": "sessions_needed",
    "late_booking": "book_until",
    "late_cancelling": "cancel_until",
    "no_instructor": "instructors",
    "not_an_instructor": "instructors",
    "instructor_busy": "instructors",
    "teaches_it": "instructors",
}


@requires(Permission.SEMINAR_PLAN)
@require_safe
def plans(request: PersonRequest) -> HttpResponse:
    """List all seminars, what comes next first; `?show=past` those that are over or called off."""
    past, now = request.GET.get("show") == "past", timezone.now()
    gone = Q(ends_at__lte=now) | Q(state=SeminarState.CANCELLED)
    rows = Seminar.objects.filter(gone) if past else Seminar.objects.exclude(gone)
    waiting = Count("bookings", filter=Q(bookings__state=PlaceState.WAITING))
    rows = rows.annotate(waiting=waiting).order_by("-starts_at" if past else "starts_at", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "past": past, "query": "show=past" if past else "", "State": SeminarState}
    return render(request, "courses/seminars/plans.html", context)


@requires(Permission.SEMINAR_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: PersonRequest) -> HttpResponse:
    """Plan a seminar; it stays a draft until it is published."""
    return _form_page(request, None)


@requires(Permission.SEMINAR_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PersonRequest, seminar_id: uuid.UUID) -> HttpResponse:
    """Change a seminar that has not begun."""
    return _form_page(request, get_object_or_404(Seminar, pk=seminar_id))


def _form_page(request: PersonRequest, found: Seminar | None) -> HttpResponse:
    if request.method != "POST":
        form = SeminarForm(seminar=found) if found else SeminarForm(initial=first_days())
        return _show_form(request, found, form, timetable_of(found))
    if request.POST.get("act") == "more":
        # Nothing is judged yet: what was typed comes back with more lines to fill in.
        sent = with_more_lines(request.POST)
        form, timetable = SeminarForm(sent, seminar=found), formset(sent)
        for shown in (form, *timetable.forms):
            shown.errors.clear()
        return _show_form(request, found, form, timetable)
    form, timetable = SeminarForm(request.POST, seminar=found), formset(request.POST)
    if form.is_valid() & timetable.is_valid():
        try:
            saved = _save(request, found, form, timetable)
        except CodedError as error:
            form.add_error(FIELDS_OF_REFUSALS.get(error.code), error.sentence)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("courses:seminar_plan", seminar_id=saved.pk)
    return _show_form(request, found, form, timetable)


def _save(request: PersonRequest, found: Seminar | None, form: SeminarForm, timetable: Any) -> Seminar:
    plan = plan_from(form, timetable)
    if found is None:
        saved = plan_seminar(programme=form.cleaned_data["programme"], plan=plan, by=request.user)
        messages.success(request, "The seminar is a draft. Look at it, then publish it.")
        return saved
    seen = form.cleaned_data["revision"]
    saved = change_seminar(seminar=found, plan=plan, seen=seen, by=request.user)
    told = " Those concerned get a mail." if saved.is_published else ""
    messages.success(request, f"The seminar is changed.{told}")
    return saved


def _show_form(request: PersonRequest, found: Seminar | None, form: SeminarForm, timetable: Any) -> HttpResponse:
    faulty = form.is_bound and bool(form.errors or any(line.errors for line in timetable.forms))
    context = {"form": form, "timetable": timetable, "seminar": found, "faulty": faulty}
    return render(request, "courses/seminars/plan_form.html", context, status=422 if faulty else 200)


@requires(Permission.SEMINAR_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: PersonRequest, seminar_id: uuid.UUID) -> HttpResponse:
    """Show a seminar with seats and waiting list; POST publishes it, gives a place back, or calls it off."""
    found = get_object_or_404(Seminar.objects.select_related("programme"), pk=seminar_id)
    cancelling = CancelSeminarForm(request.POST if request.POST.get("act") == "cancel" else None)
    if request.method == "POST" and (answer := _act(request, found, cancelling)):
        return answer
    places = list(found.bookings.filter(state__in=OPEN).select_related("enrolment__person"))
    now = timezone.now()
    context = {
        "seminar": found,
        "lines": lines_of(found, found.sessions.standing()),
        "instructors": found.instructors.order_by("full_name"),
        "seated": [place for place in places if place.state in SEATED],
        "waiting": [place for place in places if place.state == PlaceState.WAITING],
        "State": SeminarState,
        "form": cancelling,
        "is_ahead": found.state != SeminarState.CANCELLED and (found.starts_at > now or not found.is_published),
        "can_cancel": found.state != SeminarState.CANCELLED and found.ends_at > now,
    }
    return render(request, "courses/seminars/plan.html", context, status=422 if cancelling.errors else 200)


def _act(request: PersonRequest, found: Seminar, cancelling: CancelSeminarForm) -> HttpResponse | None:
    """Do what was asked and lead back to the page; None when the form for calling off has to be shown again."""
    act, _, key = request.POST.get("act", "").partition(":")
    try:
        if act == "publish":
            publish_seminar(seminar=found, by=request.user)
            messages.success(request, "The seminar is published. Trainees of the programme can book.")
        elif act == "release":
            place = _booking(found, key)
            release(booking=place, by=request.user)
            messages.success(request, f"The place of {place.enrolment.person.full_name} is given back.")
        elif act == "cancel":
            if not cancelling.is_valid():
                return None
            cancel_seminar(seminar=found, reason=cancelling.cleaned_data["reason"], by=request.user)
            messages.success(request, "The seminar is called off. Everybody with a place gets a mail.")
        else:
            raise Http404
    except CodedError as error:
        messages.error(request, error.sentence)
    return redirect("courses:seminar_plan", seminar_id=found.pk)


def _booking(found: Seminar, key: str) -> SeminarBooking:
    if not key.isascii() or not key.isdecimal() or len(key) >= LONGEST_KEY:
        raise Http404
    rows = SeminarBooking.objects.select_related("enrolment__person", "seminar")
    return get_object_or_404(rows, pk=int(key), seminar=found)
