"""What a badge says, and that only a badge of ours, whole and in force, passes."""

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.rules.badges import documents, multikey
from certificates.rules.badges.addresses import Addresses
from certificates.rules.badges.checking import BadgeAnswer, BadgeFault, IssuerTrust, check_badge
from certificates.rules.badges.proof import with_proof
from certificates.rules.badges.status_list import Purpose
from certificates.rules.record import Assessed, CredentialRecord, Issuer

ADDRESSES = Addresses("https://certs.example.org:8443")
DID = "did:web:certs.example.org%3A8443"
KEY, STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(32))), Ed25519PrivateKey.from_private_bytes(bytes(32))
NAME = multikey.encode_public_key(KEY.public_key().public_bytes_raw())
TRUST = IssuerTrust(DID, {f"{DID}#{NAME}": NAME})
ISSUED = datetime(2026, 11, 14, 10, 30, tzinfo=UTC)
AWARDED = datetime(2026, 11, 13, 9, 0, tzinfo=UTC)  # of the first edition
NOW = datetime(2026, 11, 20, tzinfo=UTC)
PLACE = documents.Place(3, 4711)
RECORD = CredentialRecord(
    kind="completion_certificate",
    number="TMS-MZXM-P6XZ-SQ70-SWG1-6",
    holder="Ada Lovelace",
    programme="TMS technician",
    curriculum_version="2026.1",
    assessed=(Assessed("course", date(2026, 11, 3)), Assessed("practical", date(2026, 11, 14), 16)),
    awarded_on=date(2026, 11, 14),
    valid_until=date(2031, 6, 30),
    issuer=Issuer("Threshold Training", "Head of the programme", "Boston"),
    verify_url="https://certs.example.org/verify/TMS-MZXM-P6XZ-SQ70-SWG1-6",
)


def unsigned(**changes: Any) -> dict[str, Any]:
    return documents.badge(
        replace(RECORD, **changes),
        addresses=ADDRESSES,
        identifier="5d4b",
        given_for=documents.Achievement("tms-technician", "TMS technician", "2026.1"),
        holder=documents.Holder("ada@example.org", "ab" * 16),
        place=PLACE,
        issued_at=ISSUED,
        awarded_at=AWARDED,
        zone=ZoneInfo("America/New_York"),
    )


def signed(document: dict[str, Any], key: Ed25519PrivateKey = KEY, name: str = NAME) -> bytes:
    return json.dumps(
        with_proof(document, method=ADDRESSES.method(name), created=ISSUED, sign=key.sign), ensure_ascii=False
    ).encode()


def a_list(purpose: Purpose, places: tuple[int, ...] = (), **changes: Any) -> dict[str, Any]:
    hours = {"valid_from": NOW - timedelta(hours=1), "valid_until": NOW + timedelta(hours=23)} | changes
    return documents.status_list(ADDRESSES, purpose, PLACE.number, places=places, **hours)


def served(**by_purpose: bytes) -> Callable[[str], bytes | None]:
    lists = {purpose.value: signed(a_list(purpose, (4710, 4712))) for purpose in Purpose} | by_purpose
    return {f"https://certs.example.org:8443/status/{purpose}/3": content for purpose, content in lists.items()}.get


def check(content: bytes, lists: Callable[[str], bytes | None] | None = None, now: datetime = NOW) -> BadgeAnswer:
    return check_badge(content, trust=TRUST, status_list_at=lists or served(), now=now)


