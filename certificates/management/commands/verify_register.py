"""`manage.py verify_register`: check the whole public log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.register.auditing import audit_log


class Command(BaseCommand):
    """Exit code 0 when every entry, hash, checkpoint and published file holds, 1 with the first fault otherwise."""

    help = "Recompute the public log from its entries, compare it with register and storage, and name the first fault."

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, and print what was checked. Raises `CommandError` with the first fault."""
        audit = audit_log()
        if audit.fault:
            raise CommandError(f"The register does not hold. {audit.fault}")
        self.stdout.write(
            f"The register holds: {audit.entries} entries under {audit.checkpoints} checkpoints, "
            f"{audit.published} of them published."
        )
        if waiting := audit.entries - audit.published:
            self.stdout.write(f"{waiting} entries wait to be signed and published.")
        if audit.not_entered:
            self.stdout.write(f"{audit.not_entered} certificates are not entered yet: the hourly job enters them.")
        if audit.without_credential:
            self.stdout.write(f"{audit.without_credential} entries speak of credentials that are no longer held.")
