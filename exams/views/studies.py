"""Studies of stored answers: asking for them, watching them, reading them."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from exams.actions.studies import request_study, stop_study
from exams.errors import StudyError
from exams.models import Exam, ExamForm, FormKind, Study, StudyKind, StudyRequest
from exams.study_forms import CalibrateForm, CompareForm, EquateForm
from exams.study_progress import as_json, progress_of
from exams.study_reading import read_calibration, read_comparisons, read_equating
from exams.study_tables import comparison_table, study_table
from exams.table_files import csv_response
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

LISTED = 30
ASKING: Mapping[str, type[CalibrateForm] | type[CompareForm] | type[EquateForm]] = {
    "calibrate": CalibrateForm,
    "compare": CompareForm,
    "equate": EquateForm,
}


def _exam(code: str) -> Exam:
    return get_object_or_404(Exam, code=code)


def _study(study_id: uuid.UUID) -> Study:
    rows = Study.objects.select_related("exam", "form", "old_form", "asked_by")
    return get_object_or_404(rows, pk=study_id)


def _request(request_id: uuid.UUID) -> StudyRequest:
    rows = StudyRequest.objects.select_related("exam", "form", "old_form", "asked_by")
    return get_object_or_404(rows, pk=request_id)


@requires(Permission.STATISTICS_READ)
@require_safe
def studies(request: PersonRequest, code: str) -> HttpResponse:
    """Show what was worked out for an exam, and ask for more."""
    return _show(request, _exam(code))


def _show(
    request: PersonRequest, exam: Exam, wrong: CalibrateForm | CompareForm | EquateForm | None = None, status: int = 200
) -> HttpResponse:
    taken = ExamForm.objects.filter(kind=FormKind.FIXED, attempts__exam=exam, attempts__scores__isnull=False)
    offered = taken.distinct().order_by("code", "version")
    asking = {name: form(exam=exam, forms_taken=offered) for name, form in ASKING.items()}
    if wrong is not None:
        asking = {name: wrong if isinstance(wrong, ASKING[name]) else form for name, form in asking.items()}
    listed = StudyRequest.objects.filter(exam=exam).select_related("exam", "form", "old_form", "asked_by", "study")
    rows = list(listed.defer("study__figures")[:LISTED])
    page = {
        "exam": exam,
        "wrong": wrong,
        "has_scores": offered.exists(),
        "rows": list(zip(rows, progress_of(rows), strict=True)),
        **asking,
    }
    return render(request, "exams/studies/exam.html", page, status=status)


@requires(Permission.STATISTICS_READ)
@require_POST
def ask(request: PersonRequest, code: str, kind: str) -> HttpResponse:
    """Ask for a study; a worker makes it."""
    exam = _exam(code)
    if kind not in ASKING:
        raise Http404
    taken = ExamForm.objects.filter(kind=FormKind.FIXED, attempts__exam=exam).distinct()
    form = ASKING[kind](request.POST, exam=exam, forms_taken=taken)
    if not form.is_valid():
        return _show(request, exam, form, status=422)
    try:
        asked = request_study(question=form.question(), by=request.user)
    except StudyError as error:
        form.add_error(None, error.sentence)
        return _show(request, exam, form, status=409)
    return redirect("exams:study_request", asked.pk)


@requires(Permission.STATISTICS_READ)
@never_cache
@require_safe
def study_request(request: PersonRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show how far a study is; once it is there, show it."""
    asked = _request(request_id)
    if asked.study_id:
        return redirect("exams:study", asked.study_id)
    return render(request, "exams/studies/request.html", {"asked": asked, "progress": progress_of([asked])[0]})


@requires(Permission.STATISTICS_READ, api=True)
@never_cache
@require_safe
def study_state(request: PersonRequest, request_id: uuid.UUID) -> HttpResponse:
    """Tell how far a study is."""
    return JsonResponse(as_json(progress_of([_request(request_id)])[0]))


@requires(Permission.STATISTICS_READ)
@require_POST
def study_stop(request: PersonRequest, request_id: uuid.UUID) -> HttpResponse:
    """Stop a study."""
    asked = _request(request_id)
    try:
        stop_study(request=asked, by=request.user)
    except StudyError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "The study was stopped. Nothing of it is kept.")
    return redirect("exams:studies", asked.exam.code)


@requires(Permission.STATISTICS_READ)
@require_safe
def study(request: PersonRequest, study_id: uuid.UUID) -> HttpResponse:
    """Show a study as it was made."""
    found = _study(study_id)
    page: dict[str, object] = {"study": found}
    if found.kind == StudyKind.CALIBRATION:
        page["reading"] = read_calibration(found)
    elif found.kind == StudyKind.FAIRNESS:
        page["comparisons"] = read_comparisons(found)
    else:
        page["reading"] = read_equating(found)
    return render(request, f"exams/studies/{found.kind}.html", page)


@requires(Permission.STATISTICS_READ)
@require_safe
def study_comparison(request: PersonRequest, study_id: uuid.UUID, group: str) -> HttpResponse:
    """Show the items of one comparison of groups."""
    found = _study(study_id)
    comparison = next((one for one in read_comparisons(found) if one.code == group), None) if _compares(found) else None
    if comparison is None:
        raise Http404
    return render(request, "exams/studies/comparison.html", {"study": found, "comparison": comparison})


@requires(Permission.STATISTICS_READ)
@require_safe
def study_csv(request: PersonRequest, study_id: uuid.UUID) -> HttpResponse:
    """Hand out the table of a study as CSV, unrounded; missing values are empty."""
    found = _study(study_id)
    return csv_response(f"{found.exam.code}-{found.kind}-{found.made_at:%Y-%m-%d}", study_table(found))


@requires(Permission.STATISTICS_READ)
@require_safe
def study_comparison_csv(request: PersonRequest, study_id: uuid.UUID, group: str) -> HttpResponse:
    """Hand out the items of one comparison as CSV, unrounded; missing values are empty."""
    found = _study(study_id)
    stored = found.figures["comparisons"] if _compares(found) else []
    comparison = next((one for one in stored if one["code"] == group), None)
    if comparison is None:
        raise Http404
    return csv_response(f"{found.exam.code}-{group}-{found.made_at:%Y-%m-%d}", comparison_table(comparison))


def _compares(found: Study) -> bool:
    return found.kind == StudyKind.FAIRNESS
