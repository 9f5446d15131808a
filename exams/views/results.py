"""Looking over the answers, handing them in, the result."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from content.models import OrganisationSettings
from exams.actions import access, attempts
from exams.actions.access import eligibility
from exams.errors import AttemptError
from exams.models import Attempt
from exams.rendering import render_report
from exams.score_report import report_on
from exams.views.browsers import refusal_here
from exams.views.desks import AttemptDesk
from exams.views.detours import detour
from exams.views.room import show_review, show_submit
from exams.views.sessions import get_attempt
from lms.accounts import sessions
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.ATTEMPT_TAKE)
@require_GET
def review(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """List all questions with their states before handing in; nothing is handed in here."""
    attempt = get_attempt(request, attempt_id)
    if elsewhere := detour(request, attempt):
        return elsewhere
    return show_review(request, AttemptDesk.at(request, attempt))


@requires(Permission.ATTEMPT_TAKE)
@require_http_methods(["GET", "POST"])
def submit(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Ask once, in words with numbers, then hand in. Handing in again leads to the same result."""
    attempt = get_attempt(request, attempt_id)
    if request.method == "POST":
        return _hand_in(request, attempt)
    if elsewhere := detour(request, attempt):
        return elsewhere
    return show_submit(request, AttemptDesk.at(request, attempt))


def _hand_in(request: PersonRequest, attempt: Attempt) -> HttpResponse:
    """Close the attempt, from wherever it comes; a network or browser that the exam does not admit is noted."""
    refusal = refusal_here(request, attempt) if attempt.is_open else None
    try:
        attempts.submit(
            attempt_id=attempt.pk,
            token=request.POST.get("token", ""),
            by=request.user,
            received_at=request.received_at,
        )
    except AttemptError as error:
        if error.code == "paused":
            return redirect("exams:room", attempt_id=attempt.pk)
        messages.error(request, f"{error.sentence} It was not submitted from here.")
        return redirect("exams:claim", attempt_id=attempt.pk)
    if refusal:
        access.note_end_elsewhere(attempt_id=attempt.pk, reason=refusal, by=request.user)
    sessions.release(request.session)
    return redirect("exams:result", attempt_id=attempt.pk)


@requires(Permission.RESULT_READ)
@require_GET
def result(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Show the result of a closed attempt: the decision first, in words."""
    attempt = get_attempt(request, attempt_id, with_result=True)
    is_own = attempt.enrolment.person_id == request.user.pk
    if attempt.is_open:
        if is_own:
            return redirect("exams:room", attempt_id=attempt.pk)
        return render(request, "exams/result.html", {"attempt": attempt, "is_own": is_own})
    report = report_on(attempt)
    page = {
        "attempt": attempt,
        "is_own": is_own,
        "report": report,
        "score": report.score if report else None,
        "appeals": list(attempt.appeals.order_by("opened_at")) if report else [],
        "strays": list(attempt.strays.all()) if is_own else [],
    }
    if report and is_own:
        page["may_appeal"] = timezone.now() <= report.appeal_until
        if not report.score.passed:
            page["retake"] = eligibility(enrolment=attempt.enrolment, exam=attempt.exam, now=timezone.now())
    return render(request, "exams/result.html", page)


@requires(Permission.RESULT_READ)
@require_GET
def report_pdf(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Hand out the score report of a result that is out as a PDF, made when it is asked for."""
    attempt = get_attempt(request, attempt_id, with_result=True)
    report = report_on(attempt)
    if report is None:
        raise Http404("There is no result yet.")
    retake = None
    if not report.score.passed:
        retake = eligibility(enrolment=attempt.enrolment, exam=attempt.exam, now=timezone.now())
    pdf = render_report(report, retake=retake, issuer=OrganisationSettings.current().name or "Threshold")
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="score-report-{attempt.pk}.pdf"'
    return response
