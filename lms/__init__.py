"""Threshold: the Django project and the small apps that all others share."""

from lms.celery import app as celery_app

__all__ = ["celery_app"]
