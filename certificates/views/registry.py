"""The register of certificates, for registrars."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from certificates import actions
from certificates.errors import RevocationError
from certificates.forms import ConfirmRevocationForm, RevokeForm, SearchForm
from certificates.limits import over_limit
from certificates.models import Credential, Revocation
from certificates.rules.life import Act, objection_to
from certificates.suspensions import REINSTATE
from certificates.views.words import STATUS_WORDS
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.approvals.models import Proposal, ProposalState

PAGE_SIZE = 25
PASSWORD_TRIES_PER_MINUTE = 5


@requires(Permission.REGISTER_READ)
@require_GET
def registry(request: PersonRequest) -> HttpResponse:
    """List certificates, newest first, with search and pages."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    rows = Credential.objects.matching(words) if words else Credential.objects.all()
    rows = rows.with_standing().order_by("-issued_at", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    listed = [(credential, STATUS_WORDS[credential.status_at(now)]) for credential in page.object_list]
    return render(request, "certificates/registry.html", {"form": form, "page": page, "listed": listed, "q": words})


@requires(Permission.REGISTER_READ)
@require_GET
def registry_credential(request: PersonRequest, credential_id: uuid.UUID) -> HttpResponse:
    """Show one certificate with everything the register knows."""
    rows = Credential.objects.with_standing().select_related("revocation__revoked_by", "enrolment__person")
    found = get_object_or_404(rows, pk=credential_id)
    status = found.status_at(timezone.now())
    editions = Credential.objects.filter(enrolment=found.enrolment_id, kind=found.kind).order_by("edition")
    context = {
        "credential": found,
        "files": found.files.select_related("key").order_by("version"),
        "word": STATUS_WORDS[status],
        "events": found.suspension_events.select_related("by", "confirmed_by"),
        "editions": [row for row in editions if row.pk != found.pk],
        "waiting": found.reissue_requests.filter(settled_at__isnull=True).first(),
        "proposed": Proposal.objects.filter(kind=REINSTATE, target=str(found.pk), state=ProposalState.OPEN).first(),
        "possible": {act.value for act in Act if objection_to(act, status) is None},
    }
    return render(request, "certificates/registry_credential.html", context)


@sensitive_post_parameters("password")
@requires(Permission.CERTIFICATE_REVOKE)
@require_http_methods(["GET", "POST"])
def revoke(request: PersonRequest, credential_id: uuid.UUID) -> HttpResponse:
    """Revoke in three steps: say why, check the answers, confirm with the own password."""
    found = get_object_or_404(Credential.objects.select_related("revocation"), pk=credential_id)
    if objection := objection_to(Act.REVOKE, found.status_at(timezone.now())):
        messages.info(request, objection[1])
        return redirect("certificates:registry_credential", credential_id=found.pk)
    step = request.POST.get("step", "")
    if step == "confirm":
        return _confirm(request, found)
    if step == "check":
        form = RevokeForm(request.POST)
        if form.is_valid():
            return _check_page(request, found, ConfirmRevocationForm(initial=form.cleaned_data, person=request.user))
        return _reason_page(request, found, form)
    return _reason_page(request, found, RevokeForm(initial=request.POST.dict() if step == "change" else None))


def _confirm(request: PersonRequest, found: Credential) -> HttpResponse:
    form = ConfirmRevocationForm(request.POST, person=request.user)
    if over_limit(f"password:{request.user.pk}", limit=PASSWORD_TRIES_PER_MINUTE):
        form.add_error("password", "Too many tries. Wait a minute, then type your password again.")
    if not form.is_valid():
        return _check_page(request, found, form)
    answers = form.cleaned_data
    try:
        actions.revoke(
            credential=found,
            reason=Revocation.Reason(answers["reason"]),
            public_text=answers["public_text"],
            private_note=answers["private_note"],
            by=request.user,
        )
    except RevocationError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{found.public_number} is revoked. The holder gets a mail.")
    return redirect("certificates:registry_credential", credential_id=found.pk)


def _reason_page(request: PersonRequest, found: Credential, form: RevokeForm) -> HttpResponse:
    return render(request, "certificates/revoke.html", {"credential": found, "form": form})


def _check_page(request: PersonRequest, found: Credential, form: ConfirmRevocationForm) -> HttpResponse:
    reason = form["reason"].value()
    context = {
        "credential": found,
        "form": form,
        "reason": dict(Revocation.Reason.choices).get(reason, ""),
        "public_text": form["public_text"].value(),
        "private_note": form["private_note"].value(),
    }
    return render(request, "certificates/revoke_check.html", context)
