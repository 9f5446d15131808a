"""The page about the audit trail."""

from collections.abc import Callable

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from lms.accounts.models import User
from lms.audit.actions import record
from lms.audit.models import Event
from lms.audit.verbs import SENTENCES, Verb


@pytest.fixture
def rosa(client_for: Callable[[User], Client], registrar: User, trainee: User) -> Client:
    return client_for(registrar)


def many(person: User, count: int) -> None:
    with transaction.atomic():
        for _ in range(count):
            record(Verb.LESSON_COMPLETED, by=person, target=person)


def lines(answer) -> list[str]:
    return [f"{line.actor} {line.sentence}" for line in answer.context["lines"]]


def test_every_verb_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Verb)


def test_events_are_sentences_newest_first(rosa: Client) -> None:
    assert lines(rosa.get("/audit/"))[:2] == ["The system granted a role", "Ada Trainee created an account"]


def test_filter_by_verb(rosa: Client) -> None:
    assert lines(rosa.get("/audit/?verb=account.created")) == [
        "Ada Trainee created an account",
        "Rosa Registrar created an account",
    ]


@pytest.mark.parametrize("who", ["ada", "ADA.TRAINEE@", "Trainee"])
def test_filter_by_actor(rosa: Client, who: str) -> None:
    assert lines(rosa.get("/audit/", {"actor": who})) == ["Ada Trainee created an account"]


def test_filter_by_target(rosa: Client, trainee: User) -> None:
    assert len(lines(rosa.get("/audit/", {"target": f"accounts.user:{trainee.pk}"}))) == 2
    assert lines(rosa.get("/audit/", {"target": f"courses.enrolment:{trainee.pk}"})) == []
    assert len(lines(rosa.get("/audit/", {"target": str(trainee.pk)}))) == 2


def test_pages_follow_each_other_without_gap(rosa: Client, trainee: User) -> None:
    many(trainee, 60)
    first = rosa.get("/audit/")
    second = rosa.get("/audit/", {"before": first.context["older"]})
    numbers = [line.event.sequence for page in (first, second) for line in page.context["lines"]]
    assert numbers == sorted(Event.objects.values_list("sequence", flat=True), reverse=True)
    assert second.context["older"] is None


@pytest.mark.parametrize("query", ["verb=nothing.known", "before=x", "before=-3"])
def test_faulty_filters_are_answered_calmly(rosa: Client, query: str) -> None:
    answer = rosa.get(f"/audit/?{query}")
    assert answer.status_code == 200
    assert "There is a problem" in answer.content.decode()


def test_old_verbs_and_vanished_people_still_show(rosa: Client, trainee: User) -> None:
    many(trainee, 1)
    event = Event.objects.latest("sequence")
    with transaction.atomic():
        record(Verb.JOB_RETRIED, by=type("Gone", (), {"public_id": "not-a-uuid"})(), target=event)
    assert lines(rosa.get("/audit/"))[0] == "not-a-uuid started a failed job again"


@pytest.mark.parametrize("count", [2, 45])
def test_queries_do_not_grow_with_events(
    rosa: Client, trainee: User, count: int, django_assert_max_num_queries
) -> None:
    many(trainee, count)
    with django_assert_max_num_queries(5):
        rosa.get("/audit/")


def test_filter_by_day_of_the_readers_clock(rosa: Client, registrar: User, trainee: User) -> None:
    User.objects.filter(pk=registrar.pk).update(time_zone="Asia/Tokyo")
    with time_machine.travel("2031-03-02T16:00:00Z", tick=False):  # already the third in Tokyo
        many(trainee, 1)
    found = rosa.get("/audit/", {"day": "2031-03-03"})
    assert lines(found) == ["Ada Trainee completed a lesson"]
    assert "lesson.completed · person" in found.content.decode()
    assert lines(rosa.get("/audit/", {"day": "2031-03-02"})) == []
    assert "<title>Error: " in rosa.get("/audit/", {"day": "yesterday"}).content.decode()
