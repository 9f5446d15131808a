"""Acts that wait for a second person: the list, and one of them with its decision."""

import uuid
from collections import defaultdict
from collections.abc import Iterable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.approvals import actions
from lms.approvals.models import Proposal, ProposalState
from lms.approvals.registry import KINDS

PAGE_SIZE = 50
LONGEST_NOTE = 2000


@requires(Permission.PROPOSALS_READ)
@require_safe
def proposals(request: PersonRequest) -> HttpResponse:
    """List what waits for a second person, or with `?show=decided` what was decided.

    Instructors see their own proposals, to take one back.
    """
    decided = request.GET.get("show") == "decided"
    rows = actions.proposals_of(request.user).select_related("proposed_by", "decided_by")
    rows = rows.exclude(state=ProposalState.OPEN) if decided else rows.filter(state=ProposalState.OPEN)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    subjects = subjects_of(page.object_list)
    own_to_decide = actions.decidable(page.object_list, request.user)
    listed = [
        (proposal, KINDS[proposal.kind], subjects.get(proposal.pk, proposal.target), proposal.pk in own_to_decide)
        for proposal in page.object_list
    ]
    shown = {"page": page, "listed": listed, "decided": decided, "query": "show=decided" if decided else ""}
    return render(request, "dashboard/proposals.html", shown)


def subjects_of(proposals: Iterable[Proposal]) -> dict[uuid.UUID, str]:
    """Name what each proposal is about; every kind is asked once."""
    by_kind = defaultdict(list)
    for found in proposals:
        by_kind[found.kind].append(found)
    return {pk: subject for kind, some in by_kind.items() for pk, subject in KINDS[kind].subjects(some).items()}


@requires(Permission.PROPOSALS_READ)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def proposal(request: PersonRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """Show what was proposed and by whom; POST decides it, after the person has shown again who they are."""
    rows = actions.proposals_of(request.user).select_related("proposed_by", "decided_by")
    found = rows.filter(pk=proposal_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        return _decide(request, found)
    return _show(request, found)


def _show(
    request: PersonRequest, found: Proposal, *, refusal: CodedError | None = None, note: str = "", status: int = 200
) -> HttpResponse:
    kind = KINDS[found.kind]
    objection = actions.objection_to(found, request.user) if found.is_open else None
    page = {
        "proposal": found,
        "kind": kind,
        "subject": subjects_of([found]).get(found.pk, found.target),
        "description": kind.describe(found),
        "is_own": found.proposed_by_id == request.user.pk,
        "objection": objection,
        "lapsed": kind.lapsed(found) if found.is_open else "",
        "refusal": refusal,
        "note": note,
        "at_note": refusal is not None and refusal.code == "reason_missing",
    }
    return render(request, "dashboard/proposal.html", page, status=status)


def _decide(request: PersonRequest, found: Proposal) -> HttpResponse:
    """Confirm, decline or withdraw; a refusal is shown on the page of the proposal, with the note as it was typed."""
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
        found.refresh_from_db()
        return _show(request, found, refusal=error, note=note, status=409)
    found.refresh_from_db()
    kind = KINDS[found.kind]
    told = [f"{kind.title}: {found.get_state_display().lower()}.", kind.afterwards if act == "confirm" else ""]
    messages.success(request, " ".join(filter(None, told)))
    return redirect("dashboard:proposals")
