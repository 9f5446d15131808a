import re
from typing import Any

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from certificates.actions import revoke
from certificates.answers import LARGEST_FILE
from certificates.models import Credential, Revocation
from courses.models import Enrolment, Pathway
from lms.accounts.models import User
from tests.certificates import forgery
from tests.factories.certificates import credential, signed_bytes


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


@pytest.fixture
def revoked(held: Credential, registrar: User) -> Credential:
    revoke(credential=held, reason=Revocation.Reason.ISSUED_IN_ERROR, public_text="Wrong <person>.", by=registrar)
    return held


def page_of(held: Credential, client: Client) -> Any:
    return client.get(f"/verify/{held.public_number}")


def upload(client: Client, content: bytes, address: str = "/verify/") -> Any:
    return client.post(address, {"file": SimpleUploadedFile("paper.pdf", content, "application/pdf")})


def test_v1_v2_v4_the_answer_comes_first_and_says_all(held: Credential, client: Client) -> None:
    text = page_of(held, client).content.decode()
    assert text.index("Valid") < text.index("Ada Trainee")
    for words in ("TMS technician", "Threshold", "No end date", held.public_number, "16 of 16 stations"):
        assert words in text
    assert '<h1 class="banner__word">Valid</h1>' in text


def test_v5_checked_at_and_again(held: Credential, client: Client) -> None:
    text = page_of(held, client).content.decode()
    assert "live from the register" in text
    assert f'href="/verify/{held.public_number}">Check again' in text


def test_v6_revoked_stays_visible_with_date_and_reason(revoked: Credential, client: Client) -> None:
    response = page_of(revoked, client)
    text = response.content.decode()
    assert response.status_code == 200
    assert '<h1 class="banner__word">Revoked</h1>' in text
    assert "Issued in error. Wrong &lt;person&gt;." in text
    assert "Ada Trainee" in text


def test_v8_unknown_and_malformed_give_the_same_page(held: Credential, client: Client) -> None:
    def words(number: str) -> str:
        return client.get(f"/verify/{number}").content.decode().replace(number, "X").split("<main")[1]

    unknown, malformed = "TMS-0000-0000-0000-0001-1", "TMS-0000-0000-0000-0000-5"
    parts = [words(unknown).split("Checked on"), words(malformed).split("Checked on")]
    assert parts[0][0] == parts[1][0]
    assert parts[0][1].split("</time>")[1] == parts[1][1].split("</time>")[1]
    assert "Not found" in parts[0][0]
    for help_in_words in ("four groups of four", "8 and B", "check the PDF"):
        assert help_in_words in parts[0][1]


@pytest.mark.parametrize(
    "typed", ["tms mzxmp6xz sq70swg1 6", "tmsmzxmp6xzsq70swg17", "https://x.example/verify/TMS-MZXM"]
)
def test_v8_what_was_typed_stands_there_to_be_compared_and_mended(typed: str, client: Client, db: None) -> None:
    response = client.get("/verify/", {"number": typed}, follow=True)
    spelled = re.search(r'<strong class="number typed">(.*?)</strong>', response.content.decode())
    assert spelled is not None
    assert spelled[1].startswith("TMS-MZXM")
    assert f'value="{spelled[1]}"' in response.content.decode()


@pytest.mark.parametrize("typed", ["", "  "])
def test_f1_a_check_without_a_number_asks_for_it(typed: str, client: Client, db: None) -> None:
    response = client.get("/verify/", {"number": typed})
    page = response.content.decode()
    assert response.status_code == 400
    assert "<title>Error: Check a certificate" in page
    assert page.count("Enter the number that stands on the certificate.") == 2
    assert 'aria-describedby="number_hint number_error" aria-invalid="true"' in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ada trainee", "The names are the same"),
        ("Trainee, Ada", "The names are alike"),
        ("Eve <Trainee>", "The names differ"),
    ],
)
def test_a_name_is_compared_and_stands_in_no_address(typed: str, words: str, held: Credential, client: Client) -> None:
    response = client.post(f"/verify/{held.public_number}", {"name": typed})
    assert response.status_code == 200
    text = response.content.decode()
    assert f'<p class="notice__title">{words}</p>' in text
    assert "<Trainee>" not in text
    assert '<h1 class="banner__word">Valid</h1>' in text


