"""App of people, roles and permissions."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`lms.accounts`."""

    name = "lms.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let every sign-in start the clock of its session, and make the jobs of this package known."""
        from lms.accounts import schedule, sessions, tasks  # noqa: F401
