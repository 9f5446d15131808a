"""How far assessors agree where a practical was rated twice; worked out when it is asked for, nothing is stored."""

from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exams.models import RubricVersion
from exams.rater_reading import read_agreement
from exams.table_files import Row, csv_response
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.ASSESSORS_MANAGE)
@require_safe
def rater_agreement(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Show agreement by station and severity by assessor; other versions of the rubric are a link away."""
    version = _version(code, number)
    versions = RubricVersion.objects.filter(rubric__code=code).order_by("-number").only("number")
    page = {"version": version, "versions": versions, "reading": read_agreement(version)}
    return render(request, "exams/assessors/agreement.html", page)


@requires(Permission.ASSESSORS_MANAGE)
@require_safe
def rater_agreement_csv(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """Hand out both tables, one below the other."""
    reading = read_agreement(_version(code, number))
    rows: list[Row] = []
    for table in (reading.stations, reading.assessors):
        rows += [table.columns, *([_cell(words) for words in row] for row in table.rows), ()]
    return csv_response(f"rater-agreement-{code}-{number}", rows)


def _cell(words: str) -> str | Decimal:
    """Let a number be one, minus and all: a text that begins so would be guarded as a formula."""
    try:
        return Decimal(words)
    except InvalidOperation:
        return words


def _version(code: str, number: int) -> RubricVersion:
    return get_object_or_404(RubricVersion.objects.select_related("rubric"), rubric__code=code, number=number)
