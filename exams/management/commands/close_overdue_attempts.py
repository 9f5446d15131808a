"""`manage.py close_overdue_attempts`."""

from typing import Any

from django.core.management.base import BaseCommand

from exams.actions import attempts, mocks


class Command(BaseCommand):
    """Closes and scores every exam attempt and mock exam whose time is over."""

    help = "Close and score every exam attempt and mock exam whose time is over."

    def handle(self, *args: Any, **options: Any) -> None:
        """Close, and say how many."""
        self.stdout.write(f"Attempts closed: {attempts.close_overdue()}. Mock exams closed: {mocks.close_overdue()}.")
