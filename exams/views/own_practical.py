"""The trainee's practical: what is planned, what was asked for, free slots, and asking an assessor by name."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Enrolment
from exams.actions.sitting_requests import ask, cancel_booking, withdraw
from exams.errors import PracticalError
from exams.models import ProviderSite, Sitting, SittingRequest, SittingState, Slot, site_of
from exams.next_part import NextPart, OpenSlot, assessors_for, next_part, open_slots
from exams.slot_forms import AskForm, StationsForm
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

MOST_REQUESTS = 20


@dataclass(frozen=True)
class OwnPractical:
    """What one enrolment shows: what comes, what was asked, what can be booked."""

    enrolment: Enrolment
    part: NextPart
    site: ProviderSite | None
    sittings: tuple[Sitting, ...]
    requests: tuple[SittingRequest, ...]
    slots: tuple[OpenSlot, ...]


@requires(Permission.SLOT_BOOK)
@require_safe
def own_practical(request: PersonRequest) -> HttpResponse:
    """Show the practical of each open enrolment of the person; nearly always there is one."""
    rows = Enrolment.objects.filter(person=request.user, closed_at__isnull=True).select_related("programme", "person")
    parts = [_own(enrolment) for enrolment in rows.order_by("enrolled_at")]
    return render(request, "exams/slots/own.html", {"parts": parts})


@requires(Permission.SLOT_BOOK)
@require_http_methods(["GET", "POST"])
def slot_ask(request: PersonRequest, enrolment_id: uuid.UUID, slot_id: uuid.UUID) -> HttpResponse:
    """Choose the stations for a free slot, then ask for it or book it."""
    enrolment = _own_enrolment(request, enrolment_id)
    if _asked_before(request, enrolment):
        return redirect("exams:own_practical")
    part = next_part(enrolment)
    slot = get_object_or_404(Slot.objects.standing().select_related("assessor", "site"), pk=slot_id)
    offered = next((one for one in open_slots(part) if one.slot == slot), None) if part.hindrance is None else None
    stations = offered.stations if offered else part.stations
    form = StationsForm(request.POST or None, stations=stations, chosen=offered.suggested if offered else ())
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            row = ask(
                enrolment=part.enrolment,
                assessor=slot.assessor,
                slot=slot,
                stations=given["stations"],
                nonce=given["nonce"],
                by=request.user,
            )
        except PracticalError as refusal:
            form.add_error(None if refusal.code.startswith("slot") else "stations", refusal.sentence)
        else:
            words = f"{slot.assessor.full_name} is asked and answers by mail." if row.is_waiting else "It is booked."
            messages.success(request, words)
            return redirect("exams:own_practical")
    elif offered is None and not form.is_bound:
        messages.warning(request, "This slot is not free for you any more. Choose another one.")
        return redirect("exams:own_practical")
    page = {"form": form, "slot": slot, "part": part}
    return render(request, "exams/slots/ask_slot.html", page, status=422 if form.errors else 200)


@requires(Permission.SLOT_BOOK)
@require_http_methods(["GET", "POST"])
def assessor_ask(request: PersonRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Ask an assessor by name for a time to be found."""
    enrolment = _own_enrolment(request, enrolment_id)
    if _asked_before(request, enrolment):
        return redirect("exams:own_practical")
    part = next_part(enrolment)
    if part.hindrance is not None:
        messages.warning(request, part.hindrance.sentence)
        return redirect("exams:own_practical")
    people = assessors_for(part)
    form = AskForm(request.POST or None, people=people, stations=part.stations, chosen=part.codes)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            ask(enrolment=part.enrolment, by=request.user, **given)
        except PracticalError as refusal:
            unfit = refusal.code.startswith(("conflict", "not_", "qualification", "device", "asked", "too_many_asked"))
            form.add_error("assessor" if unfit else "stations", refusal.sentence)
        else:
            messages.success(request, f"{given['assessor'].full_name} is asked and answers by mail.")
            return redirect("exams:own_practical")
    page = {"form": form, "part": part, "people": people}
    return render(request, "exams/slots/ask.html", page, status=422 if form.errors else 200)


@requires(Permission.SLOT_BOOK)
@require_POST
def request_withdraw(request: PersonRequest, request_id: uuid.UUID) -> HttpResponse:
    """Take back a request that nobody answered."""
    row = _own_request(request, request_id)
    try:
        withdraw(request=row, by=request.user)
    except PracticalError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Your request is withdrawn.")
    return redirect("exams:own_practical")


@requires(Permission.SLOT_BOOK)
@require_http_methods(["GET", "POST"])
def booking_cancel(request: PersonRequest, request_id: uuid.UUID) -> HttpResponse:
    """Ask, then cancel a booked practical."""
    row = _own_request(request, request_id)
    if request.method == "POST":
        try:
            cancel_booking(request=row, by=request.user)
        except PracticalError as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, "Your practical is cancelled. Your assessor gets a mail.")
        return redirect("exams:own_practical")
    return render(request, "exams/slots/cancel.html", {"row": row})


def _own(enrolment: Enrolment) -> OwnPractical:
    part = next_part(enrolment)
    requests = SittingRequest.objects.filter(enrolment=enrolment).with_people().order_by("-asked_at")[:MOST_REQUESTS]
    coming = Sitting.objects.filter(enrolment=enrolment, state=SittingState.OPEN, rates_again__isnull=True)
    return OwnPractical(
        enrolment=enrolment,
        part=part,
        site=site_of(enrolment),
        sittings=tuple(coming.with_people().select_related("request__slot").order_by("scheduled_for", "starts_at")),
        requests=tuple(requests),
        slots=tuple(open_slots(part)) if part.hindrance is None else (),
    )


def _own_enrolment(request: PersonRequest, enrolment_id: uuid.UUID) -> Enrolment:
    rows = Enrolment.objects.filter(person=request.user, closed_at__isnull=True).select_related("programme", "person")
    return get_object_or_404(rows, pk=enrolment_id)


def _asked_before(request: PersonRequest, enrolment: Enrolment) -> bool:
    """Whether this is the second press of a button: what was asked is not due any more, and nothing is wrong."""
    try:
        nonce = uuid.UUID(request.POST.get("nonce", ""))
    except ValueError:
        return False
    return SittingRequest.objects.filter(nonce=nonce, enrolment=enrolment).exists()


def _own_request(request: PersonRequest, request_id: uuid.UUID) -> SittingRequest:
    rows = SittingRequest.objects.filter(enrolment__person=request.user).with_people()
    return get_object_or_404(rows, pk=request_id)
