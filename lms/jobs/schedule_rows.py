"""Periodic work: one row per kind, which waits for its next slot instead of ending.

The row is the clock, so any number of workers may look at it: the claim decides who does the work of a slot. Slots that
passed while nothing ran are not made up for; the work of one slot does what earlier ones left.
"""

from django.utils import timezone

from lms.jobs.models import Job, JobState
from lms.jobs.registry import schedule
from lms.jobs.rules import next_slot


def ensure() -> None:
    """Make the row of every registered period that has none, and follow a period that changed."""
    wanted = schedule()
    known = dict(Job.objects.filter(every_seconds__isnull=False).values_list("kind", "every_seconds"))
    for kind, seconds in wanted.items():
        if kind not in known:
            Job.objects.get_or_create(
                key=f"every:{kind}",
                defaults={
                    "kind": kind,
                    "every_seconds": seconds,
                    "run_after": next_slot(timezone.now(), seconds),
                },
            )
        elif known[kind] != seconds:
            _follow(kind, seconds)


def _follow(kind: str, seconds: int) -> None:
    Job.objects.filter(key=f"every:{kind}", state=JobState.WAITING).update(
        every_seconds=seconds, run_after=next_slot(timezone.now(), seconds)
    )
