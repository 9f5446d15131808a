"""App of people, roles and permissions."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`lms.accounts`."""

    name = "lms.accounts"
    label = "accounts"