@pytest.mark.parametrize("name", ["", "  "])
def test_no_name_is_compared_with_nothing(name: str, held: Credential, client: Client) -> None:
    assert "notice__title" not in client.post(f"/verify/{held.public_number}", {"name": name}).content.decode()
    unknown = client.post("/verify/TMS-0000-0000-0000-0001-1", {"name": "Ada Trainee"})
    assert (unknown.status_code, "notice__title" in unknown.content.decode()) == (404, False)


def test_the_page_is_not_stored_and_not_indexed(held: Credential, client: Client) -> None:
    response = page_of(held, client)
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in response


def test_the_address_of_the_code_answers_as_well(held: Credential, client: Client) -> None:
    assert client.get(f"/VERIFY/{held.public_number}").status_code == 200


@pytest.mark.parametrize("spelling", ["{0.number}", " tms {0.number} ", "http://localhost/verify/{0.public_number}"])
def test_v7_the_look_up_forgives_and_leads_to_the_page(spelling: str, held: Credential, client: Client) -> None:
    response = client.get("/verify/", {"number": spelling.format(held)})
    assert response.url == f"/verify/{held.public_number}"


def test_a_number_that_cannot_be_one_is_shown_escaped(client: Client, db: None) -> None:
    response = client.get("/verify/", {"number": "<script>"})
    assert (response.status_code, b"&lt;script&gt;" in response.content, b"<script>" in response.content) == (
        404,
        True,
        False,
    )


def test_v9_a_file_gets_three_answers(held: Credential, client: Client) -> None:
    text = upload(client, signed_bytes(held)).content.decode()
    assert text.count("finding--good") == 3
    assert '<h1 class="banner__word">Valid</h1>' in text


def test_a_revoked_file_is_ours_and_unchanged_and_not_valid(
    held: Credential, revoked: Credential, client: Client
) -> None:
    text = upload(client, signed_bytes(held)).content.decode()
    assert (text.count("finding--good"), text.count("finding--bad")) == (2, 1)
    assert '<h1 class="banner__word">Revoked</h1>' in text


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (forgery.flipped, "Altered"),
        (lambda content: b"hello", "Not confirmed"),
        (lambda content: b"", "Not confirmed"),
        (forgery.encrypted, "Not confirmed"),
    ],
)
def test_other_files_get_a_calm_word(make: Any, word: str, held: Credential, client: Client) -> None:
    response = upload(client, make(signed_bytes(held)))
    assert f'<h1 class="banner__word">{word}</h1>' in response.content.decode()


def test_a_form_without_file_says_so(client: Client, db: None) -> None:
    response = client.post("/verify/")
    assert response.status_code == 400
    assert b"<title>Error: " in response.content
    assert b"Choose a file first: a PDF or a badge." in response.content


def test_a_body_that_is_too_large_is_not_read(client: Client, db: None) -> None:
    response = client.post("/verify/", b"", content_type="application/pdf", CONTENT_LENGTH=str(LARGEST_FILE * 3))
    assert response.status_code == 413
    assert b"larger than 10 MB" in response.content


def test_no_upload_is_kept(held: Credential, client: Client, settings: Any) -> None:
    content = signed_bytes(held)
    upload(client, content + b"x")
    assert Credential.objects.count() == 1


def test_the_root_is_published(held: Credential, client: Client) -> None:
    signed_bytes(held)
    response = client.get("/pki/root.pem")
    assert response.content.startswith(b"-----BEGIN CERTIFICATE-----")


def test_without_root_there_is_nothing_to_publish(client: Client, settings: Any, tmp_path: Any, db: None) -> None:
    settings.ISSUER_ROOT_FILE = str(tmp_path / "none.pem")
    assert client.get("/pki/root.pem").status_code == 404


def others(programme: Any, make_person: Any, count: int) -> None:
    for number in range(count):
        person = make_person(f"Person {number}")
        credential(
            Enrolment.objects.create(
                person=person, programme=programme, curriculum_version="1", pathway=Pathway.ACADEMIC
            )
        )


