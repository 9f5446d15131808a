"""What the holder of a certificate sees."""

import logging
import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from certificates import pictures
from certificates.actions import note_download
from certificates.archives import stored_bytes
from certificates.models import Badge, Credential, Watch
from certificates.rules.badges.baking import bake_png, bake_svg
from certificates.rules.validity import Status
from certificates.views.words import STATUS_WORDS
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

logger = logging.getLogger(__name__)

LINKEDIN = "https://www.linkedin.com/profile/add"
BADGE_FORMS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "json": (bytes, "application/vc+ld+json"),
    "png": (lambda content: bake_png(pictures.badge_png(), content), "image/png"),
    "svg": (lambda content: bake_svg(pictures.badge_svg(), content), "image/svg+xml"),
}


@requires(Permission.CERTIFICATE_READ)
@require_GET
def credential(request: PersonRequest, credential_id: uuid.UUID) -> HttpResponse:
    """Show the holder's own certificate: number, file, link for employers, and what happens next."""
    held = _held(request, credential_id)
    address = settings.SITE_URL + reverse("certificates:verify_number", kwargs={"number": held.public_number})
    status = held.status_at(timezone.now())
    context = {
        "credential": held,
        "file": held.files.order_by("-version").first(),
        "suspension": held.suspension,
        "replaced_at": held.replaced_at,
        "newest": held.newer_editions.last(),
        "reissue": held.reissue_requests.order_by("-asked_at").first(),
        "is_holder": held.enrolment.person_id == request.user.pk,
        "watchers": Watch.objects.filter(credential=held, confirmed_at__isnull=False).count(),
        "has_badge": Badge.objects.filter(credential=held).exists(),
        "word": STATUS_WORDS[status],
        "in_force": status is Status.VALID,
        "address": address,
        "linkedin": _linkedin(held, address),
    }
    return render(request, "certificates/credential.html", context)


@requires(Permission.CERTIFICATE_READ)
@require_GET
def download(request: PersonRequest, credential_id: uuid.UUID) -> FileResponse | HttpResponse:
    """Send the PDF from private storage, after the permission and with an event; never one that is damaged."""
    held = _held(request, credential_id)
    file = held.files.order_by("-version").first()
    if file is None:
        raise Http404("The file is still being made.")
    content = stored_bytes(file)
    if content is None:
        logger.error("The stored file of certificate %s is missing or damaged.", held.public_number)
        messages.error(request, "The stored file is damaged, so it is not handed out. Please write to the registry.")
        return redirect("certificates:credential", held.pk)
    note_download(credential=held, by=request.user)
    return FileResponse(
        ContentFile(content), as_attachment=True, filename=f"{held.public_number}.pdf", content_type="application/pdf"
    )


@requires(Permission.CERTIFICATE_READ)
@require_GET
def badge(request: PersonRequest, credential_id: uuid.UUID, form: str = "json") -> HttpResponse:
    """Send the badge for wallets, by itself or inside a picture (`form`: json, png or svg), with an event."""
    held = _held(request, credential_id)
    content = Badge.objects.filter(credential=held).values_list("content", flat=True).first()
    if content is None:
        raise Http404("The badge is still being made.")
    note_download(credential=held, by=request.user, badge=True)
    make, content_type = BADGE_FORMS[form]
    headers = {"Content-Disposition": f'attachment; filename="{held.public_number}.{form}"'}
    return HttpResponse(make(bytes(content)), content_type=content_type, headers=headers)


def _held(request: PersonRequest, credential_id: uuid.UUID) -> Credential:
    rows = Credential.objects.visible_to(request.user, request.scope).with_standing().select_related("enrolment")
    return get_object_or_404(rows, pk=credential_id)


def _linkedin(held: Credential, address: str) -> str:
    """Return the address that opens LinkedIn's form with our facts filled in."""
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": f"{held.programme_title}, certificate of completion",
        "organizationName": held.statement.issuer.name,
        "issueYear": held.awarded_on.year,
        "issueMonth": held.awarded_on.month,
        "certId": held.public_number,
        "certUrl": address,
    }
    if held.valid_until:
        facts |= {"expirationYear": held.valid_until.year, "expirationMonth": held.valid_until.month}
    return f"{LINKEDIN}?{urlencode(facts)}"
