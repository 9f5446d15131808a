"""App of the outbox."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """`lms.jobs`."""

    name = "lms.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Attach the outbox poller to every Celery worker."""
        from lms.jobs import worker

        worker.install()
