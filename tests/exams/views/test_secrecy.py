"""Canaries: nothing but stem and options reaches the candidate (S-11)."""

import re

import pytest
from django.urls import reverse

from exams.models import Attempt
from tests.exams.conftest import Room
from tests.factories.exams import item_material, make_exam, multiple_material, numeric_material

pytestmark = pytest.mark.django_db

CANARIES = {
    "rationale": "CANARYRATIONALE",
    "sources": ["canary-source-1999"],
    "enemies": ["D9-CANARYENEMY"],
    "options": [{"id": letter, "text": f"Shown {letter}", "reason": f"CANARYREASON{letter}"} for letter in "abcd"],
}
SECRETS = re.compile(
    rb"canary|d1-8\d\d|d1-9\d\d|rationale|match_correct|plus_minus|tolerance|correct|judge|recall|reviewed|pretest"
    rb"|56\.4123|0\.0077|version_id|content_area|enem",
    re.IGNORECASE,
)


@pytest.fixture
def secret_room(ada, ready) -> Room:
    """An attempt at a form in which everything secret has a name of its own."""
    number = {"value": "56.4123", "tolerance": "0.0077", "unit": "% MSO"}
    items = [
        multiple_material("D1-801", stem="Stem one", **CANARIES),
        item_material("D1-802", stem="Stem two", level="judge", **CANARIES),
        numeric_material("D1-803", stem="Stem three", key=number, rationale="CANARY"),
        item_material("D1-804", stem="Stem four", **CANARIES),
        item_material("D1-805", stem="Stem five", **CANARIES),
    ]
    exam = make_exam(3, 2, programme=ready.programme, items=items)
    ada.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    return Room(ada, Attempt.objects.get())


def raw(response) -> bytes:
    """All bytes of an answer, its headers included."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return headers.encode() + b"\n" + response.content


def journey(room):
    """Walk through every page of the exam and yield each answer."""
    yield room.browser.get(reverse("exams:start", kwargs={"code": room.attempt.exam.code}))
    yield from (room.get("room", q=number) for number in range(1, 6))
    yield room.get("items")
    yield room.save(*[{"item": n, "seq": 1, "value": v} for n, v in ((1, ["b"]), (2, ["a"]), (3, "1"), (9, None))])
    yield room.save({"item": 1, "seq": 1, "value": ["a"]}, {"item": 1, "seq": 1, "value": 5})
    yield room.post("save", item=1, seq=1, choice="d")
    yield from (room.get(name) for name in ("review", "submit", "claim"))
    yield room.browser.post(room.url("flag"), "{}", content_type="application/json")
    yield room.post("submit")
    yield room.get("result")
    yield room.browser.get(reverse("exams:start", kwargs={"code": room.attempt.exam.code}))


def test_no_answer_holds_a_secret(secret_room):
    found = [match.group() for answer in journey(secret_room) for match in SECRETS.finditer(raw(answer))]
    assert found == []


def test_the_walk_saw_the_questions(secret_room):
    """The canary test would also be silent if nothing had been shown."""
    seen = b"".join(raw(answer) for answer in journey(secret_room))
    assert all(words in seen for words in (b"Stem one", b"Stem four", b"Shown a", b"% MSO", b"Not passed"))


def test_an_item_that_is_tried_out_looks_like_any_other(secret_room):
    def bones(number):
        page = secret_room.get("room", q=number).content.decode()
        return re.sub(r'value="\w*"| aria-current="true"|Stem \w+|Shown \w|nonce-\S+|\d+', "", page)

    assert bones(2) == bones(4)


def test_nothing_is_stored_by_caches(secret_room):
    for answer in journey(secret_room):
        assert "no-store" in answer["Cache-Control"]
