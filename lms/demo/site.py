"""The running site of the demonstration: a web server and workers as child processes, and a stranger's view of it."""

import json
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from lms.demo.story import StepFailed
from lms.jobs.models import Job, JobState, WorkerHeartbeat
from lms.jobs.supervisor import Programme, Supervisor, worker_programmes
from lms.jobs.worker import is_embedded

START_SECONDS = 60.0
QUEUE_SECONDS = 120.0
LOOK_SECONDS = 0.1
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
        *("--workers", str(processes), "--threads", "8", "--bind", f"127.0.0.1:{port}"),
        *("--graceful-timeout", "20", "--log-level", "warning"),
    ]
    return Programme("The web server", command, QUIET, log)


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
    """Wait until the workers have done all jobs, and return how many are done. Raises `StepFailed` for a dead one."""
    wait_for(
        lambda: not Job.objects.unfinished().exists(),
        seconds=QUEUE_SECONDS,
        otherwise=f"The workers did not finish within {QUEUE_SECONDS:.0f} s. {_open_jobs()}",
    )
    if dead := Job.objects.filter(state=JobState.DEAD).first():
        raise StepFailed(f"A job of kind {dead.kind} failed for good: {dead.last_error}")
    return Job.objects.filter(state=JobState.DONE).count()


def _open_jobs() -> str:
    rows = Job.objects.unfinished().values_list("kind", "state", "attempts", "last_error")[:3]
    return " ".join(f"{kind}: {state} after {attempts} attempt(s). {error}" for kind, state, attempts, error in rows)


def answers(address: str) -> bool:
    """Say whether a page of the site can be fetched."""
    try:
        return fetch(address)[0] == 200
    except (urllib.error.URLError, OSError):
        return False


def fetch(address: str, *, accept: str = "text/html") -> tuple[int, bytes]:
    """Fetch an address of the demonstration's own site as a stranger: no cookies, no account."""
    if urlsplit(address).netloc != urlsplit(settings.SITE_URL).netloc:
        raise ValueError("The demonstration talks to its own site only.")
    request = urllib.request.Request(address, headers={"Accept": accept})  # noqa: S310 - checked just above
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310
            return int(response.status), response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def fetch_json(address: str) -> Any:
    """Fetch a JSON document of the site as a stranger. Raises `StepFailed` when it is none."""
    status, body = fetch(address, accept="application/json")
    try:
        return json.loads(body)
    except ValueError as error:
        raise StepFailed(f"{address} answered {status}, not with JSON.") from error
