from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains

from certificates.actions import revoke
from certificates.models import Credential, Revocation
from courses.models import Enrolment, Pathway, Programme
from lms.accounts.models import User
from lms.audit.models import Event
from tests.conftest import PASSWORD
from tests.factories.certificates import credential, signed_bytes, signed_file

ClientFor = Callable[[User], Client]
ANSWERS = {"reason": "misconduct", "public_text": "Established by the committee.", "private_note": "Minutes 7."}


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


@pytest.fixture
def office(registrar: User, client_for: ClientFor) -> Client:
    return client_for(registrar)


# The holder


def test_t13_the_page_has_number_file_link_and_next_steps(
    held: Credential, trainee: User, client_for: ClientFor
) -> None:
    signed_file(held)
    text = client_for(trainee).get(f"/certificates/{held.pk}/").content.decode()
    for words in (
        held.public_number,
        "Download the PDF",
        f"http://localhost:8000/verify/{held.public_number}",
        "What happens next",
    ):
        assert words in text
    assert "linkedin.com/profile/add?startTask=CERTIFICATION_NAME" in text


def test_before_the_file_is_there_the_page_says_so(held: Credential, trainee: User, client_for: ClientFor) -> None:
    text = client_for(trainee).get(f"/certificates/{held.pk}/").content.decode()
    assert "Your PDF is being made" in text
    assert "Download" not in text
    assert client_for(trainee).get(f"/certificates/{held.pk}/download/").status_code == 404


def test_the_download_is_the_stored_file_with_an_event(held: Credential, trainee: User, client_for: ClientFor) -> None:
    content = signed_bytes(held)
    response = client_for(trainee).get(f"/certificates/{held.pk}/download/")
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"] == f'attachment; filename="{held.public_number}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert Event.objects.get(verb="certificate.downloaded").actor == str(trainee.public_id)


def test_a_damaged_file_is_not_handed_out(held: Credential, trainee: User, client_for: ClientFor) -> None:
    file, whole = signed_file(held), signed_bytes(held)
    storage, ada = storages["private"], client_for(trainee)
    storage.delete(file.storage_name)
    for content in (None, whole[:-1]):
        if content is not None:
            storage.save(file.storage_name, ContentFile(content))
        page = ada.get(f"/certificates/{held.pk}/download/", follow=True)
        assertContains(page, "The stored file is damaged, so it is not handed out.")
    assert not Event.objects.filter(verb="certificate.downloaded").exists()


def test_nobody_else_gets_the_file(held: Credential, other_trainee: User, client_for: ClientFor) -> None:
    signed_file(held)
    assert client_for(other_trainee).get(f"/certificates/{held.pk}/download/").status_code == 404
    assert not Event.objects.filter(verb="certificate.downloaded").exists()


def test_the_holder_reads_why_it_was_revoked(
    held: Credential, trainee: User, registrar: User, client_for: ClientFor
) -> None:
    revoke(
        credential=held,
        reason=Revocation.Reason.MISCONDUCT,
        public_text="Established.",
        private_note="Secret.",
        by=registrar,
    )
    text = client_for(trainee).get(f"/certificates/{held.pk}/").content.decode()
    assert "Misconduct was established. Established." in text
    assert "Secret." not in text


# The register


def test_the_register_finds_by_number_name_and_address(held: Credential, office: Client) -> None:
    for words in (held.public_number, held.number.lower(), "ada tr", "ADA.trainee@example.org"):
        assert held.public_number in office.get("/registry/", {"q": words}).content.decode()
    assert "Nothing found" in office.get("/registry/", {"q": "nobody"}).content.decode()


def test_an_empty_register_explains_itself(office: Client) -> None:
    assert "No certificate was awarded yet." in office.get("/registry/").content.decode()


def fill(programme: Programme, make_person: Any, count: int) -> None:
    for number in range(count):
        person = make_person(f"Person {number}")
        credential(
            Enrolment.objects.create(
                person=person, programme=programme, curriculum_version="1", pathway=Pathway.ACADEMIC
            )
        )


def test_the_register_has_pages(programme: Programme, make_person: Any, office: Client) -> None:
    fill(programme, make_person, 27)
    first, second = (office.get("/registry/", {"page": page}).content.decode() for page in (1, 2))
    assert "27 in all, page 1 of 2" in first
    assert second.count("<tr>") == 3
    assert 'rel="prev"' in second


@pytest.mark.parametrize("people", [1, 15])
def test_the_list_costs_the_same_for_many(
    people: int,
    programme: Programme,
    make_person: Any,
    office: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(programme, make_person, people)
    with django_assert_max_num_queries(6):
        office.get("/registry/")


def test_the_detail_shows_file_key_and_digests(held: Credential, office: Client) -> None:
    file = signed_file(held)
    text = office.get(f"/registry/{held.pk}/").content.decode()
    for words in (file.sha256, held.record_sha256, "PAdES B-B", "Development key", "ada.trainee@example.org"):
        assert words in text


def post(office: Client, held: Credential, step: str, **changes: str) -> Any:
    return office.post(f"/registry/{held.pk}/revoke/", {**ANSWERS, "step": step, **changes})


def test_revoking_in_three_steps(held: Credential, office: Client) -> None:
    assert "What people see" in office.get(f"/registry/{held.pk}/revoke/").content.decode()
    check = post(office, held, "check").content.decode()
    assert "Nothing has happened yet." in check
    assert "Established by the committee." in check
    assert not Revocation.objects.exists()
    assert post(office, held, "confirm", password=PASSWORD).url == f"/registry/{held.pk}/"
    done = Revocation.objects.get()
    assert (done.reason, done.public_text, done.private_note) == tuple(ANSWERS.values())


def test_a_missing_reason_is_named_with_its_field(held: Credential, office: Client) -> None:
    text = post(office, held, "check", public_text=" ").content.decode()
    assert "<title>Error: " in text
    assert '<a href="#id_public_text">Write what people see who check the certificate.</a>' in text


def test_a_wrong_password_revokes_nothing(held: Credential, office: Client) -> None:
    text = post(office, held, "confirm", password="guess").content.decode()
    assert "This is not your password." in text
    assert "guess" not in text
    assert not Revocation.objects.exists()


def test_guessing_the_password_has_to_wait(held: Credential, office: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False):  # tries are counted by the minute of the clock
        for _ in range(5):
            post(office, held, "confirm", password="guess")
        text = post(office, held, "confirm", password=PASSWORD).content.decode()
    assert "Too many tries." in text
    assert not Revocation.objects.exists()


def test_answers_can_be_changed_before(held: Credential, office: Client) -> None:
    assert "Established by the committee." in post(office, held, "change").content.decode()
    assert not Revocation.objects.exists()


def test_confirming_with_changed_fields_is_checked_again(held: Credential, office: Client) -> None:
    post(office, held, "confirm", password=PASSWORD, reason="because")
    assert not Revocation.objects.exists()


def test_a_double_click_revokes_once(held: Credential, office: Client) -> None:
    for _ in range(2):
        assert post(office, held, "confirm", password=PASSWORD).status_code == 302
    assert Event.objects.filter(verb="credential.revoked").count() == 1


def test_a_revoked_one_offers_no_second_time(held: Credential, office: Client) -> None:
    post(office, held, "confirm", password=PASSWORD)
    text = office.get(f"/registry/{held.pk}/").content.decode()
    assert "Minutes 7." in text
    assert "Revoke this certificate" not in text
    assert office.get(f"/registry/{held.pk}/revoke/").status_code == 302
