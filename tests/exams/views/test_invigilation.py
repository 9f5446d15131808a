"""The room in a pause without scripts, the room's sign of life, the console and the pages around it."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exams.actions import access, invigilation
from exams.actions.saving import Save, save
from exams.actions.voiding import propose_void
from exams.errors import AttemptError
from exams.models import (
    Attempt,
    AttemptEvent,
    Booking,
    BookingState,
    ExamSession,
    IntegritySignal,
    Presence,
    Response,
    SignalKind,
    VoidKind,
)
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.approvals.models import Proposal
from tests.calendars import read_calendar
from tests.conftest import PASSWORD
from tests.factories.exam_sessions import enrol, make_session, seat_candidate
from tests.factories.exams import start_attempt

pytestmark = pytest.mark.django_db
PAUSED = "Paused by the invigilator"


@pytest.fixture
def session(exam, instructor, registrar) -> ExamSession:
    now = timezone.now()
    return make_session(exam, instructor, by=registrar, now=now)


@pytest.fixture
def ines(instructor, client_for):
    return client_for(instructor)


@pytest.fixture
def rosa(registrar, client_for):
    return client_for(registrar)


def pause(room, exam_admin):
    invigilation.pause(attempt_id=room.attempt.pk, reason="Fire alarm.", by=exam_admin)


# The room, by pages


def test_in_a_pause_every_page_of_the_room_says_so_and_shows_no_question(room, exam_admin):
    pause(room, exam_admin)
    for name in ("room", "review", "submit"):
        page = room.get(name).content.decode()
        assert PAUSED in page
        assert "What is the answer" not in page
    assert room.get("items").json()["code"] == "paused"
    assert room.get("claim")["Location"] == room.url("room")


def test_an_answer_that_arrives_in_a_pause_is_shown_and_not_stored(room, exam_admin):
    pause(room, exam_admin)
    response = room.post("save", item=2, seq=1, choice="b", go="next")
    page = response.content.decode()
    assert response.status_code == 409
    assert "Your answer to question 2 is not stored yet." in page
    assert "Choice b" in page
    assert room.reply(item=2)["reply"] == "paused"
    assert not Response.objects.filter(seq__gt=0).exists()


def test_nothing_is_handed_in_during_a_pause(room, exam_admin):
    pause(room, exam_admin)
    assert room.post("submit")["Location"] == room.url("room")
    assert Attempt.objects.get().is_paused


def test_after_the_pause_the_room_is_as_before(room, exam_admin):
    pause(room, exam_admin)
    invigilation.resume(attempt_id=room.attempt.pk, by=exam_admin)
    assert room.get("room").status_code == 200
    assert room.reply(item=2)["reply"] == "ok"


def test_the_start_page_tells_what_is_recorded_and_where_the_seat_is(ada, exam, ready, session, registrar):
    seat_candidate(session, ready, by=registrar)
    page = ada.get(reverse("exams:start", kwargs={"code": exam.code})).content.decode()
    for words in ("when you copy or paste", "deleted after 90 days", "Room 4", "Bring an identity document"):
        assert words in page


def test_home_shows_the_seat_of_a_supervised_exam(ada, exam, ready, session, registrar):
    exam.supervised_only = True
    exam.save(update_fields=["supervised_only"])
    seat_candidate(session, ready, by=registrar)
    for starts_at in (session.starts_at, timezone.now() + timedelta(hours=3)):
        ExamSession.objects.update(starts_at=starts_at)
        page = ada.get(reverse("dashboard:home")).content.decode()
        assert "Your seat:" in page
        assert "See your seat" in page


def test_a_technical_void_leaves_the_seat_to_the_candidate(
    ada, ines, rosa, exam, ready, session, registrar, instructor, exam_admin
):
    """The finding of a trial: the start page said that there is no seat, the session page `started`, home nothing."""
    exam.supervised_only = True
    exam.save(update_fields=["supervised_only"])
    booking = seat_candidate(session, ready, by=registrar, admitted_by=instructor)
    attempt = start_attempt(ready, exam)
    facts = {"attempt_id": attempt.pk, "kind": VoidKind.TECHNICAL, "reason": "The device broke."}
    confirm(proposal_id=propose_void(**facts, by=instructor).pk, by=exam_admin)
    start, home = reverse("exams:start", kwargs={"code": exam.code}), reverse("dashboard:home")
    seats = reverse("exams:exam_session", kwargs={"session_id": session.pk})
    page = ada.get(start).content.decode()
    assert "your seat is kept" in page
    assert "you have no seat" not in page
    assert "You are admitted." not in page
    page = ada.get(home).content.decode()
    assert "A technical fault made your attempt void, and it did not use up an attempt. Your seat:" in page
    assert "Not passed yet" not in page
    assert "void after a technical fault. The seat is kept" in rosa.get(seats).content.decode()
    assert ada.post(start, {"honour": "on"}, follow=True).status_code == 200
    assert Attempt.objects.count() == 1  # not before somebody looked who it is
    assert "is admitted and can start" in post(ines, session, f"admit:{booking.pk}")
    ada.post(start, {"honour": "on"})
    booking.refresh_from_db()
    assert (booking.attempt.number, booking.attempt.state) == (2, "started")


def test_after_the_session_a_technical_void_asks_for_a_new_seat(
    ada, exam, ready, session, registrar, instructor, exam_admin
):
    exam.supervised_only = True
    exam.save(update_fields=["supervised_only"])
    seat_candidate(session, ready, by=registrar, admitted_by=instructor)
    attempt = start_attempt(ready, exam)
    facts = {"attempt_id": attempt.pk, "kind": VoidKind.TECHNICAL, "reason": "The device broke."}
    confirm(proposal_id=propose_void(**facts, by=instructor).pk, by=exam_admin)
    past = timezone.now() - timedelta(hours=5)
    ExamSession.objects.update(starts_at=past, ends_at=past + timedelta(hours=4))
    page = ada.get(reverse("dashboard:home")).content.decode()
    assert "Last attempt void" in page
    assert "it did not use up an attempt. This exam is taken under supervision, and you have no seat" in page


def seat_file(exam):
    return reverse("exams:seat_calendar", kwargs={"code": exam.code})


def test_the_seat_goes_into_the_candidates_calendar(ada, exam, ready, session, registrar):
    assert ada.get(seat_file(exam)).status_code == 404
    seat = seat_candidate(session, ready, by=registrar)
    assert seat_file(exam) in ada.get(reverse("exams:start", kwargs={"code": exam.code})).content.decode()
    response = ada.get(seat_file(exam))
    entry = read_calendar(response.content.decode())
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (entry["METHOD"], entry["UID"], entry["LOCATION"]) == ("PUBLISH", f"seat-{seat.pk}@localhost", "Room 4")
    assert entry["DTSTART"] == f"{session.starts_at:%Y%m%dT%H%M%SZ}"


# The sign of life


def beat(room, *signals, **changes):
    body = {"token": room.attempt.token, "place": 3, "signals": list(signals)} | changes
    return room.browser.post(room.url("pulse"), json.dumps(body), content_type="application/json")


def signal(kind="copy", **changes):
    return {"key": str(uuid.uuid4()), "kind": kind, "client_time": "2026-11-26T10:00:00Z"} | changes


def test_the_room_hears_where_the_attempt_stands(room, exam_admin):
    answer = beat(room, signal())
    assert answer.json().keys() == {"state", "deadline", "server_time"}
    assert answer.json()["state"] == "started"
    pause(room, exam_admin)
    assert beat(room).json()["state"] == "paused"
    assert Presence.objects.get().place == 3
    assert IntegritySignal.objects.get().kind == "copy"


def test_a_sign_of_life_costs_few_queries(room):
    beat(room)
    with CaptureQueriesContext(connection) as queries:
        beat(room)
    assert len(queries) <= 7  # session, person, attempt, presence twice, a savepoint


@pytest.mark.parametrize(
    "body",
    [
        {"signals": [signal(kind="taken_over")]},  # the server's own
        {"signals": [signal(kind="no such")]},
        {"signals": [signal(key="no key")]},
        {"signals": [signal(more=1)]},
        {"signals": ["text"]},
        {"signals": [signal() for _ in range(31)]},
        {"place": -1},
        {"place": True},
        {"token": "short"},
        {"more": 1},
    ],
)
def test_what_cannot_be_read_is_refused(room, body):
    answer = beat(room, **body)
    assert answer.status_code == 400
    assert not Presence.objects.exists()


def test_the_session_lasts_as_long_as_the_pause(room, exam_admin):
    pause(room, exam_admin)
    Attempt.objects.update(deadline=timezone.now())  # long before the pause ends
    room.browser.session.pop("held_until", None)
    beat(room)
    assert room.browser.session["held_until"] > (timezone.now() + timedelta(minutes=25)).timestamp()


# The console


def post(browser, session, act, **fields):
    url = reverse("exams:console", kwargs={"session_id": session.pk})
    page = browser.post(url, {"act": act} | fields, follow=True)
    return page.content.decode()


@pytest.fixture
def started(session, ready, exam, registrar, instructor) -> Booking:
    booking = seat_candidate(session, ready, by=registrar, admitted_by=instructor)
    start_attempt(ready, exam)
    booking.refresh_from_db()
    return booking


def test_a_candidate_is_admitted_paused_and_let_go_on(ines, session, ready, exam, registrar):
    booking = seat_candidate(session, ready, by=registrar)
    assert "is admitted and can start" in post(ines, session, f"admit:{booking.pk}")
    attempt = start_attempt(ready, exam)
    assert "Say why" in post(ines, session, f"pause:{booking.pk}")
    assert "is paused" in post(ines, session, f"pause:{booking.pk}", reason="Fire alarm.")
    page = post(ines, session, f"resume:{booking.pk}")
    assert "goes on" in page
    assert "0 of 12 answered" in page
    assert list(attempt.events.values_list("kind", flat=True)) == ["admitted", "paused", "resumed"]


def test_acts_for_everybody(ines, session, started):
    assert "Say why" in post(ines, session, "pause_all")
    assert "5 minutes given to 1." in post(ines, session, "incident_all", reason="No network.", minutes="5")
    assert "Enter whole minutes" in post(ines, session, "incident_all", reason="No network.", minutes="five")
    assert "Paused: 1." in post(ines, session, "pause_all", reason="Fire alarm.")
    assert "Go on: 1." in post(ines, session, "resume_all")


def test_absent_candidates_are_noted(ines, session, ready, registrar):
    booking = seat_candidate(session, ready, by=registrar)
    assert "has not begun" in post(ines, session, f"absent:{booking.pk}")
    ExamSession.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert "did not come" in post(ines, session, f"absent:{booking.pk}")


@pytest.mark.parametrize("act", ["admit:999999", "admit:x", "nonsense:1", "nonsense", "pause:"])
def test_acts_that_do_not_exist(ines, session, started, act):
    url = reverse("exams:console", kwargs={"session_id": session.pk})
    assert ines.post(url, {"act": act}).status_code == 404


def test_exam_administrators_show_again_who_they_are(session, started, exam_admin, client_for):
    xenia = client_for(exam_admin)
    url = reverse("exams:console", kwargs={"session_id": session.pk})
    for answer in (xenia.get(url), xenia.post(url, {"act": f"pause:{started.pk}", "reason": "Alarm."})):
        assert "reauthenticate" in answer["Location"]
    assert Attempt.objects.get().is_running


def poll(browser, session, known="", version=""):
    url = reverse("exams:console_rows", kwargs={"session_id": session.pk})
    return browser.get(url, {"known": known}, headers={"if-none-match": version} if version else {})


def test_the_poll_sends_what_changed_and_else_nothing(
    ines, session, started, registrar, other_trainee, answer_question
):
    seat_candidate(session, enrol(other_trainee, session.exam.programme), by=registrar)
    first = poll(ines, session)
    assert [row["name"] for row in first.json()["rows"]] == ["Ada Trainee", "Ben Trainee"]
    known = "".join(row["digest"] for row in first.json()["rows"])
    again = poll(ines, session, known, first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    Presence.objects.create(attempt=started.attempt, seen_at=timezone.now(), place=7)
    answer_question(item=1, value=["b"])
    IntegritySignal.objects.create(attempt=started.attempt, kind=SignalKind.COPY)
    IntegritySignal.objects.create(attempt=started.attempt, kind=SignalKind.FOCUS_GAINED)
    (row,) = poll(ines, session, known, first["ETag"]).json()["rows"]
    assert (row["name"], row["progress"]) == ("Ada Trainee", "Question 7, 1 of 12 answered")
    assert (row["contact"], row["signals"], row["act"]) == ("Connected", "1 signal", "pause")
    Presence.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert poll(ines, session).json()["rows"][0]["contact"].startswith("Silent since ")


def test_a_cleared_answer_is_none(ines, session, started, answer_question):
    answer_question(item=1, value=["b"])
    answer_question(item=2, value=["b"])
    answer_question(item=2, seq=2, value=None)
    assert poll(ines, session).json()["rows"][0]["progress"] == "1 of 12 answered"


@pytest.fixture
def answer_question(trainee, started):
    def act(item, value, seq=1):
        attempt = started.attempt
        answer = Save(item, seq, value)
        save(attempt_id=attempt.pk, token=attempt.token, answer=answer, by=trainee, received_at=timezone.now())

    return act


def test_more_candidates_cost_no_more_queries(ines, session, started, make_person, exam, registrar, instructor):
    def measure():
        url = reverse("exams:console", kwargs={"session_id": session.pk})
        ines.get(url)
        poll(ines, session)  # holds the session, which is written now and then
        with CaptureQueriesContext(connection) as page:
            ines.get(url)
        with CaptureQueriesContext(connection) as polled:
            poll(ines, session)
        return len(page), len(polled)

    few = measure()
    for number in range(4):
        enrolment = enrol(make_person(f"Candidate {number}", Role.TRAINEE), exam.programme)
        seat_candidate(session, enrolment, by=registrar, admitted_by=instructor)
        start_attempt(enrolment, exam)
    assert measure() == few
    assert max(few) <= 6  # session and person, the session of the exam, seats, answers, signals


def test_sessions_of_others_are_not_on_the_list(ines, session, exam, other_instructor, registrar):
    make_session(exam, other_instructor, by=registrar, place="Elsewhere")
    page = ines.get(reverse("exams:invigilation")).content.decode()
    assert "Room 4" in page
    assert "Elsewhere" not in page
    assert "Room 4" not in ines.get(reverse("exams:invigilation"), {"show": "past"}).content.decode()


# One attempt


def watched(browser, booking, **fields):
    url = reverse("exams:watched_attempt", kwargs={"attempt_id": booking.attempt_id})
    return browser.post(url, fields, follow=True) if fields else browser.get(url)


def test_no_two_fields_of_the_page_share_an_id(ines, started):
    ids = re.findall(r'\bid="([^"]+)"', watched(ines, started).content.decode())
    assert "void_reason" in ids
    assert len(ids) == len(set(ids))


def test_what_can_be_done_to_one_attempt(ines, started):
    for act, words in [
        ("extend", "15 minutes given."),
        ("incident", "Incident recorded"),
        ("pause", "The exam is paused."),
        ("note", "Noted."),
        ("resume", "The exam goes on."),
    ]:
        page = watched(ines, started, act=act, reason="Power cut.", minutes="15").content.decode()
        assert words in page
    assert AttemptEvent.objects.filter(text="Power cut.").count() == 4
    assert "Power cut." in page


def test_a_refusal_stands_at_its_field(ines, started):
    answer = watched(ines, started, act="extend", reason="Power cut.", minutes="")
    assert answer.status_code == 409
    assert "from 1 to 240" in answer.content.decode()
    assert watched(ines, started, act="pause", reason="").status_code == 409
    assert watched(ines, started, act="nonsense", reason="").status_code == 400


def test_a_blocked_attempt_is_seen_and_unblocked_by_its_invigilator(
    ines, session, started, trainee, other_instructor, client_for
):
    access.block(attempt_id=started.attempt_id, by=trainee)
    assert poll(ines, session).json()["rows"][0]["state"] == "Blocked"
    assert "Blocked since" in watched(ines, started).content.decode()
    assert watched(client_for(other_instructor), started, act="unblock", reason="Cable loose.").status_code == 404
    assert "Say why" in watched(ines, started, act="unblock", reason=" ").content.decode()
    assert Attempt.objects.get().blocked_at is not None
    page = watched(ines, started, act="unblock", reason="Cable loose.").content.decode()
    assert "not blocked any more. Ask the candidate" in page
    assert "Blocked since" not in page
    assert poll(ines, session).json()["rows"][0]["state"] == "In progress"
    event = AttemptEvent.objects.get(kind="unlocked")
    assert (event.text, event.by) == ("Cable loose.", session.invigilators.get())


def test_nobody_unblocks_their_own_attempt(exam, make_person):
    both = make_person("Iris Both", Role.TRAINEE, Role.EXAM_ADMIN)
    attempt = start_attempt(enrol(both, exam.programme), exam)
    access.block(attempt_id=attempt.pk, by=both)
    with pytest.raises(AttemptError, match="their own attempt"):
        access.unblock(attempt_id=attempt.pk, reason="Cable loose.", by=both)


def test_nobody_is_admitted_on_a_day_before(ines, rosa, exam, instructor, ready, registrar):
    begins = timezone.now() + timedelta(days=2)
    session = make_session(exam, instructor, by=registrar, starts_at=begins, ends_at=begins + timedelta(hours=2))
    booking = seat_candidate(session, ready, by=registrar)
    assert poll(ines, session).json()["rows"][0]["act"] == ""
    assert "The session begins" in post(ines, session, f"admit:{booking.pk}")


def test_voiding_is_proposed_and_shown(ines, started):
    assert watched(ines, started, act="void").status_code == 422
    page = watched(ines, started, act="void", kind="misconduct", reason="A second screen.").content.decode()
    assert "Voiding is proposed" in page
    assert Proposal.objects.get().payload == {"void_kind": "misconduct"}
    assert Attempt.objects.get().is_running


@pytest.mark.parametrize("kind", [VoidKind.TECHNICAL, VoidKind.MISCONDUCT])
def test_every_seat_is_counted_somewhere(
    ines, started, session, other_trainee, registrar, instructor, exam_admin, kind
):
    gone = seat_candidate(session, enrol(other_trainee, session.exam.programme), by=registrar)
    Booking.objects.filter(pk=gone.pk).update(state=BookingState.NO_SHOW)
    facts = {"attempt_id": started.attempt.pk, "kind": kind, "reason": "What happened."}
    confirm(proposal_id=propose_void(**facts, by=instructor).pk, by=exam_admin)
    counts = poll(ines, session).json()["counts"]
    assert (counts["void"], counts["absent"]) == (1, 1)
    assert sum(counts.values()) == 2 * counts["booked"]
    page = ines.get(reverse("exams:console", kwargs={"session_id": session.pk})).content.decode()
    assert set(re.findall(r'data-count="(\w+)"', page)) == set(counts)


def test_signals_are_counted_by_kind(ines, started):
    for kind in ("copy", "copy", "focus_lost"):
        IntegritySignal.objects.create(attempt=started.attempt, kind=kind)
    page = watched(ines, started).content.decode()
    assert "Copied text: 2" in page
    assert "Left the exam window: 1" in page


# Planning pages


def plan(browser, exam, instructor, **changes):
    fields = {
        "exam": exam.code,
        "place": "Hall",
        "day": (timezone.localdate() + timedelta(days=3)).isoformat(),
        "starts": "09:00",
        "minutes": "180",
        "seats": "12",
        "invigilators": [str(instructor.public_id)],
    }
    return browser.post(reverse("exams:exam_session_plan"), fields | changes, follow=True)


def test_a_session_is_planned_and_filled_by_pages(rosa, exam, instructor, ready):
    assert "Book the candidates now" in plan(rosa, exam, instructor).content.decode()
    session = ExamSession.objects.get()
    assert session.ends_at - session.starts_at == timedelta(hours=3)
    url = reverse("exams:exam_session", kwargs={"session_id": session.pk})
    assert "Ada Trainee" in rosa.get(url, {"q": "ada"}).content.decode()
    assert "has a seat" in rosa.post(url, {"act": f"book:{ready.pk}"}, follow=True).content.decode()
    assert "matches “ada”" in rosa.get(url, {"q": "ada"}).content.decode()
    seat = Booking.objects.get()
    page = rosa.post(url, {"act": f"release:{seat.pk}"}, follow=True).content.decode()
    assert "The seat is given back." in page
    assert "called off" in rosa.post(url, {"act": "cancel"}, follow=True).content.decode()
    assert "No session is planned." in rosa.get(reverse("exams:exam_sessions")).content.decode()


def test_whoever_shows_who_they_are_before_a_decision_is_led_to_the_list(exam_admin, client_for, exam):
    browser = client_for(exam_admin)
    asked = browser.post(reverse("exams:exam_supervision", args=[exam.code]), {"supervised": "no"})
    assert "/reauthenticate/" in asked["Location"]
    reached = browser.post(asked["Location"], {"password": PASSWORD}, follow=True)
    assert reached.redirect_chain[-1] == (reverse("exams:exam_sessions"), 302)


def test_refusals_stand_at_their_fields(rosa, exam, instructor):
    past = plan(rosa, exam, instructor, day=(timezone.localdate() - timedelta(days=1)).isoformat())
    assert past.status_code == 422
    assert "This start has passed." in past.content.decode()
    plan(rosa, exam, instructor)
    assert "in another session" in plan(rosa, exam, instructor, place="Annex").content.decode()
    assert ExamSession.objects.count() == 1


def test_a_planned_session_is_changed_by_its_page(rosa, exam, instructor, django_assert_max_num_queries):
    plan(rosa, exam, instructor)
    session = ExamSession.objects.get()
    url = reverse("exams:exam_session_change", kwargs={"session_id": session.pk})
    assert url in rosa.get(reverse("exams:exam_session", kwargs={"session_id": session.pk})).content.decode()
    with django_assert_max_num_queries(12):
        page = rosa.get(url).content.decode()
    for shown in ('value="Hall"', 'value="09:00"', 'value="180"', 'value="12"', "checked"):
        assert shown in page
    day = f"{timezone.localtime(session.starts_at):%Y-%m-%d}"
    same = {"place": "Hall", "day": day, "starts": "09:00", "minutes": "180", "seats": "12", "revision": "0"}
    same["invigilators"] = [str(instructor.public_id)]
    assert "Nothing is different." in rosa.post(url, same).content.decode()
    bad = rosa.post(url, same | {"place": "Annex <3", "seats": "0"})
    assert (bad.status_code, "Annex &lt;3" in bad.content.decode()) == (422, True)
    page = rosa.post(url, same | {"place": "Annex", "starts": "10:30", "minutes": "120"}, follow=True).content.decode()
    assert "The session is changed." in page
    changed = ExamSession.objects.get()
    assert (changed.place, changed.starts_at - session.starts_at) == ("Annex", timedelta(minutes=90))
    assert changed.ends_at - changed.starts_at == timedelta(hours=2)
    stale = rosa.post(url, same | {"place": "Attic"})
    assert (stale.status_code, "a moment ago" in stale.content.decode()) == (422, True)
    ExamSession.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert url not in rosa.get(reverse("exams:exam_session", kwargs={"session_id": session.pk})).content.decode()
    assert "has begun" in rosa.post(url, same | {"revision": "1"}).content.decode()


@pytest.mark.parametrize("act", ["", "book:x", "book:7f4fdfd0-44c1-4aad-b306-06db21beb003", "release:x", "nonsense"])
def test_planning_acts_that_do_not_exist(rosa, session, act):
    url = reverse("exams:exam_session", kwargs={"session_id": session.pk})
    assert rosa.post(url, {"act": act}).status_code == 404
