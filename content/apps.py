"""App of `content`."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """`content`."""

    name = "content"
