"""App of the start pages."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """`lms.dashboard`."""

    name = "lms.dashboard"
    label = "dashboard"
