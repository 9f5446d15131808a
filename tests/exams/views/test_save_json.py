"""Saves and flags as the room's script sends them."""

import json

import pytest
from django.test import Client

from exams.actions import attempts
from exams.models import ResponseLog

pytestmark = pytest.mark.django_db


def test_a_batch_gets_one_reply_each(room):
    content = room.save({"item": 1, "seq": 1, "value": ["b"]}, {"item": 2, "seq": 3, "value": "5"}).json()
    assert [(r["item"], r["seq"], r["reply"]) for r in content["replies"]] == [(1, 1, "ok"), (2, 3, "ok")]
    assert content["server_time"].endswith("Z")


def test_conflicts_bring_what_is_stored(room):
    room.reply()
    clash = room.reply(value=["a"])
    assert clash["reply"] == "conflict"
    assert (clash["stored"]["seq"], clash["stored"]["value"]) == (1, ["b"])


@pytest.mark.parametrize(
    ("one", "code"),
    [
        ({"item": 99}, "unknown_item"),
        ({"item": "1"}, "bad_number"),
        ({"item": True}, "bad_number"),
        ({"seq": 0}, "bad_number"),
        ({"seq": 10**9}, "bad_number"),
        ({"seq": 1.5}, "bad_number"),
        ({"value": {"a": 1}}, "bad_value"),
        ({"value": 7}, "bad_value"),
        ({"value": ["a"] * 11}, "bad_value"),
        ({"value": [1]}, "bad_value"),
        ({"value": "x" * 12_001}, "bad_value"),
        ({"value": ["x" * 25]}, "bad_value"),
        ({"value": "a\u0007b"}, "bad_value"),
        ({"value": ["a\nb"]}, "bad_value"),
        ({"value": "a\u0000b"}, "bad_value"),
        ({"value": "\ud800"}, "bad_value"),
        ({"client_time": 5}, "bad_save"),
        ({"extra": 1}, "bad_save"),
    ],
)
def test_a_poison_save_does_not_hold_up_the_others(room, one, code):
    poison = {"item": 1, "seq": 1, "value": ["b"]} | one
    replies = room.save(poison, {"item": 2, "seq": 1, "value": ["b"]}).json()["replies"]
    assert (replies[0]["reply"], replies[0]["code"]) == ("refused", code)
    assert replies[1]["reply"] == "ok"
    assert ResponseLog.objects.get().position == 2


def test_a_save_without_value_is_not_a_cleared_answer(room):
    assert room.save({"item": 1, "seq": 1}).json()["replies"][0]["code"] == "bad_save"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "bad_json"),
        (b"\xff", "bad_json"),
        (b"[" * 9000, "bad_json"),
        (b"[]", "bad_fields"),
        (b'{"token": "x"}', "bad_fields"),
        (b'{"token": "x", "saves": []}', "bad_batch"),
        (b'{"token": "x", "saves": [1]}', "bad_token"),
        (b'{"token": "x", "saves": "' + b"a" * 200_000 + b'"}', "too_large"),
    ],
)
def test_bodies_that_cannot_be_used(room, body, code):
    response = room.browser.post(room.url("save"), body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_more_than_fifty_at_once(room):
    saves = [{"item": 1, "seq": n, "value": None} for n in range(1, 52)]
    assert room.save(*saves).json()["code"] == "bad_batch"


def test_somebody_elses_attempt_is_not_there(room, other_trainee, client_for):
    other = client_for(other_trainee)
    for body in ({"token": room.attempt.token, "saves": [{"item": 1, "seq": 1, "value": None}]}, {}):
        assert other.post(room.url("save"), json.dumps(body), content_type="application/json").status_code == 404


def test_strangers_get_401_as_json(room):
    response = Client().post(room.url("save"), "{}", content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")


def test_an_old_form_token_gets_403_as_json(room, trainee):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(trainee)
    response = strict.post(
        room.url("save"), "{}", content_type="application/json", headers={"accept": "application/json"}
    )
    assert (response.status_code, response.json()["code"]) == (403, "token_out_of_date")


def test_the_other_session_reads_superseded(room, trainee):
    attempts.claim(attempt_id=room.attempt.pk, seen_claims=0, by=trainee)
    assert room.reply()["reply"] == "superseded"


def test_after_submitting_a_save_reads_closed(room):
    room.post("submit")
    assert room.reply()["reply"] == "closed"


def send_flag(room, **changes):
    body = {"token": room.attempt.token, "item": 4, "flagged": True} | changes
    return room.browser.post(room.url("flag"), json.dumps(body), content_type="application/json")


def test_flags(room):
    assert send_flag(room).json() == {"kept": True}
    assert room.attempt.responses.get(position=4).flagged
    assert send_flag(room, flagged=False).json() == {"kept": True}
    assert send_flag(room, token="0" * 32).json() == {"kept": False}


@pytest.mark.parametrize("changes", [{"item": "4"}, {"flagged": 1}, {"token": 4}, {"more": 1}])
def test_flags_of_a_wrong_shape(room, changes):
    assert send_flag(room, **changes).status_code == 400


SHOWN = {
    "number", "kind", "lead", "rest", "options", "places", "figure", "unit", "seq", "value", "flagged",
    "regions", "answer_form", "hint",
}  # fmt: skip


def test_the_items_have_no_other_fields_than_these(room):
    content = room.get("items").json()
    assert content.keys() == {"server_time", "deadline", "items"}
    for item in content["items"]:
        assert item.keys() == SHOWN
        assert all(option.keys() == {"id", "letter", "text"} for option in item["options"])
