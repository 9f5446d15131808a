"""Asking for a certificate with another name, and deciding about it."""

import uuid

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certificates import reissues as actions
from certificates.forms import ReissueForm
from certificates.models import Credential, ReissueRequest
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, Scope, requires
from lms.accounts.requests import PersonRequest
from lms.approvals.models import Proposal, ProposalState

PAGE_SIZE = 50
LONGEST_NOTE = 2000


@requires(Permission.REISSUE_ASK)
@require_http_methods(["GET", "POST"])
def ask(request: PersonRequest, credential_id: uuid.UUID) -> HttpResponse:
    """Let the holder, or a registrar for them, ask for another name on a certificate."""
    found = _visible(request, credential_id)
    form = ReissueForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _ask_page(request, found, form)
    answers = form.cleaned_data
    try:
        asked = actions.ask_for_reissue(
            credential=found,
            reason=ReissueRequest.Reason(answers["reason"]),
            wanted_name=answers["wanted_name"],
            explanation=answers["explanation"],
            by=request.user,
        )
    except CodedError as error:
        at_name = error.code in {"name_not_printable", "same_name"}
        form.add_error("wanted_name" if at_name else None, error.sentence)
        return _ask_page(request, found, form, status=409)
    if _is_holder(request, found):
        messages.success(request, "Your request is with the registrar. We send you a mail when it is decided.")
        return redirect("certificates:credential", found.pk)
    messages.success(request, "The request is noted. Propose it to a second person when you have checked it.")
    return redirect("certificates:reissue_decide", asked.pk)


@requires(Permission.REISSUE_ASK)
@require_POST
def withdraw(request: PersonRequest, credential_id: uuid.UUID) -> HttpResponse:
    """Take back one's own request that waits."""
    found = _visible(request, credential_id)
    waiting = get_object_or_404(found.reissue_requests, settled_at__isnull=True, asked_by=request.user)
    try:
        actions.withdraw_reissue(request=waiting, by=request.user)
    except CodedError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "The request is withdrawn. The certificate stays as it is.")
    if _is_holder(request, found):
        return redirect("certificates:credential", found.pk)
    return redirect("certificates:reissue_requests")


@requires(Permission.CERTIFICATE_REISSUE)
@require_safe
def requests(request: PersonRequest) -> HttpResponse:
    """List the requests that wait, oldest first, or with `?show=settled` what became of the others."""
    settled = request.GET.get("show") == "settled"
    rows = ReissueRequest.objects.select_related("credential", "asked_by", "settled_by")
    rows = rows.filter(settled_at__isnull=not settled)
    page = Paginator(rows.order_by("-settled_at") if settled else rows, PAGE_SIZE).get_page(request.GET.get("page"))
    keys = [str(row.pk) for row in page.object_list]
    proposed = Proposal.objects.filter(kind=actions.REISSUE, target__in=keys, state=ProposalState.OPEN)
    waiting = set(proposed.values_list("target", flat=True))
    listed = [(row, str(row.pk) in waiting) for row in page.object_list]
    return render(request, "certificates/reissue_requests.html", {"page": page, "listed": listed, "settled": settled})


@requires(Permission.CERTIFICATE_REISSUE)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def decide(request: PersonRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show one request; POST proposes it to a second person, or declines it."""
    rows = ReissueRequest.objects.select_related("credential__enrolment__person", "asked_by", "settled_by")
    asked = get_object_or_404(rows, pk=request_id)
    return _decide(request, asked) if request.method == "POST" else _decide_page(request, asked)


def _decide(request: PersonRequest, asked: ReissueRequest) -> HttpResponse:
    act, note = request.POST.get("act", ""), request.POST.get("note", "").replace("\x00", "")[:LONGEST_NOTE]
    try:
        if act == "propose":
            proposal = actions.propose_reissue(request=asked, reason=note, by=request.user)
            messages.success(request, "A second person is asked. Nothing changes until they confirm.")
            return redirect("dashboard:proposal", proposal_id=proposal.pk)
        if act == "decline":
            actions.decline_reissue(request=asked, note=note, by=request.user)
            messages.success(request, "The request is declined. The holder gets a mail with your reason.")
            return redirect("certificates:reissue_requests")
    except CodedError as error:
        asked.refresh_from_db()
        return _decide_page(request, asked, refusal=error.sentence, note=note, status=409)
    return HttpResponseBadRequest("The form was incomplete. Load the page again.")


def _decide_page(
    request: PersonRequest, asked: ReissueRequest, *, refusal: str = "", note: str = "", status: int = 200
) -> HttpResponse:
    proposals = Proposal.objects.filter(kind=actions.REISSUE, target=str(asked.pk)).order_by("-proposed_at")
    context = {
        "asked": asked,
        "credential": asked.credential,
        "proposal": proposals.first(),
        "refusal": refusal,
        "note": note,
    }
    return render(request, "certificates/reissue_decide.html", context, status=status)


def _ask_page(request: PersonRequest, found: Credential, form: ReissueForm, *, status: int = 200) -> HttpResponse:
    context = {"credential": found, "form": form, "is_holder": _is_holder(request, found)}
    return render(request, "certificates/reissue_ask.html", context, status=status)


def _visible(request: PersonRequest, credential_id: uuid.UUID) -> Credential:
    rows = Credential.objects.visible_to(request.user, request.scope).select_related("enrolment")
    return get_object_or_404(rows, pk=credential_id)


def _is_holder(request: PersonRequest, found: Credential) -> bool:
    return found.enrolment.person_id == request.user.pk or request.scope is not Scope.ALL
