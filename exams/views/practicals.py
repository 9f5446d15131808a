"""The instructor's day list, a sitting, its checklist; the registrar's page that assigns sittings."""

import json
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.models import Enrolment, Programme
from exams.actions.fitness import refuse_unfit_now
from exams.actions.practicals import (
    SaveReply,
    assign_sitting,
    cancel_sitting,
    observe,
    open_sitting,
    record_form,
)
from exams.actions.second_ratings import assign_second
from exams.errors import OverridableError, PracticalError, UnconfirmedError, UnfitError
from exams.models import Qualification, Sitting, SittingState, adjustments_of, adjustments_on, newest_rubric
from exams.planning import waiting_for_practical
from exams.practical_forms import AssignSittingForm, FindForm, OpenSittingForm, SecondRaterForm
from exams.rules import practical as rules
from exams.rules.patient_details import patient_details
from exams.rules.practical_saves import Save
from exams.rules.scheduling import Objection
from exams.second_ratings import stations_in_dispute, waiting_for_raters
from exams.views.practical_pages import ChecklistPage, checklist_page, current_entries, in_words
from lms.accounts import sessions
from lms.accounts.models import User
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

MOST_ROWS = 100
FIELDS_OF_REFUSALS = {
    "day_passed": "scheduled_for",
    "too_early": "scheduled_for",
    "too_many_tries": "scheduled_for",
    "plan_open": "stations",
    "setting_not_allowed": "simulated",
    "device_not_allowed": "device_family",
    "person_busy": "starts",
}
MOST_FOUND = 20
LARGEST_BODY = 256 * 1024
CHECKLIST_HOLD = timedelta(hours=2)
CHECKLIST_HOLD_STEP = timedelta(minutes=5)  # a tap must not write the session each time
FORM_KEYS = {"csrfmiddlewaretoken", "part", "rev"}


