"""Error pages say what happened, in our look, to everybody."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from lms.accounts.models import User


@pytest.mark.parametrize("known", [True, False])
def test_missing_pages(client: Client, trainee: User, known: bool) -> None:
    if known:
        client.force_login(trainee)
    answer = client.get("/nothing-here/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "<h1>This page does not exist</h1>" in page
    assert ("Sign out" in page) is known


def test_refused_pages(client: Client, trainee: User) -> None:
    client.force_login(trainee)
    answer = client.get("/jobs/")
    assert answer.status_code == 403
    assert "<h1>You may not open this page</h1>" in answer.content.decode()


def test_out_of_date_forms(trainee: User) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/accounts/login/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "The form was out of date" in answer.content.decode()
    answer = client.post("/accounts/login/", {}, headers={"accept": "application/json"})
    assert answer.json()["code"] == "token_out_of_date"


def test_the_page_for_our_own_faults_needs_nothing(db: None) -> None:
    assert "<h1>Something went wrong</h1>" in render_to_string("500.html")
