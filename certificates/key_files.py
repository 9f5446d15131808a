"""Encrypted key files: PKCS#12, readable by their owner only, opened with `ISSUER_KEY_PASSPHRASE`."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def read_key_file(path: Path) -> pkcs12.PKCS12KeyAndCertificates:
    """Open a key file. Raises `ImproperlyConfigured` when others can read it, or the passphrase does not open it."""
    if path.stat().st_mode & 0o077:
        raise ImproperlyConfigured(f"Other people can read the issuer's key. Run: chmod 600 {path}")
    try:
        return pkcs12.load_pkcs12(path.read_bytes(), settings.ISSUER_KEY_PASSPHRASE.encode())
    except ValueError as error:
        raise ImproperlyConfigured(
            f"The issuer's key at {path} cannot be opened. Check ISSUER_KEY_PASSPHRASE."
        ) from error


def subject_of(certificate: x509.Certificate) -> str:
    """Write the names in a certificate's subject, for people."""
    return ", ".join(str(part.value) for part in reversed(list(certificate.subject)))


def make_once(
    path: Path, key: pkcs12.PKCS12PrivateKeyTypes, certificate: x509.Certificate, above: Sequence[x509.Certificate] = ()
) -> None:
    """Write a key file unless another process has made one meanwhile: the first file stays.

    Raises `ImproperlyConfigured` without a passphrase.
    """
    if not settings.ISSUER_KEY_PASSPHRASE:
        raise ImproperlyConfigured("Set ISSUER_KEY_PASSPHRASE: the issuer's key is stored encrypted.")
    encryption = BestAvailableEncryption(settings.ISSUER_KEY_PASSPHRASE.encode())
    content = pkcs12.serialize_key_and_certificates(b"issuer", key, certificate, above or None, encryption)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = write_aside(path, content)
    try:
        os.link(draft, path)  # fails when the name is taken, which a rename would not
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def write_aside(path: Path, content: bytes) -> Path:
    """Write content to a new file beside `path`, readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return Path(name)
