"""Handing out many certificates at once."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from certificates.archives import MOST_FILES, zip_of
from certificates.forms import SearchForm
from certificates.models import CertificateFile, Credential, CredentialQuerySet
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.audit.actions import record_each
from lms.audit.verbs import Verb


@requires(Permission.REGISTER_READ)
@require_POST
def archive(request: PersonRequest) -> HttpResponseBase:
    """Send the newest PDF of every certificate that a search finds as one ZIP, with an event for each; 500 at most."""
    form = SearchForm(request.POST)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    found = Credential.objects.matching(words) if words else Credential.objects.all()
    files = list(_newest_files(found)[: MOST_FILES + 1])
    if len(files) > MOST_FILES:
        messages.error(request, f"These are more than {MOST_FILES} certificates. Narrow the search, then try again.")
        return redirect("certificates:registry")
    if not files:
        messages.info(request, "No PDF was found for this search.")
        return redirect("certificates:registry")
    facts: list[tuple[Any, dict[str, Any]]] = [(file.credential, {"file": "archive"}) for file in files]
    with transaction.atomic():
        record_each(Verb.CERTIFICATE_DOWNLOADED, by=request.user, facts=facts)
    response = StreamingHttpResponse(zip_of(files), content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="certificates.zip"'
    response["Cache-Control"] = "no-store"
    return response


def _newest_files(found: CredentialQuerySet) -> QuerySet[CertificateFile]:
    """Return the newest version of each file, newest award first."""
    rows = CertificateFile.objects.filter(credential__in=found).select_related("credential")
    later = CertificateFile.objects.filter(credential=OuterRef("credential"), version__gt=OuterRef("version"))
    return rows.filter(~Exists(later)).order_by("-credential__issued_at", "pk")