def test_the_badge_says_what_the_record_says_and_no_name() -> None:
    document = unsigned()
    subject = document["credentialSubject"]
    assert document["id"] == "https://certs.example.org:8443/credentials/5d4b"
    assert document["issuer"] == {
        "id": DID,
        "type": ["Profile"],
        "name": "Threshold Training",
        "url": "https://certs.example.org:8443",
    }
    assert (document["validFrom"], document["awardedDate"]) == ("2026-11-14T10:30:00Z", "2026-11-13T09:00:00Z")
    assert document["validUntil"] == "2031-07-01T03:59:59Z"  # the end of 30 June in New York, four hours behind
    assert subject["licenseNumber"] == RECORD.number
    [identity] = subject["identifier"]
    assert identity["identityHash"] == "sha256$" + hashlib.sha256(b"ada@example.org" + b"ab" * 16).hexdigest()
    assert [item["resultDescription"].rsplit("#")[1] for item in subject["result"]] == ["course", "practical"]
    assert {item["resultDescription"] for item in subject["result"]} <= {
        item["id"] for item in subject["achievement"]["resultDescription"]
    }
    assert [
        (entry["statusPurpose"], entry["statusListIndex"], entry["statusListCredential"])
        for entry in document["credentialStatus"]
    ] == [
        ("revocation", "4711", "https://certs.example.org:8443/status/revocation/3"),
        ("suspension", "4711", "https://certs.example.org:8443/status/suspension/3"),
    ]
    text = json.dumps(document)
    assert "Lovelace" not in text
    assert "ada@example.org" not in text
    assert "validUntil" not in unsigned(valid_until=None)


def test_the_did_document_names_every_key() -> None:
    document = documents.did_document(ADDRESSES, [NAME, "z6Mkold"])
    assert document["id"] == DID
    assert document["assertionMethod"] == [f"{DID}#{NAME}", f"{DID}#z6Mkold"]
    assert document["verificationMethod"][1] == {
        "id": f"{DID}#z6Mkold",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": "z6Mkold",
    }


def test_a_badge_of_ours_in_force_passes() -> None:
    assert check(signed(unsigned())) == BadgeAnswer(None, RECORD.number)
    assert check(signed(unsigned(valid_until=None))) == BadgeAnswer(None, RECORD.number)


def test_dates() -> None:
    content = signed(unsigned())
    last = datetime(2031, 7, 1, 3, 59, 59, tzinfo=UTC)
    for moment, fault in (
        (ISSUED - timedelta(seconds=1), BadgeFault.NOT_YET_VALID),
        (last, None),
        (last + timedelta(seconds=1), BadgeFault.EXPIRED),
    ):
        hours = {"valid_from": moment, "valid_until": moment + timedelta(hours=1)}
        lists = served(**{purpose.value: signed(a_list(purpose, **hours)) for purpose in Purpose})
        assert check(content, lists, moment).fault is fault


def test_status() -> None:
    content = signed(unsigned())
    for purpose, fault in ((Purpose.REVOCATION, BadgeFault.REVOKED), (Purpose.SUSPENSION, BadgeFault.SUSPENDED)):
        taken = served(**{purpose.value: signed(a_list(purpose, (4711,)))})
        assert check(content, taken) == BadgeAnswer(fault, RECORD.number)


def lists_that_say_nothing() -> dict[str, bytes | None]:
    good = a_list(Purpose.REVOCATION)
    other_subject = copy.deepcopy(good)
    other_subject["credentialSubject"]["statusPurpose"] = "suspension"
    broken = json.loads(signed(good))
    broken["credentialSubject"]["encodedList"] = a_list(Purpose.REVOCATION, (1,))["credentialSubject"]["encodedList"]
    return {
        "missing": None,
        "no JSON": b"{",
        "of the other purpose": signed(a_list(Purpose.SUSPENSION)),
        "says another purpose": signed(other_subject),
        "of another number": signed(
            documents.status_list(ADDRESSES, Purpose.REVOCATION, 4, places=(), valid_from=NOW, valid_until=NOW)
        ),
        "out of date": signed(a_list(Purpose.REVOCATION, valid_until=NOW - timedelta(seconds=1))),
        "not yet begun": signed(a_list(Purpose.REVOCATION, valid_from=NOW + timedelta(seconds=1))),
        "by a stranger": signed(good, STRANGER),
        "of another issuer": signed(good | {"issuer": "did:web:else.example"}),
        "bits exchanged": json.dumps(broken).encode(),
    }


@pytest.mark.parametrize("case", list(lists_that_say_nothing()))
def test_a_status_that_cannot_be_read_is_not_good(case: str) -> None:
    content = lists_that_say_nothing()[case]
    lists = served(revocation=content) if content is not None else {}.get
    assert check(signed(unsigned()), lists).fault is BadgeFault.STATUS_NOT_READ


