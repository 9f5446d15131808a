"""App of `certificates`."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """`certificates`."""

    name = "certificates"
