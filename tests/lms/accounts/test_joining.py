"""Joining, logging in, and the doors that are closed."""

import pytest
from django.core import mail
from django.test import Client

from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
FORM = {"full_name": "Nia  Okoro", "email": "Nia@example.org", "password1": "a long enough pass phrase"}


def test_who_joins_becomes_a_trainee_with_an_event_and_a_mail(client: Client) -> None:
    assert client.post("/accounts/signup/", FORM).status_code == 302
    person = User.objects.get(email="nia@example.org")
    assert (person.full_name, person.roles) == ("Nia Okoro", {Role.TRAINEE})
    assert set(Event.objects.values_list("verb", flat=True)) == {"account.created", "role.granted"}
    assert [message.to for message in mail.outbox] == [["nia@example.org"]]


@pytest.mark.parametrize(
    "change",
    [{"full_name": "Nia 🎓"}, {"password1": "short"}, {"email": "no address"}],
    ids=lambda change: next(iter(change)),
)
def test_a_form_with_a_fault_makes_nobody(client: Client, change: dict[str, str]) -> None:
    response = client.post("/accounts/signup/", FORM | change)
    assert response.status_code == 200
    assert not User.objects.exists()


def test_an_address_that_is_taken_looks_the_same_from_outside(client: Client, trainee: User) -> None:
    fresh = client.post("/accounts/signup/", FORM)
    taken = Client().post("/accounts/signup/", FORM | {"email": trainee.email})
    assert (taken.status_code, taken["Location"]) == (fresh.status_code, fresh["Location"])


def test_the_right_password_opens_the_one_door(client: Client, trainee: User) -> None:
    response = client.post("/accounts/login/", {"login": trainee.email, "password": PASSWORD})
    assert response["Location"] == "/home/"


def test_after_five_wrong_passwords_the_right_one_must_wait(client: Client, trainee: User) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": trainee.email, "password": "wrong"})
    response = client.post("/accounts/login/", {"login": trainee.email, "password": PASSWORD})
    assert response.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("door", ["/cms/login/", "/_util/login/"])
def test_other_doors_lead_to_the_one_door(client: Client, editor: User, door: str) -> None:
    response = client.post(door, {"username": editor.email, "password": PASSWORD})
    assert response["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("door", ["/cms/password_reset/", "/cms/password_reset/confirm/x/y/"])
def test_there_is_one_way_to_a_new_password(client: Client, door: str) -> None:
    assert client.get(door)["Location"] == "/accounts/password/reset/"