def changed(path: str, value: Any, *, sign_again: bool) -> bytes:
    """A badge with one value exchanged, before or after it was signed; None removes it."""
    document = unsigned() if sign_again else json.loads(signed(unsigned()))
    *way, last = path.split("/")
    part: Any = document
    for step in way:
        part = part[int(step) if step.isdecimal() else step]
    if value is None:
        del part[last]
    else:
        part[int(last) if last.isdecimal() else last] = value
    return signed(document) if sign_again else json.dumps(document).encode()


FAULTS: dict[str, tuple[Callable[[], bytes], BadgeFault]] = {
    "nothing": (lambda: b"", BadgeFault.NOT_A_BADGE),
    "deep": (lambda: b"[" * 60_000, BadgeFault.NOT_A_BADGE),
    "not UTF-8": (lambda: b'{"@context": "\xff"}', BadgeFault.NOT_A_BADGE),
    "too large": (lambda: signed(unsigned()) + b" " * 70_000, BadgeFault.NOT_A_BADGE),
    "a property twice": (
        lambda: signed(unsigned()).replace(b'"name":', b'"name": "Other", "name":', 1),
        BadgeFault.NOT_A_BADGE,
    ),
    "a property more": (lambda: changed("licensed", "yes", sign_again=False), BadgeFault.NOT_A_BADGE),
    "a property more inside": (
        lambda: changed("credentialSubject/achievement/specialisation", "x", sign_again=False),
        BadgeFault.NOT_A_BADGE,
    ),
    "no status": (lambda: changed("credentialStatus", None, sign_again=True), BadgeFault.NOT_A_BADGE),
    "one status twice": (
        lambda: changed("credentialStatus/1/statusPurpose", "revocation", sign_again=True),
        BadgeFault.NOT_A_BADGE,
    ),
    "no number": (lambda: changed("credentialSubject/licenseNumber", None, sign_again=True), BadgeFault.NOT_A_BADGE),
    "another type": (lambda: changed("type/1", "VerifiableCredential", sign_again=False), BadgeFault.NOT_A_BADGE),
    "a context more": (
        lambda: changed("@context", [*unsigned()["@context"], "https://else.example/c"], sign_again=False),
        BadgeFault.NOT_A_BADGE,
    ),
    "no such day": (lambda: changed("validFrom", "2026-13-01T00:00:00Z", sign_again=True), BadgeFault.NOT_A_BADGE),
    "end is null": (
        lambda: signed(unsigned(valid_until=None))[:-1] + b', "validUntil": null}',
        BadgeFault.NOT_A_BADGE,
    ),
    "two proofs": (
        lambda: changed("proof", [json.loads(signed(unsigned()))["proof"]] * 2, sign_again=False),
        BadgeFault.NOT_A_BADGE,
    ),
    "issued by another": (
        lambda: changed("issuer/id", "did:web:else.example", sign_again=True),
        BadgeFault.OTHER_ISSUER,
    ),
    "key of another": (
        lambda: signed(unsigned(), STRANGER, multikey.encode_public_key(STRANGER.public_key().public_bytes_raw())),
        BadgeFault.UNKNOWN_KEY,
    ),
    "signed by another in our name": (lambda: signed(unsigned(), STRANGER), BadgeFault.ALTERED),
    "another number": (
        lambda: changed("credentialSubject/licenseNumber", "TMS-0000-0000-0000-0000-0", sign_again=False),
        BadgeFault.ALTERED,
    ),
    "another place in the list": (
        lambda: changed("credentialStatus/0/statusListIndex", "4713", sign_again=False),
        BadgeFault.ALTERED,
    ),
    "a later end": (lambda: changed("validUntil", "2099-01-01T00:00:00Z", sign_again=False), BadgeFault.ALTERED),
    "no end": (lambda: changed("validUntil", None, sign_again=False), BadgeFault.ALTERED),
    "a bell in the name": (lambda: changed("name", "TMS\x07", sign_again=False), BadgeFault.ALTERED),
}


@pytest.mark.parametrize("case", FAULTS)
def test_everything_else_is_told_apart(case: str) -> None:
    make, fault = FAULTS[case]
    answer = check(make())
    assert answer == BadgeAnswer(fault, "")
