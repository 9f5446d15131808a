"""Real processes on a real database in a folder of their own: to be killed at will, or walked through by a browser."""

import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tests.migrated import KeptFile, alone

ROOT = Path(__file__).resolve().parents[1]
WITH_PROBE = "tests.kill.settings"  # an app more than the suite has, with a table of its own


class House:
    """One site: a folder, a database, and the processes started here."""

    def __init__(
        self,
        folder: Path,
        server: str | None,
        *,
        settings: str = WITH_PROBE,
        port: int = 8000,
        like: "House | None" = None,
    ) -> None:
        """Lay an empty site; `server` is the address of a PostgreSQL server, or None for an SQLite file.

        A site that is walked through needs its `port` now: links in mails and codes on certificates hold its address.
        Migrations take seconds, so a house can be copied from one that is laid already and has no process.
        """
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.teller: subprocess.Popen[bytes] | None = None
        self.server = server
        self.name = f"threshold_house_{uuid.uuid4().hex[:8]}"
        self.url = f"http://localhost:{port}"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings,
            "SITE_URL": self.url,
            "THRESHOLD_VAR_DIR": str(folder),
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("DATABASE_URL", None)
        if server:
            self._make_database(like)
        elif like:
            shutil.copy(like.folder / "threshold.sqlite3", folder / "threshold.sqlite3")
        if like is None:
            self._migrate(settings)

    def _migrate(self, settings: str) -> None:
        file = self.folder / "threshold.sqlite3"
        with alone():
            copied = not self.server and KeptFile().lay(file)
            if not copied or settings == WITH_PROBE:
                self.manage("migrate", "--run-syncdb", "-v", "0", seconds=600)
            if not (copied or self.server or settings == WITH_PROBE):
                KeptFile().keep(file)

    def _make_database(self, like: "House | None") -> None:
        template = f' TEMPLATE "{like.name}"' if like else ""
        with psycopg.connect(self.front_door, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{self.name}"{template}')
        self.environment["DATABASE_URL"] = self.database_url

    @property
    def front_door(self) -> str:
        """The address of the server's own database, from which others are made and dropped."""
        assert self.server
        return f"{self.server.rpartition('/')[0]}/postgres"

    @classmethod
    def at(cls, folder: Path, **options: Any) -> "House":
        """Lay a site on the database server that `DATABASE_URL` names, or on an SQLite file."""
        server = os.environ.get("DATABASE_URL", "")
        return cls(folder, server if server.startswith("postgres") else None, **options)

    @property
    def database_url(self) -> str:
        """The address of this house's own database on the server."""
        assert self.server
        base, _, _ = self.server.rpartition("/")
        return f"{base}/{self.name}"

    def manage(self, *arguments: str, seconds: float = 180) -> str:
        """Run a management command to its end and return what it printed."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=seconds, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str, seconds: float = 180) -> str:
        """Run some lines in a fresh process with Django set up."""
        return self.manage("shell", "-v", "0", "-c", code, seconds=seconds)

    def tell(self, module: str, call: str, seconds: float = 600) -> Any:
        """Let something happen in the words of a module, and return what it answers; one process serves all calls."""
        if self.teller is None:
            self.teller = self.start("-m", "tests.teller", talks=True)
        asked, told = self.teller.stdin, self.teller.stdout
        assert asked
        assert told
        asked.write(json.dumps([module, call]).encode() + b"\n")
        asked.flush()
        patience = threading.Timer(seconds, self.teller.kill)
        patience.start()
        line = told.readline()
        patience.cancel()
        assert line, f"no answer to {call}: see {self.folder}/processes.log"
        answer = json.loads(line)
        assert "told" in answer, answer["failed"]
        return answer["told"]

    def start(self, *command: str, talks: bool = False, **environment: str) -> subprocess.Popen[bytes]:
        """Start a process of this site; its output goes to a file beside the database, or into a pipe if it `talks`."""
        with (self.folder / "processes.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                env={**self.environment, **environment},
                stdin=subprocess.PIPE if talks else None,
                stdout=subprocess.PIPE if talks else log,
                stderr=log,
                cwd=ROOT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_workers(self, count: int = 2, **environment: str) -> subprocess.Popen[bytes]:
        """Start the supervisor with its workers."""
        return self.start("manage.py", "run_workers", "--workers", str(count), **environment)

    def start_web(self, port: int, *, workers: int = 1, threads: int = 4) -> subprocess.Popen[bytes]:
        """Start the web server and wait until it answers."""
        process = self.start(
            *("-m", "gunicorn", "lms.wsgi", "--worker-class", "gthread", "--threads", str(threads)),
            *("--workers", str(workers)),
            *("--bind", f"127.0.0.1:{port}", "--log-level", "warning"),
        )
        wait_until(lambda: answers(port), seconds=240)
        return process

    def rows(self, query: str) -> list[Any]:
        """Read the database past Django."""
        if self.server:
            with psycopg.connect(self.database_url) as connection:
                return connection.execute(query).fetchall()
        connection = sqlite3.connect(self.folder / "threshold.sqlite3", timeout=60)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def count(self, table: str, where: str = "1 = 1") -> int:
        """Count rows past Django."""
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0])

    def close(self) -> None:
        """End every process that was started here, and drop the database."""
        for process in self.processes:
            for pid in [*family(process.pid), process.pid]:
                kill(pid)
            process.wait(timeout=60)
        if self.server:
            with psycopg.connect(self.front_door, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')


def family(pid: int) -> list[int]:
    """Return the children and grandchildren of a process."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in listing.splitlines()]
    found: list[int] = []
    edge = {pid}
    while edge:
        edge = {child for child, parent in parents if parent in edge}
        found += sorted(edge)
    return found


def workers_of(supervisor: int) -> list[int]:
    """Return the Celery workers under a supervisor, without the passing helpers that libraries start."""
    return [pid for pid in family(supervisor) if b"celery" in _command_of(pid)]


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def kill(pid: int) -> None:
    """SIGKILL a process that may be gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def kill_one_child(pid: int, chance: random.Random) -> bool:
    """SIGKILL one descendant at random; False when there is none."""
    children = family(pid)
    if children:
        kill(chance.choice(children))
    return bool(children)


def wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Wait until something holds, and fail after the given time."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)


def free_port() -> int:
    """Return a port on loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Say whether a web server answers on a port of this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
