"""Settings of the test suite: quick password hashing, mail in memory, files in a throw-away folder."""

import tempfile
from pathlib import Path

from lms.settings.base import *  # noqa: F403
from lms.settings.base import env
from lms.settings.storages import storage_settings

SECRET_KEY = "test"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
VAR_DIR = Path(tempfile.mkdtemp(prefix="threshold-test-"))
STORAGES = storage_settings(env, VAR_DIR)
ISSUER_KEY_FILE = str(VAR_DIR / "keys" / "issuer.p12")
ISSUER_KEY_PASSPHRASE = "test"  # noqa: S105
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "local"},
}
LOGGING_CONFIG = None
