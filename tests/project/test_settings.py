"""Production refuses to start with anything meant for development."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.production",
    "SECRET_KEY": "kq3vX9tR2mZ8wL5yB7nC4pF6hJ1sD0gTaUeIoYrWqEiOuPlMzNxBvCdFg",
    "ALLOWED_HOSTS": "threshold.example.org",
    "SITE_URL": "https://threshold.example.org",
    "ISSUER_KEY_PASSPHRASE": "made up for this test",
}


def write_key(path: Path) -> None:
    """Write a key as an organisation would have it: not marked for development, readable by its owner only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example organisation")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    ).sign(key, hashes.SHA256())
    passphrase = BestAvailableEncryption(COMPLETE["ISSUER_KEY_PASSPHRASE"].encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"issuer", key, certificate, None, passphrase))
    path.chmod(0o600)


def check(folder: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run `check --deploy` in a process that has nothing but these variables."""
    write_key(folder / "issuer.p12")
    environment = {
        **COMPLETE,
        "ISSUER_KEY_FILE": str(folder / "issuer.p12"),
        "THRESHOLD_VAR_DIR": str(folder),
        "PATH": os.environ["PATH"],
        **changes,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={name: value for name, value in environment.items() if value is not None},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
    )


def test_complete_settings_have_nothing_to_warn_of(tmp_path: Path) -> None:
    done = check(tmp_path)
    assert (done.returncode, "no issues" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_what_must_be_set_has_no_default(tmp_path: Path, name: str) -> None:
    done = check(tmp_path, **{name: None})
    assert done.returncode != 0
    assert f"Set the {name} environment variable" in done.stderr


def test_the_development_secret_is_refused(tmp_path: Path) -> None:
    assert check(tmp_path, SECRET_KEY="development-only-never-in-production").returncode != 0


def test_a_missing_issuer_key_is_refused(tmp_path: Path) -> None:
    done = check(tmp_path, ISSUER_KEY_FILE=str(tmp_path / "absent.p12"))
    assert "certificates.E001" in done.stderr
