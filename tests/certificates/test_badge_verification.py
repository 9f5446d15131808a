"""What an employer learns from a badge, in whatever form it came."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, PngImagePlugin
from pytest_django import DjangoAssertNumQueries

from certificates.actions import revoke
from certificates.answers import DocumentAnswer, Result
from certificates.badge_keys import badge_identity
from certificates.badge_verification import check_file
from certificates.badges import addresses, badge_of, publish_status_lists
from certificates.models import Credential, Revocation
from certificates.register.publishing import bring_up_to_date
from certificates.rules.badges import multikey
from certificates.rules.badges.proof import with_proof
from certificates.rules.badges.status_list import Purpose
from certificates.rules.validity import Status
from courses.models import Enrolment
from lms.accounts.models import User
from tests.certificates.test_command import run as run_command
from tests.factories.certificates import credential, entered


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


@pytest.fixture
def badge(held: Credential) -> bytes:
    """The badge as it is downloaded, with the lists that belong to it, and its entry in the log."""
    made = badge_of(held)
    publish_status_lists(made.status_list)
    entered(held)
    bring_up_to_date()
    return bytes(made.content)


def answers(answer: DocumentAnswer) -> tuple[bool | None, ...]:
    return tuple(finding.holds for finding in answer.findings)


def in_png(badge: bytes) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("openbadgecredential", badge.decode())
    output = io.BytesIO()
    Image.new("RGB", (2, 2)).save(output, "PNG", pnginfo=info)
    return output.getvalue()


def in_svg(badge: bytes) -> bytes:
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="https://purl.imsglobal.org/ob/v3p0">'
        b"<o:credential><![CDATA[" + badge + b"]]></o:credential></svg>"
    )


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as downloaded": lambda badge: badge,
    "written otherwise": lambda badge: json.dumps(json.loads(badge), indent=2).encode(),
    "with a mark of byte order": lambda badge: b"\xef\xbb\xbf\r\n" + badge + b"\n",
    "in a PNG": in_png,
    "in an SVG": in_svg,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_badge_of_ours_in_any_form(form: str, badge: bytes, held: Credential) -> None:
    answer = check_file(FORMS[form](badge))
    assert (answer.result, answer.code, answers(answer)) == (Result.GENUINE, "genuine_badge", (True,) * 5)
    assert answer.register is not None
    assert answer.register.credential == held
    assert answer.all_hold


def test_a_check_costs_few_queries(badge: bytes, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    # Our keys, two lists, the register; of the log its checkpoint, the entry, the badge, keys, and hashes of the proof.
    with django_assert_num_queries(8):
        check_file(badge)


def test_one_that_was_taken_back_says_so_before_the_list_does(badge: bytes, held: Credential, registrar: User) -> None:
    revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Found.", by=registrar)
    answer = check_file(badge)
    assert (answer.code, answers(answer)) == ("genuine_badge", (True, True, False, None, True))
    publish_status_lists(1)
    answer = check_file(badge)
    assert answers(answer) == (True, True, False, True, True)
    assert answer.register is not None
    assert (answer.register.status, answer.all_hold) == (Status.REVOKED, False)


def test_lists_that_ran_out_leave_the_word_to_the_register(badge: bytes) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        answer = check_file(badge)
    assert (answer.code, answers(answer)) == ("genuine_badge", (True, True, True, None, True))


def test_a_list_against_the_register_makes_it_doubtful(
    badge: bytes, held: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = badge_of(held).status_index
    monkeypatch.setattr(
        "certificates.badges._places", lambda purpose, number: [place] if purpose is Purpose.REVOCATION else []
    )
    publish_status_lists(1)
    answer = check_file(badge)
    assert (answer.result, answer.code, answers(answer)) == (
        Result.UNKNOWN,
        "doubtful",
        (True, True, True, False, True),
    )
    assert answer.register is None


def changed(badge: bytes, **changes: Any) -> bytes:
    return json.dumps(json.loads(badge) | changes).encode()


def signed_again(badge: bytes, method: str, key: Ed25519PrivateKey, **subject: Any) -> bytes:
    document = json.loads(badge)
    del document["proof"]
    document["credentialSubject"] |= subject
    return json.dumps(with_proof(document, method=method, created=timezone.now(), sign=key.sign)).encode()


def by_a_stranger(badge: bytes) -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    name = multikey.encode_public_key(key.public_key().public_bytes_raw())
    return signed_again(badge, addresses().method(name), key)


def never_awarded(badge: bytes) -> bytes:
    identity = badge_identity()
    method = addresses().method(identity.multikey)
    return signed_again(badge, method, identity.private_key, licenseNumber="TMS-0000-0000-0000-0001-1")


FOREIGN = {"@context": ["https://www.w3.org/ns/credentials/v2"], "issuer": {"id": "https://else.example"}}
OTHERS: dict[str, tuple[Callable[[bytes], bytes], Result, str, tuple[bool | None, ...]]] = {
    "a later day": (
        lambda badge: changed(badge, awardedDate="2027-01-01T00:00:00Z"),
        Result.ALTERED,
        "badge_changed",
        (False, None, None),
    ),
    "something added": (
        lambda badge: changed(badge, holder="Eve Else"),
        Result.ALTERED,
        "badge_changed",
        (False, None, None),
    ),
    "signed by a stranger in our name": (
        by_a_stranger,
        Result.NOT_OURS,
        "badge_unknown_key",
        (None, False, None),
    ),
    "never awarded": (never_awarded, Result.UNKNOWN, "not_in_register", (True, True, False)),
    "issued by another": (
        lambda badge: json.dumps(FOREIGN).encode(),
        Result.NOT_OURS,
        "badge_stranger",
        (None, False, None),
    ),
    "issued by another, by its address alone": (
        lambda badge: b'{"issuer": "https://else.example"}',
        Result.NOT_OURS,
        "badge_stranger",
        (None, False, None),
    ),
    "no badge": (lambda badge: b'{"a": 1}', Result.UNKNOWN, "not_a_badge", (None,) * 3),
    "a list": (lambda badge: b"[1]", Result.UNKNOWN, "not_a_badge", (None,) * 3),
    "half of it": (lambda badge: badge[:900], Result.UNKNOWN, "not_a_badge", (None,) * 3),
    "deep": (lambda badge: b"[" * 60_000, Result.UNKNOWN, "not_a_badge", (None,) * 3),
    "a damaged picture": (lambda badge: in_png(badge)[:80], Result.ALTERED, "badge_damaged", (False, None, None)),
    "two badges in one": (
        lambda badge: in_svg(badge).replace(b"</svg>", b"<o:credential>{}</o:credential></svg>"),
        Result.ALTERED,
        "badge_damaged",
        (False, None, None),
    ),
    "a picture without a badge": (
        lambda badge: in_png(badge).replace(b"openbadgecredential", b"openbadgecredentiaL"),
        Result.ALTERED,
        "badge_damaged",
        (False, None, None),
    ),
    "a plain picture": (
        lambda badge: b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        Result.UNKNOWN,
        "picture",
        (None,) * 3,
    ),
    "a photo": (lambda badge: b"\xff\xd8\xff\xe0" + badge, Result.UNKNOWN, "picture", (None,) * 3),
    "a photo by a telephone": (lambda badge: b"\0\0\0\x18ftypheic" + badge, Result.UNKNOWN, "picture", (None,) * 3),
    "a letter": (lambda badge: b"PK\3\4" + badge, Result.UNKNOWN, "not_pdf", (None,) * 3),
    "a PDF that is a badge too": (
        lambda badge: in_svg(badge).replace(b"<o:", b"<!-- %PDF-1.7 --><o:", 1),
        Result.ALTERED,
        "damaged",
        (False, None, None),
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_everything_else_is_told_apart(case: str, badge: bytes) -> None:
    make, result, code, expected = OTHERS[case]
    answer = check_file(make(badge))
    assert (answer.result, answer.code, answers(answer)) == (result, code, expected)
    assert answer.register is None


def upload(client: Client, content: bytes, name: str = "badge.png", address: str = "/verify/") -> Any:
    return client.post(address, {"file": SimpleUploadedFile(name, content)})


def test_v7_the_page_takes_pictures_and_text(badge: bytes, held: Credential, client: Client) -> None:
    for response in (upload(client, in_png(badge)), client.post("/verify/", {"badge": f"\n {badge.decode()} "})):
        text = response.content.decode()
        assert '<h1 class="banner__word">Valid</h1>' in text
        assert text.count("finding--good") == 5
        assert "Ada Trainee" in text  # from the register: the badge does not hold the name


def test_f1_an_empty_box_asks_for_the_badge(client: Client, db: None) -> None:
    response = client.post("/verify/", {"badge": " "})
    assert response.status_code == 400
    assert response.content.decode().count("Paste the text of the badge first.") == 2


def test_the_address_of_a_badge_leads_to_the_page_of_the_number(badge: bytes, held: Credential, client: Client) -> None:
    link = json.loads(badge)["id"]
    assert client.get("/verify/", {"number": link}).headers["Location"] == f"/verify/{held.public_number}"
    unknown = link.replace(str(held.pk)[:8], "00000000")
    assert client.get("/verify/", {"number": unknown}).status_code == 404


def test_json_of_a_badge(badge: bytes, held: Credential, client: Client) -> None:
    for response in (
        upload(client, in_svg(badge), address="/api/v1/verify"),
        client.post("/api/v1/verify", {"badge": badge.decode()}),
    ):
        data = response.json()
        assert (data["result"], data["status"], data["certificate"]["number"]) == (
            "genuine",
            "valid",
            held.public_number,
        )
        assert {check["id"]: check["ok"] for check in data["checks"]} == {
            "unchanged": True,
            "signed_by_issuer": True,
            "valid_today": True,
            "status_lists": True,
            "in_log": True,
        }


def test_the_command_takes_badges(badge: bytes, held: Credential, tmp_path: Path) -> None:
    path = tmp_path / "badge.svg"
    path.write_bytes(in_svg(badge))
    code, text = run_command(path)
    assert code == 0
    assert "This is a badge that we issued." in text
    assert held.public_number in text
    path.write_bytes(changed(badge, name="Other"))
    assert run_command(path)[0] == 1
