"""There is one way in: django-allauth, with its limits and second factors."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client

from lms.accounts.models import User
from tests.conftest import PASSWORD

SIDE_DOORS = ["/cms/login/", "/_util/login/", "/cms/password_reset/", "/cms/password_reset/confirm/MQ/abc/"]


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": email, "password": password})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("door", SIDE_DOORS)
def test_side_doors_lead_to_the_one_door(client: Client, db: None, door: str) -> None:
    assert client.get(door).headers["Location"].startswith("/accounts/")


@pytest.mark.parametrize("door", SIDE_DOORS)
def test_side_doors_give_no_session(client: Client, editor: User, door: str) -> None:
    client.post(door, {"username": editor.email, "login": editor.email, "password": PASSWORD})
    assert not signed_in(client)


def test_the_door_opens_for_the_right_password_and_any_case(client: Client, trainee: User) -> None:
    assert sign_in(client, trainee.email.upper()).headers["Location"] == "/home/"
    assert signed_in(client)


def test_five_failures_shut_the_door_even_to_the_right_password(client: Client, trainee: User) -> None:
    for _ in range(5):
        sign_in(client, trainee.email, "wrong wrong wrong wrong")
    answer = sign_in(client, trainee.email)
    assert "Too many failed login attempts" in answer.content.decode()
    assert not signed_in(client)


def test_a_known_and_an_unknown_address_fail_alike(client: Client, trainee: User) -> None:
    emails = (trainee.email, "nobody@example.org")
    known, unknown = (sign_in(client, email, "wrong wrong wrong wrong").context["form"].errors for email in emails)
    assert known == unknown
    assert known


def test_a_second_factor_is_asked_before_the_session(client: Client, instructor: User) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(instructor, secret)
    assert sign_in(client, instructor.email).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    assert client.get("/home/").status_code == 302
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert signed_in(client)


def test_a_wrong_code_gives_no_session(client: Client, instructor: User) -> None:
    totp.TOTP.activate(instructor, totp.generate_totp_secret())
    sign_in(client, instructor.email)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not signed_in(client)


def test_a_closed_account_stays_out(client: Client, trainee: User) -> None:
    User.objects.filter(pk=trainee.pk).update(is_active=False)
    sign_in(client, trainee.email)
    assert not signed_in(client)


def test_signing_out_needs_a_post(client: Client, trainee: User) -> None:
    client.force_login(trainee)
    client.get("/accounts/logout/")
    assert signed_in(client)
    client.post("/accounts/logout/")
    assert not signed_in(client)


def test_sessions_end_with_the_browser_and_after_twelve_hours(client: Client, trainee: User) -> None:
    cookie = sign_in(client, trainee.email).cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")
    assert settings.SESSION_COOKIE_AGE == 12 * 3600
