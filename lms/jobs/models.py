"""Rows of the outbox."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone


class JobState(models.TextChoices):
    """Where a job stands. `dead` means: given up after the last attempt, waits for a person."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    DEAD = "dead", "Failed"


class JobQuerySet(models.QuerySet["Job"]):
    """Named reads of the outbox."""

    def unfinished(self) -> "JobQuerySet":
        """Work still to be done, periodic rows aside: those never end."""
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING], every_seconds__isnull=True)

    def given_up(self, keys: Collection[str]) -> set[str]:
        """Return which of these keys name jobs that failed for good and wait for a person."""
        return set(self.filter(key__in=keys, state=JobState.DEAD).values_list("key", flat=True))

    def due(self) -> "JobQuerySet":
        """Jobs that a worker may claim now: waiting and due, or running with a lapsed lease."""
        now = timezone.now()
        return self.filter(
            Q(state=JobState.WAITING, run_after__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
        )


class Job(models.Model):
    """One piece of work that must happen, at least once, after the change that caused it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=200, unique=True, help_text="The same cause enqueued twice is one job.")
    payload: "models.JSONField[Any, Any]" = models.JSONField(default=dict, help_text="Ids only.")
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.WAITING)
    run_after = models.DateTimeField(default=timezone.now)
    every_seconds = models.PositiveIntegerField(
        null=True, blank=True, help_text="Set for periodic work: the row waits for its next slot instead of ending."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        """A running job has a lease; a finished one has a time."""

        indexes = [models.Index(fields=["state", "run_after"], name="jobs_job_due")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False, lease_token__isnull=False),
                name="jobs_running_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "dead"], finished_at__isnull=False)
                | Q(state__in=["waiting", "running"], finished_at__isnull=True),
                name="jobs_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.state})"


class WorkerHeartbeat(models.Model):
    """When each worker process was last seen alive."""

    name = models.CharField(max_length=120, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
