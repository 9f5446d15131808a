"""The docket of appeals for those who run exams: what is due, who decides it, the decision."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from exams.actions import appeals
from exams.errors import ResultError
from exams.forms import AssignAppealForm, DecideAppealForm
from exams.models import Appeal, FormItem, MarkingTask
from exams.rules.appeal_policy import AppealState
from exams.views.releases import in_words
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
LONGEST_REASONS = 4000
SCORE_WORDS = {None: "", True: "Scored again, the score has changed. ", False: "Scored again, the score is the same. "}


@requires(Permission.APPEAL_DECIDE)
@require_safe
def docket(request: PersonRequest) -> HttpResponse:
    """List open appeals, the one due first on top, or with `?show=closed` those that are closed."""
    closed = request.GET.get("show") == "closed"
    rows = Appeal.objects.select_related("attempt__exam", "opened_by", "assigned_to", "decided_by")
    if closed:
        rows = rows.exclude(state=AppealState.OPEN).order_by("-closed_at", "pk")
    else:
        rows = rows.filter(state=AppealState.OPEN)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = {"page": page, "closed": closed, "today": timezone.localdate()}
    return render(request, "exams/appeals/docket.html", shown)


@requires(Permission.APPEAL_DECIDE)
@require_safe
def appeal(request: PersonRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Show one appeal with its history, and why this reader may not decide it, if so."""
    return _page(request, _found(appeal_id))


@requires(Permission.APPEAL_DECIDE)
@require_POST
def assign(request: PersonRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Give an appeal to somebody who may decide it."""
    found = _found(appeal_id)
    form = AssignAppealForm(request.POST)
    if not form.is_valid():
        return _page(request, found, assigning=form, status=422)
    try:
        appeals.assign(appeal=found, to=form.cleaned_data["to"], by=request.user)
    except ResultError as error:
        form.add_error("to", error.sentence)
        return _page(request, found, assigning=form, status=409)
    messages.success(request, f"Assigned to {form.cleaned_data['to'].full_name}.")
    return redirect("exams:docket_appeal", appeal_id=found.pk)


@requires(Permission.APPEAL_DECIDE)
@require_POST
def take_over(request: PersonRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Take an appeal from the person it is with, to decide it oneself; reasons typed before stay in the form."""
    found = _found(appeal_id)
    try:
        appeals.take_over(appeal=found, by=request.user)
    except ResultError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "This appeal is with you now.")
    if reasons := request.POST.get("reasons", "").replace("\x00", "")[:LONGEST_REASONS]:
        return _page(request, _found(appeal_id), deciding=DecideAppealForm(initial={"reasons": reasons}))
    return redirect("exams:docket_appeal", appeal_id=found.pk)


@requires(Permission.APPEAL_DECIDE)
@require_POST
def decide(request: PersonRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Decide an appeal with reasons; the candidate gets a mail."""
    found = _found(appeal_id)
    form = DecideAppealForm(request.POST)
    if not form.is_valid():
        return _page(request, found, deciding=form, status=422)
    uphold = form.cleaned_data["decision"] == AppealState.UPHELD.value
    try:
        appeals.decide(appeal=found, uphold=uphold, reasons=form.cleaned_data["reasons"], by=request.user)
    except ResultError as error:
        form.add_error(None, error.sentence)
        return _page(request, _found(appeal_id), deciding=form, status=409)
    messages.success(request, f"Decided. {SCORE_WORDS[found.changed_score()]}The candidate gets a mail.")
    return redirect("exams:docket_appeal", appeal_id=found.pk)


def _found(appeal_id: uuid.UUID) -> Appeal:
    rows = Appeal.objects.select_related(
        "attempt__exam", "attempt__form", "attempt__result__released_score", "opened_by", "assigned_to", "decided_by"
    )
    return get_object_or_404(rows, pk=appeal_id)


def _page(
    request: PersonRequest,
    found: Appeal,
    *,
    assigning: AssignAppealForm | None = None,
    deciding: DecideAppealForm | None = None,
    status: int = 200,
) -> HttpResponse:
    score = found.attempt.released_score
    objections = appeals.objections(found, request.user) if found.is_open else ()
    is_with_another = found.assigned_to is not None and found.assigned_to != request.user
    may_decide = found.is_open and not objections and not is_with_another
    places = FormItem.objects.filter(form=found.attempt.form_id).select_related("version__item")
    page = {
        "appeal": found,
        "events": found.events.select_related("by"),
        "objections": objections,
        "is_with_another": is_with_another,
        "unsent": deciding["reasons"].value() if deciding and not may_decide else "",
        "overdue": found.is_open and found.due_on < timezone.localdate(),
        "assigning": assigning or AssignAppealForm(),
        "deciding": deciding or DecideAppealForm(),
        "form": assigning or deciding,
        "standing": in_words(score) if score else "",
        "is_marked": found.is_open and MarkingTask.objects.filter(attempt=found.attempt_id).exists(),
        "changed": found.changed_score(),
        "correction": found.correction(),
        "place": places.filter(position=found.position).first() if found.position else None,
    }
    return render(request, "exams/appeals/docket_appeal.html", page, status=status)
