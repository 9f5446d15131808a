"""App of `exams`."""

from django.apps import AppConfig


class ExamsConfig(AppConfig):
    """`exams`."""

    name = "exams"
