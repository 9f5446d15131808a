"""Requests for a practical: the list of those who answer, and one request to accept, decline or cancel."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from exams.actions.sitting_requests import accept, cancel_booking, decline
from exams.errors import PracticalError, UnconfirmedError
from exams.models import SittingRequest
from exams.slot_forms import ReasonForm, appoint_form
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

MOST_ROWS = 100
FIELDS_OF_REFUSALS = {
    "day_passed": "day",
    "too_early": "day",
    "too_many_tries": "day",
    "person_busy": "starts",
    "place_busy": "place",
    "device_busy": "device",
}


@requires(Permission.SITTING_ANSWER)
@require_safe
def sitting_requests(request: PersonRequest) -> HttpResponse:
    """List what waits for an answer, longest first."""
    rows = SittingRequest.objects.visible_to(request.user, request.scope).waiting().with_people()[:MOST_ROWS]
    return render(request, "exams/slots/requests.html", {"rows": rows})


@requires(Permission.SITTING_ANSWER)
@require_http_methods(["GET", "POST"])
def sitting_request(request: PersonRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show one request; accept it, decline it with a reason, or cancel the practical that it became."""
    visible = SittingRequest.objects.visible_to(request.user, request.scope).with_people()
    row = get_object_or_404(visible.select_related("answered_by"), pk=request_id)
    act, data = request.POST.get("act"), request.POST or None
    page: dict[str, Any] = {
        "row": row,
        "appoint": appoint_form(row, data if act == "accept" else None),
        "reason": ReasonForm(data if act in ("decline", "cancel") else None),
        "objections": (),
        "problem": "",
    }
    if act == "accept":
        done = _accept(request, row, page)
    elif act in ("decline", "cancel"):
        done = _end(request, row, page, act)
    else:
        done = False
    if done:
        return redirect("exams:sitting_requests")
    page["used"] = page["appoint"] if act == "accept" and page["appoint"] else page["reason"]
    page["stations"] = ", ".join(row.stations)
    return render(request, "exams/slots/request.html", page, status=409 if act else 200)


def _accept(request: PersonRequest, row: SittingRequest, page: dict[str, Any]) -> bool:
    form = page["appoint"]
    if form is not None and not form.is_valid():
        return False
    despite = request.POST.getlist("despite") if request.POST.get("confirmed") else []
    try:
        made = accept(request=row, by=request.user, appointed=form.appointed if form else None, despite=despite)
    except UnconfirmedError as refusal:
        page["objections"] = refusal.objections
        return False
    except PracticalError as refusal:
        field = FIELDS_OF_REFUSALS.get(refusal.code)
        if form is not None:
            form.add_error(field, refusal.sentence)
        else:
            page["problem"] = refusal.sentence
        return False
    messages.success(request, f"Planned: {made.trainee.full_name} with {made.assessor.full_name}. Both get a mail.")
    return True


def _end(request: PersonRequest, row: SittingRequest, page: dict[str, Any], act: str) -> bool:
    form = page["reason"]
    if not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    try:
        if act == "decline":
            decline(request=row, by=request.user, reason=reason)
        else:
            cancel_booking(request=row, by=request.user, reason=reason)
    except PracticalError as refusal:
        page["problem"] = refusal.sentence
        return False
    words = "declined" if act == "decline" else "cancelled"
    messages.success(request, f"The practical of {row.enrolment.person.full_name} is {words}. They get a mail.")
    return True
