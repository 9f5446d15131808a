"""What still has to be done, what has failed, and who works on it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Min, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lms.accounts.permissions import Permission, requires, scope_of
from lms.dashboard.forms import JobFilterForm
from lms.dashboard.job_words import words_of
from lms.jobs import actions
from lms.jobs.models import Job, JobState, WorkerHeartbeat

PAGE_SIZE = 25
# Three missed beats of 5 seconds each: longer than a pause of the machine, shorter than anybody's patience.
ALIVE_FOR = timedelta(seconds=15)
ORDER = (JobState.DEAD, JobState.RUNNING, JobState.WAITING, JobState.DONE)


@requires(Permission.JOBS_READ)
def job_list(request: HttpRequest) -> HttpResponse:
    """List jobs, failed ones first; without a state in the query, all that is not done."""
    kinds = list(Job.objects.order_by().values_list("kind", flat=True).distinct())
    form = JobFilterForm(request.GET or None, kinds=kinds)
    wanted = form.cleaned_data if form.is_bound and (form.is_valid() or form.errors) else {}
    state = wanted.get("state", "")
    now = timezone.now()
    page = Paginator(_narrowed(_chosen(state), wanted), PAGE_SIZE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    for name in ("page", "state"):
        kept.pop(name, None)
    context = {
        "page": page,
        "listed": [(job, words_of(job.kind)) for job in page],
        "form": form,
        "filtered": bool(wanted.get("kind") or wanted.get("day")),
        "kept": kept.urlencode(),
        "state": state,
        "states": _counted_states(),
        "oldest": Job.objects.due().aggregate(oldest=Min("run_after"))["oldest"],
        "workers": [(worker, now - worker.seen_at < ALIVE_FOR) for worker in WorkerHeartbeat.objects.order_by("name")],
        "may_retry": scope_of(request.user, Permission.JOBS_RETRY) is not None,  # type: ignore[arg-type]  # signed in
    }
    return render(request, "dashboard/jobs.html", context)


@requires(Permission.JOBS_RETRY)
@require_POST
def retry_job(request: HttpRequest, job_id: object) -> HttpResponse:
    """Start a failed job again."""
    job = get_object_or_404(Job, pk=job_id)
    if actions.retry(job, by=request.user):  # type: ignore[arg-type]  # signed in, so a person of ours
        messages.success(request, "The job waits for a worker again.")
    else:
        messages.info(request, "This job had not failed, or somebody has started it again already.")
    return redirect("dashboard:jobs")


def _chosen(state: str) -> QuerySet[Job]:
    if state:
        newest_first = state in (JobState.DONE, JobState.DEAD)
        return Job.objects.filter(state=state).order_by("-finished_at" if newest_first else "run_after", "pk")
    place = Case(
        *[When(state=known, then=Value(number)) for number, known in enumerate(ORDER)], output_field=IntegerField()
    )
    return Job.objects.exclude(state=JobState.DONE).annotate(place=place).order_by("place", "run_after", "pk")


def _narrowed(jobs: QuerySet[Job], wanted: dict[str, Any]) -> QuerySet[Job]:
    """Narrow to one kind and to one day of creation, by the reader's clock."""
    if kind := wanted.get("kind"):
        jobs = jobs.filter(kind=kind)
    if day := wanted.get("day"):
        jobs = jobs.filter(created_at__date=day)
    return jobs


def _counted_states() -> list[tuple[str, str, int]]:
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    return [(state.value, str(state.label), counts.get(state.value, 0)) for state in ORDER]
