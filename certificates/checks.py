"""What must hold before the site may issue: in operation, a real key that opens."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from certificates.issuer_keys import open_identity


def issuer_key_is_fit(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Refuse a missing, unreadable or development key where `ISSUER_DEVELOPMENT_KEY` is off.

    A host that only serves pages needs no key: it says so with an empty `ISSUER_KEY_FILE`.
    """
    if settings.ISSUER_DEVELOPMENT_KEY or not settings.ISSUER_KEY_FILE:
        return []
    path = Path(settings.ISSUER_KEY_FILE)
    if not path.exists():
        return [Error(f"There is no issuer's key at {path}.", hint="Set ISSUER_KEY_FILE.", id="certificates.E001")]
    try:
        open_identity(path)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="certificates.E002")]
    return []
