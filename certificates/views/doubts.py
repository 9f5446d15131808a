"""Certificates whose assessments were put in doubt, for registrars to decide about."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from certificates.actions import keep_despite_doubt
from certificates.errors import DoubtError
from certificates.models import Doubt
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
LONGEST_NOTE = 2000


@requires(Permission.REGISTER_READ)
@require_safe
def doubt_list(request: PersonRequest) -> HttpResponse:
    """List the certificates that wait for a decision, oldest first, or with `?show=decided` those that stay."""
    decided = request.GET.get("show") == "decided"
    rows = Doubt.objects.select_related("credential", "kept_by")
    if decided:
        rows = rows.filter(kept_at__isnull=False).order_by("-kept_at")
    else:
        rows = rows.filter(kept_at__isnull=True, credential__revocation__isnull=True)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "certificates/doubts.html", {"page": page, "decided": decided})


@requires(Permission.CERTIFICATE_REVOKE)
@require_POST
def keep(request: PersonRequest, doubt_id: int) -> HttpResponse:
    """Decide that a certificate stays valid, with a reason."""
    doubt = get_object_or_404(Doubt.objects.select_related("credential"), pk=doubt_id)
    note = request.POST.get("note", "").replace("\x00", "")[:LONGEST_NOTE]
    try:
        keep_despite_doubt(doubt=doubt, note=note, by=request.user)
    except DoubtError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"{doubt.credential.public_number} stays valid. Your reason is recorded.")
    return redirect("certificates:doubts")
