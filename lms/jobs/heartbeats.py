"""Signs of life of worker processes."""

from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone

from lms.jobs.models import WorkerHeartbeat

GONE_AFTER = timedelta(hours=1)


def beat(worker_name: str) -> None:
    """Write down that this worker lives, and clear names of workers long gone."""
    now = timezone.now()
    WorkerHeartbeat.objects.update_or_create(name=worker_name, defaults={"seen_at": now})
    WorkerHeartbeat.objects.filter(seen_at__lt=now - GONE_AFTER).delete()


def sign_off(worker_name: str) -> None:
    """Remove the name of a worker that ends in order; a database that is away must not hold it up."""
    try:
        WorkerHeartbeat.objects.filter(name=worker_name).delete()
    except DatabaseError:
        return
