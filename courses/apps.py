"""App of `courses`."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """`courses`."""

    name = "courses"
