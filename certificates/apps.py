"""App of `certificates`."""

from django.apps import AppConfig
from django.core.checks import register


class CertificatesConfig(AppConfig):
    """`certificates`."""

    name = "certificates"

    def ready(self) -> None:
        """Listen to the packages beneath, offer jobs and acts of two people, and check the issuer's key."""
        from certificates import receivers, reissues, schedule, suspensions, tasks  # noqa: F401  # importing registers
        from certificates.checks import issuer_key_is_fit

        register(issuer_key_is_fit)
