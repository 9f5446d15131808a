"""App of the audit trail."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """`lms.audit`."""

    name = "lms.audit"
    label = "audit"
