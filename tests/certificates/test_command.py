import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from certificates.actions import revoke
from certificates.models import Credential, Revocation
from certificates.register.publishing import bring_up_to_date
from courses.models import Enrolment
from lms.accounts.models import User
from tests.certificates.forgery import flipped
from tests.factories.certificates import credential, signed_bytes


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


@pytest.fixture
def file(held: Credential, tmp_path: Path) -> Path:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(signed_bytes(held))
    bring_up_to_date()
    return path


def run(file: Path, *options: str) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("verify_certificate", str(file), *options, stdout=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue()
    return 0, output.getvalue()


def test_all_three_hold(file: Path, held: Credential) -> None:
    code, text = run(file)
    assert code == 0
    for words in ("This is a certificate that we issued.", held.public_number, "Ada Trainee", "valid"):
        assert words in text


def test_json(file: Path, held: Credential) -> None:
    code, text = run(file, "--json")
    data = json.loads(text)
    assert (code, data["result"], data["certificate"]["number"]) == (0, "genuine", held.public_number)


def test_a_revoked_one_ends_with_1(file: Path, held: Credential, registrar: User) -> None:
    revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Found.", by=registrar)
    code, text = run(file)
    assert code == 1
    assert "No. It was revoked." in text


def test_an_altered_one_ends_with_1(file: Path) -> None:
    file.write_bytes(flipped(file.read_bytes()))
    code, text = run(file, "--json")
    assert (code, json.loads(text)["result"]) == (1, "altered")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refusal:
        run(tmp_path / "none.pdf")
    assert refusal.value.returncode == 2
