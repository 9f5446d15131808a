"""`manage.py verify_signoffs`: recompute every signed practical record."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.models import SealedRecord, SignOff
from exams.verification import verify_seals, verify_sign_offs


class Command(BaseCommand):
    """Exit code 0 when all digests, signatures, seals and chains hold, 1 with the list of faults otherwise."""

    help = "Recompute the digests of all signed practical records and the chain of each signer."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check all records."""
        faults = verify_sign_offs() + verify_seals()
        for fault in faults:
            self.stderr.write(f"{fault.sign_off}: {fault.reason}")
        if faults:
            raise CommandError(f"{len(faults)} faults in signed practical records.")
        sealed = SealedRecord.objects.count()
        self.stdout.write(f"All signed practical records hold: {SignOff.objects.count()}. Seals of devices: {sealed}.")
