"""Settings of the test suite: quick password hashing, mail in memory, files in a throw-away folder."""

import atexit
import shutil
import tempfile
from pathlib import Path

from lms.settings.base import *  # noqa: F403
from lms.settings.base import DATABASES, env
from lms.settings.storages import storage_settings

SECRET_KEY = "test"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
VAR_DIR = Path(tempfile.mkdtemp(prefix="threshold-test-"))
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in operation: an in-memory database locks whole tables between threads. Nobody needs its durability.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
STORAGES = storage_settings(env, VAR_DIR)
ISSUER_KEY_FILE = str(VAR_DIR / "keys" / "issuer.p12")
BADGE_KEY_FILE = str(VAR_DIR / "keys" / "badge.p12")
LOG_KEY_FILE = str(VAR_DIR / "keys" / "log.p12")
ISSUER_KEY_PASSPHRASE = "test"  # noqa: S105
ISSUER_ROOT_FILE = str(VAR_DIR / "pki" / "root.pem")
DEBUG_KILL_POINTS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "local"},
}
LOGGING_CONFIG = None
