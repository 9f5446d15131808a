"""Production refuses to start with anything meant for development."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.issuer_keys import write_key

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.production",
    "SECRET_KEY": "kq3vX9tR2mZ8wL5yB7nC4pF6hJ1sD0gTaUeIoYrWqEiOuPlMzNxBvCdFg",
    "ALLOWED_HOSTS": "threshold.example.org",
    "SITE_URL": "https://threshold.example.org",
    "ISSUER_KEY_PASSPHRASE": "made up for this test",
}


def check(folder: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run `check --deploy` in a process that has nothing but these variables."""
    write_key(folder / "keys" / "issuer.p12", COMPLETE["ISSUER_KEY_PASSPHRASE"])
    environment = {**COMPLETE, "THRESHOLD_VAR_DIR": str(folder), "PATH": os.environ["PATH"], **changes}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        env={name: value for name, value in environment.items() if value is not None},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
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


def test_a_missing_key_of_the_issuer_is_refused(tmp_path: Path) -> None:
    done = check(tmp_path, ISSUER_KEY_FILE=str(tmp_path / "none.p12"))
    assert "(certificates.E001) There is no issuer's key" in done.stderr


def test_a_wrong_passphrase_of_the_issuers_key_is_refused(tmp_path: Path) -> None:
    assert "(certificates.E002)" in check(tmp_path, ISSUER_KEY_PASSPHRASE="another").stderr


def test_a_host_that_does_not_sign_needs_no_key(tmp_path: Path) -> None:
    assert check(tmp_path, ISSUER_KEY_FILE="").returncode == 0
