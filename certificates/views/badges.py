"""What machines read to check a badge, and the page that says what it is given for. Everything here is public."""

import json
import uuid
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from certificates.badge_trust import trusted_multikeys
from certificates.limits import limited
from certificates.models import Badge, Credential, StatusList
from certificates.pictures import preview_png
from certificates.rules.badges import documents
from certificates.rules.badges.addresses import Addresses
from certificates.rules.badges.canonical import OPEN_BADGES_CONTEXT
from content.models import OrganisationSettings
from courses.models import Programme
from lms.accounts.permissions import public

CREDENTIAL_TYPE = "application/vc+ld+json"
KEPT_FOR = 300  # seconds: a revocation is seen by everybody after five minutes
PICTURE_KEPT_FOR = 24 * 3600  # seconds


@public
@require_GET
def did(request: HttpRequest) -> HttpResponse:
    """Serve the issuer's DID document: every key under which a badge may stand."""
    names = trusted_multikeys()
    if not names:
        raise Http404("No badge was signed yet.")
    document = documents.did_document(Addresses(settings.SITE_URL), names)
    return _shared(json.dumps(document).encode(), "application/did+ld+json")


@public
@require_GET
@limited
def credential(request: HttpRequest, credential_id: uuid.UUID) -> HttpResponse:
    """Serve a badge, byte for byte as it was signed. Whoever has the address has the badge or the certificate."""
    badge = get_object_or_404(Badge.objects.only("content"), credential=credential_id)
    response = HttpResponse(bytes(badge.content), content_type=CREDENTIAL_TYPE)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return _for_every_site(response)


@public
@require_GET
def status_list(request: HttpRequest, purpose: str, number: int) -> HttpResponse:
    """Serve a signed status list; the same for everybody, so that it says nothing about who is being checked."""
    found = get_object_or_404(StatusList.objects.only("content"), purpose=purpose, number=number)
    return _shared(bytes(found.content), CREDENTIAL_TYPE)


@public
@require_GET
def issuer(request: HttpRequest) -> HttpResponse:
    """Describe the issuer as an Open Badges profile."""
    organisation = OrganisationSettings.current()
    described = documents.profile(Addresses(settings.SITE_URL), str(organisation.name or settings.SITE_URL))
    if organisation.contact_email:
        described["email"] = organisation.contact_email
    return _json_ld(described)


@public
@require_GET
def achievement(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Describe for machines what a badge is given for."""
    return _json_ld(documents.achievement(Addresses(settings.SITE_URL), _achievement(code, version)))


@public
@require_GET
def criteria(request: HttpRequest, code: str, version: str) -> HttpResponse:
    """Say what had to be done for a badge."""
    given_for = _achievement(code, version)
    return render(request, "certificates/achievement.html", {"achievement": given_for})


@public
@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """Serve the picture that other sites show beside a shared link; the same for every certificate."""
    response = HttpResponse(preview_png(), content_type="image/png")
    response["Cache-Control"] = f"public, max-age={PICTURE_KEPT_FOR}"
    return response


def _achievement(code: str, version: str) -> documents.Achievement:
    """Find a programme in a version that is taught now, or for which somebody holds a credential."""
    held = Credential.objects.filter(enrolment__programme=OuterRef("pk"), curriculum_version=version)
    programmes = Programme.objects.filter(Q(curriculum_version=version) | Exists(held), code=code)
    programme = get_object_or_404(programmes)
    return documents.Achievement(programme.code, programme.title, version)


def _json_ld(described: dict[str, Any]) -> HttpResponse:
    content = {"@context": [OPEN_BADGES_CONTEXT], **described}
    return _shared(json.dumps(content, ensure_ascii=False).encode(), "application/ld+json")


def _shared(content: bytes, content_type: str) -> HttpResponse:
    """Return what everybody gets alike and caches may keep for a while."""
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    return _for_every_site(response)


def _for_every_site(response: HttpResponse) -> HttpResponse:
    """Let scripts of other sites read it: wallets and checkers run in browsers."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
