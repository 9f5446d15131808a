"""App of people, roles and permissions."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`lms.accounts`."""

    name = "lms.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let every sign-in start the clock of its session."""
        from lms.accounts import sessions  # noqa: F401
