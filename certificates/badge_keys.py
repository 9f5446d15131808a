"""The issuer's Ed25519 key, which signs badges and status lists: where it is kept, when it is made, when it is refused.

The key is an encrypted PKCS#12 file at `BADGE_KEY_FILE`, opened with `ISSUER_KEY_PASSPHRASE` by workers only. The
certificate beside it is self-signed and never leaves the file: it names the key for people and marks those that are for
development. What others check with is the public half, a multikey at `/.well-known/did.json`.

As with the key of the PDFs, `ISSUER_DEVELOPMENT_KEY` makes a missing key, and without it a development key is refused.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from certificates.development_keys import make_ed25519_key
from certificates.ed25519_keys import Ed25519Identity, open_ed25519
from certificates.key_files import make_once
from certificates.rules.badges import multikey


@dataclass(frozen=True)
class BadgeIdentity(Ed25519Identity):
    """A key that signs badges."""

    @property
    def multikey(self) -> str:
        """The public half as text."""
        return multikey.encode_public_key(self.public_bytes)


def badge_identity() -> BadgeIdentity:
    """Return the key that signs badges, opened once per process.

    Raises `ImproperlyConfigured` when the key is missing, cannot be opened, or is a development key where none is
    allowed.
    """
    if not settings.ISSUER_KEY_FILE:
        raise ImproperlyConfigured("This host does not sign: ISSUER_KEY_FILE is empty.")
    return _identity_at(Path(settings.BADGE_KEY_FILE))


def open_badge_identity(path: Path) -> BadgeIdentity:
    """Open the key file. Raises `ImproperlyConfigured` with a sentence that says what to do."""
    identity = BadgeIdentity(*open_ed25519(path))
    if identity.is_development and not settings.ISSUER_DEVELOPMENT_KEY:
        raise ImproperlyConfigured(f"{path} is a development key. Real badges need the organisation's own key.")
    return identity


@lru_cache(maxsize=4)
def _identity_at(path: Path) -> BadgeIdentity:
    if not path.exists():
        if not settings.ISSUER_DEVELOPMENT_KEY:
            raise ImproperlyConfigured(f"There is no key for badges at {path}. Set BADGE_KEY_FILE.")
        make_once(path, *make_ed25519_key("Badges", timezone.now()))
    return open_badge_identity(path)
