"""The yearly evidence for accreditors: ask for a pack, and download it."""

import uuid

from django import forms as shapes
from django.core.files.storage import storages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from exams.actions.evidence import note_download, packing_job, request_evidence
from exams.errors import FormError
from exams.forms import EvidenceForm
from exams.models import EvidencePack
from lms.accounts.permissions import Permission, requires, scope_of
from lms.accounts.requests import PersonRequest
from lms.jobs.models import Job

LISTED = 50


@requires(Permission.EVIDENCE_READ)
@require_http_methods(["GET", "POST"])
def packs(request: PersonRequest) -> HttpResponse:
    """List what was packed, and ask for another year."""
    if request.method == "POST":
        form = EvidenceForm(request.POST)
        if not form.is_valid():
            return _show(request, form, status=422)
        try:
            request_evidence(exam=form.cleaned_data["exam"], year=form.cleaned_data["year"], by=request.user)
        except FormError as error:
            form.add_error("year", error.sentence)
            return _show(request, form, status=409)
        return redirect("exams:evidence")
    return _show(request, EvidenceForm())


def _show(request: PersonRequest, form: shapes.Form, status: int = 200) -> HttpResponse:
    listed = list(EvidencePack.objects.select_related("exam", "asked_by")[:LISTED])
    keys = {packing_job(pack): pack.pk for pack in listed if pack.made_at is None}
    given_up = Job.objects.given_up(keys)
    page = {
        "form": form,
        "packs": listed,
        "failed": {keys[key] for key in given_up},
        "waiting": bool(keys.keys() - given_up),
        "releases": scope_of(request.user, Permission.RESULT_RELEASE) is not None,
    }
    return render(request, "exams/results/evidence.html", page, status=status)


@requires(Permission.EVIDENCE_READ)
@require_safe
def download(request: PersonRequest, pack_id: uuid.UUID) -> HttpResponseBase:
    """Stream a pack from the private storage; it is written down who took it."""
    pack = get_object_or_404(EvidencePack.objects.select_related("exam"), pk=pack_id, made_at__isnull=False)
    stored = storages["private"].open(pack.storage_name)
    note_download(pack=pack, by=request.user)
    name = f"evidence-{pack.exam.code}-{pack.year}.zip"
    return FileResponse(stored, as_attachment=True, filename=name, content_type="application/zip")
