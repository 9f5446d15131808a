"""Canaries: nothing but stem and options reaches the candidate, on any way that there is (S-11, S-13)."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from exams.actions.access import block
from exams.actions.invigilation import pause, resume
from exams.actions.regrades import REGRADE, propose_key_change
from exams.actions.releases import RELEASE, propose_release
from exams.models import Attempt, Exam, FormItem, ItemVersion, Response
from exams.rules.key_changes import KeyPolicy
from exams.tasks import RESULT_MAIL
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.exams import canaries
from tests.exams.canaries import ANSWERS, ANYWHERE, IN_AN_EXAM, crawl, guesses, named_in, raw
from tests.exams.conftest import Room
from tests.exams.staff import agree, run_jobs
from tests.factories.marking import give, take

pytestmark = pytest.mark.django_db
COUNT = len(ANSWERS)


@pytest.fixture
def planted(ada, ready, exam_admin) -> Room:
    """Ada's attempt at an exam full of secrets, which people wait to release."""
    exam = canaries.plant(programme=ready.programme)
    Exam.objects.filter(pk=exam.pk).update(release="by_people")
    canaries.remark(exam_admin)
    ada.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    return Room(ada, Attempt.objects.get())


def entrances(room: Room) -> list[str]:
    """Every page of the attempt and around it."""
    code = room.attempt.exam.code
    names = ("room", "items", "review", "submit", "claim", "result", "appeal_open", "report_pdf", "figure")
    own = [room.url(name) for name in names[:-1]]
    own += [f"{room.url('room')}?q={number}" for number in range(COUNT + 2)]
    own += [f"{room.url('review')}?show={which}" for which in ("unanswered", "flagged", "all")]
    own += [reverse("exams:figure", kwargs={"attempt_id": room.attempt.pk, "number": n + 1}) for n in range(COUNT)]
    around = [reverse("exams:start", kwargs={"code": code}), reverse("exams:attempts"), reverse("dashboard:home")]
    return own + around + [reverse(f"exams:tutorial_{page}", kwargs={"code": code}) for page in ("room", "items")]


def everything_named(attempt: Attempt) -> dict[str, list[object]]:
    """What a curious person may put into an address, by the type of its part."""
    return {
        "UUIDConverter": [attempt.pk],
        "SlugConverter": [attempt.exam.code],
        "StringConverter": ["D1-801"],
        "PathConverter": ["items"],
        "IntConverter": [1],
    }


def acts(room: Room) -> Iterator[HttpResponse]:
    """Answer every kind of question by script and as a page, rightly and wrongly, and meet everything that can happen.

    The questions are left with the values of `ANSWERS`.
    """
    saves = [{"item": n, "seq": 1, "value": value} for n, value in enumerate(ANSWERS, start=1)]
    yield room.save(*saves)
    yield room.save(*saves)  # the same again
    yield room.save(*[one | {"value": None} for one in saves])  # conflicts bring what is stored
    yield room.save(*[one | {"value": {"a": [1]}} for one in saves], {"item": 99, "seq": 1, "value": None})
    yield room.browser.post(room.url("save"), "{", content_type="application/json")
    yield room.browser.post(room.url("save"), '{"token": 1, "key": 2}', content_type="application/json")
    fields = [{"point-x": "5", "point-y": "5"}, {"text": "Other."}, {"number": "7"}, {"choice": "a"}, {"place-1": "a"}]
    for number in range(1, COUNT + 1):
        yield from (room.post("save", item=number, seq=1, **some) for some in fields)  # conflicts as pages
    for flagged in (True, False):
        flag = {"token": room.attempt.token, "item": 2, "flagged": flagged}
        yield room.browser.post(room.url("flag"), json.dumps(flag), content_type="application/json")
    sign = {"token": room.attempt.token, "place": 2, "noticed": []}
    for body in (json.dumps(sign), "{"):
        yield room.browser.post(room.url("pulse"), body, content_type="application/json")
    yield from (getattr(room.browser, verb)(room.url("items")) for verb in ("post", "put", "delete", "options", "head"))
    yield room.save(*[one | {"value": None} for one in saves], token="0" * 32)
    yield room.post("submit", token="0" * 32)


def faults(pages: dict[str, HttpResponse], *secrets: str) -> list[tuple[str, str]]:
    """Return each page with a secret that it holds, unless the person had typed it into the address."""
    return [
        (address, secret)
        for address, answer in pages.items()
        for secret in named_in(raw(answer), secrets)
        if secret.lower() not in address.lower()
    ]


