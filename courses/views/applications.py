"""Applying for admission: pathway, facts, check, sent; and how an application stands.

Until it is sent, what was typed lives in the session, so that going back, changing the pathway or coming back from the
check page never asks for the same thing twice. What is sent is what the check page showed: it carries a digest.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.actions import admission
from courses.errors import AdmissionError
from courses.forms import FACTS_FORMS, FactsForm, PathwayForm, digest_of
from courses.models import Application, ApplicationState, Enrolment, Pathway, Programme
from courses.rules.admission import CODE_OF_CONDUCT_VERSION, decide_by, documents_to_see, reasons_against
from courses.views.declarations import lines_of
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

DRAFTS = "application_drafts"


@requires(Permission.APPLICATION_SUBMIT)
@require_http_methods(["GET", "HEAD", "POST"])
def choose_pathway(request: PersonRequest, code: str) -> HttpResponse:
    """Ask by which road somebody applies; whoever applied already is led to their application."""
    programme = get_object_or_404(Programme, code=code)
    if elsewhere := _not_applying(request, programme):
        return elsewhere
    sent = request.POST if request.method == "POST" else None
    form = PathwayForm(sent, initial={"pathway": _draft(request, programme).get("pathway")})
    if form.is_valid():
        return redirect("courses:apply_facts", code=code, pathway=form.cleaned_data["pathway"])
    return render(request, "courses/admission/pathway.html", {"programme": programme, "form": form})


@requires(Permission.APPLICATION_SUBMIT)
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: PersonRequest, code: str, pathway: str) -> HttpResponse:
    """Ask for the facts of a pathway; the rule explains what stands in the way."""
    programme = get_object_or_404(Programme, code=code)
    form_class = _form_class(pathway)
    if elsewhere := _not_applying(request, programme):
        return elsewhere
    if request.method != "POST":
        return _facts_page(request, programme, form_class(initial=_initial(request, programme)))
    form = form_class(request.POST)
    if form.unknown_names:
        form.add_error(None, "This page was changed on the way. Load it again, then send it once more.")
        return _facts_page(request, programme, form, status=400)
    _keep_draft(request, programme, form)
    if not _is_eligible(form):
        return _facts_page(request, programme, form)
    return redirect("courses:apply_check", code=code)


@requires(Permission.APPLICATION_SUBMIT)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PersonRequest, code: str) -> HttpResponse:
    """Show everything that will be sent, and send exactly that."""
    programme = get_object_or_404(Programme, code=code)
    draft = _draft(request, programme)
    if (elsewhere := _not_applying(request, programme)) or not draft:
        return elsewhere or redirect("courses:apply", code=code)
    form = _form_class(draft["pathway"])(draft["answers"])
    if not _is_eligible(form):
        return _facts_page(request, programme, form)
    if request.method != "POST":
        return _check_page(request, programme, form)
    if request.POST.get("checked") != digest_of(form.facts):
        return _check_page(request, programme, form, changed=True)
    return _send(request, programme, form)


@requires(Permission.APPLICATION_SUBMIT)
@require_safe
def status(request: PersonRequest, application_id: uuid.UUID) -> HttpResponse:
    """Show one's own application: what was declared, how it stands, what happens next."""
    application = _own(request, application_id)
    context = {
        "application": application,
        "State": ApplicationState,
        "lines": lines_of(application.facts),
        "documents": documents_to_see(application.facts),
        "decide_until": decide_by(timezone.localdate(application.submitted_at)),
    }
    return render(request, "courses/admission/status.html", context)


@requires(Permission.APPLICATION_SUBMIT)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PersonRequest, application_id: uuid.UUID) -> HttpResponse:
    """Ask once more, then take the application back."""
    application = _own(request, application_id)
    if request.method != "POST" and application.state == ApplicationState.SUBMITTED:
        return render(request, "courses/admission/withdraw.html", {"application": application})
    if request.method == "POST":
        try:
            admission.withdraw(application=application, by=request.user)
            messages.success(request, "Your application is withdrawn.")
        except AdmissionError as error:
            messages.error(request, error.sentence)
    return redirect("courses:application", application_id=application.pk)


