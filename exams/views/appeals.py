"""A candidate's appeal: opened from the result, read with its decision, withdrawn."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams.actions import appeals
from exams.errors import ResultError
from exams.forms import AppealForm
from exams.models import Appeal, Attempt
from exams.rules.appeal_policy import AppealKind
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.APPEAL_OPEN)
@require_http_methods(["GET", "POST"])
def open_appeal(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Ask what the candidate objects to. No question is shown again: they name it by its number."""
    rows = Attempt.objects.select_related("exam", "enrolment", "result").filter(enrolment__person=request.user)
    attempt = get_object_or_404(rows, pk=attempt_id)
    if attempt.released_score is None:
        messages.info(request, "There is no result yet that you could appeal.")
        return redirect("exams:result", attempt_id=attempt.pk)
    form = AppealForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and (made := _made(request, attempt, form)):
            messages.success(request, "Your appeal has arrived.")
            return redirect("exams:appeal", appeal_id=made.pk)
        status = 422
    until = attempt.result.appeal_until
    page = {"attempt": attempt, "form": form, "until": until, "over": timezone.now() > until}
    return render(request, "exams/appeals/open.html", page, status=status)


def _made(request: PersonRequest, attempt: Attempt, form: AppealForm) -> Appeal | None:
    """Open the appeal, or put the refusal on the form."""
    answers = form.cleaned_data
    try:
        return appeals.open_appeal(
            attempt=attempt,
            kind=AppealKind(answers["kind"]),
            position=answers["position"],
            text=answers["text"],
            by=request.user,
        )
    except ResultError as error:
        form.add_error("position" if error.code == "no_such_question" else None, error.sentence)
        return None


@requires(Permission.APPEAL_OPEN)
@require_safe
def appeal(request: PersonRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Show an appeal to the one who opened it, with the decision and its reasons."""
    rows = Appeal.objects.visible_to(request.user, request.scope).select_related("attempt__exam")
    found = get_object_or_404(rows, pk=appeal_id)
    page = {"appeal": found, "changed": found.changed_score(), "correction": found.correction()}
    return render(request, "exams/appeals/appeal.html", page)


@requires(Permission.APPEAL_OPEN)
@require_POST
def withdraw(request: PersonRequest, appeal_id: uuid.UUID) -> HttpResponse:
    """Take back an appeal that is still open."""
    found = get_object_or_404(Appeal.objects.visible_to(request.user, request.scope), pk=appeal_id)
    try:
        appeals.withdraw(appeal=found, by=request.user)
    except ResultError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "Your appeal is withdrawn.")
    return redirect("exams:appeal", appeal_id=found.pk)
