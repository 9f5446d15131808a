"""How a form and its items behaved: pages and files from stored analyses."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from content.models import OrganisationSettings
from exams.actions.analyses import pending_analysis, request_analysis
from exams.actions.item_remarks import note_key_read
from exams.analysis_forms import WindowForm
from exams.analysis_reading import drift_of, is_outdated, read_analysis, read_item
from exams.analysis_tables import form_table, item_table
from exams.errors import FormError
from exams.exposure import exposure_of
from exams.models import Exam, ExamForm, FormAnalysis, FormItem
from exams.option_letters import letters_of
from exams.rendering import render_analysis
from exams.table_files import csv_response, xlsx_response
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

LISTED = 20


def _form(form_id: int) -> ExamForm:
    return get_object_or_404(ExamForm.objects.select_related("blueprint"), pk=form_id)


def _analysis(form_id: int, analysis_id: uuid.UUID) -> FormAnalysis:
    rows = FormAnalysis.objects.select_related("form", "asked_by")
    return get_object_or_404(rows, pk=analysis_id, form=form_id)


@requires(Permission.STATISTICS_READ)
@require_safe
def analyses(request: PersonRequest, form_id: int) -> HttpResponse:
    """Show the newest analysis of a form over all time, or say that there is none yet."""
    form = _form(form_id)
    newest = FormAnalysis.objects.filter(form=form, since=None, until=None).select_related("form", "asked_by").first()
    return _show(request, form, newest, WindowForm())


@requires(Permission.STATISTICS_READ)
@require_safe
def analysis(request: PersonRequest, form_id: int, analysis_id: uuid.UUID) -> HttpResponse:
    """Show one analysis as it was made."""
    found = _analysis(form_id, analysis_id)
    return _show(request, found.form, found, WindowForm())


def _show(
    request: PersonRequest, form: ExamForm, shown: FormAnalysis | None, window: WindowForm, status: int = 200
) -> HttpResponse:
    listed = FormAnalysis.objects.filter(form=form).select_related("asked_by").defer("figures")[:LISTED]
    page = {
        "form": form,
        "pending": pending_analysis(form, shown),
        "reading": read_analysis(shown) if shown else None,
        "outdated": is_outdated(shown) if shown else False,
        "listed": listed,
        "exams": Exam.objects.filter(attempts__form=form).distinct(),
        "window": window,
    }
    return render(request, "exams/analyses/form.html", page, status=status)


@requires(Permission.STATISTICS_READ)
@require_POST
def analyse(request: PersonRequest, form_id: int) -> HttpResponse:
    """Ask for an analysis; a worker makes it."""
    form = _form(form_id)
    asked = WindowForm(request.POST)
    if not asked.is_valid():
        return _show(request, form, None, asked, status=422)
    try:
        request_analysis(form=form, window=asked.window(), by=request.user)
    except FormError as error:
        asked.add_error(None, error.sentence)
        return _show(request, form, None, asked, status=409)
    messages.success(
        request,
        "You asked for an analysis. If no score has changed since the last one, that one stands.",
    )
    return redirect("exams:analyses", form_id)


@requires(Permission.STATISTICS_READ)
@require_safe
def analysed_item(request: PersonRequest, form_id: int, analysis_id: uuid.UUID, position: int) -> HttpResponse:
    """Show one item of an analysis: its options, how they go with ability, and how it behaved before."""
    found = _analysis(form_id, analysis_id)
    place = FormItem.objects.filter(form=form_id, position=position).select_related("version__item").first()
    item = read_item(found, position, place.version) if place else None
    if item is None or place is None:
        raise Http404
    note_key_read(version=place.version, page="statistics", by=request.user)
    forms = ExamForm.objects.filter(form_items__version__item=place.version.item_id)
    page = {
        "form": found.form,
        "analysis": found,
        "item": item,
        "letters": zip(letters_of(place.version).values(), place.version.options, strict=False),
        "version": place.version,
        "drift": drift_of(found, item.row.code, forms),
        "exposure": exposure_of(place.version.item).get(place.version_id),
        "last": len(found.figures["items"]),
    }
    return render(request, "exams/analyses/item.html", page)


@requires(Permission.STATISTICS_READ)
@require_safe
def analysis_csv(request: PersonRequest, form_id: int, analysis_id: uuid.UUID) -> HttpResponse:
    """Hand out the items of an analysis as CSV, unrounded; missing values are empty."""
    found = _analysis(form_id, analysis_id)
    return csv_response(_file_name(found), item_table(found))


@requires(Permission.STATISTICS_READ)
@require_safe
def analysis_xlsx(request: PersonRequest, form_id: int, analysis_id: uuid.UUID) -> HttpResponse:
    """Hand out form and items of an analysis as sheets of one file."""
    found = _analysis(form_id, analysis_id)
    return xlsx_response(_file_name(found), {"Form": form_table(found), "Items": item_table(found)})


def _file_name(found: FormAnalysis) -> str:
    return f"{found.form.code}-analysis-{found.made_at:%Y-%m-%d}"


@requires(Permission.STATISTICS_READ)
@require_safe
def analysis_pdf(request: PersonRequest, form_id: int, analysis_id: uuid.UUID) -> HttpResponse:
    """Hand out an analysis as a PDF, drawn when it is asked for."""
    found = _analysis(form_id, analysis_id)
    issuer = OrganisationSettings.current().name or "Threshold"
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found)}.pdf"'}
    pdf = render_analysis(read_analysis(found), issuer=issuer)
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