def of_the_exam(pages: dict[str, HttpResponse]) -> dict[str, HttpResponse]:
    return {address: answer for address, answer in pages.items() if address.startswith(("/exam/", "/attempts/"))}


def numbered(answers: Iterator[HttpResponse]) -> dict[str, HttpResponse]:
    return {str(number): answer for number, answer in enumerate(answers)}


def test_every_secret_column_of_an_item_holds_a_canary(planted):
    """A new column has to be planted too, or named as shown."""
    looked_for = (*ANYWHERE, *canaries.hashes())
    columns = {field.name for field in ItemVersion._meta.concrete_fields}
    secret = columns - canaries.SHOWN_COLUMNS - canaries.WORDS_AND_MOMENTS
    rows = ItemVersion.objects.values(*secret)
    assert {name for name in secret if not any(named_in(str(row[name]), looked_for) for row in rows)} == set()
    assert set(ItemVersion.objects.values_list("kind", flat=True)) == canaries.kinds()
    assert set(FormItem.objects.values_list("section", flat=True)) == {"scored", "pretest"}


def test_lot_and_clock_are_no_leak_and_hide_none():
    token = "x" * 30 + "eNeM" + "x" * 30
    by_chance = (
        'data-server-time="2026-11-26T08:52:17.923456+00:00"',
        '"server_time": "2026-11-26T08:52:01.234567Z"',
        "/attempts/0f3c1ad1-8019-4c1e-9b1f-2a7d1f0c77d1/room/",
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">',
    )
    assert [text for text in by_chance if named_in(text, (*ANYWHERE, *IN_AN_EXAM))] == []
    leaks = ('"radius": 17.923', "D1-801-2", 'name="enemies" value="D9"', "2019-03-07T00:00:00.5", f'value="{token}"')
    assert [text for text in leaks if not named_in(text, (*ANYWHERE, *IN_AN_EXAM))] == []


def test_no_page_of_the_site_gives_a_secret_to_a_candidate_in_an_exam(planted):
    pages = crawl(planted.browser, *entrances(planted), *guesses(everything_named(planted.attempt)))
    statuses = {answer.status_code for answer in pages.values()}
    assert {200, 302, 403, 404, 405} <= statuses
    assert 500 not in statuses
    assert faults(pages, *ANYWHERE, *canaries.hashes()) == []
    assert faults(of_the_exam(pages), *IN_AN_EXAM) == []
    seen = "".join(raw(answer) for answer in of_the_exam(pages).values())
    words = ("Stem one", "Stem four", "Shown a", "Spot a", "Mark the vertex", "Chooses the dose", "<circle")
    assert [word for word in words if word not in seen] == []  # it would also be silent if nothing had been shown


def test_nothing_that_a_candidate_does_in_an_exam_brings_a_secret(planted, exam_admin, trainee, caplog):
    log_everything(caplog)
    done = numbered(acts(planted))
    seen = "".join(raw(answer) for answer in done.values())
    replies = ("ok-duplicate", "conflict", "superseded", "refused", "another tab", "bad_json")
    assert [words for words in replies if words not in seen] == []
    pages = crawl(planted.browser, *entrances(planted))
    assert "120, 80" in raw(pages[f"{planted.url('room')}?q=2"]) or "translate(120 80)" in raw(
        pages[f"{planted.url('room')}?q=2"]
    )
    pause(attempt_id=planted.attempt.pk, reason="Fire alarm.", by=exam_admin)
    paused = crawl(planted.browser, *entrances(planted))
    resume(attempt_id=planted.attempt.pk, by=exam_admin)
    second = Client()
    second.force_login(trainee)
    elsewhere = crawl(second, *entrances(planted))
    stopped = numbered(iter([second.post(planted.url("claim"), {"seen_claims": "0"}), planted.save()]))
    block(attempt_id=planted.attempt.pk, by=trainee)
    blocked = crawl(second, *entrances(planted))
    for some in (done, pages, paused, elsewhere, stopped, blocked):
        assert faults(some, *ANYWHERE, *canaries.hashes()) == []
        assert faults(of_the_exam(some), *IN_AN_EXAM) == []
    assert all("no-store" in answer["Cache-Control"] for answer in of_the_exam(pages).values())
    assert not any(answer.has_header("ETag") for answer in of_the_exam(pages).values())
    assert traces(caplog) == []


