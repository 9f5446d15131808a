"""The running site of the demonstration: a web server and workers as child processes, and a stranger's view of it."""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from lms.demo.story import StepFailed
from lms.jobs.models import Job, JobState, WorkerHeartbeat
from lms.jobs.names import SUPERVISOR_VARIABLE
from lms.jobs.supervisor import Programme, Supervisor, worker_programmes
from lms.jobs.worker import is_embedded

START_SECONDS = 60.0
QUEUE_SECONDS = 120.0
LOOK_SECONDS = 0.1
ANSWER_SECONDS = 10.0
LOOPBACK = "127.0.0.1"
WORKERS = 2
# As root the demonstration is fine; Celery's warning would only scare.
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}


def port_of(site_url: str) -> int:
    """Return the port at which the site's address says it answers."""
    return urlsplit(site_url).port or 80


@contextmanager
def running_site(site_url: str, log: Path) -> Iterator[Supervisor]:
    """Run web server and workers while the block lasts, and end them all whatever happens in it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    programmes = [web_programme(port_of(site_url), log), *worker_programmes(WORKERS, embedded=is_embedded(), log=log)]
    supervisor = Supervisor(programmes, say=lambda text: _note(log, text))
    thread = threading.Thread(target=supervisor.watch, name="supervisor")
    thread.start()
    try:
        yield supervisor
    finally:
        supervisor.stopping.set()
        thread.join()


def web_programme(port: int, log: Path) -> Programme:
    """Return the web server: one process for SQLite, whose threads share one file, two for PostgreSQL."""
    processes = 1 if connection.vendor == "sqlite" else 2
    command = [
        *(sys.executable, "-m", "gunicorn", "lms.wsgi", "--worker-class", "gthread"),
        *("--workers", str(processes), "--threads", "8", "--bind", f"{LOOPBACK}:{port}"),
        *("--graceful-timeout", "20", "--log-level", "warning", "--config", "python:lms.demo.web_server"),
    ]
    return Programme("The web server", command, {**QUIET, SUPERVISOR_VARIABLE: str(os.getpid())}, log)


def _note(log: Path, text: str) -> None:
    with log.open("a") as file:
        file.write(f"{text}\n")


def wait_for(holds: Callable[[], bool], *, seconds: float, otherwise: str) -> None:
    """Wait until something holds. Raises `StepFailed` with the sentence `otherwise` when the time is over."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise StepFailed(otherwise)
        time.sleep(LOOK_SECONDS)


def wait_for_site(site_url: str, log: Path) -> None:
    """Wait until the web server answers and a worker shows signs of life."""
    wait_for(
        lambda: answers(f"{site_url}/accounts/login/"),
        seconds=START_SECONDS,
        otherwise=f"The web server did not answer at {site_url} within {START_SECONDS:.0f} s. See {log}.",
    )
    wait_for(
        WorkerHeartbeat.objects.exists,
        seconds=START_SECONDS,
        otherwise=f"No worker started within {START_SECONDS:.0f} s. See {log}.",
    )


def wait_for_queue() -> int:
    """Wait until the workers have done all jobs that are due, and return how many are done.

    Raises `StepFailed` for a dead one.
    """
    wait_for(
        lambda: not _due_jobs().exists(),
        seconds=QUEUE_SECONDS,
        otherwise=f"The workers did not finish within {QUEUE_SECONDS:.0f} s. {_open_jobs()}",
    )
    if dead := Job.objects.filter(state=JobState.DEAD).first():
        raise StepFailed(f"A job of kind {dead.kind} failed for good: {dead.last_error}")
    return Job.objects.filter(state=JobState.DONE).count()


def _due_jobs() -> "QuerySet[Job]":
    """Return what is not finished and was not laid for later, such as the mail that gathers a quarter of an hour."""
    return Job.objects.unfinished().exclude(state=JobState.WAITING, attempts=0, run_after__gt=timezone.now())


def _open_jobs() -> str:
    rows = _due_jobs().values_list("kind", "state", "attempts", "last_error")[:3]
    return " ".join(f"{kind}: {state} after {attempts} attempt(s). {error}" for kind, state, attempts, error in rows)


def answers(address: str) -> bool:
    """Say whether a page of the site can be fetched."""
    try:
        return fetch(address)[0] == 200
    except (HTTPException, OSError):
        return False


def fetch(address: str, *, accept: str = "text/html") -> tuple[int, bytes]:
    """Fetch an address of the demonstration's own site as a stranger: no cookies, no account."""
    return exchange("GET", address, headers={"Accept": accept})


def exchange(method: str, address: str, *, headers: dict[str, str], body: bytes | None = None) -> tuple[int, bytes]:
    """Send a request to the demonstration's own site and return status and body of its answer.

    Goes straight to where the web server listens: no proxy of the environment and no resolver stands between.
    """
    site = urlsplit(settings.SITE_URL)
    parts = urlsplit(address)
    if parts.netloc != site.netloc:
        raise ValueError("The demonstration talks to its own site only.")
    with closing(HTTPConnection(LOOPBACK, port_of(settings.SITE_URL), timeout=ANSWER_SECONDS)) as server:
        server.request(method, parts.path, body, {"Host": site.netloc, **headers})
        answer = server.getresponse()
        return answer.status, answer.read()


def fetch_json(address: str) -> Any:
    """Fetch a JSON document of the site as a stranger. Raises `StepFailed` when it is none."""
    return parsed(address, *fetch(address, accept="application/json"))


def parsed(address: str, status: int, body: bytes) -> Any:
    """Return an answer of the site as JSON. Raises `StepFailed` when it is none."""
    try:
        return json.loads(body)
    except ValueError as error:
        raise StepFailed(f"{address} answered {status}, not with JSON.") from error
