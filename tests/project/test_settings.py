"""Production refuses to start with anything meant for development."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories.issuer_keys import write_badge_key, write_key

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "lms.settings.production",
    "SECRET_KEY": "kq3vX9tR2mZ8wL5yB7nC4pF6hJ1sD0gTaUeIoYrWqEiOuPlMzNxBvCdFg",
    "ALLOWED_HOSTS": "threshold.example.org",
    "SITE_URL": "https://threshold.example.org",
    "ISSUER_KEY_PASSPHRASE": "made up for this test",
}


def run(folder: Path, command: list[str], asked: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process that has nothing but these variables."""
    write_key(folder / "keys" / "issuer.p12", COMPLETE["ISSUER_KEY_PASSPHRASE"])
    for name in ("badge", "log"):
        write_badge_key(folder / "keys" / f"{name}.p12", COMPLETE["ISSUER_KEY_PASSPHRASE"])
    environment = {**COMPLETE, "THRESHOLD_VAR_DIR": str(folder), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, *command],
        env=environment,
        input=asked,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )


CASES: dict[str, dict[str, str | None]] = {
    "complete": {},
    "no SECRET_KEY": {"SECRET_KEY": None},
    "no ALLOWED_HOSTS": {"ALLOWED_HOSTS": None},
    "development secret": {"SECRET_KEY": "development-only-never-in-production"},
    "no key": {"ISSUER_KEY_FILE": "{folder}/none.p12"},
    "no key for badges": {"BADGE_KEY_FILE": "{folder}/none.p12"},
    "no key for the log": {"LOG_KEY_FILE": "{folder}/none.p12"},
    "the same key for badges and log": {"LOG_KEY_FILE": "{folder}/keys/badge.p12"},
    "wrong passphrase": {"ISSUER_KEY_PASSPHRASE": "another"},
    "does not sign": {"ISSUER_KEY_FILE": ""},
}
# Loading the site costs seconds, checking it does not: one process reads the settings anew from each environment.
CHECK_EACH = """
import json, os, sys
import django
from django.conf import settings
from django.core.management import call_command
from django.utils.functional import empty
django.setup()
first, answers = dict(os.environ), {}
for name, changes in json.load(sys.stdin).items():
    os.environ.clear()
    os.environ.update({name: value for name, value in (first | changes).items() if value is not None})
    for module in [module for module in sys.modules if module.startswith("lms.settings")]:
        del sys.modules[module]
    settings._wrapped = empty
    try:
        call_command("check", deploy=True, fail_level="WARNING", stdout=sys.stderr, stderr=sys.stderr)
        answers[name] = "fit"
    except Exception as error:
        answers[name] = str(error)
json.dump(answers, sys.stdout)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Judge each case by `check --deploy` with its environment: what stands against it, or `fit`."""
    folder = tmp_path_factory.mktemp("settings")
    cases = {
        name: {key: value and value.format(folder=folder) for key, value in changes.items()}
        for name, changes in CASES.items()
    }
    done = run(folder, ["-c", CHECK_EACH], asked=json.dumps(cases))
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_cases_are_judged_one_by_one(answers: dict[str, str]) -> None:
    assert {name for name, answer in answers.items() if answer == "fit"} == {"complete", "does not sign"}


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_what_must_be_set_has_no_default(answers: dict[str, str], name: str) -> None:
    assert f"Set the {name} environment variable" in answers[f"no {name}"]


def test_the_development_secret_is_refused(answers: dict[str, str]) -> None:
    assert "SECRET_KEY" in answers["development secret"]


def test_a_missing_key_of_the_issuer_is_refused(answers: dict[str, str]) -> None:
    assert "(certificates.E001) There is no issuer's key" in answers["no key"]
    assert "(certificates.E003) There is no key for badges" in answers["no key for badges"]
    assert "(certificates.E005) There is no key for the log" in answers["no key for the log"]


def test_badges_and_log_have_keys_of_their_own(answers: dict[str, str]) -> None:
    assert "(certificates.E007)" in answers["the same key for badges and log"]


def test_a_wrong_passphrase_of_the_issuers_key_is_refused(answers: dict[str, str]) -> None:
    assert "(certificates.E002)" in answers["wrong passphrase"]


def test_a_host_that_does_not_sign_needs_no_key(answers: dict[str, str]) -> None:
    assert answers["does not sign"] == "fit"