@pytest.mark.parametrize("name", ["stranger", "other_trainee", "instructor", "registrar", "editor"])
def test_nobody_else_gets_a_secret_who_may_not_read_the_bank(planted, request, name):
    browser = Client()
    if name != "stranger":
        browser.force_login(request.getfixturevalue(name))
    pages = crawl(browser, *guesses(everything_named(planted.attempt)))
    assert faults(pages, *ANYWHERE) == []
    if name != "registrar":  # who reads the record of events, which names what was decided on by its digest
        assert faults(pages, *canaries.hashes()) == []
    if name != "instructor":  # who may supervise reads answers, and no questions
        assert "Stem one" not in "".join(raw(answer) for answer in pages.values())


def test_a_result_that_is_out_gives_no_key(planted, exam_admin, instructor, other_instructor, make_person, caplog):
    """Marked, released, scored again with a corrected key: pages, PDF, mail, jobs, events and logs are silent."""
    log_everything(caplog)
    list(acts(planted))
    second = make_person("Yara Admin", Role.EXAM_ADMIN)
    planted.post("submit")
    for marker in (instructor, other_instructor):
        give(take(marker), marker, comment="CANARYMARK", a="1")
    proposal = propose_release(attempts=[planted.attempt.pk], reason="Checked.", by=exam_admin)
    agree(proposal, second, RELEASE)
    pages = crawl(planted.browser, *entrances(planted))
    version = ItemVersion.objects.get(item__code="D1-801")
    why = "CANARYCHANGE"
    changed = propose_key_change(version=version, policy=KeyPolicy.REKEY, new_key=["c"], reason=why, by=exam_admin)
    agree(changed, second, REGRADE)
    later = crawl(planted.browser, *entrances(planted))
    run_jobs(RESULT_MAIL)
    silent = traces(caplog)  # before addresses are guessed, which a log may name
    guessed = crawl(planted.browser, *entrances(planted), *guesses(everything_named(planted.attempt)))
    for some in (pages, later, guessed):
        assert "Not passed" in raw(some[planted.url("result")])
        assert "Not passed" in raw(some[planted.url("report_pdf")])
        assert faults(some, *ANYWHERE, *canaries.hashes()) == []
        assert faults(of_the_exam(some), *IN_AN_EXAM) == []
    assert mail.outbox
    assert silent == []


def log_everything(caplog: pytest.LogCaptureFixture) -> None:
    """Catch whatever is logged; Django's templates describe all their variables, which nobody would want to keep."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="django.template")


def traces(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what logs, mails, jobs and events say that they must not."""
    texts = [f"{record.getMessage()} {record.exc_info and record.exc_info[1]}" for record in caplog.records]
    texts += [f"{message.subject} {message.body}" for message in mail.outbox]
    texts += [json.dumps(payload) for payload in Job.objects.values_list("payload", flat=True)]
    texts += [json.dumps(data) for data in Event.objects.values_list("data", flat=True)]
    return [text for text in texts if named_in(text, ANYWHERE)]


def test_every_question_has_the_same_fields_whether_it_counts_or_not(planted):
    items = planted.get("items").json()["items"]
    assert {frozenset(item) for item in items} == {frozenset(items[0])}


def test_an_item_that_is_tried_out_looks_like_any_other(planted):
    def bones(number: int) -> str:
        page = planted.get("room", q=number).content.decode()
        own = r'value="\w*"| aria-current="true"|Stem \w+|Shown \w|nonce-\S+|\d+|data-previous hidden'
        return re.sub(own, "", page.replace("data-previous>", "data-previous hidden>"))

    sections = dict(FormItem.objects.values_list("position", "section"))
    assert (sections[canaries.SINGLE], sections[canaries.TRIED_SINGLE]) == ("scored", "pretest")
    assert bones(canaries.SINGLE) == bones(canaries.TRIED_SINGLE)


def test_the_order_of_options_is_that_of_the_attempt_and_of_nothing_else(planted):
    """Stored at the start from the attempt's seed; what the page shows is that order, by script and without."""
    stored = dict(Response.objects.values_list("position", "option_order"))
    items = planted.get("items").json()["items"]
    assert {item["number"]: [option["id"] for option in item["options"]] for item in items} == stored
    page = planted.get("room", q=canaries.SINGLE).content.decode()
    assert re.findall(r'name="choice" value="(\w)"', page) == stored[canaries.SINGLE]


def test_the_points_of_a_picture_stand_as_they_lie_in_it(planted):
    """As the author wrote them, the right one comes first."""
    (item,) = (item for item in planted.get("items").json()["items"] if item["regions"])
    assert [region["label"] for region in item["regions"]] == ["Spot b", "Spot c", "Spot d", "Spot a"]
