"""The own account: what is shown, and changing name and time zone."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.exceptions import PermissionDenied
from django.test import Client

from lms.accounts.actions import change_details
from lms.accounts.models import User
from lms.audit.models import Event
from tests.conftest import PASSWORD

CHANGED = {"full_name": "Ada Newname", "time_zone": "Asia/Kolkata"}


@pytest.fixture
def ada(trainee: User) -> Client:
    client = Client()
    client.force_login(trainee)
    return client


@pytest.fixture
def confirmed(ada: Client) -> Client:
    """Ada, who has just typed her password again."""
    ada.post("/accounts/reauthenticate/?next=/account/", {"password": PASSWORD})
    return ada


def test_the_account_page_shows_what_we_hold(ada: Client, trainee: User, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(7):
        page = ada.get("/account/").content.decode()
    assert trainee.full_name in page
    assert trainee.email in page
    assert "Takes the course" in page


def test_details_ask_for_the_password_first(ada: Client, trainee: User) -> None:
    answer = ada.post("/account/details/", CHANGED)
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    trainee.refresh_from_db()
    assert trainee.full_name == "Ada Trainee"


def test_details_are_changed_and_recorded_without_names(confirmed: Client, trainee: User) -> None:
    assert confirmed.post("/account/details/", CHANGED).headers["Location"] == "/account/"
    trainee.refresh_from_db()
    assert (trainee.full_name, trainee.time_zone) == ("Ada Newname", "Asia/Kolkata")
    event = Event.objects.get(verb="account.changed")
    assert event.data == {"fields": ["full_name", "time_zone"]}
    assert event.actor == str(trainee.public_id)


def test_nothing_changed_is_no_event(confirmed: Client, trainee: User) -> None:
    confirmed.post("/account/details/", {"full_name": trainee.full_name, "time_zone": ""})
    assert not Event.objects.filter(verb="account.changed").exists()


@pytest.mark.parametrize("fault", [{"full_name": "🙂 Ada"}, {"time_zone": "Mars/Olympus"}, {"full_name": " "}])
def test_faulty_details_come_back_with_the_reason(confirmed: Client, trainee: User, fault: dict[str, str]) -> None:
    answer = confirmed.post("/account/details/", CHANGED | fault)
    assert "<title>Error: " in answer.content.decode()
    trainee.refresh_from_db()
    assert trainee.full_name == "Ada Trainee"


def test_nobody_changes_the_details_of_others(trainee: User, registrar: User) -> None:
    with pytest.raises(PermissionDenied):
        change_details(person=trainee, by=registrar, **CHANGED)


def test_times_are_shown_in_the_chosen_zone(confirmed: Client) -> None:
    confirmed.post("/account/details/", CHANGED)
    Client().post("/accounts/login/", {"login": "ada.trainee@example.org", "password": PASSWORD})
    assert "(UTC+5:30)" in confirmed.get("/accounts/sessions/").content.decode()


def test_a_code_from_the_app_switches_the_second_factor_on(confirmed: Client, trainee: User) -> None:
    page = confirmed.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert re.search(r'<img class="qr" src="data:image/svg', page.content.decode())
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    confirmed.post("/accounts/2fa/totp/activate/", {"code": code})
    assert Authenticator.objects.filter(user=trainee, type="totp").exists()


@pytest.mark.parametrize(
    "path", ["2fa/", "2fa/webauthn/add/", "2fa/webauthn/", "email/", "password/change/", "sessions/"]
)
def test_pages_of_the_account_carry_no_inline_code(confirmed: Client, path: str) -> None:
    page = confirmed.get(f"/accounts/{path}")
    assert page.status_code == 200
    text = page.content.decode()
    assert "style=" not in text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
    assert text.count("<h1") == 1
