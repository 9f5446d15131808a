"""All results for those who run exams: search, filters, numbers per exam."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from exams.forms import ResultsForm
from exams.models import Attempt, FormKind, Result, Score
from exams.rules.result_policy import ResultState
from exams.views.attempt_list import page_of
from exams.views.releases import in_words
from lms.accounts.models import User
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
MOST_PEOPLE = 500


@requires(Permission.RESULT_RELEASE)
@require_safe
def report(request: PersonRequest) -> HttpResponse:
    """List results, newest first, with search by name or address and filters; one exam's numbers when one is chosen."""
    form = ResultsForm(request.GET)
    form.is_valid()
    chosen = {name: value for name, value in form.cleaned_data.items() if value}
    along = ("exam", "form", "enrolment__person")
    page, attempts = page_of(_rows(chosen), PAGE_SIZE, request.GET.get("page"), *along)
    results = _results_of(attempts)
    kept = {name: request.GET[name] for name in ("q", "exam", "form", "state", "passed") if request.GET.get(name)}
    shown = {
        "form": form,
        "page": page,
        "listed": [(attempt, *_standing(results.get(attempt.pk))) for attempt in attempts],
        "query": urlencode(kept),
        "numbers": _numbers(chosen["exam"].pk) if "exam" in chosen else None,
        "exam": chosen.get("exam"),
    }
    return render(request, "exams/results/report.html", shown)


def _rows(chosen: dict[str, Any]) -> QuerySet[Attempt]:
    rows = Attempt.objects.order_by("-started_at", "id")
    if "exam" in chosen:
        rows = rows.filter(exam=chosen["exam"])
    if "form" in chosen:
        per_attempt = chosen["form"] == FormKind.PER_ATTEMPT
        rows = rows.filter(form__kind=FormKind.PER_ATTEMPT) if per_attempt else rows.filter(form=chosen["form"])
    if "state" in chosen:
        rows = rows.filter(result__state=chosen["state"])
    if "passed" in chosen:
        rows = rows.filter(result__passed=chosen["passed"] == "yes").exclude(result__state=ResultState.VOIDED)
    return rows.filter(enrolment__person__in=_people(chosen["q"])) if "q" in chosen else rows


def _people(words: str) -> list[int]:
    """Find people first: they are far fewer than attempts. A search that finds very many is cut off."""
    found = User.objects.filter(Q(full_name__icontains=words) | Q(email__icontains=words))
    return list(found.values_list("pk", flat=True)[:MOST_PEOPLE])


def _results_of(attempts: list[Attempt]) -> dict[Any, Result]:
    rows = Result.objects.filter(pk__in=[attempt.pk for attempt in attempts]).select_related("released_score")
    unread = ("items", "areas", "minimums", "key_changes")
    return {result.pk: result for result in rows.defer(*(f"released_score__{name}" for name in unread))}


def _standing(result: Result | None) -> tuple[str, str]:
    """Return the state of a result in words, and its score when it is out."""
    if result is None:
        return "", ""
    score: Score | None = result.released_score if result.state != ResultState.VOIDED else None
    return ResultState(result.state).words, in_words(score) if score else ""


def _numbers(exam: int) -> dict[str, Any]:
    """Count what is out for one exam: all, passed, first attempts, passed at the first."""
    rows = Result.objects.filter(attempt__exam=exam, passed__isnull=False).exclude(state=ResultState.VOIDED)
    first, passed = Q(attempt__number=1), Q(passed=True)
    numbers: dict[str, Any] = rows.aggregate(
        all=Count("pk"),
        all_passed=Count("pk", filter=passed),
        first=Count("pk", filter=first),
        first_passed=Count("pk", filter=first & passed),
    )
    return numbers
