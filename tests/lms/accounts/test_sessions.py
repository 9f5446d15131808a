"""How long sessions last: idle time by role, a day at most, and never while an exam runs."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exams.models import Attempt, Exam, Sitting
from lms.accounts.actions import grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.accounts.rules import SessionClock
from lms.accounts.session_store import SessionStore
from tests.factories.exams import complete_course, make_exam
from tests.factories.practicals import make_sitting

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def clock(**changes: object) -> SessionClock:
    """Signed in at 08:00, seen at noon, idle for half an hour, twelve hours at most."""
    facts = {
        "signed_in_at": NOON - timedelta(hours=4),
        "seen_at": NOON,
        "idle": 30 * MINUTE,
        "longest": timedelta(hours=12),
    }
    return SessionClock(**facts | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({}, "12:30"),
        ({"idle": timedelta(hours=2)}, "14:00"),
        ({"signed_in_at": NOON - timedelta(hours=11, minutes=50)}, "12:10"),
        ({"held_until": NOON + timedelta(hours=3)}, "15:00"),
        ({"held_until": NOON + 10 * MINUTE}, "12:30"),
        ({"signed_in_at": NOON - timedelta(hours=12), "held_until": NOON + timedelta(hours=1)}, "13:00"),
    ],
)
def test_the_end_of_a_session(changes: dict[str, object], ends: str) -> None:
    assert f"{clock(**changes).ends_at:%H:%M}" == ends


def test_the_end_itself_is_over() -> None:
    assert not clock().is_over(NOON + timedelta(minutes=29, seconds=59))
    assert clock().is_over(NOON + timedelta(minutes=30))


@pytest.fixture
def at() -> "time_machine.travel":
    """The clock of the server, which tests move."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def signed_in(client: Client) -> bool:
    """Whether the home page opens; a look at it is a sign of life."""
    return client.get("/home/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "minutes"),
    [(Role.TRAINEE, 120), (Role.INSTRUCTOR, 30), (Role.REGISTRAR, 30), (Role.EXAM_ADMIN, 30), (Role.EDITOR, 30)],
)
def test_idle_time_by_role(at, make_person, client_for, role, minutes):
    early, late = (client_for(make_person(name, role)) for name in ("Early Bird", "Late Bird"))
    at.move_to(NOON + timedelta(minutes=minutes, seconds=-1))
    assert signed_in(early)
    at.move_to(NOON + timedelta(minutes=minutes))
    assert not signed_in(late)


@pytest.mark.django_db
def test_whoever_does_something_stays(at, instructor, client_for):
    client = client_for(instructor)
    for minutes in (20, 40, 60, 80):
        at.move_to(NOON + minutes * MINUTE)
        assert signed_in(client)


@pytest.mark.django_db
def test_after_twelve_hours_even_a_busy_session_ends(at, trainee, client_for):
    client = client_for(trainee)
    for hours in range(1, 12):
        at.move_to(NOON + timedelta(hours=hours))
        assert signed_in(client)
    at.move_to(NOON + timedelta(hours=12))
    assert not signed_in(client)


@pytest.mark.django_db
def test_the_next_page_says_why(at, instructor, client_for):
    client = client_for(instructor)
    at.move_to(NOON + 31 * MINUTE)
    response = client.get("/home/", follow=True)
    assert response.redirect_chain[0][0] == "/accounts/login/?next=/home/"
    assert "You were signed out because nothing had happened for a while" in response.content.decode()


@pytest.mark.django_db
def test_a_new_role_of_the_staff_shortens_the_idle_time(at, trainee, client_for):
    client = client_for(trainee)
    grant_role(person=trainee, role=Role.INSTRUCTOR, by=None)
    at.move_to(NOON + 2 * MINUTE)
    assert signed_in(client)
    at.move_to(NOON + 33 * MINUTE)
    assert not signed_in(client)


@pytest.mark.django_db
def test_looking_at_the_clock_is_no_sign_of_life_but_posting_is(at, instructor, client_for):
    client, url = client_for(instructor), reverse("accounts:session")
    at.move_to(NOON + 25 * MINUTE)
    assert client.get(url).json() == {"left": 300, "person": str(instructor.public_id)}
    at.move_to(NOON + 29 * MINUTE)
    assert client.get(url).json()["left"] == 60
    assert client.post(url).json()["left"] == 1800
    at.move_to(NOON + 58 * MINUTE)
    assert client.get(url).json()["left"] == 60
    at.move_to(NOON + 60 * MINUTE)
    assert client.get(url).status_code == 401


@pytest.mark.django_db
def test_pages_carry_the_time_left_and_forms_of_strangers_do_not(at, trainee, client_for):
    assert 'data-session-left="7200"' in client_for(trainee).get("/home/").content.decode()
    assert "data-session-left" not in Client().get("/accounts/login/").content.decode()


