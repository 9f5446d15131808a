"""App of `exams`."""

from django.apps import AppConfig
from django.core.checks import register


class ExamsConfig(AppConfig):
    """`exams`."""

    name = "exams"

    def ready(self) -> None:
        """Make the jobs of this package known to the workers, and check the exams of a live site."""
        # Imported for their handlers and acts.
        from exams import appointment_mails, proposals, remediation_mails, schedule, tasks  # noqa: F401
        from exams.actions import overrides, rubric_approval, voiding  # noqa: F401  imported for the acts that need two people
        from exams.checks import scored_items_are_secret

        register(scored_items_are_secret, deploy=True)
