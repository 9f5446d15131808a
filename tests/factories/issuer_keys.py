"""Keys that are not for development, as an organisation brings them."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID


def write_key(path: Path, passphrase: str) -> Path:
    """Write a self-signed P-256 key with its certificate as PKCS#12, readable by its owner only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An organisation's own key")])
    years = datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), *years)
        .add_extension(x509.KeyUsage(True, True, *[False] * 7), critical=True)
        .sign(key, hashes.SHA256())
    )
    encryption = BestAvailableEncryption(passphrase.encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"issuer", key, certificate, None, encryption))
    return path


def write_badge_key(path: Path, passphrase: str) -> Path:
    """Write an Ed25519 key with a self-signed certificate as PKCS#12, readable by its owner only.

    Keys for badges and for the log are alike.
    """
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An organisation's own key for badges")])
    years = datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), *years)
    encryption = BestAvailableEncryption(passphrase.encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"badges", key, builder.sign(key, None), None, encryption))
    return path
