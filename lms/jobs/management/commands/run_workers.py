"""`manage.py run_workers`: the workers of the outbox, watched and started again when they die."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.jobs.supervisor import Supervisor, worker_programmes
from lms.jobs.worker import is_embedded


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C, and ends within 30 seconds."""

    help = "Start the workers that do background work, and start them again when they die."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask how many jobs may run side by side."""
        parser.add_argument("--workers", type=int, default=2, help="jobs that may run side by side (default: 2)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Supervise until told to stop."""
        if options["workers"] < 1:
            raise CommandError("At least one worker is needed.")
        programmes = worker_programmes(options["workers"], embedded=is_embedded())
        self.stdout.write(f"Starting {options['workers']} worker(s). Ctrl-C ends them.")
        Supervisor(programmes, say=self.stderr.write).run()
        self.stdout.write("All workers have ended.")
