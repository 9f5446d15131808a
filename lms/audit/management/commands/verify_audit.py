"""`manage.py verify_audit`: recompute the audit chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lms.audit.actions import first_fault
from lms.audit.models import Event


class Command(BaseCommand):
    """Exit code 0 when every event is in place and unchanged, 1 with the first fault otherwise."""

    help = "Recompute the audit chain and name the first event that does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the chain."""
        fault = first_fault()
        if fault is not None:
            raise CommandError(f"The audit chain does not hold at event {fault.sequence}: {fault.reason}.")
        self.stdout.write(f"The audit chain holds: {Event.objects.count()} events.")
