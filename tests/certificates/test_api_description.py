"""Every answer of the public API is held against its published description, with no property left undescribed."""

import io
import json
from copy import deepcopy
from datetime import date
from itertools import count
from typing import Any

import pytest
import time_machine
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from PIL import Image

from certificates import answers
from certificates.actions import revoke
from certificates.badges import badge_of, publish_status_lists
from certificates.models import Credential, Kind, Revocation
from certificates.rules.validity import Status
from courses.models import Enrolment
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.certificates import forgery
from tests.certificates.standing import reissued, suspended
from tests.factories.certificates import credential, ending, signed_bytes


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Client().get("/api/v1/openapi.json").content)
    return found


def closed(schema: Any) -> Any:
    """The same schemas, refusing properties that they do not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(value) for key, value in schema.items()}
    return shut | {"additionalProperties": False} if shut.get("type") == "object" else shut


def check(described: dict[str, Any], response: Any, path: str, method: str) -> Any:
    """Hold an answer against the description; its data."""
    answer = described["paths"][path][method]["responses"].get(str(response.status_code))
    assert answer is not None, f"{response.status_code} is not described"
    if "$ref" in answer:
        answer = described["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
    for name, header in answer.get("headers", {}).items():
        assert not header.get("required") or int(response[name]) >= 1
    if "content" not in answer:
        assert response.content == b""
        return None
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    root = closed(deepcopy(described))
    schema = root | {"$ref": answer["content"]["application/json"]["schema"]["$ref"]}
    data = response.json()
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(data)
    return data


def by_number(described: dict[str, Any], client: Client, number: str) -> Any:
    response = client.get(f"/api/v1/certificates/{number}")
    return check(described, response, "/api/v1/certificates/{number}", "get")


def by_file(described: dict[str, Any], client: Client, content: bytes) -> Any:
    response = client.post("/api/v1/verify", {"file": SimpleUploadedFile("file", content)})
    return check(described, response, "/api/v1/verify", "post")


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


@pytest.fixture
def second(make_person: Any) -> User:
    person: User = make_person("Rita Registrar", Role.REGISTRAR)
    return person


def test_the_description_is_openapi_3_1(described: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(described).validate()
    assert described["servers"] == [{"url": "http://localhost:8000"}]


def test_the_description_names_every_word_of_the_code(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    assert set(schemas["Verification"]["properties"]["code"]["enum"]) == set(answers.SENTENCES)
    assert set(schemas["Verification"]["properties"]["status"]["enum"]) == {status.value for status in Status}
    known = {status.value for status in Status} - {"unknown"}
    assert set(schemas["Certificate"]["properties"]["status"]["enum"]) == known
    assert set(schemas["Certificate"]["properties"]["kind"]["enum"]) == set(Kind.values)


def test_numbers_in_every_status(
    described: dict[str, Any], held: Credential, registrar: User, second: User, client: Client
) -> None:
    number = held.public_number
    assert by_number(described, client, number)["status"] == "valid"
    signed_bytes(held)
    assert by_number(described, client, number)["pdf_sha256"]
    suspended(held, registrar)
    assert by_number(described, client, number)["status"] == "suspended"
    revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=registrar)
    assert by_number(described, client, number)["status"] == "revoked"
    assert by_number(described, client, "TMS-0000-0000-0000-0000-0")["status"] == "unknown"


def test_superseded_and_expired(
    described: dict[str, Any], enrolment: Enrolment, registrar: User, second: User, client: Client
) -> None:
    old = ending(enrolment, date(2099, 1, 1))
    new = reissued(old, registrar, second)
    assert by_number(described, client, old.public_number)["status"] == "superseded"
    assert by_number(described, client, new.public_number)["valid_until"] == "2099-01-01"
    with time_machine.travel("2099-01-03T12:00:00Z", tick=False):
        assert by_number(described, client, new.public_number)["status"] == "expired"


def test_tampered_files_of_many_kinds(described: dict[str, Any], held: Credential, client: Client) -> None:
    whole, other = signed_bytes(held), forgery.stranger()
    tampered = {
        "flipped": forgery.flipped(whole),
        "saved again": forgery.saved_again(whole),
        "updated": forgery.with_update(whole),
        "another attachment": forgery.with_other_attachment(whole),
        "by a stranger": forgery.signed_by(other, held.statement),
        "encrypted": forgery.encrypted(whole),
        "cut off": whole[: len(whole) // 2],
        "a bomb": forgery.bomb(),
    }
    for name, content in tampered.items():
        assert by_file(described, client, content)["result"] != "genuine", name


def test_files_of_every_kind(described: dict[str, Any], held: Credential, client: Client) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    badge = badge_of(held)
    publish_status_lists(badge.status_list)
    files = {
        "genuine": signed_bytes(held),
        "genuine_badge": bytes(badge.content),
        "badge_changed": bytes(badge.content).replace(b"TMS technician", b"TMS doctor"),
        "picture": picture.getvalue(),
        "not_pdf": b"hello",
        "not_a_badge": b"{}",
        "too_large": b"%PDF" + b" " * answers.LARGEST_FILE,
    }
    assert {name: by_file(described, client, content)["code"] for name, content in files.items()} == {
        name: name for name in files
    }
    pasted = client.post("/api/v1/verify", {"badge": bytes(badge.content).decode()})
    assert check(described, pasted, "/api/v1/verify", "post")["code"] == "genuine_badge"


def test_what_cannot_be_read(db: None, described: dict[str, Any], client: Client) -> None:
    def code(**arguments: Any) -> str:
        return str(check(described, client.post("/api/v1/verify", **arguments), "/api/v1/verify", "post")["code"])

    assert code() == "no_file"
    assert code(data=b"x", content_type="multipart/form-data") == "not_readable"
    assert code(data=b"x", content_type="application/json") == "no_file"
    assert code(data={"badge": "x" * (3 * 1024 * 1024)}) == "too_large"
    many = {f"field{number}": "x" for number in range(1100)}
    assert code(data=many) == "not_readable"


def test_other_methods_and_too_many(
    db: None, described: dict[str, Any], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(described, client.post("/api/v1/certificates/x"), "/api/v1/certificates/{number}", "get")
    check(described, client.get("/api/v1/verify"), "/api/v1/verify", "post")
    monkeypatch.setattr(site, "VERIFICATIONS_PER_MINUTE", 0)
    monkeypatch.setattr(site, "UPLOADS_PER_MINUTE", 0)
    assert by_number(described, client, "x")["code"] == "too_many_requests"
    assert by_file(described, client, b"x")["code"] == "too_many_requests"


callers = count()


def next_client() -> Client:
    """Somebody from another network than all before, whom no limit holds up."""
    number = next(callers)
    return Client(REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}")


class AnyInput(TestCase):
    """Whatever is typed or sent gets an answer that is described."""

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.text(st.characters(exclude_characters="/?#\\", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
    def test_numbers(self, number: str) -> None:
        described = json.loads(Client().get("/api/v1/openapi.json").content)
        client = next_client()
        answer = client.get("/api/v1/certificates/" + number)
        check(described, answer, "/api/v1/certificates/{number}", "get")

    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
    @given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
    def test_files(self, content: bytes) -> None:
        described = json.loads(Client().get("/api/v1/openapi.json").content)
        client = next_client()
        answer = client.post("/api/v1/verify", {"file": SimpleUploadedFile("file", content)})
        assert check(described, answer, "/api/v1/verify", "post")
