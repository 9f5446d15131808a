"""The registrar's desk: who still lacks what, what is held back, and what failed."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from certificates import holds
from certificates.actions import issue_if_eligible
from certificates.evidence import gather_all
from certificates.models import Credential, Doubt, IssuanceHold, Kind, ReissueRequest
from certificates.reissues import REISSUE
from certificates.rules.eligibility import decide
from certificates.suspensions import REINSTATE
from courses.models import Enrolment
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.approvals.models import Proposal, ProposalState
from lms.jobs.models import Job, JobState

PAGE_SIZE = 25
LONGEST_NOTE = 2000


@requires(Permission.CERTIFICATE_ISSUE)
@require_safe
def queue(request: PersonRequest) -> HttpResponse:
    """List who has no certificate yet with what is missing, and count what else waits for a registrar."""
    shown = request.GET.get("show", "")
    page = Paginator(_waiting(shown), PAGE_SIZE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    evidence = gather_all(people)
    held = IssuanceHold.objects.filter(enrolment__in=people, released_at__isnull=True).select_related("placed_by")
    holds_of = {row.enrolment_id: row for row in held}
    rows = [(person, decide(evidence[person.pk]), holds_of.get(person.pk)) for person in people]
    context = {"page": page, "rows": rows, "show": shown, "query": f"show={shown}" if shown else ""}
    return render(request, "certificates/desk.html", context | _counts())


@requires(Permission.CERTIFICATE_ISSUE)
@require_POST
def issue(request: PersonRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Issue now what is due. The rules decide: a certificate that is not earned is not issued by hand."""
    enrolment = _enrolment(enrolment_id)
    try:
        made = issue_if_eligible(enrolment=enrolment)
    except CodedError as error:
        messages.error(request, error.sentence)
        return redirect("certificates:desk")
    if made is None:
        messages.error(request, "Nothing was issued: something is missing, or it is held back.")
        return redirect("certificates:desk")
    messages.success(request, f"{made.public_number} is issued. The holder gets a mail when the PDF is ready.")
    return redirect("certificates:registry_credential", credential_id=made.pk)


@requires(Permission.CERTIFICATE_ISSUE)
@require_POST
def hold(request: PersonRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Hold a certificate back, with a reason."""
    enrolment = _enrolment(enrolment_id)
    try:
        holds.hold(enrolment=enrolment, reason=_note(request), by=request.user)
    except CodedError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"Nothing is issued to {enrolment.person.full_name} until you release it.")
    return redirect("certificates:desk")


@requires(Permission.CERTIFICATE_ISSUE)
@require_POST
def release(request: PersonRequest, hold_id: int) -> HttpResponse:
    """Let a certificate go that was held back."""
    held = get_object_or_404(IssuanceHold.objects.select_related("enrolment__person"), pk=hold_id)
    try:
        holds.release(held=held, note=_note(request), by=request.user)
    except CodedError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "Released. The certificate is issued by itself when everything is there.")
    return redirect("certificates:desk")


def _waiting(shown: str) -> QuerySet[Enrolment]:
    """Return the open enrolments without a certificate: held ones first, then by the day of their finished course."""
    earned = Credential.objects.filter(enrolment=OuterRef("pk"), kind=Kind.COMPLETION)
    held = Exists(IssuanceHold.objects.filter(enrolment=OuterRef("pk"), released_at__isnull=True))
    rows = Enrolment.objects.filter(~Exists(earned), closed_at__isnull=True).annotate(is_held=held)
    if shown == "held":
        rows = rows.filter(is_held=True)
    elif shown == "course":
        rows = rows.filter(course_completed_at__isnull=False)
    order = ("-is_held", F("course_completed_at").asc(nulls_last=True), "enrolled_at", "pk")
    return rows.select_related("person", "programme").order_by(*order)


def _counts() -> dict[str, int]:
    """Count what waits for a registrar elsewhere."""
    doubts = Doubt.objects.filter(kept_at__isnull=True, credential__revocation__isnull=True)
    acts = Proposal.objects.filter(kind__in=(REISSUE, REINSTATE), state=ProposalState.OPEN)
    dead = Job.objects.filter(kind__startswith="certificate.", state=JobState.DEAD)
    return {
        "names": ReissueRequest.objects.filter(settled_at__isnull=True).count(),
        "acts": acts.count(),
        "doubts": doubts.count(),
        "dead": dead.count(),
        "suspended": Credential.objects.standing().suspended().count(),
    }


def _enrolment(enrolment_id: uuid.UUID) -> Enrolment:
    return get_object_or_404(Enrolment.objects.select_related("person", "programme"), pk=enrolment_id)


def _note(request: PersonRequest) -> str:
    return request.POST.get("note", "").replace("\x00", "")[:LONGEST_NOTE]