@pytest.mark.django_db
def test_a_session_is_written_once_a_minute_at_most(at, trainee, client_for, django_assert_max_num_queries):
    client, url = client_for(trainee), reverse("accounts:session")

    def writes() -> int:
        with django_assert_max_num_queries(50) as seen:
            client.get("/account/")
        return sum("django_session" in query["sql"] and "SELECT" not in query["sql"] for query in seen)

    client.get(url)
    assert writes() == 0
    at.move_to(NOON + MINUTE)
    assert writes() == 1
    assert writes() == 0


# The exam and the checklist


@pytest.fixture
def exam(enrolment) -> Exam:
    """An exam that Ada may sit."""
    complete_course(enrolment)
    return make_exam(3, programme=enrolment.programme)


@pytest.fixture
def running(at, trainee: User, client_for, exam) -> Client:
    """Ada's browser with a started attempt."""
    client = client_for(trainee)
    client.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    return client


def address(name: str) -> str:
    return reverse(f"exams:{name}", kwargs={"attempt_id": Attempt.objects.get().pk})


def lengthen(minutes: int) -> None:
    """Give the attempt another length before it starts anew here, as extra time does."""
    attempt = Attempt.objects.get()
    Attempt.objects.filter(pk=attempt.pk).update(deadline=attempt.started_at + minutes * MINUTE)


def save(client: Client, seq: int = 1) -> str:
    attempt = Attempt.objects.get()
    body = {"token": attempt.token, "saves": [{"item": 1, "seq": seq, "value": ["b"]}]}
    response = client.post(address("save"), json.dumps(body), content_type="application/json")
    return "" if response.status_code != 200 else response.json()["replies"][0]["reply"]


def test_forty_minutes_over_one_item(at, running):
    at.move_to(NOON + 40 * MINUTE)
    assert save(running) == "ok"


@pytest.mark.parametrize("minutes", [75, 150])
def test_a_whole_attempt_without_a_word_in_between(at, running, minutes):
    lengthen(minutes)
    running.post(address("claim"), {"seen": "0"})  # opening the attempt is what holds the session
    at.move_to(NOON + minutes * MINUTE)
    assert save(running) == "ok"
    assert running.get(address("room")).status_code == 200


def test_the_last_hours_of_a_long_day(at, trainee, client_for, exam):
    client = client_for(trainee)
    for hours in range(1, 12):
        at.move_to(NOON + timedelta(hours=hours))
        assert signed_in(client)
    at.move_to(NOON + timedelta(hours=11, minutes=50))
    client.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    at.move_to(NOON + timedelta(hours=12, minutes=45))
    assert save(client) == "ok"


def test_nothing_warns_in_the_exam_room(running):
    for name in ("room", "review", "submit"):
        assert "data-session-left" not in running.get(address(name)).content.decode()


def test_handing_in_ends_the_hold(at, running):
    running.post(address("submit"), {"token": Attempt.objects.get().token})
    assert running.get(reverse("accounts:session")).json()["left"] == 7200
    assert "held_until" not in running.session


def test_the_tutorial_warns_like_any_page(at, trainee, client_for, exam):
    page = client_for(trainee).get(reverse("exams:tutorial_room", kwargs={"code": exam.code})).content.decode()
    assert "data-session-left" in page


@pytest.fixture
def sitting(at, enrolment, instructor) -> Sitting:
    """Ada's sitting, opened."""
    return make_sitting(enrolment, instructor)


def observe(client: Client, sitting: Sitting, seq: int) -> int:
    body = {"saves": [{"field": "P01.comment", "seq": seq, "value": "Calm and exact."}]}
    url = reverse("exams:observations", kwargs={"sitting_id": sitting.pk})
    return client.post(url, json.dumps(body), content_type="application/json").status_code


def test_an_open_checklist_outlasts_the_idle_time_of_staff(at, sitting, instructor, client_for):
    client = client_for(instructor)
    client.get(reverse("exams:checklist", kwargs={"sitting_id": sitting.pk}))
    at.move_to(NOON + 110 * MINUTE)
    assert observe(client, sitting, 1) == 200
    at.move_to(NOON + 225 * MINUTE)
    assert observe(client, sitting, 2) == 200
    at.move_to(NOON + 346 * MINUTE)
    assert observe(client, sitting, 3) == 401


def test_what_was_typed_without_scripts_arrives_after_an_hour(at, sitting, instructor, client_for):
    client, url = client_for(instructor), reverse("exams:checklist", kwargs={"sitting_id": sitting.pk})
    client.get(url)
    sitting.refresh_from_db()
    at.move_to(NOON + 60 * MINUTE)
    client.post(url, {"part": "P01", "rev": str(sitting.rev), "P01.comment": "Calm and exact."})
    assert sitting.values()["P01.comment"] == "Calm and exact."


def test_a_session_that_has_run_out_is_as_good_as_none(client, trainee, django_assert_num_queries):
    client.force_login(trainee)
    key = client.session.session_key
    with django_assert_num_queries(1):
        assert SessionStore(key)["_auth_user_id"] == str(trainee.pk)
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - MINUTE)
    assert SessionStore(key).load() == {}
    assert SessionStore("unknown-key").load() == {}