@pytest.mark.parametrize("people", [0, 12])
def test_a_check_costs_few_queries_however_many_people(
    people: int,
    held: Credential,
    programme: Any,
    make_person: Any,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    others(programme, make_person, people)
    page_of(held, client)
    with django_assert_max_num_queries(1):
        page_of(held, client)


# Machines


def test_json_of_a_number(held: Credential, client: Client) -> None:
    data = client.get(f"/api/v1/certificates/{held.number.lower()}").json()
    assert data.pop("checked_at")
    assert data == {
        "status": "valid",
        "number": held.public_number,
        "kind": "completion_certificate",
        "holder_name": "Ada Trainee",
        "program": "TMS technician",
        "curriculum_version": "2026.1",
        "issuer": "Threshold",
        "issued": held.awarded_on.isoformat(),
        "valid_until": None,
        "revoked": None,
        "revocation_reason": None,
        "suspended": None,
        "suspension_reason": None,
        "superseded": None,
        "pdf_sha256": None,
        "log": None,
    }


@pytest.mark.parametrize("number", ["TMS-MZXM-P6XZ-SQ70-SWG1-6", "nonsense"])
def test_json_of_an_unknown_number(number: str, client: Client, db: None) -> None:
    response = client.get(f"/api/v1/certificates/{number}")
    assert (response.status_code, response.json()["status"]) == (404, "unknown")


def test_json_of_a_file(held: Credential, client: Client) -> None:
    content = signed_bytes(held)
    data = upload(client, content, "/api/v1/verify").json()
    assert (data["result"], data["status"]) == ("genuine", "valid")
    assert [(check["id"], check["ok"]) for check in data["checks"]] == [
        ("unchanged", True),
        ("signed_by_issuer", True),
        ("valid_today", True),
        ("in_log", None),
    ]
    assert data["certificate"]["pdf_sha256"] == data["sha256"]


def test_json_of_an_altered_file(held: Credential, client: Client) -> None:
    data = upload(client, forgery.with_update(signed_bytes(held)), "/api/v1/verify").json()
    assert (data["result"], data["code"], data["certificate"]) == ("altered", "changed", None)


def test_json_without_a_file(client: Client, db: None) -> None:
    response = client.post("/api/v1/verify")
    assert (response.status_code, response.json()["code"]) == (400, "no_file")


def test_json_of_too_large_a_file(client: Client, db: None) -> None:
    response = client.post("/api/v1/verify", b"", content_type="application/pdf", CONTENT_LENGTH=str(LARGEST_FILE * 3))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


# Limits


@pytest.mark.parametrize("address", ["/verify/", "/verify/TMS-0", "/api/v1/certificates/TMS-0"])
def test_too_many_checks_have_to_wait(address: str, client: Client, settings: Any, db: None) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 2
    statuses = [client.get(address).status_code for _ in range(4)]
    assert statuses[2:] == [429, 429]
    response = client.get(address)
    assert (response["Retry-After"], response["Cache-Control"]) == ("60", "no-store")


def test_files_are_counted_by_themselves(client: Client, settings: Any, db: None) -> None:
    settings.UPLOADS_PER_MINUTE = 1
    answers = [client.post("/api/v1/verify").status_code for _ in range(2)]
    assert [*answers, client.get("/verify/").status_code] == [400, 429, 200]


def test_another_network_is_not_held_up(client: Client, settings: Any, db: None) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 1
    answers = [
        client.get("/verify/", REMOTE_ADDR=address).status_code for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2")
    ]
    assert answers == [200, 429, 200]


def test_one_ipv6_network_is_one_caller(client: Client, settings: Any, db: None) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 1
    addresses = ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    assert [client.get("/verify/", REMOTE_ADDR=address).status_code for address in addresses] == [200, 429, 200]


def test_processes_count_together(client: Client, settings: Any, db: None) -> None:
    settings.VERIFICATIONS_PER_MINUTE = 2
    answers = []
    for _ in range(3):
        caches["local"].clear()  # as another process, which knows only what is shared
        answers.append(client.get("/verify/").status_code)
    assert answers == [200, 200, 429]


def test_a_check_now_and_then_writes_nothing(
    held: Credential, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        page_of(held, client)


def test_all_together_are_limited_too(client: Client, settings: Any, db: None) -> None:
    settings.VERIFICATIONS_PER_MINUTE_IN_TOTAL = 2
    answers = [client.get("/verify/", REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(3)]
    assert answers == [200, 200, 429]
