"""Safe Exam Browser through pages: headers, script, proxies, and what happens when the key goes missing."""

import hashlib
import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from exams.actions.access import unblock
from exams.actions.policies import NewSecrets
from exams.models import Attempt, AttemptEvent, ExamPolicy, Response
from exams.views.safe_browser import settings_links
from tests.exams.conftest import Room
from tests.factories.exam_access import set_policy, settings_file

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


@pytest.fixture
def guarded(exam, ready, exam_admin):
    """The exam, to be taken in Safe Exam Browser with our settings file."""
    set_policy(exam, exam_admin, seb_required=True, secrets=NewSecrets(settings_file=settings_file()))
    return exam


def key() -> str:
    return ExamPolicy.objects.get().seb_config_key


def hash_of(url: str, with_key: str | None = None) -> str:
    return hashlib.sha256((url + (with_key or key())).encode()).hexdigest()


class SafeBrowser(Client):
    """A client that sends the header with every request, as the clients for Windows do."""

    site, sends = SITE, True

    def generic(self, method, path, *arguments, **extra):
        query = urlencode(extra.get("query_params") or {})
        url = f"{self.site}{path}" + (f"?{query}" if query and "?" not in path else "")
        if self.sends:
            extra["HTTP_X_SAFEEXAMBROWSER_CONFIGKEYHASH"] = hash_of(url)
        return super().generic(method, path, *arguments, **extra)


@pytest.fixture
def safe(trainee):
    client = SafeBrowser()
    client.force_login(trainee)
    return client


def start_url(exam) -> str:
    return reverse("exams:start", kwargs={"code": exam.code})


@pytest.fixture
def in_room(safe, guarded) -> Room:
    response = safe.post(start_url(guarded), {"honour": "on"})
    attempt = Attempt.objects.get()
    assert safe.get(response["Location"]).status_code == 200
    return Room(safe, attempt)


def test_without_it_the_page_says_how_to_get_it(ada, guarded):
    page = ada.get(start_url(guarded)).content.decode()
    for words in ("This exam needs Safe Exam Browser.", "seb://localhost:8000/exam-settings/", "power button"):
        assert words in page
    assert "Start exam" not in page
    ada.post(start_url(guarded), {"honour": "on"})
    assert not Attempt.objects.exists()


def test_the_name_of_a_browser_proves_nothing(trainee, guarded):
    client = Client(HTTP_USER_AGENT="Mozilla/5.0 SEB/3.9.0")
    client.force_login(trainee)
    assert "Start exam" not in client.get(start_url(guarded)).content.decode()


def test_with_the_header_it_is_recognised(safe, guarded):
    page = safe.get(start_url(guarded)).content.decode()
    assert "Recognised" in page
    assert "Start exam" in page


def test_a_header_of_other_settings_is_not(ada, guarded):
    wrong = hash_of(SITE + start_url(guarded), "0" * 64)
    page = ada.get(start_url(guarded), HTTP_X_SAFEEXAMBROWSER_CONFIGKEYHASH=wrong).content.decode()
    assert "with other settings than this exam asks for" in page
    assert "Start exam" not in page


def test_a_header_copied_from_another_page_is_not(ada, guarded):
    copied = hash_of(SITE + "/home/")
    assert "Start exam" not in ada.get(start_url(guarded), HTTP_X_SAFEEXAMBROWSER_CONFIGKEYHASH=copied).content.decode()


def test_behind_a_proxy_that_ends_tls(safe, guarded, settings):
    """The client hashed https; the request arrives as http, and only the site's own address tells."""
    settings.SITE_URL = "https://exams.example.org"
    safe.site = "https://exams.example.org"
    assert "Recognised" in safe.get(start_url(guarded)).content.decode()


