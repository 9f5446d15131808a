"""`manage.py demo`: the whole story on real parts, then the site, until Ctrl-C."""

import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from lms.demo.fresh_start import remove_site_data
from lms.demo.people import PASSWORD, log_ins
from lms.demo.site import running_site
from lms.demo.steps import LOG_NAME, PREPARATION, STORY
from lms.demo.story import Narrator, Scene, tell

# Ctrl-C, a polite kill, and a terminal that is closed.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Command(BaseCommand):
    """Exit code 0 when the whole story could be told, 1 when not. The address and port come from `SITE_URL`."""

    help = "Tell the story from admission to a verified certificate with real parts, and leave the site running."
    # The story checks and migrates as its own first step.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask what to do before and after."""
        parser.add_argument("--exit", action="store_true", dest="leave", help="stop after the story")
        parser.add_argument("--reset", action="store_true", help="start over with an empty site")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell the story, then wait."""
        if options["reset"]:
            self.reset()
        self.told = False
        self.narrator = Narrator(sys.stdout)
        for number in ENDING:
            signal.signal(number, interrupt)
        try:
            self.run_site(leave=options["leave"])
        except KeyboardInterrupt:
            self.narrator.say("\nStopped.")
        if not self.told:
            raise SystemExit(1)

    def reset(self) -> None:
        """Empty the site, which for a database server is not ours to do."""
        if connection.vendor != "sqlite":
            raise CommandError(
                "RESET=1 empties the SQLite site only. For the database of DATABASE_URL, drop and create it yourself."
            )
        connections.close_all()
        remove_site_data(Path(settings.VAR_DIR))
        connections.close_all()

    def run_site(self, *, leave: bool) -> None:
        """Prepare, start the site, tell the rest, and keep the site up unless told to leave."""
        scene = Scene(site_url=settings.SITE_URL, var_dir=Path(settings.VAR_DIR))
        prepared, total = len(PREPARATION), len(PREPARATION) + len(STORY)
        if not tell(PREPARATION, scene, self.narrator, of=total):
            return
        with running_site(scene.site_url, scene.var_dir / "log" / LOG_NAME):
            self.told = tell(STORY, scene, self.narrator, first=prepared + 1, of=total)
            if not self.told:
                return
            for line in closing_lines(scene):
                self.narrator.say(line)
            if not leave:
                self.narrator.say("\nThe site stays up until Ctrl-C.")
                connections.close_all()
                threading.Event().wait()


def interrupt(number: int, frame: FrameType | None) -> None:
    """End the story, or the wait after it; further signals are ignored while the processes end."""
    for ignored in ENDING:
        signal.signal(ignored, signal.SIG_IGN)
    raise KeyboardInterrupt


def closing_lines(scene: Scene) -> list[str]:
    """Return what people need to look around."""
    width = max(len(role) for role, _ in log_ins())
    lines = ["", f"The site: {scene.site_url}", f"Log in (password for all: {PASSWORD})"]
    lines += [f"  {role:<{width}}  {email}" for role, email in log_ins()]
    lines += [f"{label}: {value}" for label, value in scene.found.items()]
    return lines
