"""The issuer's signing key: where it is kept, when it is made, when it is refused.

The key with its chain is an encrypted PKCS#12 file at `ISSUER_KEY_FILE`, readable by its owner only, opened with
`ISSUER_KEY_PASSPHRASE`. Only workers open it. The root certificates that signatures are checked against are a PEM file
at `ISSUER_ROOT_FILE`, current root first, former roots after it; everybody may read them (`/pki/root.pem`).

With `ISSUER_DEVELOPMENT_KEY` a missing key is made; without it a missing key or a development key is refused. An empty
`ISSUER_KEY_FILE` says that this host does not sign.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from certificates.development_keys import is_development, make_chain
from certificates.key_files import make_once, read_key_file, subject_of, write_aside

DEVELOPMENT_ORGANISATION = "Threshold"

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class SigningIdentity:
    """A key that signs, its certificate, and the certificates above it. The key never shows in logs."""

    private_key: PrivateKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, 64 hex digits."""
        return self.certificate.fingerprint(SHA256()).hex()

    @property
    def label(self) -> str:
        """The names in the certificate's subject, for people."""
        return subject_of(self.certificate)

    @property
    def certificate_pem(self) -> str:
        """The certificate as text."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def is_development(self) -> bool:
        """Say whether this is a test key."""
        return is_development(self.certificate)


def signing_identity() -> SigningIdentity:
    """Return the issuer's identity, opened once per process.

    Raises `ImproperlyConfigured` when the key is missing, cannot be opened, or is a development key where none is
    allowed.
    """
    if not settings.ISSUER_KEY_FILE:
        raise ImproperlyConfigured("This host does not sign: ISSUER_KEY_FILE is empty.")
    return _identity_at(Path(settings.ISSUER_KEY_FILE))


def trusted_roots() -> list[x509.Certificate]:
    """Return the root certificates under which our signatures stand; none before the first key exists."""
    content = trusted_roots_pem()
    return x509.load_pem_x509_certificates(content) if content else []


def trusted_roots_pem() -> bytes:
    """Return the root certificates as text; empty before the first key exists."""
    path = Path(settings.ISSUER_ROOT_FILE)
    return path.read_bytes() if path.exists() else b""


def open_identity(path: Path) -> SigningIdentity:
    """Open the key file. Raises `ImproperlyConfigured` with a sentence that says what to do."""
    loaded = read_key_file(path)
    if loaded.cert is None or not isinstance(loaded.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ImproperlyConfigured(f"{path} holds no RSA or elliptic-curve key with its certificate.")
    chain = tuple(extra.certificate for extra in loaded.additional_certs)
    identity = SigningIdentity(loaded.key, loaded.cert.certificate, chain)
    if identity.is_development and not settings.ISSUER_DEVELOPMENT_KEY:
        raise ImproperlyConfigured(f"{path} is a development key. Real certificates need the organisation's own key.")
    return identity


@lru_cache(maxsize=4)
def _identity_at(path: Path) -> SigningIdentity:
    if not path.exists():
        if not settings.ISSUER_DEVELOPMENT_KEY:
            raise ImproperlyConfigured(f"There is no issuer's key at {path}. Set ISSUER_KEY_FILE.")
        _make_development_key(path)
    identity = open_identity(path)
    _publish_roots(identity)
    return identity


def _make_development_key(path: Path) -> None:
    """Make a test key unless another process has made one meanwhile: the first file stays."""
    chain = make_chain(DEVELOPMENT_ORGANISATION, timezone.now())
    make_once(path, chain.private_key, chain.certificate, [chain.intermediate, chain.root])


def _publish_roots(identity: SigningIdentity) -> None:
    """Put the identity's root first into the file of roots, keeping former ones for old signatures."""
    path = Path(settings.ISSUER_ROOT_FILE)
    former = trusted_roots()
    roots = [certificate for certificate in identity.chain if certificate.issuer == certificate.subject]
    if not roots or roots[0] in former:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = write_aside(path, b"".join(root.public_bytes(Encoding.PEM) for root in [roots[0], *former]))
    draft.chmod(0o644)
    draft.replace(path)
