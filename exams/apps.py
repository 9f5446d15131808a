"""App of `exams`."""

from django.apps import AppConfig


class ExamsConfig(AppConfig):
    """`exams`."""

    name = "exams"

    def ready(self) -> None:
        """Make the jobs of this package known to the workers."""
        from exams import schedule  # noqa: F401  imported for its handler
