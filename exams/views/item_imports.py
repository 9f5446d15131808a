"""Importing items from a file: upload, report, decision. A worker does the work."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams.actions.item_imports import KEPT_FOR, carrying_job, confirm_import, discard_import, reading_job, take_file
from exams.bank_list import KIND_WORDS
from exams.errors import ExchangeError
from exams.exchange_forms import ImportFileForm
from exams.interchange.findings import Outcome
from exams.models import ItemImport
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.jobs.models import Job

LISTED = 20
PAGE_SIZE = 50
# Words and colour of each outcome.
SHOWN = {
    Outcome.IMPORTED.value: ("Imported", "good"),
    Outcome.CHANGED.value: ("Imported with changes", "attention"),
    Outcome.UNSUPPORTED.value: ("Unsupported", "neutral"),
    Outcome.REFUSED.value: ("Refused", "bad"),
}


@requires(Permission.ITEM_WRITE)
@require_http_methods(["GET", "POST"])
def imports(request: PersonRequest) -> HttpResponse:
    """List one's own files, and take another one."""
    form = ImportFileForm()
    status = 200
    if request.method == "POST":
        form = ImportFileForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            asked, file = form.cleaned_data, form.cleaned_data["file"]
            facts = {name: asked[name] for name in ("encoding", "area", "level")}
            try:
                taken = take_file(name=file.name, content=file.read(), by=request.user, **facts)
            except ExchangeError as error:
                form.add_error(None, error.sentence)
                status = 409
            else:
                return redirect("exams:item_import", taken.pk)
    own = ItemImport.objects.filter(uploaded_by=request.user).defer("report")[:LISTED]
    page = {"form": form, "own": own, "hours": int(KEPT_FOR.total_seconds() // 3600)}
    return render(request, "exams/exchange/imports.html", page, status=status)


def _own(request: PersonRequest, import_id: uuid.UUID) -> ItemImport:
    return get_object_or_404(ItemImport, pk=import_id, uploaded_by=request.user)


@requires(Permission.ITEM_WRITE)
@require_safe
def item_import(request: PersonRequest, import_id: uuid.UUID) -> HttpResponse:
    """Show where a file stands, and its report item by item (`?outcome=refused&q=D1`)."""
    return _show(request, _own(request, import_id))


def _show(request: PersonRequest, taken: ItemImport, refusal: str = "", status: int = 200) -> HttpResponse:
    outcome, words = request.GET.get("outcome", ""), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    report: dict[str, Any] = taken.report or {}
    rows = [row for row in report.get("items", []) if _is_asked(row, outcome, words)]
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    shown = {
        "taken": taken,
        "refusal": refusal,
        "failed": taken.is_working and _has_failed(taken),
        "counts": [(value, words, report["counts"][value]) for value, (words, _) in SHOWN.items()] if report else [],
        "outcome": outcome,
        "q": words,
        "page": page,
        "rows": [(row | {"kind_words": KIND_WORDS.get(row["kind"], "")}, *SHOWN[row["outcome"]]) for row in page],
        "total": len(report.get("items", [])),
        "query": query.urlencode(),
    }
    return render(request, "exams/exchange/import.html", shown, status=status)


def _is_asked(row: Mapping[str, Any], outcome: str, words: str) -> bool:
    if outcome and row["outcome"] != outcome:
        return False
    told = [row["place"], row["written_code"], row["title"], row["code"] or ""]
    told += [note["sentence"] for note in row["notes"]] + [note["code"] for note in row["notes"]]
    return words.casefold() in "\n".join(told).casefold()


def _has_failed(taken: ItemImport) -> bool:
    """Whether the worker gave up: then nobody does anything until a person starts the job again."""
    keys = [reading_job(taken.pk), carrying_job(taken.pk, taken.report_number)]
    return bool(Job.objects.given_up(keys))


@requires(Permission.ITEM_WRITE, api=True)
@require_safe
def import_state(request: PersonRequest, import_id: uuid.UUID) -> HttpResponse:
    """Return where a file stands, for a page that waits."""
    taken = get_object_or_404(ItemImport.objects.defer("report"), pk=import_id, uploaded_by=request.user)
    return JsonResponse({"state": taken.state, "progress": taken.progress})


@requires(Permission.ITEM_WRITE)
@require_POST
def import_confirm(request: PersonRequest, import_id: uuid.UUID) -> HttpResponse:
    """Import exactly what the report says that was shown."""
    taken = _own(request, import_id)
    number = request.POST.get("report", "")
    try:
        confirm_import(taken=taken, report_number=int(number) if number.isdecimal() else -1, by=request.user)
    except ExchangeError as error:
        taken.refresh_from_db()
        return _show(request, taken, error.sentence, status=409)
    return redirect("exams:item_import", import_id)


@requires(Permission.ITEM_WRITE)
@require_POST
def import_discard(request: PersonRequest, import_id: uuid.UUID) -> HttpResponse:
    """Give a file up."""
    taken = _own(request, import_id)
    try:
        discard_import(taken=taken, by=request.user)
    except ExchangeError as error:
        taken.refresh_from_db()
        return _show(request, taken, error.sentence, status=409)
    messages.success(request, f"{taken.name} was discarded. Nothing of it was imported.")
    return redirect("exams:item_imports")
