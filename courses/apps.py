"""App of `courses`."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """`courses`."""

    name = "courses"

    def ready(self) -> None:
        """Listen, and register the handlers of background work."""
        from courses import receivers, schedule, seminar_mails, tasks  # noqa: F401 - importing connects and registers
