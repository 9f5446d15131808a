"""App of the look."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """`lms.look`."""

    name = "lms.look"
    label = "look"
