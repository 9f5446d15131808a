"""Taking a certificate out of force for now, and asking a second person to put it back."""

import uuid

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from certificates import suspensions as actions
from certificates.forms import ReinstateForm, SuspendForm
from certificates.models import Credential, SuspensionEvent
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.CERTIFICATE_SUSPEND)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def suspend(request: PersonRequest, credential_id: uuid.UUID) -> HttpResponse:
    """Suspend a certificate, after the registrar has shown again who they are."""
    found = get_object_or_404(Credential, pk=credential_id)
    form = SuspendForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, "suspend", found, form)
    answers = form.cleaned_data
    try:
        actions.suspend(
            credential=found,
            reason=SuspensionEvent.Reason(answers["reason"]),
            public_text=answers["public_text"],
            private_note=answers["private_note"],
            by=request.user,
        )
    except CodedError as error:
        form.add_error(None, error.sentence)
        return _page(request, "suspend", found, form, status=409)
    messages.success(request, f"{found.public_number} is suspended. The holder gets a mail.")
    return redirect("certificates:registry_credential", credential_id=found.pk)


@requires(Permission.CERTIFICATE_SUSPEND)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def reinstate(request: PersonRequest, credential_id: uuid.UUID) -> HttpResponse:
    """Propose that a suspended certificate comes back into force."""
    found = get_object_or_404(Credential, pk=credential_id)
    form = ReinstateForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, "reinstate", found, form)
    answers = form.cleaned_data
    try:
        proposal = actions.propose_reinstatement(
            credential=found,
            reason=SuspensionEvent.Reason(answers["reason"]),
            private_note=answers["private_note"],
            by=request.user,
        )
    except CodedError as error:
        form.add_error(None, error.sentence)
        return _page(request, "reinstate", found, form, status=409)
    messages.success(request, "A second person is asked. The certificate stays suspended until they confirm.")
    return redirect("dashboard:proposal", proposal_id=proposal.pk)


def _page(
    request: PersonRequest,
    name: str,
    found: Credential,
    form: SuspendForm | ReinstateForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"credential": found, "form": form, "suspension": found.suspension}
    return render(request, f"certificates/{name}.html", context, status=status)
