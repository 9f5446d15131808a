"""The Ed25519 key that signs the checkpoints of the log: where it is kept, when it is made, when it is refused.

The key is an encrypted PKCS#12 file at `LOG_KEY_FILE`, opened with `ISSUER_KEY_PASSPHRASE` by workers only. It signs
nothing else: who gets hold of the key of badges cannot rewrite the log, and the other way round. Its name is the origin
of the log, the address of this site with `/log`.

As with the other keys, `ISSUER_DEVELOPMENT_KEY` makes a missing key, and without it a development key is refused.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from certificates.development_keys import make_ed25519_key
from certificates.ed25519_keys import Ed25519Identity, open_ed25519
from certificates.key_files import make_once
from certificates.models import LogKey
from certificates.rules.tlog.notes import VerifierKey


@dataclass(frozen=True)
class LogIdentity(Ed25519Identity):
    """A key that signs checkpoints."""

    @property
    def verifier(self) -> VerifierKey:
        """The public half with the name under which it signs here."""
        return VerifierKey(origin(), self.public_bytes)


def origin() -> str:
    """Return the name of our log: its address without the scheme."""
    parts = urlsplit(settings.SITE_URL)
    return f"{parts.netloc}{parts.path.rstrip('/')}/log"


def log_identity() -> LogIdentity:
    """Return the key that signs checkpoints, opened once per process.

    Raises `ImproperlyConfigured` when the key is missing, cannot be opened, or is a development key where none is
    allowed.
    """
    if not settings.ISSUER_KEY_FILE:
        raise ImproperlyConfigured("This host does not sign: ISSUER_KEY_FILE is empty.")
    return _identity_at(Path(settings.LOG_KEY_FILE))


def open_log_identity(path: Path) -> LogIdentity:
    """Open the key file. Raises `ImproperlyConfigured` with a sentence that says what to do."""
    identity = LogIdentity(*open_ed25519(path))
    if identity.is_development and not settings.ISSUER_DEVELOPMENT_KEY:
        raise ImproperlyConfigured(f"{path} is a development key. A real log needs the organisation's own key.")
    return identity


def trusted_log_keys() -> list[VerifierKey]:
    """Return every key that signed checkpoints of ours, newest first.

    Development keys are believed only where `ISSUER_DEVELOPMENT_KEY` allows them.
    """
    keys = LogKey.objects.order_by("-first_used_at", "-pk")
    if not settings.ISSUER_DEVELOPMENT_KEY:
        keys = keys.filter(is_development=False)
    return [VerifierKey.from_text(text) for text in keys.values_list("verifier", flat=True)]


@lru_cache(maxsize=4)
def _identity_at(path: Path) -> LogIdentity:
    if not path.exists():
        if not settings.ISSUER_DEVELOPMENT_KEY:
            raise ImproperlyConfigured(f"There is no key for the log at {path}. Set LOG_KEY_FILE.")
        make_once(path, *make_ed25519_key("Log", timezone.now()))
    return open_log_identity(path)
