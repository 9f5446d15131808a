"""Settings common to every way of running Threshold. Whatever differs between sites comes from the environment."""

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF

from lms.settings.databases import database_settings
from lms.settings.storages import storage_settings

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("THRESHOLD_VAR_DIR", default=str(BASE_DIR / "var")))

# Folders with items and exam forms of the operator's own, read by load_material together with what ships.
MATERIAL_DIRS = [Path(folder) for folder in env.list("MATERIAL_DIRS", default=[])]

DEBUG = False
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "lms",
    "lms.look",
    "lms.audit",
    "lms.jobs",
    "lms.accounts",
    "lms.approvals",
    "content",
    "courses",
    "exams",
    "certificates",
    "lms.dashboard",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.contrib.settings",
    "wagtail.snippets",
    "wagtail.documents",  # the start page of the CMS does not open without these two
    "wagtail.images",
    "wagtail.users",
    "wagtail.admin",
    "wagtail.search",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "lms.accounts.middleware.RequestReceivedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "lms.look.middleware.ContentSecurityPolicyMiddleware",
    "lms.look.middleware.BrowserFeaturesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lms.accounts.middleware.SessionTimeMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "lms.accounts.middleware.PersonMiddleware",
    "content.middleware.SiteMiddleware",
    "lms.look.middleware.OnlyForFormsMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
                "lms.accounts.context_processors.person",
                "content.context_processors.organisation",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES: dict[str, Any] = {"default": database_settings(env, VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES: dict[str, Any] = storage_settings(env, VAR_DIR)
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "public"

REDIS_CACHE_URL = env.str("REDIS_CACHE_URL", default="")
CACHES: dict[str, Any] = {
    # Rate limits must be shared by all processes (S-18), so never the per-process default.
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_CACHE_URL}
        if REDIS_CACHE_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}
    ),
    # Of one process, for what may be some seconds old and is read on every page. Never for limits.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "local"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db" if REDIS_CACHE_URL else "lms.accounts.session_store"
# How long nothing may happen before a person is signed out, and the longest a session may last (S-17)
SESSION_IDLE_MINUTES_STAFF = env.int("SESSION_IDLE_MINUTES_STAFF", default=30)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=120)
SESSION_LONGEST_HOURS = 12
SESSION_COOKIE_AGE = SESSION_LONGEST_HOURS * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# People and the one door (dependencies.md 4.2)
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["lms.accounts.backends.PersonBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lms.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "signup": "lms.accounts.forms.JoinForm",
    "login": "lms.accounts.forms.SignInForm",
    "reset_password": "lms.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "lms.accounts.forms.ResetPasswordByLinkForm",
    "change_password": "lms.accounts.forms.NewPasswordForm",
    "reauthenticate": "lms.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # clinic computers are shared: a session ends with the browser
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "lms.accounts.forms.AddKeyForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Threshold"

# Wagtail
WAGTAIL_SITE_NAME = "Threshold"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "cms_door"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PAGE_MODEL = "wagtailcore.Page"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USER_TIME_ZONES = ["UTC"]  # people choose their zone on /account/
WAGTAIL_FINISH_WORKFLOW_ACTION = "courses.finishing.finish_workflow"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# Background work: rows in the outbox are the truth, the broker is a doorbell
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://localhost/")
# The in-memory transport looks into its queue once a second unless told otherwise; Redis and RabbitMQ push.
# With a real broker a publisher tries once: a request must not wait for a doorbell.
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"polling_interval": 0.05}
    if CELERY_BROKER_URL.startswith("memory:")
    else {"max_retries": 1, "interval_start": 0, "interval_step": 0}
)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
JOBS_LEASE_SECONDS = 120
JOBS_MAXIMUM_ATTEMPTS = 8

# Mail
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Threshold <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Issuer keys: see certificates/issuer_keys.py, certificates/badge_keys.py and certificates/log_keys.py
ISSUER_KEY_FILE = env.str("ISSUER_KEY_FILE", default=str(VAR_DIR / "keys" / "issuer.p12"))
ISSUER_KEY_PASSPHRASE = env.str("ISSUER_KEY_PASSPHRASE", default="")
ISSUER_DEVELOPMENT_KEY = True
BADGE_KEY_FILE = env.str("BADGE_KEY_FILE", default=str(VAR_DIR / "keys" / "badge.p12"))
LOG_KEY_FILE = env.str("LOG_KEY_FILE", default=str(VAR_DIR / "keys" / "log.p12"))
ISSUER_ROOT_FILE = env.str("ISSUER_ROOT_FILE", default=str(VAR_DIR / "pki" / "root.pem"))
DEBUG_KILL_POINTS = False  # tests let a worker end itself at a named point
VERIFICATIONS_PER_MINUTE = env.int("VERIFICATIONS_PER_MINUTE", default=60)
UPLOADS_PER_MINUTE = env.int("UPLOADS_PER_MINUTE", default=20)
VERIFICATIONS_PER_MINUTE_IN_TOTAL = env.int("VERIFICATIONS_PER_MINUTE_IN_TOTAL", default=3000)

# Browser (S-20, S-21)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "lms.accounts.views.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# The assessor's app without a network (/field/): False makes every device that has it remove it at its next contact
FIELD_APP = env.bool("FIELD_APP", default=True)

# Language and time
LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("DISPLAY_TIME_ZONE", default="UTC")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "lms.accounts.logs.JsonLineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "pyhanko": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
