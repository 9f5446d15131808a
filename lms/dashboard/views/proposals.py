"""Acts that wait for a second person: the list, and one of them with its decision."""

import uuid

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires, scope_of
from lms.accounts.requests import PersonRequest
from lms.approvals import actions
from lms.approvals.models import Proposal, ProposalState
from lms.approvals.registry import KINDS

PAGE_SIZE = 50
LONGEST_NOTE = 2000


def kinds_for(request: PersonRequest) -> list[str]:
    """Return the codes of the acts that this person may decide."""
    return [kind.code for kind in KINDS.values() if scope_of(request.user, kind.permission) is not None]


@requires(Permission.PROPOSALS_READ)
@require_safe
def proposals(request: PersonRequest) -> HttpResponse:
    """List what waits for a second person, or with `?show=decided` what was decided."""
    decided = request.GET.get("show") == "decided"
    rows = Proposal.objects.filter(kind__in=kinds_for(request)).select_related("proposed_by", "decided_by")
    rows = rows.exclude(state=ProposalState.OPEN) if decided else rows.filter(state=ProposalState.OPEN)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    listed = [(proposal, KINDS[proposal.kind]) for proposal in page.object_list]
    return render(request, "dashboard/proposals.html", {"page": page, "listed": listed, "decided": decided})


@requires(Permission.PROPOSALS_READ)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def proposal(request: PersonRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Show what was proposed and by whom; POST decides it, after the person has shown again who they are."""
    rows = Proposal.objects.filter(kind__in=kinds_for(request)).select_related("proposed_by", "decided_by")
    found = rows.filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        return _decide(request, found)
    kind = KINDS[found.kind]
    page = {
        "proposal": found,
        "kind": kind,
        "description": kind.describe(found),
        "is_own": found.proposed_by_id == request.user.pk,
    }
    return render(request, "dashboard/proposal.html", page)


def _decide(request: PersonRequest, found: Proposal) -> HttpResponse:
    """Confirm, decline or withdraw; a refusal is shown on the page of the proposal."""
    act, note = request.POST.get("act", ""), request.POST.get("note", "").replace("\x00", "")[:LONGEST_NOTE]
    try:
        if act == "confirm":
            actions.confirm(proposal_id=found.pk, by=request.user, note=note)
        elif act == "decline":
            actions.decline(proposal_id=found.pk, by=request.user, note=note)
        elif act == "withdraw":
            actions.withdraw(proposal_id=found.pk, by=request.user)
        else:
            return HttpResponseBadRequest("The form was incomplete. Load the page again.")
    except CodedError as error:
        messages.error(request, error.sentence)
        return redirect("dashboard:proposal", proposal_id=found.pk)
    found.refresh_from_db()
    messages.success(request, f"{KINDS[found.kind].title}: {found.get_state_display().lower()}.")
    return redirect("dashboard:proposals")
