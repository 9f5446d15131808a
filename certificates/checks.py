"""What must hold before the site may issue: in operation, a real key that opens."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from certificates.badge_keys import open_badge_identity
from certificates.issuer_keys import open_identity
from certificates.log_keys import open_log_identity


def issuer_key_is_fit(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Refuse a missing, unreadable or development key of PDFs, badges or log where `ISSUER_DEVELOPMENT_KEY` is off.

    The log has a key of its own: one key for badges and log is refused too. A host that only serves pages needs no key:
    it says so with an empty `ISSUER_KEY_FILE`.
    """
    if settings.ISSUER_DEVELOPMENT_KEY or not settings.ISSUER_KEY_FILE:
        return []
    faults = [
        *_faults("issuer's key", "ISSUER_KEY_FILE", open_identity, "certificates.E001", "certificates.E002"),
        *_faults("key for badges", "BADGE_KEY_FILE", open_badge_identity, "certificates.E003", "certificates.E004"),
        *_faults("key for the log", "LOG_KEY_FILE", open_log_identity, "certificates.E005", "certificates.E006"),
    ]
    return faults or _shared_key()


def _shared_key() -> list[CheckMessage]:
    badges = open_badge_identity(Path(settings.BADGE_KEY_FILE))
    if badges.public_bytes != open_log_identity(Path(settings.LOG_KEY_FILE)).public_bytes:
        return []
    return [Error("Badges and log have the same key.", hint="Make a key for the log alone.", id="certificates.E007")]


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
