"""Accommodations: everybody's own, and those of all for exam administrators; more time while an exam runs."""

import uuid
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from exams.access_forms import AccommodationForm, MoreTimeForm, UnblockForm
from exams.actions import access
from exams.actions import accommodations as actions
from exams.errors import AccommodationError, AttemptError
from exams.models import Accommodation, Attempt
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
LONGEST_SEARCH = 120


@requires(Permission.ACCOMMODATION_READ)
@require_safe
def accommodations(request: PersonRequest) -> HttpResponse:
    """List what stands: one's own with its history, or that of all, with a search for whoever has none yet (`?q=`)."""
    if request.scope is not Scope.ALL:
        rows = Accommodation.objects.visible_to(request.user, request.scope).select_related("granted_by")
        return render(request, "exams/accommodations/own.html", {"rows": rows[:PAGE_SIZE]})
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    found: list[User] = []
    if words:
        named = Q(full_name__icontains=words) | Q(email__icontains=words)
        enrolled = User.objects.filter(named, enrolments__closed_at__isnull=True).distinct()
        found = list(enrolled.order_by("full_name", "pk")[:PAGE_SIZE])
    standing = Accommodation.objects.standing().select_related("person").order_by("person__full_name", "pk")
    page = Paginator(standing, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = {"page": page, "q": words, "found": found, "today": site_day()}
    return render(request, "exams/accommodations/list.html", shown)


@requires(Permission.ACCOMMODATION_GRANT)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def accommodations_of(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """Grant and end the accommodation of one person, after showing again who one is."""
    person = get_object_or_404(User, public_id=public_id)
    standing = Accommodation.objects.standing().filter(person=person).first()
    if request.method == "POST" and request.POST.get("act") == "end":
        return _end(request, person)
    initial = {"valid_from": site_day(), "replaces": standing.pk if standing else None}
    form = AccommodationForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant(person=person, by=request.user, **form.grant)
        except AccommodationError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, f"{person.full_name} has this accommodation from now on.")
            return redirect("exams:accommodations_of", public_id=public_id)
    page = {
        "person": person,
        "is_self": person.pk == request.user.pk,
        "form": form,
        "standing": standing,
        "rows": Accommodation.objects.filter(person=person, ended_at__isnull=False).select_related(
            "granted_by", "ended_by"
        )[:PAGE_SIZE],
        "open_attempts": Attempt.objects.open().filter(enrolment__person=person).select_related("exam"),
    }
    return render(request, "exams/accommodations/person.html", page, status=422 if form.errors else 200)


def _end(request: PersonRequest, person: User) -> HttpResponse:
    shown = request.POST.get("accommodation", "")
    number = int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 18 else 0
    accommodation = get_object_or_404(Accommodation, person=person, pk=number)
    try:
        actions.end(accommodation=accommodation, by=request.user)
        messages.success(request, f"The accommodation of {person.full_name} is ended.")
    except AccommodationError as error:
        messages.error(request, error.sentence)
    return redirect("exams:accommodations_of", public_id=person.public_id)


@requires(Permission.ATTEMPT_EXTEND)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def more_time(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Show time and access of a running attempt; give it more time, or let it go on after a block."""
    attempt = get_object_or_404(Attempt.objects.select_related("exam", "enrolment__person"), pk=attempt_id)
    is_unblocking = request.POST.get("act") == "unblock"
    data = request.POST if request.method == "POST" else None
    initial = {"multiplier": attempt.time_multiplier, "extra_minutes": attempt.extra_minutes}
    form = MoreTimeForm(None if is_unblocking else data, initial=initial)
    unblock_form = UnblockForm(data if is_unblocking else None, prefix="unblock")
    used: Any = unblock_form if is_unblocking else form
    if request.method == "POST" and used.is_valid():
        try:
            if is_unblocking:
                access.unblock(attempt_id=attempt_id, by=request.user, **unblock_form.cleaned_data)
                messages.success(request, "The attempt may go on. Ask the candidate to load the page again.")
            else:
                actions.extend(attempt_id=attempt_id, by=request.user, **form.cleaned_data)
                messages.success(request, "The attempt has more time. The exam room shows it with its next answer.")
        except AttemptError as error:
            used.add_error(None, error.sentence)
        else:
            return redirect("exams:more_time", attempt_id=attempt_id)
    page = {
        "attempt": attempt,
        "form": form,
        "unblock_form": unblock_form,
        "used": used,
        "events": attempt.events.select_related("by").order_by("-happened_at", "-pk")[:PAGE_SIZE],
    }
    return render(request, "exams/accommodations/attempt.html", page, status=422 if used.errors else 200)
