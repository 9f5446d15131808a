"""Joining, confirming the address, setting a new password."""

import re

import pytest
from django.core import mail
from django.test import Client

from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.conftest import PASSWORD

NEW = {"full_name": "  Zoë   Müller ", "email": "Zoe@Example.org", "password1": PASSWORD}


def link_in_mail() -> str:
    return re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]


def test_joining_makes_a_trainee_who_confirms_the_address(client: Client, db: None) -> None:
    assert client.post("/accounts/signup/", NEW).headers["Location"] == "/accounts/confirm-email/"
    person = User.objects.get(email="zoe@example.org")
    assert (person.full_name, person.roles) == ("Zoë Müller", {Role.TRAINEE})
    assert list(Event.objects.values_list("verb", flat=True)) == ["account.created", "role.granted"]
    assert mail.outbox[0].to == ["zoe@example.org"]


def test_without_confirmation_nobody_gets_in(client: Client, db: None) -> None:
    client.post("/accounts/signup/", NEW)
    client.post("/accounts/login/", {"login": NEW["email"], "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_the_link_confirms_the_address(client: Client, db: None) -> None:
    client.post("/accounts/signup/", NEW)
    page = client.get(link_in_mail())
    assert "zoe@example.org" in page.content.decode()
    client.post(link_in_mail())
    Client().post("/accounts/login/", {"login": NEW["email"], "password": PASSWORD})
    assert User.objects.get(email="zoe@example.org").emailaddress_set.get().verified


def test_a_known_address_gets_the_same_answer_and_another_mail(client: Client, trainee: User) -> None:
    unknown = client.post("/accounts/signup/", NEW)
    known = Client().post("/accounts/signup/", NEW | {"email": trainee.email})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert mail.outbox[-1].subject == "You have an account already"
    assert User.objects.filter(email=trainee.email).count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("password1", "short one", "at least 15"),
        ("password1", "zoe@example.org!", "too similar"),
        ("full_name", "Zoë \u202egnp.exe", "cannot be printed"),
        ("full_name", "", "Enter your full name."),
        ("email", "", "Enter your email."),
        ("email", "no address", "Enter a valid email address."),
    ],
)
def test_faults_stand_beside_the_field_and_in_the_summary(
    client: Client, db: None, field: str, value: str, words: str
) -> None:
    page = client.post("/accounts/signup/", NEW | {field: value}).content.decode()
    assert page.count(words) >= 2
    assert "<title>Error: Join" in page
    assert f'href="#id_{field}"' in page


def test_a_password_of_64_characters_is_fine(client: Client, db: None) -> None:
    assert client.post("/accounts/signup/", NEW | {"password1": "ab cd ef gh " * 6}).status_code == 302


@pytest.mark.parametrize("address", ["ada.trainee@example.org", "nobody@example.org"])
def test_asking_for_a_new_password_answers_everybody_alike(client: Client, trainee: User, address: str) -> None:
    answer = client.post("/accounts/password/reset/", {"email": address})
    assert answer.headers["Location"] == "/accounts/password/reset/done/"
    assert len(mail.outbox) == (1 if address == trainee.email else 0)


def test_the_link_sets_a_new_password_once(client: Client, trainee: User) -> None:
    client.post("/accounts/password/reset/", {"email": trainee.email})
    form = client.get(link_in_mail()).headers["Location"]
    assert (
        client.post(form, {"password1": "another battery horse", "password2": "another battery horse"}).status_code
        == 302
    )
    trainee.refresh_from_db()
    assert trainee.check_password("another battery horse")
    assert "This link does not work" in Client().get(link_in_mail(), follow=True).content.decode()


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
def test_fields_help_password_managers_and_forbid_no_paste(client: Client, db: None, path: str) -> None:
    page = client.get(path).content.decode()
    assert 'autocomplete="' in page
    assert "onpaste" not in page
    assert "placeholder=" not in page
    assert "style=" not in page
