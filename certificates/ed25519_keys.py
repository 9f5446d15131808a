"""Ed25519 keys in encrypted files: what the keys of badges and of the log have in common."""

from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured

from certificates.development_keys import is_development
from certificates.key_files import read_key_file, subject_of


@dataclass(frozen=True)
class Ed25519Identity:
    """A key that signs, with the certificate that names it for people. The key never shows in logs."""

    private_key: Ed25519PrivateKey = field(repr=False)
    certificate: x509.Certificate

    @property
    def public_bytes(self) -> bytes:
        """The public half, 32 bytes."""
        return self.private_key.public_key().public_bytes_raw()

    @property
    def label(self) -> str:
        """The names in the certificate's subject, for people."""
        return subject_of(self.certificate)

    @property
    def is_development(self) -> bool:
        """Say whether this is a test key."""
        return is_development(self.certificate)


def open_ed25519(path: Path) -> tuple[Ed25519PrivateKey, x509.Certificate]:
    """Open a key file. Raises `ImproperlyConfigured` with a sentence that says what to do."""
    loaded = read_key_file(path)
    if loaded.cert is None or not isinstance(loaded.key, Ed25519PrivateKey):
        raise ImproperlyConfigured(f"{path} holds no Ed25519 key with its certificate.")
    return loaded.key, loaded.cert.certificate
