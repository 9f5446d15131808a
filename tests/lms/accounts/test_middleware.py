"""Request ids, clocks, caches, log lines, and the page for a form that came too late."""

import json
import logging
from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from lms.accounts.logs import JsonLineFormatter
from lms.accounts.middleware import RequestReceivedMiddleware
from lms.accounts.models import User
from lms.audit.request_ids import current_request_id


@pytest.mark.django_db
def test_a_safe_request_id_is_kept_and_named_in_the_answer(client: Client) -> None:
    assert client.get("/accounts/login/", headers={"X-Request-Id": "abcd-1234"})["X-Request-Id"] == "abcd-1234"


@pytest.mark.django_db
@pytest.mark.parametrize("offered", ["", "short", 'x" onload=', "a" * 65, "abcd1234\n"])
def test_any_other_request_id_is_replaced(client: Client, offered: str) -> None:
    given = client.get("/accounts/login/", headers={"X-Request-Id": offered})["X-Request-Id"]
    assert given != offered
    assert len(given) == 32


def test_the_receive_time_is_taken_first_and_the_id_ends_with_the_request(rf: object) -> None:
    request = HttpRequest()
    seen: list[str] = []

    def answer(request: HttpRequest) -> dict[str, str]:
        seen.append(current_request_id.get())
        assert request.received_at <= timezone.now()  # type: ignore[attr-defined]
        return {}

    RequestReceivedMiddleware(answer)(request)  # type: ignore[arg-type]
    assert seen[0] != current_request_id.get() == ""


@pytest.mark.django_db
def test_pages_of_signed_in_people_stay_out_of_caches(trainee: User, client_for: Callable[[User], Client]) -> None:
    assert "no-store" in client_for(trainee).get("/home/")["Cache-Control"]


@pytest.mark.django_db
def test_one_persons_clock_does_not_leak_into_the_next_request(trainee: User, client: Client) -> None:
    trainee.time_zone = "Asia/Tokyo"
    trainee.save()
    client.force_login(trainee)
    client.get("/home/")
    assert timezone.get_current_timezone_name() == "Asia/Tokyo"
    Client().get("/accounts/login/")
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.django_db
def test_a_late_form_gets_a_page_and_a_script_gets_json(trainee: User) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post("/accounts/login/", {})
    script = client.post("/accounts/login/", {}, headers={"Accept": "application/json"})
    assert (page.status_code, script.status_code) == (403, 403)
    assert script.json()["code"] == "token_out_of_date"


def test_a_log_line_is_one_json_object_without_injected_lines() -> None:
    record = logging.LogRecord("lms", logging.WARNING, __file__, 1, "first\nsecond %s", ("part",), None)
    record.kind = "certificate.render"
    line = JsonLineFormatter().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "first\nsecond part"
    assert json.loads(line)["kind"] == "certificate.render"


def test_a_log_line_holds_the_traceback_and_the_request_id() -> None:
    token = current_request_id.set("request-0002")
    try:
        raise ValueError("odd")
    except ValueError as error:
        record = logging.LogRecord("lms", logging.ERROR, __file__, 1, "broke", (), (ValueError, error, None))
    line = json.loads(JsonLineFormatter().format(record))
    current_request_id.reset(token)
    assert line["request_id"] == "request-0002"
    assert "ValueError: odd" in line["traceback"]
