"""The practicum log: the trainee's pages, the supervisor's list, and the log as staff reads it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Enrolment
from exams.actions import practicum as actions
from exams.errors import PracticalError
from exams.models import PracticumEntry, ReturnReason
from exams.practicum_forms import DecideForm, LogSessionForm
from exams.practicum_log import log_of, waiting_for
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

FIELDS = {"bad_month": "month", "drill_with_patient": "patient", "no_patient": "patient", "no_protocol": "protocol"}
FIELDS |= {"steps_while_watching": "motor_threshold", "no_supervisor": "supervisor"}


@requires(Permission.PRACTICUM_LOG)
@require_safe
def own_log(request: PersonRequest) -> HttpResponse:
    """Show the logs of the person's open enrolments; nearly always there is one."""
    rows = Enrolment.objects.filter(person=request.user, closed_at__isnull=True).select_related("programme")
    logs = [log_of(enrolment) for enrolment in rows.order_by("enrolled_at")]
    return render(request, "exams/practicum/log.html", {"logs": logs, "own": True})


@requires(Permission.PRACTICUM_LOG)
@require_http_methods(["GET", "POST"])
def add_session(request: PersonRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Log one session; after that offer the next one, with the same month and supervisor."""
    rows = Enrolment.objects.filter(person=request.user, closed_at__isnull=True).select_related("programme", "person")
    enrolment = get_object_or_404(rows, pk=enrolment_id)
    before = {name: request.GET[name] for name in ("month", "supervisor", "protocol") if name in request.GET}
    form = LogSessionForm(request.POST or None, enrolment=enrolment, initial=before)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            actions.log_session(
                enrolment=enrolment,
                session=form.session,
                supervisor=given["supervisor"],
                nonce=given["nonce"],
                by=request.user,
            )
        except PracticalError as error:
            field = "supervisor" if error.code.startswith("conflict") else FIELDS.get(error.code)
            form.add_error(field, error.sentence)
        else:
            messages.success(request, f"Logged. {given['supervisor'].full_name} confirms it.")
            return redirect("exams:practicum")
    status = 422 if form.is_bound else 200
    return render(request, "exams/practicum/add.html", {"form": form, "enrolment": enrolment}, status=status)


@requires(Permission.PRACTICUM_LOG)
@require_POST
def withdraw(request: PersonRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Take back a session that nobody decided on."""
    own = PracticumEntry.objects.filter(enrolment__person=request.user).select_related("enrolment")
    entry = get_object_or_404(own, pk=entry_id)
    try:
        actions.withdraw(entry=entry, by=request.user)
    except PracticalError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "Withdrawn. Log it again if something in it was wrong.")
    return redirect("exams:practicum")


@requires(Permission.PRACTICUM_CONFIRM)
@require_http_methods(["GET", "POST"])
def to_confirm(request: PersonRequest) -> HttpResponse:
    """Show the sessions that wait for this supervisor, and confirm or return the chosen ones."""
    waiting = waiting_for(request.user)
    form = DecideForm(request.POST or None, entries=[row.entry.pk for row in waiting])
    if form.is_bound and form.is_valid():
        chosen = set(form.cleaned_data["entry"])
        entries = [row.entry for row in waiting if row.entry.pk in chosen]
        try:
            _decide(form, entries, request)
        except PracticalError as error:
            messages.error(request, error.sentence)
        return redirect("exams:practicum_to_confirm")
    if form.is_bound and "entry" in form.errors and not waiting:
        messages.error(request, "These sessions do not wait any more. Nothing was changed.")
        return redirect("exams:practicum_to_confirm")
    page = {"waiting": waiting, "form": form, "chosen": request.POST.getlist("entry")}
    return render(request, "exams/practicum/to_confirm.html", page, status=422 if form.is_bound else 200)


def _decide(form: DecideForm, entries: list[PracticumEntry], request: PersonRequest) -> None:
    if form.cleaned_data["act"] == "confirm":
        done = actions.confirm(entries=entries, by=request.user)
        messages.success(request, f"{len(done)} session{'' if len(done) == 1 else 's'} confirmed.")
    else:
        reason = ReturnReason(form.cleaned_data["reason"])
        done = actions.send_back(entries=entries, reason=reason, by=request.user)
        messages.success(request, f"{len(done)} session{'' if len(done) == 1 else 's'} returned.")


@requires(Permission.PRACTICUM_READ)
@require_safe
def log(request: PersonRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Show the log of one trainee to those who run the programme."""
    enrolment = get_object_or_404(Enrolment.objects.select_related("person", "programme"), pk=enrolment_id)
    return render(request, "exams/practicum/log.html", {"logs": [log_of(enrolment)], "own": False})
