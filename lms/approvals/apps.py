"""App of acts that need two people."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """`lms.approvals`."""

    name = "lms.approvals"
    label = "approvals"