def _own(request: PersonRequest, application_id: uuid.UUID) -> Application:
    rows = Application.objects.visible_to(request.user, request.scope).select_related("programme", "enrolment")
    return get_object_or_404(rows, pk=application_id)


def _form_class(pathway: str) -> type[FactsForm]:
    if pathway not in Pathway.values:
        raise Http404
    return FACTS_FORMS[Pathway(pathway)]


def _not_applying(request: PersonRequest, programme: Programme) -> HttpResponse | None:
    """Answer those who cannot apply now: they wait for a decision, or are enrolled."""
    waiting = Application.objects.waiting().filter(person=request.user, programme=programme).first()
    if waiting:
        return redirect("courses:application", application_id=waiting.pk)
    if Enrolment.objects.filter(person=request.user, programme=programme, closed_at__isnull=True).exists():
        return render(request, "courses/admission/enrolled.html", {"programme": programme})
    return None


def _is_eligible(form: FactsForm) -> bool:
    """Validate, and put the rule's reasons beside the fields."""
    readable = form.is_valid()
    reasons = reasons_against(form.facts, today=timezone.localdate())
    form.explain(reasons)
    return readable and not reasons


def _draft(request: PersonRequest, programme: Programme) -> dict[str, Any]:
    draft: dict[str, Any] = request.session.get(DRAFTS, {}).get(programme.code, {})
    return draft


def _initial(request: PersonRequest, programme: Programme) -> dict[str, Any]:
    """What the form starts with; a code of conduct that changed since is not accepted yet."""
    answers = _draft(request, programme).get("answers", {})
    return {**answers, "conduct_version": answers.get("conduct_version") == CODE_OF_CONDUCT_VERSION}


def _keep_draft(request: PersonRequest, programme: Programme, form: FactsForm) -> None:
    """Keep what was typed, as typed; facts that another pathway asked for stay too."""
    answers = dict(_draft(request, programme).get("answers", {}))
    for name in form.fields:
        answers.pop(name, None)
        if name in form.data:
            answers[name] = form.data[name]
    drafts = request.session.get(DRAFTS, {})
    request.session[DRAFTS] = {**drafts, programme.code: {"pathway": form.pathway.value, "answers": answers}}


def _drop_draft(request: PersonRequest, programme: Programme) -> None:
    drafts = request.session.get(DRAFTS, {})
    request.session[DRAFTS] = {code: draft for code, draft in drafts.items() if code != programme.code}


def _facts_page(request: PersonRequest, programme: Programme, form: FactsForm, status: int = 200) -> HttpResponse:
    context = {
        "programme": programme,
        "form": form,
        "pathway": form.pathway,
        "conduct_version": CODE_OF_CONDUCT_VERSION,
    }
    return render(request, "courses/admission/facts.html", context, status=status)


def _check_page(request: PersonRequest, programme: Programme, form: FactsForm, changed: bool = False) -> HttpResponse:
    context = {
        "programme": programme,
        "pathway": form.pathway,
        "lines": lines_of(form.facts),
        "documents": documents_to_see(form.facts),
        "checked": digest_of(form.facts),
        "changed": changed,
    }
    return render(request, "courses/admission/check.html", context, status=409 if changed else 200)


def _send(request: PersonRequest, programme: Programme, form: FactsForm) -> HttpResponse:
    """Send the application; a second press finds it sent and leads to it."""
    try:
        sent = admission.submit_application(programme=programme, facts=form.facts, by=request.user)
    except AdmissionError as error:
        messages.error(request, error.sentence)
        return redirect("courses:apply", code=programme.code)
    _drop_draft(request, programme)
    messages.success(request, f"Your application is sent. Its reference is {sent.reference}.")
    return redirect("courses:application", application_id=sent.pk)
