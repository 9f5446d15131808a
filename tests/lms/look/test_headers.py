"""What browsers are told on every answer (S-20, S-21)."""

from collections.abc import Callable

import pytest
from django.test import Client
from wagtail.models import Page

from content.models import HomePage
from lms.accounts.models import User


def policy_of(answer) -> dict[str, list[str]]:
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("path", ["/accounts/login/", "/nothing-here/", "/live", "/home/", "/static/lms/css/site.css"])
def test_the_strict_policy_stands_on_every_answer(client: Client, db: None, path: str) -> None:
    policy = policy_of(client.get(path))
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]


def test_the_cms_alone_may_run_inline_code_and_frame_itself(client: Client, editor: User) -> None:
    client.force_login(editor)
    policy = policy_of(client.get("/cms/"))
    assert policy["script-src"] == policy["style-src"] == ["'self'", "'unsafe-inline'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == ["'none'"]


def test_previews_of_pages_may_be_framed_by_the_editor(client: Client, editor: User) -> None:
    page = Page.objects.get(depth=1).add_child(instance=HomePage(title="Start", slug="start"))
    client.force_login(editor)
    answer = client.get(f"/cms/pages/{page.pk}/view_draft/")
    assert answer.status_code == 200
    assert policy_of(answer)["frame-ancestors"] == ["'self'"]


@pytest.mark.parametrize("path", ["/accounts/login/", "/cms/", "/nothing-here/"])
def test_other_headers(client: Client, db: None, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Cross-Origin-Resource-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]


def test_pages_of_the_signed_in_stay_out_of_caches(client_for: Callable[[User], Client], trainee: User) -> None:
    assert "no-store" in client_for(trainee).get("/account/").headers["Cache-Control"]
