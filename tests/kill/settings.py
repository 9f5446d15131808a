"""Settings of processes that will be killed: as in development, with the probe and a short lease."""

from lms.settings.dev import *  # noqa: F403
from lms.settings.dev import INSTALLED_APPS, env

INSTALLED_APPS = [*INSTALLED_APPS, "tests.kill.probe"]
JOBS_LEASE_SECONDS = env.int("JOBS_LEASE_SECONDS", default=3)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
