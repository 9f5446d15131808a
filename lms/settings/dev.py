"""Development and demonstration on one machine: no outside service, mail into files, a key that signs as a test."""

from lms.settings.base import *  # noqa: F403
from lms.settings.base import VAR_DIR, env

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="development-only-never-in-production")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.list("ALLOWED_HOSTS", default=[])]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ROOT = None
STATIC_ROOT = VAR_DIR / "static"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
ISSUER_KEY_PASSPHRASE = env.str("ISSUER_KEY_PASSPHRASE", default="development")
DEBUG_KILL_POINTS = True
