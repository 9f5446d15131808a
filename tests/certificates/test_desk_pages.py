"""Pages of the registrar's desk, of a credential's standing, and the archive."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from certificates import archives
from certificates.holds import hold
from certificates.models import Credential, IssuanceHold, ReissueRequest, SuspensionEvent
from certificates.rules.validity import Status
from certificates.verification import look_up
from courses.models import Enrolment, Pathway, Programme
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.approvals.models import Proposal
from lms.audit.models import Event
from lms.jobs.models import Job, JobState
from tests.certificates.standing import asked, reissued, run_all_jobs, suspended
from tests.conftest import PASSWORD
from tests.factories.certificates import credential, signed_bytes, signed_file
from tests.factories.exams import RIGHT, complete_course, sit_exam
from tests.factories.practicals import complete_and_sign, make_sitting

ClientFor = Callable[[User], Client]


def fresh(client_for: ClientFor, person: User) -> Client:
    """Somebody who has just shown who they are."""
    client = client_for(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


@pytest.fixture
def office(registrar: User, client_for: ClientFor) -> Client:
    return fresh(client_for, registrar)


@pytest.fixture
def second(make_person: Any) -> User:
    person: User = make_person("Rita Registrar", Role.REGISTRAR)
    return person


# Suspending and putting back


def test_suspending_asks_first_who_one_is(held: Credential, registrar: User, client_for: ClientFor) -> None:
    client = client_for(registrar)
    with_old_login = client.session
    with_old_login["account_authentication_methods"] = []
    with_old_login.save()
    answer = client.post(f"/registry/{held.pk}/suspend/", {"reason": "conduct_review", "public_text": "Looked into."})
    assert "/reauthenticate/" in answer["Location"]
    assert not SuspensionEvent.objects.exists()


def test_the_road_from_suspended_to_back_in_force(
    held: Credential, office: Client, second: User, trainee: User, client_for: ClientFor
) -> None:
    assert "Suspend this certificate" in office.get(f"/registry/{held.pk}/suspend/").content.decode()
    text = office.post(f"/registry/{held.pk}/suspend/", {"reason": "conduct_review"}).content.decode()
    assert '<a href="#id_public_text">Write what people see who check the certificate.</a>' in text
    answers = {"reason": "conduct_review", "public_text": "A report is looked into.", "private_note": "Report 7."}
    assert office.post(f"/registry/{held.pk}/suspend/", answers).url == f"/registry/{held.pk}/"
    page = office.get(f"/registry/{held.pk}/").content.decode()
    assert "Report 7." in page
    assert "Put it back into force" in page
    assert "Suspend it" not in page
    again = office.post(f"/registry/{held.pk}/suspend/", answers)
    assert (again.status_code, "suspended already" in again.content.decode()) == (409, True)

    holders = client_for(trainee).get(f"/certificates/{held.pk}/").content.decode()
    assert "Your certificate is suspended" in holders
    assert "A report is looked into." in holders
    assert "Report 7." not in holders

    proposed = office.post(
        f"/registry/{held.pk}/reinstate/", {"reason": "review_ended", "private_note": "Nothing was found."}
    )
    proposal = Proposal.objects.get()
    assert proposed.url == f"/decisions/{proposal.pk}/"
    page = office.get(f"/registry/{held.pk}/").content.decode()
    assert f'<a href="/decisions/{proposal.pk}/">It waits for a second person</a>' in page
    assert "Put it back into force" not in page
    shown = fresh(client_for, second).get(proposed.url).content.decode()
    assert "A report is looked into." in shown
    fresh(client_for, second).post(proposed.url, {"act": "confirm"})
    assert look_up(held.public_number).status is Status.VALID
    assert "confirmed by" in office.get(f"/registry/{held.pk}/").content.decode()
    late = office.post(f"/registry/{held.pk}/reinstate/", {"reason": "review_ended", "private_note": "Nothing."})
    assert (late.status_code, "is not suspended" in late.content.decode()) == (409, True)


# Another name


def test_the_road_from_the_holders_wish_to_the_new_certificate(
    held: Credential, trainee: User, office: Client, second: User, client_for: ClientFor
) -> None:
    ada = client_for(trainee)
    signed_file(held)
    assert f'href="/certificates/{held.pk}/name/"' in ada.get(f"/certificates/{held.pk}/").content.decode()
    wish = {"wanted_name": "Ada Trainee", "reason": "name_change", "explanation": "Marriage, see my passport."}
    same = ada.post(f"/certificates/{held.pk}/name/", wish)
    assert (same.status_code, "stands on the certificate already" in same.content.decode()) == (409, True)
    assert ada.post(f"/certificates/{held.pk}/name/", wish | {"wanted_name": "Ada Married"}).status_code == 302
    assert "You asked for another name" in ada.get(f"/certificates/{held.pk}/").content.decode()

    wanted = ReissueRequest.objects.get()
    assert "Ada Married" in office.get("/registry/names/").content.decode()
    assert "See the request" in office.get(f"/registry/{held.pk}/").content.decode()
    empty = office.post(f"/registry/names/{wanted.pk}/", {"act": "propose", "note": " "})
    assert (empty.status_code, "Say why." in empty.content.decode()) == (409, True)
    proposed = office.post(f"/registry/names/{wanted.pk}/", {"act": "propose", "note": "I saw the passport."})
    assert "Waits for a second person" in office.get("/registry/names/").content.decode()
    other = fresh(client_for, second)
    shown = other.get(proposed.url).content.decode()
    assert "Ada Married" in shown
    other.post(proposed.url, {"act": "confirm"})

    new = Credential.objects.get(edition=2)
    old_page = ada.get(f"/certificates/{held.pk}/").content.decode()
    assert f'href="/certificates/{new.pk}/"' in old_page
    assert new.public_number in old_page
    assert "Ada Married" in ada.get(f"/certificates/{new.pk}/").content.decode()
    home = ada.get("/home/").content.decode()
    assert new.public_number in home
    assert held.public_number not in home
    registry = office.get(f"/registry/{held.pk}/").content.decode()
    assert "Replaced by" in registry
    assert new.public_number in registry
    assert "Ada Married" in office.get("/registry/names/?show=settled").content.decode()


def test_a_declined_wish_is_read_by_the_holder(
    held: Credential, trainee: User, office: Client, client_for: ClientFor
) -> None:
    wanted = asked(held, trainee)
    office.post(f"/registry/names/{wanted.pk}/", {"act": "decline", "note": "Show the registry your passport first."})
    page = client_for(trainee).get(f"/certificates/{held.pk}/").content.decode()
    assert "Show the registry your passport first." in page
    assert office.post(f"/registry/names/{wanted.pk}/", {"act": "sing"}).status_code == 400


def test_a_wish_is_withdrawn(held: Credential, trainee: User, client_for: ClientFor) -> None:
    asked(held, trainee)
    ada = client_for(trainee)
    assert ada.post(f"/certificates/{held.pk}/name/withdraw/").url == f"/certificates/{held.pk}/"
    assert ReissueRequest.objects.get().outcome == "withdrawn"
    assert ada.post(f"/certificates/{held.pk}/name/withdraw/").status_code == 404


def test_a_registrar_notes_a_correction(held: Credential, office: Client) -> None:
    wish = {"wanted_name": "Ada Treinee", "reason": "correction", "explanation": "A letter was wrong."}
    answer = office.post(f"/certificates/{held.pk}/name/", wish)
    assert answer.url == f"/registry/names/{ReissueRequest.objects.get().pk}/"
    assert office.post(f"/certificates/{held.pk}/name/withdraw/").url == "/registry/names/"


# The desk


def test_the_desk_says_what_each_person_lacks(
    enrolment: Enrolment, instructor: User, office: Client, make_person: Any, programme: Programme
) -> None:
    complete_course(enrolment)
    sit_exam(enrolment, RIGHT)
    page = office.get("/registry/desk/").content.decode()
    assert "<strong>Practical</strong>: Pass the practical with an instructor." in page
    assert "<strong>Exam</strong>" not in page
    complete_and_sign(make_sitting(enrolment, instructor))
    page = office.get("/registry/desk/").content.decode()
    assert "Nothing is missing." in page
    office.post(f"/registry/desk/{enrolment.pk}/issue/")
    assert Credential.objects.get().enrolment == enrolment
    assert "Everybody who is enrolled has a certificate." in office.get("/registry/desk/").content.decode()


def test_nothing_is_issued_by_hand_that_is_not_earned(enrolment: Enrolment, office: Client) -> None:
    page = office.post(f"/registry/desk/{enrolment.pk}/issue/", follow=True).content.decode()
    assert "Nothing was issued" in page
    assert not Credential.objects.exists()


def test_holding_and_releasing_on_the_desk(enrolment: Enrolment, office: Client) -> None:
    empty = office.post(f"/registry/desk/{enrolment.pk}/hold/", {"note": " "}, follow=True).content.decode()
    assert "Say why nothing is issued for now." in empty
    office.post(f"/registry/desk/{enrolment.pk}/hold/", {"note": "The identity is to be checked."})
    page = office.get("/registry/desk/?show=held").content.decode()
    assert "The identity is to be checked." in page
    held = IssuanceHold.objects.get()
    office.post(f"/registry/desk/holds/{held.pk}/release/", {"note": "Checked."})
    assert "Nobody." in office.get("/registry/desk/?show=held").content.decode()
    again = office.post(f"/registry/desk/holds/{held.pk}/release/", {"note": "Checked."}, follow=True)
    assert "released already" in again.content.decode()


def test_the_desk_counts_what_waits(held: Credential, trainee: User, registrar: User, office: Client) -> None:
    asked(held, trainee)
    suspended(held, registrar)
    Job.objects.create(kind="certificate.render", key="dead", state=JobState.DEAD, finished_at=held.issued_at)
    page = office.get("/registry/desk/").content.decode()
    for words in ("1 waiting", "1 failed", "1 suspended"):
        assert words in page


def people(count: int, programme: Programme, make_person: Any, registrar: User) -> None:
    for number in range(count):
        enrolment = Enrolment.objects.create(
            person=make_person(f"Person {number}"),
            programme=programme,
            curriculum_version="1",
            pathway=Pathway.ACADEMIC,
        )
        if number % 2:
            hold(enrolment=enrolment, reason="To be checked.", by=registrar)


@pytest.mark.parametrize("count", [2, 12])
def test_the_desk_costs_the_same_for_many(
    count: int,
    programme: Programme,
    make_person: Any,
    registrar: User,
    office: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    people(count, programme, make_person, registrar)
    with django_assert_max_num_queries(17):
        page = office.get("/registry/desk/").content.decode()
    assert f"{count} without a certificate" in page


@pytest.mark.parametrize("count", [1, 8])
def test_the_list_of_names_costs_the_same_for_many(
    count: int,
    programme: Programme,
    make_person: Any,
    office: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        person = make_person(f"Person {number}", Role.TRAINEE)
        made = credential(
            Enrolment.objects.create(
                person=person, programme=programme, curriculum_version="1", pathway=Pathway.ACADEMIC
            )
        )
        asked(made, person)
    with django_assert_max_num_queries(8):
        assert f"{count} waiting" in office.get("/registry/names/").content.decode()


# The archive


def archive(office: Client, **search: str) -> zipfile.ZipFile:
    response = office.post("/registry/archive/", search)
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_the_archive_holds_the_files_by_number(held: Credential, registrar: User, second: User, office: Client) -> None:
    content = signed_bytes(held)
    new = reissued(held, registrar, second)
    run_all_jobs()
    found = archive(office)
    assert found.testzip() is None
    assert sorted(found.namelist()) == sorted([f"{held.public_number}.pdf", f"{new.public_number}.pdf"])
    assert found.read(f"{held.public_number}.pdf") == content
    assert archive(office, q="married").namelist() == [f"{new.public_number}.pdf"]
    targets = Event.objects.filter(verb="certificate.downloaded", actor=str(registrar.public_id))
    assert sorted(targets.values_list("target_id", flat=True)) == sorted([str(held.pk), str(new.pk), str(new.pk)])


def test_a_damaged_file_is_left_out_and_named(held: Credential, office: Client) -> None:
    storages["private"].delete(signed_file(held).storage_name)
    found = archive(office)
    assert found.namelist() == ["left-out.txt"]
    assert held.public_number in found.read("left-out.txt").decode()


def test_too_many_and_none_are_said(held: Credential, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No PDF was found" in office.post("/registry/archive/", follow=True).content.decode()
    signed_file(held)
    monkeypatch.setattr("certificates.views.archives.MOST_FILES", 0)
    assert "more than 0 certificates" in office.post("/registry/archive/", follow=True).content.decode()
    assert not Event.objects.filter(verb="certificate.downloaded").exists()


def test_the_archive_is_written_while_it_is_sent(held: Credential, enrolment: Enrolment) -> None:
    file = signed_file(held)
    pieces = archives.zip_of([file] * 3)
    first = next(pieces)
    assert file.size < len(first) < 2 * file.size
