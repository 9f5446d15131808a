"""Whose clock a page shows: the person's choice, else the browser's, else the site's. The zone is always said."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from lms.accounts.schedule import clear_sessions
from lms.jobs.registry import schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(trainee, client_for):
    """The zone that Ada's account page names."""

    def zone(cookie: str | None = None) -> str:
        client = client_for(trainee)
        if cookie is not None:
            client.cookies["time_zone"] = cookie
        page = client.get("/account/").content.decode()
        return page.split("As your browser’s clock (")[1].split(")")[0]

    return zone


def test_without_a_choice_it_is_the_browsers(seen):
    assert seen("Asia/Kolkata") == "Asia/Kolkata"
    assert seen("America%2FNew_York") == "America/New_York"


def test_without_a_cookie_it_is_the_sites(seen, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert seen() == "Europe/Berlin"


@pytest.mark.parametrize(
    "cookie", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "/etc/passwd", "A" * 500, "Europe/Berlin%00"]
)
def test_a_cookie_that_names_no_zone_is_ignored(seen, cookie):
    assert seen(cookie) == "UTC"


def test_moments_are_shown_in_it_with_the_offset(trainee, client_for, registrar):
    client = client_for(registrar)
    client.cookies["time_zone"] = "Asia/Kolkata"
    assert "(UTC+5:30)" in client.get("/audit/").content.decode()


def test_the_own_choice_outranks_the_browser(registrar, client_for):
    type(registrar).objects.filter(pk=registrar.pk).update(time_zone="Asia/Tokyo")
    client = client_for(registrar)
    client.cookies["time_zone"] = "Asia/Kolkata"
    assert "(UTC+9)" in client.get("/audit/").content.decode()


def test_it_does_not_reach_the_next_request(client_for, registrar, settings):
    first, second = client_for(registrar), client_for(registrar)
    first.cookies["time_zone"] = "Asia/Kolkata"
    first.get("/audit/")
    assert "(UTC)" in second.get("/audit/").content.decode()


def test_every_page_brings_the_script_that_sets_it(client):
    assert "lms/js/clock_zone" in client.get("/").content.decode()


def test_ended_sessions_leave_nothing_behind(trainee, client_for, client):
    client.post("/accounts/login/", {"login": trainee.email, "password": "correct horse battery staple"})
    from allauth.usersessions.models import UserSession

    assert UserSession.objects.count() == 1
    clear_sessions({})
    assert UserSession.objects.count() == 1
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    clear_sessions({})
    assert (UserSession.objects.count(), Session.objects.count()) == (0, 0)
    assert schedule()["sessions.clear"] == 24 * 3600
    assert not SessionStore(client.session.session_key).get("_auth_user_id")
