"""What must hold before the site may issue: in operation, a real key that opens."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from certificates.badge_keys import open_badge_identity
from certificates.issuer_keys import open_identity


def issuer_key_is_fit(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Refuse a missing, unreadable or development key of PDFs or badges where `ISSUER_DEVELOPMENT_KEY` is off.

    A host that only serves pages needs no key: it says so with an empty `ISSUER_KEY_FILE`.
    """
    if settings.ISSUER_DEVELOPMENT_KEY or not settings.ISSUER_KEY_FILE:
        return []
    return [
        *_faults("issuer's key", "ISSUER_KEY_FILE", open_identity, "certificates.E001", "certificates.E002"),
        *_faults("key for badges", "BADGE_KEY_FILE", open_badge_identity, "certificates.E003", "certificates.E004"),
    ]


def _faults(
    what: str, setting: str, open_key: Callable[[Path], object], missing: str, unfit: str
) -> list[CheckMessage]:
    path = Path(getattr(settings, setting))
    if not path.exists():
        return [Error(f"There is no {what} at {path}.", hint=f"Set {setting}.", id=missing)]
    try:
        open_key(path)
    except ImproperlyConfigured as error:
        return [Error(str(error), id=unfit)]
    return []
