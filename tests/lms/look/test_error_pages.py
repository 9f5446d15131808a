"""Error pages say what happened, in our look, to everybody."""

import re
import uuid
from html import unescape

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


TYPED = {
    "full_name": "Nora <b>\n & Lindgren",
    "tick": ["b", "a"],
    "password": "seven lamps",
    "csrfmiddlewaretoken": "x",
}


def test_what_was_typed_is_kept_and_goes_out_with_one_click(trainee: User) -> None:
    client = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    client.force_login(trainee)
    answer = client.post("/account/details/?from=here", TYPED)
    assert answer.status_code == 403
    assert "no-store" in answer.headers["Cache-Control"]
    page = answer.content.decode()
    assert 'action="/account/details/?from=here"' in page
    kept = re.findall(r'<textarea name="(\w+)" hidden>\s(.*?)</textarea>', page, re.DOTALL)
    assert [(name, unescape(value)) for name, value in kept] == [
        ("full_name", "Nora <b>\n & Lindgren"),
        ("tick", "b"),
        ("tick", "a"),
    ]
    assert "seven lamps" not in page
    assert f"You are signed in as {trainee.full_name}." in page
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[-1]
    again = client.post("/account/details/", {"full_name": "Nora", "csrfmiddlewaretoken": token})
    assert again.status_code != 403


@pytest.mark.parametrize("headers", [{}, {"origin": "null"}, {"origin": "http://elsewhere.example"}])
def test_a_form_from_elsewhere_is_not_offered_for_sending(trainee: User, headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True, headers=headers)
    client.force_login(trainee)
    answer = client.post("/account/details/", TYPED)
    assert answer.status_code == 403
    assert "Send it again" not in answer.content.decode()
    assert "Lindgren" not in answer.content.decode()


def test_the_page_for_our_own_faults_needs_nothing(db: None) -> None:
    page = render_to_string("500.html")
    assert "<h1>Something went wrong</h1>" in page
    assert '<a class="button button--quiet" href="/">' in page


PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_what_only_a_form_opens_leads_back_to_the_page_with_the_form(client: Client, exam_admin: User) -> None:
    client.force_login(exam_admin)
    address = f"/appeals/docket/{uuid.uuid4()}/decide/"
    answer = client.get(address, headers=PAGE)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "<h1>Nothing was done</h1>" in answer.content.decode()
    assert f'href="{address.removesuffix("decide/")}"' in answer.content.decode()
    bare = client.get(address, headers={"accept": "application/json"})
    assert (bare.status_code, bare.content) == (405, b"")
