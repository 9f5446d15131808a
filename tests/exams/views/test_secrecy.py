"""Canaries: nothing but stem and options reaches the candidate (S-11)."""

import re

import pytest
from django.urls import reverse

from exams.models import Attempt
from tests.exams.conftest import Room
from tests.factories.bank import ESSAY, HEAD, HOTSPOT, MATCHING, ORDERING, SHORT_TEXT, UNIT
from tests.factories.exams import item_material, make_exam, multiple_material, numeric_material

pytestmark = pytest.mark.django_db

CANARIES = {
    "rationale": "CANARYRATIONALE",
    "sources": ["canary-source-1999"],
    "enemies": ["D9-CANARYENEMY"],
    "options": [{"id": letter, "text": f"Shown {letter}", "reason": f"CANARYREASON{letter}"} for letter in "abcd"],
}
CANARY_RUBRIC = {
    "guidance": "CANARYGUIDANCE",
    "criteria": [{"id": "a", "text": "CANARYCRITERION", "points": "7.5"}],
}
NUMBERS = rb"|56\.4123|0\.0077|123\.57|77\.31|17\.923|0\.4321|1\.2345|0\.00123|33\.33333|61\.9"
SECRETS = re.compile(
    rb"canary|d1-8\d\d|d1-9\d\d|rationale|match_correct|plus_minus|tolerance|correct|judge|recall|reviewed|pretest"
    rb"|version_id|content_area|enem|radius|areas|nested_best|normalised|wildcard|factors|mapping|fractions"
    rb"|guidance|scoring|per_option|concordant|per_pair|marked by hand" + NUMBERS,
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


def regions(*points: tuple[float, float]) -> list[dict]:
    return [{"id": id, "label": f"Spot {id}", "x": x, "y": y} for id, (x, y) in zip("abcd", points, strict=True)]


@pytest.fixture
def secret_kinds(ada, ready) -> Room:
    """An attempt with one item of every other kind and rule family, full of secrets; the essay is tried out."""
    canaries = {name: value for name, value in CANARIES.items() if name != "options"}
    area = {"shape": "circle", "x": 123.57, "y": 77.31, "radius": 17.923}
    areas = [area | {"score": "1"}, area | {"radius": 61.9, "score": "0.4321"}]
    number = {"value": "56.4123", "tolerance": "0.0077", "unit": "kT"}
    bands = {"bands": [{"low": "1.2345", "high": "61.9", "score": "1"}]}
    shares = {"fractions": dict.fromkeys("abc", "33.33333")}
    spots = regions((120, 80), (20, 20), (30, 20), (40, 20))
    items = [
        HOTSPOT | canaries | {"code": "D1-811", "key": {"areas": areas}, "regions": spots},
        SHORT_TEXT | canaries | {"code": "D1-812", "key": {"texts": ["canaryword", "*canarypiece*"]}},
        UNIT
        | canaries
        | {"code": "D1-813", "key": number, "scoring_parameters": {"factors": {"kT": "1", "T": "0.00123"}}},
        numeric_material("D1-814", stem="How far?", key=number, scoring="bands", scoring_parameters=bands, **canaries),
        multiple_material(
            "D1-816", stem="Which?", key=list("abc"), scoring="fractions_sum", scoring_parameters=shares, **CANARIES
        ),
        ORDERING | canaries | {"code": "D1-817", "scoring": "positions"},
        MATCHING | canaries | {"code": "D1-818"},
        ESSAY | canaries | {"code": "D1-815", "key": CANARY_RUBRIC},
    ]
    exam = make_exam(7, 1, programme=ready.programme, items=items, drawings={"D1-811": HEAD.encode()})
    ada.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    return Room(ada, Attempt.objects.get())


def walk(room):
    """Answer every kind, by script and as a page, and yield each answer of the site, the drawing among them."""
    values = (["120,80"], "word", "3 kT", "3", ["a"], ["1:a"], ["1:a"], "A text.")
    yield from (room.get("room", q=number) for number in range(1, 9))
    yield room.get("items")
    yield room.browser.get(reverse("exams:figure", kwargs={"attempt_id": room.attempt.pk, "number": 1}))
    yield room.save(*[{"item": n, "seq": 1, "value": value} for n, value in enumerate(values, start=1)])
    yield room.save(*[{"item": n, "seq": 1, "value": None} for n in range(1, 9)])  # conflicts bring what is stored
    yield room.post("save", item=1, seq=1, **{"point-x": "5", "point-y": "5"})
    yield room.post("save", item=8, seq=1, text="Another text.")
    yield from (room.get("room", q=number) for number in range(1, 9))
    yield from (room.get(name) for name in ("review", "submit", "claim"))
    yield room.post("submit")
    yield room.get("result")


def test_no_kind_of_question_gives_a_secret_away(secret_kinds):
    found = [match.group() for answer in walk(secret_kinds) for match in SECRETS.finditer(raw(answer))]
    assert found == []


def test_the_walk_saw_every_kind(secret_kinds):
    seen = b"".join(raw(answer) for answer in walk(secret_kinds))
    words = (b"Spot a", b"translate(120 80)", b"3 kT", b"Mark the vertex", b"Chooses the dose", b"A text.", b"<circle")
    assert [word for word in words if word not in seen] == []


def test_every_question_has_the_same_fields_whether_it_counts_or_not(secret_kinds):
    items = secret_kinds.get("items").json()["items"]
    assert {frozenset(item) for item in items} == {frozenset(items[0])}


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
