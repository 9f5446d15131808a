"""Child processes that are started, watched, started again when they die, and ended together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from lms.jobs.names import SUPERVISOR_VARIABLE

FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 10.0
STEADY_SECONDS = 30.0
GRACE_SECONDS = 25.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Programme:
    """What to run: a name for people, the command, what it finds in its environment beside ours, where it writes to.

    Without a `log` it writes to our own output.
    """

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    log: Path | None = None


class Child:
    """One place in the team: a programme, and the process that runs it now."""

    def __init__(self, programme: Programme) -> None:
        """Nothing runs yet."""
        self.programme = programme
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.backoff = FIRST_BACKOFF_SECONDS
        self.start_again_at = 0.0

    def start(self) -> None:
        """Start the process in its own process group, so that Ctrl-C reaches only the supervisor."""
        self.started_at = time.monotonic()
        log = self.programme.log.open("ab") if self.programme.log else None
        self.process = subprocess.Popen(  # noqa: S603 - commands are our own, never input
            list(self.programme.command),
            env={**os.environ, **self.programme.environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        if log:
            log.close()

    @property
    def running(self) -> bool:
        """Say whether a process runs in this place."""
        return self.process is not None and self.process.poll() is None

    def note_death(self, now: float) -> float:
        """Plan the next start and return the pause until then; a process that ran steadily starts again at once."""
        if now - self.started_at >= STEADY_SECONDS:
            self.backoff = FIRST_BACKOFF_SECONDS
        pause = self.backoff
        self.start_again_at = now + pause
        self.backoff = min(self.backoff * 2, LONGEST_BACKOFF_SECONDS)
        self.process = None
        return pause


class Supervisor:
    """Keeps a team of processes alive until it is told to stop."""

    def __init__(self, programmes: Sequence[Programme], *, say: Callable[[str], None]) -> None:
        """Take the team, and a function that tells people what happens."""
        self.children = [Child(programme) for programme in programmes]
        self.say = say
        self.stopping = threading.Event()

    def run(self) -> None:
        """Watch the team until SIGTERM or Ctrl-C."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.on_signal)
        self.watch()

    def watch(self) -> None:
        """Start all, and start again whoever dies, until `stopping` is set; then end all."""
        try:
            while not self.stopping.is_set():
                self.look()
                self.stopping.wait(LOOK_SECONDS)
        finally:
            self.end()

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Remember that the end was asked for."""
        self.stopping.set()

    def look(self) -> None:
        """Start what has to run and does not."""
        now = time.monotonic()
        for child in self.children:
            if child.running:
                continue
            if child.process is not None:
                code = child.process.returncode
                pause = child.note_death(now)
                self.say(f"{child.programme.name} ended with code {code}; it starts again in {pause:g} s.")
            elif now >= child.start_again_at:
                child.start()

    def end(self) -> None:
        """Ask all to end, and after a grace of 25 s end them by force."""
        running = [child.process for child in self.children if child.process is not None and child.running]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say("A process did not end in time and was killed.")
                process.kill()
                process.wait()


def worker_programmes(count: int, *, embedded: bool, log: Path | None = None) -> list[Programme]:
    """Return what runs the workers.

    Embedded workers are processes of one job at a time each, for a pool of children beside an in-memory queue stalls
    when a child dies; with a real broker one worker with a pool of `count` children does the same work.
    """
    base = [sys.executable, "-m", "celery", "--app", "lms", "--quiet", "worker", "--loglevel", "WARNING"]
    environment = {SUPERVISOR_VARIABLE: str(os.getpid())}
    if not embedded:
        command = [*base, "--pool", "prefork", "--concurrency", str(count)]
        return [Programme("The worker", command, environment, log)]
    solo = [*base, "--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Programme(f"Worker {number}", [*solo, "--hostname", f"worker{number}@%h"], environment, log)
        for number in range(1, count + 1)
    ]
