"""Threshold: the Django project and the small apps that all others share."""

import os

# One thread of linear algebra for each process, set before numpy is loaded: workers and web processes scale by their
# number, and threads that wait for a busy core made a calibration ten times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from lms.celery import app as celery_app

__all__ = ["celery_app"]
