"""What makes a Celery worker a worker of the outbox: a poller beside its consumer.

With the in-memory broker every worker process feeds itself from the table; with Redis or RabbitMQ the broker is the
quick doorbell and the poller the sweep that finds what a lost message left behind. The poller is a thread of its own,
so that a slow database never holds up the consumer's talk with the broker.
"""

import logging
import os
import signal
import socket
import threading
import time
from typing import Any

from celery import bootsteps, current_app, signals
from django.conf import settings
from django.db import DatabaseError, connections
from kombu.exceptions import OperationalError

from lms.jobs import schedule_rows
from lms.jobs.heartbeats import beat, sign_off
from lms.jobs.models import Job
from lms.jobs.names import SUPERVISOR_VARIABLE
from lms.jobs.tasks import work

logger = logging.getLogger(__name__)

EMBEDDED_SECONDS = 0.2
SWEEP_SECONDS = 5.0
HEARTBEAT_SECONDS = 5.0
PAUSE_AFTER_ERROR_SECONDS = 5.0
OFFER_SECONDS = 30.0
EMBEDDED_BATCH = 4
SWEEP_BATCH = 100


def is_embedded() -> bool:
    """Say whether this site runs without a broker, so that workers feed themselves from the outbox."""
    return str(settings.CELERY_BROKER_URL).startswith("memory:")


class Offers:
    """Which jobs this process put on the queue lately, so that one job is not offered again at every poll."""

    def __init__(self) -> None:
        """Start with none."""
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def add(self, job_id: str, *, now: float) -> None:
        """Remember an offer for half a minute; a lost message is offered again after that."""
        with self._lock:
            self._until[job_id] = now + OFFER_SECONDS

    def forget(self, job_id: str) -> None:
        """A task ended: its job may be offered again should it still be due."""
        with self._lock:
            self._until.pop(job_id, None)

    def open(self, *, now: float) -> set[str]:
        """Return the jobs whose offer still stands."""
        with self._lock:
            self._until = {job_id: until for job_id, until in self._until.items() if until > now}
            return set(self._until)


class OutboxPoller(bootsteps.StartStopStep):
    """Looks for due jobs at a steady pace and hands them to the queue; claiming happens in the task."""

    # After the pool, so that prefork children are born before this thread opens a database connection.
    requires = ("celery.worker.components:Pool",)

    def __init__(self, parent: Any, **options: Any) -> None:
        """Remember nothing yet: the thread starts with the worker."""
        self.embedded = is_embedded()
        self.pause = EMBEDDED_SECONDS if self.embedded else SWEEP_SECONDS
        self.worker_name = f"{socket.gethostname()}:{os.getpid()}"
        self.supervisor = int(os.environ.get(SUPERVISOR_VARIABLE, "0"))
        self.offers = Offers()
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self, parent: Any) -> None:
        """Start the thread."""
        signals.task_postrun.connect(self.forget, weak=False)
        self.thread = threading.Thread(target=self.run, name="outbox-poller", daemon=True)
        self.thread.start()

    def stop(self, parent: Any) -> None:
        """Stop the thread and wait for its last look at the table."""
        self.stopping.set()
        if self.thread is not None:
            self.thread.join(timeout=5)
        signals.task_postrun.disconnect(self.forget)

    def forget(self, args: Any = (), **_: Any) -> None:
        """Hear that a task ended in this process."""
        if args:
            self.offers.forget(str(args[0]))

    def run(self) -> None:
        """Poll, beat and plan until told to stop. Errors of database or broker cost a pause, never the thread."""
        next_beat = 0.0
        while not self.stopping.is_set():
            pause = self.pause
            try:
                if time.monotonic() >= next_beat:
                    next_beat = time.monotonic() + HEARTBEAT_SECONDS
                    self.live()
                self.poll()
            except (DatabaseError, OperationalError, OSError) as error:
                logger.warning("The outbox could not be read; trying again.", exc_info=error)
                pause = PAUSE_AFTER_ERROR_SECONDS
            _release_connections()
            self.stopping.wait(pause)
        sign_off(self.worker_name)
        connections.close_all()

    def live(self) -> None:
        """Write the heartbeat, see to the periodic rows, and end when the supervisor is gone."""
        if self.supervisor and os.getppid() != self.supervisor:
            logger.warning("The supervisor is gone; this worker ends too.")
            self.stopping.set()
            os.kill(os.getpid(), signal.SIGTERM)
            return
        beat(self.worker_name)
        schedule_rows.ensure()

    def poll(self) -> None:
        """Offer a few due jobs. Two pollers that offer the same job do no harm: one claim succeeds."""
        offered = self.offers.open(now=time.monotonic())
        if self.embedded and offered:
            return
        batch = EMBEDDED_BATCH if self.embedded else SWEEP_BATCH
        for job_id in map(str, Job.objects.due().order_by("run_after").values_list("pk", flat=True)[:batch]):
            if job_id not in offered:
                self.offers.add(job_id, now=time.monotonic())
                work.delay(job_id)


def _release_connections() -> None:
    """Drop those of this thread's connections that an error left unusable; the others stay open."""
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()


def install() -> None:
    """Add the poller to the workers of our Celery application."""
    current_app.steps["worker"].add(OutboxPoller)
