"""How far a study is, in words, from its request and its job."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from exams.models import StudyRequest, StudyState
from lms.jobs.models import Job, JobState

STEPS = {
    "reading": "Reading answers",
    "calibrating": "Fitting the model",
    "persons": "Estimating abilities",
    "comparing": "Comparing groups",
    "equating": "Equating",
}


@dataclass(frozen=True)
class Progress:
    """`share` is the percent of the step that is under way, None where nobody can tell; `failed` for good."""

    state: str
    words: str
    share: int | None
    failed: bool

    @property
    def is_open(self) -> bool:
        """Whether something will still change by itself."""
        return self.state in ("asked", "running") and not self.failed


def progress_of(requests: list[StudyRequest]) -> list[Progress]:
    """Return how far requests are, in one query."""
    jobs = {job.key: job for job in Job.objects.filter(key__in=[one.job_key for one in requests if one.is_open])}
    return [_progress(one, jobs.get(one.job_key)) for one in requests]


def _progress(request: StudyRequest, job: Job | None) -> Progress:
    def at(words: str, share: int | None = None, *, failed: bool = False) -> Progress:
        return Progress(request.state, words, share, failed)

    if not request.is_open:
        return at(request.get_state_display())
    if job is None or job.state == JobState.DONE:
        return at("Its work was lost. Ask again.", failed=True)
    if job.state == JobState.DEAD:
        return at(f"It failed {job.attempts} times and was given up.", failed=True)
    if job.state == JobState.WAITING and job.attempts:
        again = timezone.localtime(job.run_after)
        return at(f"It failed and is tried again at {again:%H:%M:%S}.")
    if request.state == StudyState.RUNNING and request.step:
        return at(STEPS[request.step], request.share)
    return at("Waiting for a worker")


def as_json(progress: Progress) -> dict[str, Any]:
    """Return it as plain values for the page that asks again and again."""
    return {"words": progress.words, "share": progress.share, "open": progress.is_open}
