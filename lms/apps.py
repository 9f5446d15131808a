"""The project itself as an app: its commands, templates and static files are found like everybody else's."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """`lms`. First among the installed apps, so that its templates win over those of libraries."""

    name = "lms"
    label = "lms"
