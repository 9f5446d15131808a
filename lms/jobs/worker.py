"""What makes a Celery worker a worker of the outbox: a poller beside its consumer.

With the in-memory broker every worker process feeds itself from the table; with Redis or RabbitMQ the broker is the
quick doorbell and the poller the sweep that finds what a lost message left behind.
"""

import logging
import os
import socket
from datetime import timedelta
from typing import Any

from celery import bootsteps, signals
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

logger = logging.getLogger(__name__)

EMBEDDED_SECONDS = 0.2
SWEEP_SECONDS = 5.0
HEARTBEAT_SECONDS = 5.0
BATCH = 4


class OutboxPoller(bootsteps.StartStopStep):
    """Looks for due jobs at a steady pace and hands them to this worker's own queue."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, parent: Any, **options: Any) -> None:
        """Remember nothing yet: the timers start with the worker."""
        self.timers: list[Any] = []
        self.embedded = settings.CELERY_BROKER_URL.startswith("memory:")
        self.worker_name = f"{socket.gethostname()}:{os.getpid()}"
        self.pending: set[str] = set()

    def start(self, parent: Any) -> None:
        """Start polling and the heartbeat."""
        pause = EMBEDDED_SECONDS if self.embedded else SWEEP_SECONDS
        signals.task_postrun.connect(self.forget, weak=False)
        self.timers = [
            parent.timer.call_repeatedly(pause, self.poll),
            parent.timer.call_repeatedly(HEARTBEAT_SECONDS, self.beat),
        ]
        self.beat()

    def stop(self, parent: Any) -> None:
        """Stop both timers."""
        for timer in self.timers:
            timer.cancel()
        self.timers = []

    def forget(self, args: Any = (), **_: Any) -> None:
        """A task ended: its job may be found again should it still be due."""
        self.pending.discard(str(args[0]) if args else "")

    def poll(self) -> None:
        """Send up to a few due jobs to the queue; claiming happens in the task, so two pollers do no harm."""
        from lms.jobs.models import Job
        from lms.jobs.tasks import work

        if self.embedded and self.pending:
            return
        try:
            due = Job.objects.due().order_by("run_after").values_list("pk", flat=True)[:BATCH]
            for job_id in map(str, due):
                if self.embedded:
                    self.pending.add(job_id)
                work.delay(job_id)
        except (DatabaseError, work.OperationalError) as error:
            logger.warning("The outbox could not be read; trying again.", exc_info=error)
            close_old_connections()

    def beat(self) -> None:
        """Write down that this worker lives, and clear names of workers long gone."""
        from lms.jobs.models import WorkerHeartbeat

        now = timezone.now()
        try:
            WorkerHeartbeat.objects.update_or_create(name=self.worker_name, defaults={"seen_at": now})
            WorkerHeartbeat.objects.filter(seen_at__lt=now - timedelta(hours=1)).delete()
        except DatabaseError as error:
            logger.warning("The heartbeat could not be written.", exc_info=error)
            close_old_connections()


def install() -> None:
    """Add the poller to the workers of our Celery application."""
    from celery import current_app

    current_app.steps["worker"].add(OutboxPoller)
