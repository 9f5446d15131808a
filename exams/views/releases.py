"""Results that wait to be released: the list with a choice, and what a proposal would let out."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from exams.actions import releases
from exams.actions.pending import RELEASE, releases_waiting, voids_waiting
from exams.forms import WaitingActForm, WaitingForm
from exams.models import Exam, Result, Score
from exams.rules.result_policy import ResultState
from exams.score_report import plain
from lms.accounts.errors import CodedError
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.approvals.models import Proposal

PAGE_SIZE = 50


@dataclass(frozen=True)
class Filters:
    """Which waiting results are meant: of an exam, of a day, in a state. Empty means all."""

    exam: Exam | None
    day: datetime | None
    state: str

    @classmethod
    def of(cls, form: WaitingForm) -> "Filters":
        """Read the filters of a form; what cannot be read filters nothing."""
        form.is_valid()
        chosen = form.cleaned_data
        day = chosen.get("day")
        start = timezone.make_aware(datetime.combine(day, time())) if day else None
        return cls(chosen.get("exam"), start, chosen.get("state") or ResultState.SCORED.value)

    def rows(self) -> QuerySet[Result]:
        """Return the results that match, in the order of handing in."""
        meant = Q(state=self.state)
        if self.exam is not None:
            meant &= Q(attempt__exam=self.exam)
        if self.day is not None:
            # Started on that day by the reader's clock: the day of the session.
            meant &= Q(attempt__started_at__gte=self.day, attempt__started_at__lt=self.day + timedelta(days=1))
        return Result.objects.filter(meant).order_by("attempt__submitted_at", "attempt_id")

    def free_rows(self, in_release: Mapping[int, Proposal]) -> QuerySet[Result]:
        """Return the results that match and wait for no decision of a second person."""
        rows = self.rows()
        taken = list(Score.objects.filter(pk__in=list(in_release)).values_list("attempt", flat=True))
        held = list(rows.values_list("pk", flat=True)) if self.state == ResultState.HELD else []
        return rows.exclude(pk__in=[*taken, *voids_waiting(held)])

    @property
    def query(self) -> str:
        """The filters as the end of an address."""
        given = {"exam": self.exam.pk if self.exam else "", "state": self.state}
        given["day"] = f"{timezone.localtime(self.day):%Y-%m-%d}" if self.day else ""
        return urlencode({name: value for name, value in given.items() if value})


@requires(Permission.RESULT_RELEASE)
@require_safe
def waiting(request: PersonRequest) -> HttpResponse:
    """List results that are scored or held and not out, with filters, to propose their release or to hold them."""
    form = WaitingForm(request.GET)
    filters = Filters.of(form)
    rows = filters.rows().select_related("attempt__exam", "attempt__form", "attempt__enrolment__person")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    in_release = releases_waiting()
    free = filters.free_rows(in_release).count()
    shown = {
        "form": form,
        "page": page,
        "listed": _listed(list(page.object_list), in_release),
        "free": free,
        "filters": filters,
        "held": filters.state == ResultState.HELD,
        "proposed": len({proposal.pk for proposal in in_release.values()}),
    }
    return render(request, "exams/results/waiting.html", shown)


@dataclass(frozen=True)
class Line:
    """One result of the list: its newest score in words, and the proposals about it that wait for a second person."""

    result: Result
    score: str
    release: Proposal | None
    void: Proposal | None


def _listed(results: list[Result], in_release: Mapping[int, Proposal]) -> list[Line]:
    """Return the lines of a page by two queries."""
    attempts = [result.pk for result in results]
    rows = Score.objects.filter(attempt__in=attempts).order_by("number").defer("items", "areas")
    newest = {score.attempt_id: score for score in rows}
    voids = voids_waiting(attempts)
    lines = []
    for result in results:
        score = newest.get(result.pk)
        words, release = (in_words(score), in_release.get(score.pk)) if score else ("", None)
        lines.append(Line(result, words, release, voids.get(result.pk)))
    return lines


def in_words(score: Score) -> str:
    """Write decision and points of a score; on a scale where it has one."""
    decision = "Passed" if score.passed else "Not passed"
    if score.scaled is not None:
        return f"{decision}: {score.scaled}"
    return f"{decision}: {plain(score.raw)} of {plain(score.maximum)}, {plain(score.cut)} needed"


@requires(Permission.RESULT_RELEASE)
@require_POST
def act(request: PersonRequest) -> HttpResponse:
    """Propose the release of the chosen results, or hold them; with a reason either way."""
    form = WaitingActForm(request.POST)
    filters = Filters.of(WaitingForm(request.POST))
    back = redirect(f"{_address()}?{filters.query}")
    if not form.is_valid():
        messages.error(request, "The form was incomplete. Choose results and give a reason.")
        return back
    chosen = form.cleaned_data
    attempts = [uuid.UUID(value) for value in chosen["result"]]
    if chosen["everything"]:
        attempts = list(
            filters.free_rows(releases_waiting()).values_list("pk", flat=True)[: releases.LARGEST_BATCH + 1]
        )
    try:
        if chosen["act"] == "hold":
            also = [uuid.UUID(value) for value in chosen["hold_only"]]
            _hold(request, attempts + also, chosen["reason"])
        else:
            proposal = releases.propose_release(attempts=attempts, reason=chosen["reason"], by=request.user)
            count = len(proposal.payload["scores"])
            messages.success(request, f"Proposed: {count} {'result' if count == 1 else 'results'}. Nothing is out yet.")
            return redirect("exams:release_batch", proposal_id=proposal.pk)
    except CodedError as error:
        messages.error(request, error.sentence)
    return back


def _address() -> str:
    return redirect("exams:results_waiting").url


def _hold(request: PersonRequest, attempts: list[uuid.UUID], reason: str) -> None:
    rows = list(Result.objects.filter(pk__in=attempts[:PAGE_SIZE], state=ResultState.SCORED))
    for result in rows:
        releases.hold(result=result, reason=reason, by=request.user)
    count = len(rows)
    messages.success(request, f"Held: {count} {'result' if count == 1 else 'results'}. Two people can release it.")


@requires(Permission.RESULT_RELEASE)
@require_safe
def batch(request: PersonRequest, proposal_id: uuid.UUID) -> HttpResponse:
    """List exactly the results that a proposal names, with what became of them."""
    proposal = get_object_or_404(
        Proposal.objects.select_related("proposed_by", "decided_by"), pk=proposal_id, kind=RELEASE
    )
    rows = Score.objects.filter(pk__in=proposal.payload["scores"]).order_by("pk").defer("items", "areas")
    rows = rows.select_related("attempt__exam", "attempt__enrolment__person", "attempt__result")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    listed = [(score, in_words(score), ResultState(score.attempt.result.state).words) for score in page.object_list]
    return render(request, "exams/results/batch.html", {"proposal": proposal, "page": page, "listed": listed})
