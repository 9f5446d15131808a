"""The programme by year: pass rates, retakes, content areas, as a page and as CSV."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exams.forms import YearsForm
from exams.models import Exam
from exams.rules.year_report import COLUMNS, FEWEST, measures
from exams.table_files import csv_response
from exams.year_report import years_of
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.STATISTICS_READ)
@require_safe
def by_year(request: PersonRequest) -> HttpResponse:
    """Show an exam year by year; without a choice, the first one by title."""
    form = YearsForm(request.GET)
    form.is_valid()
    exam: Exam | None = form.cleaned_data.get("exam") or Exam.objects.order_by("title", "pk").first()
    page = {
        "form": form if "exam" in request.GET else YearsForm(initial={"exam": exam}),
        "exam": exam,
        "years": years_of(exam) if exam else [],
        "fewest": FEWEST,
    }
    return render(request, "exams/results/by_year.html", page)


@requires(Permission.STATISTICS_READ)
@require_safe
def by_year_csv(request: PersonRequest, code: str) -> HttpResponse:
    """Hand out the same numbers as CSV, unrounded, one measure to a row; a hidden value is empty and says so."""
    exam = get_object_or_404(Exam, code=code)
    rows = [line for year in years_of(exam) for line in measures(year)]
    return csv_response(f"{exam.code}-by-year", [COLUMNS, *rows])