@requires(Permission.PRACTICAL_SIGN)
@require_safe
def day_list(request: PersonRequest) -> HttpResponse:
    """Show the assessor's sittings of today and everything still open, nearest first."""
    form = FindForm(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    today = timezone.localdate()
    sittings = Sitting.objects.to_assess_by(request.user).on_the_list(today).with_people()
    if text:
        sittings = sittings.named(text)
    rows = list(sittings.order_by("state", "scheduled_for", "enrolment__person__full_name")[:MOST_ROWS])
    groups = [
        ("Today", [row for row in rows if row.scheduled_for == today]),
        ("Open from earlier days", [row for row in rows if row.scheduled_for < today]),
        ("Coming", [row for row in rows if row.scheduled_for > today]),
    ]
    context = {"groups": [group for group in groups if group[1]], "form": form, "q": text, "today": today}
    return render(request, "exams/practicals/day_list.html", context)


@requires(Permission.PRACTICAL_SIGN)
def sitting(request: PersonRequest, sitting_id: uuid.UUID) -> HttpResponse:
    """Confirm who is assessed and who assesses; then the checklist opens (ux.md I2)."""
    row = own_sitting(request, sitting_id)
    if not row.is_open:
        return _where_it_went(request, row)
    if row.checkout_id:
        return redirect("exams:take_back", row.pk)
    try:
        held = {standing.basis for standing in refuse_unfit_now(row, request.user)}
        form = OpenSittingForm(request.POST or None, sitting=row, held=held)
        if request.method == "POST" and form.is_valid():
            open_sitting(sitting=row, by=request.user, qualification=Qualification(form.cleaned_data["qualification"]))
            return redirect("exams:checklist", row.pk)
    except PracticalError as refusal:
        return refused(request, row, refusal)
    page = {"sitting": row, "form": form, "adjustments": adjustments_on(row.trainee, row.scheduled_for)}
    return render(request, "exams/practicals/sitting.html", page)


@requires(Permission.PRACTICAL_SIGN)
def checklist(request: PersonRequest, sitting_id: uuid.UUID) -> HttpResponse:
    """Show the checklist; without scripts, take the entries of one station."""
    row = own_sitting(request, sitting_id)
    if not row.is_open:
        return _where_it_went(request, row)
    if row.opened_at is None or row.checkout_id:
        return redirect("exams:sitting", row.pk)
    try:
        refuse_unfit_now(row, request.user)
    except PracticalError as refusal:
        return refused(request, row, refusal)
    _hold_session(request)
    if request.method == "POST":
        return _take_form(request, row)
    page = checklist_page(row, current_entries(row), show_gaps="check" in request.GET)
    return _show_checklist(request, row, page)


def _hold_session(request: PersonRequest) -> None:
    """Let an open checklist outlast the short idle time of staff: assessors look at the chair, not at the tablet.

    Signing asks for the password again, so a tablet that lies about signs nothing.
    """
    sessions.hold(request.session, request.received_at + CHECKLIST_HOLD, at_least=CHECKLIST_HOLD_STEP)


@requires(Permission.PRACTICAL_SIGN, api=True)
@require_POST
def observations(request: PersonRequest, sitting_id: uuid.UUID) -> JsonResponse:
    """Take a batch of numbered saves as JSON and answer each (offline.md 4.3)."""
    row = own_sitting(request, sitting_id)
    _hold_session(request)
    try:
        saves = _saves_from(request)
        replies = observe(sitting=row, by=request.user, saves=saves, received_at=request.received_at)
    except PracticalError as refusal:
        status = 409 if refusal.code == "checked_out" else 400
        return JsonResponse({"code": refusal.code, "detail": refusal.sentence}, status=status)
    values = row.values()
    progress = rules.progress(row.rubric, row.stations, values)
    row.refresh_from_db(fields=["rev"])
    return JsonResponse(
        {
            "replies": [_reply_json(reply) for reply in replies],
            "saved_at": timezone.localtime(request.received_at).strftime("%H:%M:%S"),
            "rated": progress.rated,
            "total": progress.total,
            "rev": row.rev,
        }
    )


@requires(Permission.SITTING_ASSIGN)
@require_safe
def assign(request: PersonRequest) -> HttpResponse:
    """Find a trainee to assign, see who waits for a practical, and the sittings that are open."""
    form = FindForm(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    found = Enrolment.objects.filter(closed_at__isnull=True, person__full_name__icontains=text)
    found = found.select_related("person", "programme").order_by("person__full_name")
    sittings = Sitting.objects.filter(state=SittingState.OPEN).with_people().order_by("scheduled_for")[:MOST_ROWS]
    context = {"form": form, "q": text, "found": found[:MOST_FOUND] if text else [], "sittings": sittings}
    context["programmes"] = Programme.objects.filter(rubrics__isnull=False).distinct().order_by("title")
    context["waiting"] = waiting_for_practical().select_related("person", "programme")[:MOST_ROWS]
    context["raters"] = waiting_for_raters()
    return render(request, "exams/practicals/assign.html", context)


@requires(Permission.SITTING_ASSIGN)
def assign_trainee(request: PersonRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Name assessor, day, place and stations for one trainee."""
    enrolment = get_object_or_404(Enrolment.objects.select_related("person", "programme"), pk=enrolment_id)
    version = newest_rubric(enrolment.programme_id)
    if version is None:
        messages.warning(request, "This programme has no practical yet.")
        return redirect("exams:assign")
    initial = {"scheduled_for": timezone.localdate()}
    form = AssignSittingForm(request.POST or None, initial=initial, rubric=version.plain, enrolment=enrolment)
    found: tuple[Objection, ...] = ()
    allowable: User | None = None
    if request.method == "POST" and form.is_valid():
        despite = request.POST.getlist("despite") if request.POST.get("confirmed") else []
        try:
            made = assign_sitting(enrolment=enrolment, by=request.user, despite=despite, **form.cleaned_data)
        except UnconfirmedError as refusal:
            found = refusal.objections
        except UnfitError as refusal:
            allowable = form.cleaned_data["assessor"] if isinstance(refusal, OverridableError) else None
            form.add_error("assessor", refusal.sentence)
        except PracticalError as refusal:
            form.add_error(FIELDS_OF_REFUSALS.get(refusal.code), refusal.sentence)
        else:
            messages.success(request, f"{made.assessor.full_name} assesses {enrolment.person.full_name}.")
            return redirect("exams:assign")
    granted = adjustments_of(enrolment.person, timezone.now())
    page = {
        "form": form,
        "enrolment": enrolment,
        "objections": found,
        "adjustments": granted,
        "allowable": allowable,
    }
    return render(request, "exams/practicals/assign_trainee.html", page, status=409 if found else 200)


@requires(Permission.SITTING_ASSIGN)
def second(request: PersonRequest, sitting_id: uuid.UUID) -> HttpResponse:
    """Name who rates a sitting again, or who decides where two raters differ."""
    row = get_object_or_404(Sitting.objects.with_people(), pk=sitting_id)
    form = SecondRaterForm(request.POST or None, sitting=row)
    if request.method == "POST" and form.is_valid():
        try:
            made = assign_second(first=row, assessor=form.cleaned_data["assessor"], by=request.user)
        except PracticalError as refusal:
            form.add_error("assessor", refusal.sentence)
        else:
            what = "decides about" if made.adjudicates else "rates again"
            messages.success(request, f"{made.assessor.full_name} {what} the practical of {row.trainee.full_name}.")
            return redirect("exams:assign")
    disputed = stations_in_dispute(row)
    page = {"sitting": row, "form": form, "disputed": disputed}
    return render(request, "exams/practicals/second.html", page, status=422 if form.errors else 200)


@requires(Permission.SITTING_ASSIGN)
def cancel(request: PersonRequest, sitting_id: uuid.UUID) -> HttpResponse:
    """Ask, then cancel an open sitting."""
    row = get_object_or_404(Sitting.objects.with_people(), pk=sitting_id)
    if request.method == "POST":
        try:
            cancel_sitting(sitting=row, by=request.user)
        except PracticalError as refusal:
            return refused(request, row, refusal, status=409)
        messages.success(request, f"The sitting of {row.trainee.full_name} is cancelled.")
        return redirect("exams:assign")
    return render(request, "exams/practicals/cancel.html", {"sitting": row})


def own_sitting(request: PersonRequest, sitting_id: uuid.UUID) -> Sitting:
    """Find a sitting of this assessor; anybody else's does not exist for them (S-4)."""
    return get_object_or_404(Sitting.objects.to_assess_by(request.user).with_people(), pk=sitting_id)


def refused(request: PersonRequest, row: Sitting, refusal: PracticalError, status: int = 403) -> HttpResponse:
    """Say why this person cannot go on with a sitting."""
    return render(request, "exams/practicals/refused.html", {"sitting": row, "refusal": refusal}, status=status)


def _where_it_went(request: PersonRequest, row: Sitting) -> HttpResponse:
    if row.state == SittingState.SIGNED:
        return redirect("exams:signed", row.pk)
    refusal = PracticalError("sitting_cancelled", "The registrar has cancelled this sitting.")
    return refused(request, row, refusal, status=409)


def _show_checklist(
    request: PersonRequest, row: Sitting, page: ChecklistPage, overtaken: Mapping[str, str] | None = None
) -> HttpResponse:
    context = {"sitting": row, "page": page, "overtaken": overtaken or {}}
    return render(request, "exams/practicals/checklist.html", context, status=409 if overtaken else 200)


def _take_form(request: PersonRequest, row: Sitting) -> HttpResponse:
    part = request.POST.get("part", "")
    fields = {rules.OUTCOME_FIELD, rules.REMARK_FIELD}
    if part:
        fields = {field for station in row.rubric.chosen([part]) for field in station.all_fields}
    values = {key: str(value) for key, value in request.POST.items() if key not in FORM_KEYS}
    rev = request.POST.get("rev", "")
    if not set(values) <= fields or not rev.isdecimal():
        return HttpResponse("This form holds a field that does not belong to it.", status=400)
    try:
        overtaken = record_form(
            sitting=row,
            by=request.user,
            values=values,
            seen_rev=int(rev),
            received_at=request.received_at,
        )
    except PracticalError as refusal:
        return refused(request, row, refusal, status=409)
    if overtaken:
        row.refresh_from_db(fields=["rev"])
        page = checklist_page(row, current_entries(row), show_gaps=False)
        return _show_checklist(request, row, page, {field: in_words(row.rubric, values[field]) for field in overtaken})
    anchor = f"station-{part}" if part else "conclusion"
    return redirect(f"{reverse('exams:checklist', args=[row.pk])}#{anchor}")


def _saves_from(request: PersonRequest) -> list[Save]:
    """Read the saves of a request. Raises `PracticalError` bad_body for anything but the agreed shape (S-5)."""
    try:
        if len(request.body) > LARGEST_BODY:
            raise ValueError("too large")
        body = json.loads(request.body)
        if set(body) != {"saves"} or not isinstance(body["saves"], list):
            raise ValueError("unknown shape")
        return [_save_from(entry) for entry in body["saves"]]
    except (ValueError, TypeError, AttributeError, KeyError) as fault:
        raise PracticalError("bad_body", "These entries cannot be read.") from fault


def _save_from(entry: dict[str, Any]) -> Save:
    field, seq, value = entry["field"], entry["seq"], entry["value"]
    if set(entry) != {"field", "seq", "value"} or not isinstance(field, str) or not isinstance(value, str):
        raise ValueError("unknown shape")
    if not isinstance(seq, int) or isinstance(seq, bool):
        raise TypeError("a number is needed")
    return Save(field, seq, value)


def _reply_json(reply: SaveReply) -> dict[str, Any]:
    answer: dict[str, Any] = {"field": reply.save.field, "seq": reply.save.seq, "reply": reply.reply.value}
    if reply.fault:
        answer["fault"] = reply.fault
    if reply.stored is not None:
        answer["stored"] = {"seq": reply.stored.seq, "value": reply.stored.value}
    if warnings := patient_details(reply.save.value):
        answer["warnings"] = list(warnings)
    return answer
