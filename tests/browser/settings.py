"""Settings of the site that is walked through: as in development, with a quick password hash."""

from lms.settings.dev import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
