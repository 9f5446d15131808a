"""Reading what an exam gave year by year: three queries, whatever the number of years and candidates."""

from datetime import UTC
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear

from exams.models import Exam, Result
from exams.rules.result_policy import ResultState
from exams.rules.year_report import AreaSums, YearCounts, YearRow, add_areas, year_row

YEAR = ExtractYear("attempt__submitted_at", tzinfo=UTC)
FIRST, PASSED = Q(attempt__number=1), Q(passed=True)


def years_of(exam: Exam) -> list[YearRow]:
    """Return the years in which attempts with a result that is out were handed in (UTC), the newest first.

    The score that counts is taken, so corrected keys and appeals have their effect; voided results are left out.
    """
    areas = _areas(exam)
    counted = (
        _out(exam)
        .annotate(year=YEAR)
        .values("year")
        .annotate(
            every=Count("pk"),
            every_passed=Count("pk", filter=PASSED),
            first=Count("pk", filter=FIRST),
            first_passed=Count("pk", filter=FIRST & PASSED),
            persons_again=Count("attempt__enrolment", filter=~FIRST, distinct=True),
        )
    )
    return [year_row(YearCounts(**row), areas.get(row["year"], {})) for row in counted.order_by("-year")]


def _out(exam: Exam) -> "QuerySet[Result]":
    return Result.objects.filter(attempt__exam=exam, passed__isnull=False).exclude(state=ResultState.VOIDED)


def _areas(exam: Exam) -> dict[int, dict[str, AreaSums]]:
    found: dict[int, dict[str, AreaSums]] = {}
    rows: Any = _out(exam).filter(FIRST).annotate(year=YEAR).values_list("year", "released_score__areas").iterator()
    for year, areas in rows:
        add_areas(found.setdefault(year, {}), areas)
    return found
