"""The issuer's Ed25519 key, which signs badges and status lists: where it is kept, when it is made, when it is refused.

The key is an encrypted PKCS#12 file at `BADGE_KEY_FILE`, opened with `ISSUER_KEY_PASSPHRASE` by workers only. The
certificate beside it is self-signed and never leaves the file: it names the key for people and marks those that are for
development. What others check with is the public half, a multikey at `/.well-known/did.json`.

As with the key of the PDFs, `ISSUER_DEVELOPMENT_KEY` makes a missing key, and without it a development key is refused.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from certificates.development_keys import is_development, make_badge_key
from certificates.key_files import make_once, read_key_file, subject_of
from certificates.rules.badges import multikey


@dataclass(frozen=True)
class BadgeIdentity:
    """A key that signs badges. The key never shows in logs."""

    private_key: Ed25519PrivateKey = field(repr=False)
    certificate: x509.Certificate

    @property
    def multikey(self) -> str:
        """The public half as text."""
        return multikey.encode_public_key(self.private_key.public_key().public_bytes_raw())

    @property
    def label(self) -> str:
        """The names in the certificate's subject, for people."""
        return subject_of(self.certificate)

    @property
    def is_development(self) -> bool:
        """Say whether this is a test key."""
        return is_development(self.certificate)


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
    loaded = read_key_file(path)
    if loaded.cert is None or not isinstance(loaded.key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{path} holds no Ed25519 key with its certificate.")
    identity = BadgeIdentity(loaded.key, loaded.cert.certificate)
    if identity.is_development and not settings.ISSUER_DEVELOPMENT_KEY:
        raise ImproperlyConfigured(f"{path} is a development key. Real badges need the organisation's own key.")
    return identity


@lru_cache(maxsize=4)
def _identity_at(path: Path) -> BadgeIdentity:
    if not path.exists():
        if not settings.ISSUER_DEVELOPMENT_KEY:
            raise ImproperlyConfigured(f"There is no key for badges at {path}. Set BADGE_KEY_FILE.")
        make_once(path, *make_badge_key(timezone.now()))
    return open_badge_identity(path)
