"""The programme by year: pass rates, retakes, content areas, as a page and as CSV."""

import csv
from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exams.forms import YearsForm
from exams.models import Exam
from exams.rules.year_report import FEWEST, PassRate, YearRow
from exams.year_report import years_of
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

COLUMNS = ("year", "measure", "area", "n", "value", "hidden")


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
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{exam.code}-by-year.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for row in years_of(exam):
        writer.writerows(_measures(row))
    return response


def _measures(row: YearRow) -> Iterator[tuple[object, ...]]:
    rates: dict[str, PassRate] = {"first_attempts": row.first, "all_attempts": row.every, "retakes": row.again}
    for name, rate in rates.items():
        hidden = "yes" if rate.n and rate.share is None else "no"
        yield row.year, f"pass_rate_{name}", "", rate.n, "" if rate.share is None else rate.share, hidden
    yield row.year, "persons_who_came_again", "", row.persons_again, row.persons_again, "no"
    for area in row.areas:
        shown = ("", "yes") if area.mean is None else (area.mean, "no")
        yield row.year, "mean_share_of_points", area.code, area.n, *shown
