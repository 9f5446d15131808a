"""Who sat which exam, with the result: all attempts for those who run exams, their own for trainees."""

import uuid
from collections.abc import Iterable

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from exams.models import Attempt, Result
from exams.rules.result_policy import ResultState
from exams.views.releases import in_words
from lms.accounts.permissions import Permission, Scope, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
LONGEST_SEARCH = 300


@requires(Permission.RESULT_READ)
@require_GET
def attempt_list(request: PersonRequest) -> HttpResponse:
    """List attempts, newest first, with search by name or address (`?q=`) and pages."""
    searches = request.scope is Scope.ALL
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH] if searches else ""
    rows = Attempt.objects.visible_to(request.user, request.scope)
    rows = rows.order_by("-started_at", "pk")
    if words:
        people = Q(enrolment__person__full_name__icontains=words) | Q(enrolment__person__email__icontains=words)
        rows = rows.filter(people)
    page, attempts = page_of(rows, PAGE_SIZE, request.GET.get("page"), "exam", "enrolment__person")
    results = _results(attempt.pk for attempt in attempts)
    listed = [(attempt, results.get(attempt.pk)) for attempt in attempts]
    shown = {"page": page, "listed": listed, "q": words, "searches": searches}
    return render(request, "exams/attempts.html", shown)


def page_of(
    rows: QuerySet[Attempt], size: int, number: str | None, *along: str
) -> tuple[Page[uuid.UUID], list[Attempt]]:
    """Return a page of attempts, with the relations `along`; late pages cost no more than the walk over an index."""
    page = Paginator(rows.values_list("pk", flat=True), size).get_page(number)
    ids = list(page.object_list)
    found = Attempt.objects.select_related(*along).in_bulk(ids)
    return page, [found[pk] for pk in ids if pk in found]


def _results(attempts: Iterable[object]) -> dict[object, str]:
    """Return the result of each closed attempt in words, by one query."""
    rows = Result.objects.filter(attempt__in=list(attempts)).select_related("released_score")
    rows = rows.defer("released_score__items", "released_score__areas")
    return {result.attempt_id: _standing(result) for result in rows}


def _standing(result: Result) -> str:
    if result.released_score is None or result.state == ResultState.VOIDED:
        return ResultState(result.state).words
    return in_words(result.released_score)