def test_behind_a_proxy_that_says_so(safe, guarded, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    safe.site = "https://testserver"
    assert (
        "Recognised"
        in safe.get(start_url(guarded), HTTP_X_FORWARDED_PROTO="https", HTTP_HOST="testserver").content.decode()
    )


def test_the_address_counts_as_it_was_sent(safe, guarded):
    """Django writes %7E as ~; the client hashed what it sent, and the server hands that on as RAW_URI."""
    path = start_url(guarded) + "?from=%7Ehome"
    sent = hash_of(SITE + path)
    safe.sends = False
    page = safe.get(
        start_url(guarded) + "?from=~home", RAW_URI=path, HTTP_X_SAFEEXAMBROWSER_CONFIGKEYHASH=sent
    ).content.decode()
    assert "Recognised" in page


def test_the_room_works_with_the_header(in_room):
    assert in_room.get("room", q=2).status_code == 200
    assert in_room.get("items").status_code == 200
    assert in_room.reply()["reply"] == "ok"
    assert "halted" not in in_room.save({"item": 2, "seq": 1, "value": ["a"]}).json()


def test_a_save_without_the_key_is_stored_and_blocks_the_room(in_room, safe, exam_admin):
    safe.sends = False
    answer = in_room.save({"item": 1, "seq": 1, "value": ["b"]}).json()
    assert answer["replies"][0]["reply"] == "ok"
    assert "Tell the invigilator" in answer["halted"]
    assert Response.objects.get(attempt=in_room.attempt, position=1).value == ["b"]
    assert list(AttemptEvent.objects.values_list("kind", flat=True)) == ["key_mismatch"]
    safe.sends = True  # the right key alone does not open the room again
    assert in_room.get("room").status_code == 403
    assert in_room.get("items").json()["code"] == "halted"
    assert in_room.reply(seq=2, value=["c"])["reply"] == "ok"
    unblock(attempt_id=in_room.attempt.pk, reason="The network was gone for a moment.", by=exam_admin)
    assert in_room.get("room").status_code == 200
    assert "halted" not in in_room.save({"item": 1, "seq": 3, "value": ["d"]}).json()


def test_a_page_without_the_key_blocks_it_too(in_room, safe):
    safe.sends = False
    page = in_room.get("room", q=1)
    assert page.status_code == 403
    assert "Every answer that you have saved is stored" in page.content.decode()
    assert in_room.get("review").status_code == 403
    assert Attempt.objects.get().blocked_at is not None
    assert AttemptEvent.objects.count() == 1


def test_a_blocked_attempt_can_be_handed_in(in_room, safe):
    safe.sends = False
    in_room.reply()
    in_room.post("submit")
    assert Attempt.objects.get().state == "submitted"


def test_another_device_proves_itself_before_it_takes_over(in_room, trainee):
    other = Client()
    other.force_login(trainee)
    response = other.post(in_room.url("claim"), {"seen": 0})
    assert response["Location"] == reverse("exams:start", kwargs={"code": in_room.attempt.exam.code})
    attempt = Attempt.objects.get()
    assert (attempt.token, attempt.claims, attempt.blocked_at) == (in_room.attempt.token, 0, None)
    assert other.get(in_room.url("room"))["Location"] == in_room.url("claim")
    refused = Room(other, attempt).save({"item": 1, "seq": 1, "value": ["c"]}, token="0" * 32).json()
    assert refused["replies"][0]["reply"] == "superseded"
    assert in_room.reply(value=["b"])["reply"] == "ok"
    assert Response.objects.get(attempt=attempt, position=1).value == ["b"]


def test_with_other_settings_nobody_takes_over(in_room, trainee):
    other = Client()
    other.force_login(trainee)
    wrong = hash_of(SITE + in_room.url("claim"), "0" * 64)
    response = other.post(in_room.url("claim"), {"seen": 0}, HTTP_X_SAFEEXAMBROWSER_CONFIGKEYHASH=wrong)
    assert response.status_code == 403
    assert Attempt.objects.get().token == in_room.attempt.token


def test_the_right_browser_takes_over(in_room, trainee):
    other = SafeBrowser()
    other.force_login(trainee)
    assert other.post(in_room.url("claim"), {"seen": 0})["Location"] == in_room.url("room")
    assert other.get(in_room.url("room")).status_code == 200
    assert in_room.reply()["reply"] == "superseded"


def test_handing_in_without_the_key_counts_and_is_noted_once(in_room, safe):
    safe.sends = False
    in_room.post("submit")
    in_room.post("submit")
    assert Attempt.objects.get().state == "submitted"
    event = AttemptEvent.objects.get()
    assert (event.kind, event.detail) == ("key_mismatch", {"code": "safe_browser_differs"})


def test_handing_in_with_the_key_leaves_no_note(in_room):
    in_room.post("submit")
    assert Attempt.objects.get().state == "submitted"
    assert not AttemptEvent.objects.exists()


def test_new_settings_make_old_proofs_void(safe, guarded, exam_admin):
    stale, page = key(), start_url(guarded)
    assert "Recognised" in safe.get(page).content.decode()
    set_policy(guarded, exam_admin, secrets=NewSecrets(settings_file=settings_file(allowQuit=False)))
    assert key() != stale
    safe.sends = False
    response = safe.get(page, HTTP_X_SAFEEXAMBROWSER_CONFIGKEYHASH=hash_of(SITE + page, stale))
    assert "with other settings than this exam asks for" in response.content.decode()


def prove(client, exam, *, url: str, **changes) -> dict:
    content = {"config_hash": hash_of(url), "browser_hash": "", "url": url} | changes
    address = reverse("exams:prove_browser", kwargs={"code": exam.code})
    return client.post(address, json.dumps(content), content_type="application/json").json()


def test_a_client_without_headers_proves_itself_by_script(ada, guarded):
    page = start_url(guarded)
    assert prove(ada, guarded, url=SITE + page) == {"proved": True}
    assert "Recognised" in ada.get(page).content.decode()
    ada.post(page, {"honour": "on"})
    room = Room(ada, Attempt.objects.get())
    assert room.get("room").status_code == 200
    assert "halted" not in room.save({"item": 1, "seq": 1, "value": ["b"]}).json()


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        (SITE + "/exam/written-exam/", {"config_hash": "0" * 64}),
        (SITE + "/exam/written-exam/", {"config_hash": ""}),
        ("https://elsewhere.example/exam/written-exam/", {}),
        (SITE + ".elsewhere.example/", {}),
    ],
)
def test_what_does_not_prove_it(ada, guarded, url, changes):
    assert prove(ada, guarded, url=url, **changes) == {"proved": False}
    assert "Start exam" not in ada.get(start_url(guarded)).content.decode()


def test_a_proof_holds_in_its_own_session_only(ada, guarded, trainee):
    prove(ada, guarded, url=SITE + start_url(guarded))
    other = Client()
    other.force_login(trainee)
    assert "Start exam" not in other.get(start_url(guarded)).content.decode()


@pytest.mark.parametrize("body", ["", "[]", '{"url": 1}', '{"config_hash": 1, "browser_hash": "", "url": "x"}'])
def test_rubbish_is_answered(ada, guarded, body):
    address = reverse("exams:prove_browser", kwargs={"code": guarded.code})
    assert ada.post(address, body, content_type="application/json").status_code == 400


def test_the_settings_file_needs_a_ticket_and_no_session(guarded):
    address = settings_links(guarded)["download"]
    response = Client().get(address)
    assert response.content == settings_file()
    assert response["Content-Disposition"] == 'attachment; filename="written-exam.seb"'
    assert Client().get(address.replace("written-exam.", "other-exam.")).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert Client().get(address).status_code == 404


def test_links_use_the_scheme_of_the_site(guarded, settings):
    settings.SITE_URL = "https://exams.example.org"
    assert settings_links(guarded)["open"].startswith("sebs://exams.example.org/exam-settings/written-exam.")
