"""The registrar's side of admission: the queue, and one application with its decision."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import admission
from courses.errors import AdmissionError
from courses.forms import DecisionForm, QueueForm
from courses.models import Application, ApplicationState
from courses.rules.admission import decide_by, documents_to_see, reasons_against
from courses.views.declarations import lines_of
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 25


@requires(Permission.APPLICATION_DECIDE)
@require_safe
def queue(request: PersonRequest) -> HttpResponse:
    """List applications, waiting ones first, with search and pages."""
    form = QueueForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    rows = Application.objects.visible_to(request.user, request.scope)
    if words:
        rows = rows.matching(words)
    rows = rows.waiting_first().select_related("person", "programme")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    listed = [(application, decide_by(timezone.localdate(application.submitted_at))) for application in page]
    context = {"page": page, "listed": listed, "q": words, "today": today, "State": ApplicationState}
    return render(request, "courses/admission/queue.html", context)


@requires(Permission.APPLICATION_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: PersonRequest, application_id: uuid.UUID) -> HttpResponse:
    """Show what was declared and what the rule says; take the decision, have it checked, carry it out."""
    rows = Application.objects.visible_to(request.user, request.scope)
    application = get_object_or_404(rows.select_related("person", "programme", "decided_by"), pk=application_id)
    if request.method != "POST":
        return _page(request, application, DecisionForm())
    step = request.POST.get("step", "check")
    if step == "change":
        return _page(request, application, DecisionForm(initial=request.POST.dict()))
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, application, form)
    if step != "confirm":
        return render(request, "courses/admission/decision_check.html", {"application": application, "form": form})
    return _carry_out(request, application, form)


def _carry_out(request: PersonRequest, application: Application, form: DecisionForm) -> HttpResponse:
    answers, by = form.cleaned_data, request.user
    try:
        if answers["decision"] == DecisionForm.ADMIT:
            admission.admit(application=application, documents_seen=answers["documents_seen"], by=by)
        else:
            admission.decline(application=application, reason=answers["reason"], by=by)
    except AdmissionError as error:
        application.refresh_from_db()
        form.add_error(None, error.sentence)
        return _page(request, application, form, status=409)
    outcome = ApplicationState(application.state).label.lower()
    messages.success(request, f"{application.person.full_name}: {outcome}. A mail is on its way.")
    return redirect("courses:admission_queue")


def _page(request: PersonRequest, application: Application, form: DecisionForm, status: int = 200) -> HttpResponse:
    is_waiting = application.state == ApplicationState.SUBMITTED
    is_own = application.person_id == request.user.pk
    context = {
        "application": application,
        "form": form,
        "lines": lines_of(application.facts),
        "reasons": reasons_against(application.facts, today=timezone.localdate()),
        "documents": documents_to_see(application.facts),
        "decide_until": decide_by(timezone.localdate(application.submitted_at)),
        "is_own": is_own,
        "may_decide": is_waiting and not is_own,
        "State": ApplicationState,
    }
    return render(request, "courses/admission/decision.html", context, status=status)
