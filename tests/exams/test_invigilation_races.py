"""The invigilator and the candidate at the same moment: real connections, each pair ends in one of two orders (T-2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from exams.actions import attempts, invigilation, voiding
from exams.actions.exam_sessions import book, cancel_session
from exams.actions.saving import Save, save
from exams.models import Attempt, AttemptEvent, Booking, Exam, ResponseLog, Result, Score, StraySave, VoidKind
from lms.accounts.errors import CodedError
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.audit.actions import first_fault
from tests.exams.conftest import move_deadline
from tests.factories.exam_sessions import enrol, make_session, seat_candidate
from tests.factories.exams import start_attempt
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def code_of(act: Callable[..., Any], **arguments: Any) -> Callable[[], str]:
    """Return a call that answers "done", or the code of the refusal."""

    def call() -> str:
        try:
            act(**arguments)
        except CodedError as error:
            return error.code
        return "done"

    return call


def saving(attempt: Attempt, person, position: int) -> Callable[[], str]:
    answer = Save(position, 1, ["b"])
    arguments = {"attempt_id": attempt.pk, "token": attempt.token, "answer": answer, "by": person}
    return lambda: save(received_at=timezone.now(), **arguments).reply.value


def test_what_is_acknowledged_around_a_pause_is_stored_and_the_rest_can_be_sent_again(attempt, trainee, exam_admin):
    saves = [saving(attempt, trainee, position) for position in range(1, 9)]
    pause = code_of(invigilation.pause, attempt_id=attempt.pk, reason="Fire alarm.", by=exam_admin)
    *replies, paused = at_once([*saves, pause])
    assert paused == "done"
    assert set(replies) <= {"ok", "paused"}
    assert ResponseLog.objects.count() == replies.count("ok")
    assert not StraySave.objects.exists()
    invigilation.resume(attempt_id=attempt.pk, by=exam_admin)
    again = [act() for act, reply in zip(saves, replies, strict=True) if reply == "paused"]
    assert again == ["ok"] * replies.count("paused")
    assert ResponseLog.objects.count() == 8


def test_a_save_that_meets_the_end_of_a_pause_is_not_put_aside(attempt, trainee, exam_admin):
    invigilation.pause(attempt_id=attempt.pk, reason="Fire alarm.", by=exam_admin)
    saves = [saving(attempt, trainee, position) for position in range(1, 9)]
    *replies, _ = at_once([*saves, code_of(invigilation.resume, attempt_id=attempt.pk, by=exam_admin)])
    assert set(replies) <= {"ok", "paused"}
    assert not StraySave.objects.exists()


def test_of_several_resumes_one_wins(attempt, exam_admin):
    before = attempt.deadline
    invigilation.pause(attempt_id=attempt.pk, reason="Fire alarm.", by=exam_admin, now=before - timedelta(minutes=9))
    results = at_once([code_of(invigilation.resume, attempt_id=attempt.pk, by=exam_admin)] * 4)
    assert sorted(results) == ["done", "not_paused", "not_paused", "not_paused"]
    assert AttemptEvent.objects.filter(kind="resumed").count() == 1


def test_of_several_pauses_one_wins(attempt, exam_admin):
    pause = code_of(invigilation.pause, attempt_id=attempt.pk, reason="Fire alarm.", by=exam_admin)
    assert sorted(at_once([pause] * 4)) == ["already_paused", "already_paused", "already_paused", "done"]


def test_void_and_submit_end_in_one_state(attempt, trainee, exam_admin, make_person):
    reason = {"reason": "Two people at one screen.", "by": exam_admin}
    proposal = voiding.propose_void(attempt_id=attempt.pk, kind=VoidKind.MISCONDUCT, **reason)
    handing_in = {"attempt_id": attempt.pk, "token": attempt.token, "by": trainee, "received_at": timezone.now()}
    void = code_of(confirm, proposal_id=proposal.pk, by=make_person("Yara Admin", Role.EXAM_ADMIN))
    submitted, voided = at_once([code_of(attempts.submit, **handing_in), void])
    assert submitted == "done"
    attempt.refresh_from_db()
    proposal.refresh_from_db()
    assert (voided, proposal.state, attempt.result.state) == ("done", "confirmed", "voided")
    assert (attempt.state, Score.objects.count()) in {("voided", 0), ("submitted", 1)}


def test_a_void_proposed_while_the_attempt_is_handed_in_finds_it_open_or_comes_too_late(attempt, trainee, exam_admin):
    handing_in = {"attempt_id": attempt.pk, "token": attempt.token, "by": trainee, "received_at": timezone.now()}
    reason = {"reason": "Two people at one screen.", "by": exam_admin}
    propose = code_of(voiding.propose_void, attempt_id=attempt.pk, kind=VoidKind.MISCONDUCT, **reason)
    submitted, proposed = at_once([code_of(attempts.submit, **handing_in), propose])
    assert submitted == "done"
    state = Result.objects.get(attempt=attempt).state
    assert (proposed, state) in {("done", "held"), ("not_voidable", "released")}


def test_time_given_while_the_clock_closes_is_given_or_refused(attempt, exam_admin):
    ended = move_deadline(attempt, timedelta(minutes=-1))
    asked = {"minutes": 30, "reason": "Network.", "now": ended - timedelta(seconds=1)}  # in time, and slow to arrive
    extend = code_of(invigilation.extend, attempt_id=attempt.pk, by=exam_admin, **asked)
    closed, extended = at_once([lambda: attempts.close_overdue(), extend])
    attempt.refresh_from_db()
    if extended == "done":
        assert (closed, attempt.state, attempt.deadline) == (0, "started", ended + timedelta(minutes=30))
    else:
        assert (extended, closed, attempt.state, attempt.deadline) == ("closed", 1, "expired", ended)


def test_an_incident_of_all_and_a_pause_give_the_time_once(ready, exam, exam_admin, instructor):
    session = make_session(exam, instructor, by=exam_admin)
    booking = book(session=session, enrolment=ready, by=exam_admin)
    invigilation.admit(session=session, booking_id=booking.pk, by=instructor)
    attempt = start_attempt(ready, exam)
    given = code_of(invigilation.incident_for_all, session=session, minutes=5, text="No power.", by=instructor)
    at_once([given, code_of(invigilation.pause, attempt_id=attempt.pk, reason="No power.", by=exam_admin)])
    attempt.refresh_from_db()
    paused = AttemptEvent.objects.get(kind="paused")
    minutes = 60 + 5 * AttemptEvent.objects.filter(kind="incident").count()
    assert attempt.remaining == attempt.started_at + timedelta(minutes=minutes) - paused.happened_at


def test_the_last_seat_is_booked_once(exam, programme, make_person, exam_admin, instructor):
    session = make_session(exam, instructor, by=exam_admin, seats=1)
    people = [enrol(make_person(f"Candidate {n}", Role.TRAINEE), exam.programme) for n in range(3)]
    calls = [code_of(book, session=session, enrolment=person, by=exam_admin) for person in people]
    assert sorted(at_once(calls)) == ["done", "full", "full"]
    assert Booking.objects.count() == 1


def test_an_invigilator_is_planned_into_one_place(exam, exam_admin, instructor):
    calls = [code_of(make_session, exam=exam, invigilator=instructor, by=exam_admin) for _ in range(3)]
    assert sorted(at_once(calls)) == ["done", "invigilator_busy", "invigilator_busy"]


def test_the_audit_chain_holds_after_all_of_it(attempt, exam_admin):
    acts = [code_of(invigilation.note, attempt_id=attempt.pk, text=f"Note {n}.", by=exam_admin) for n in range(6)]
    assert at_once(acts) == ["done"] * 6
    assert first_fault() is None


def test_a_session_is_called_off_or_somebody_starts_in_it(ready, exam, exam_admin, instructor):
    Exam.objects.update(supervised_only=True)
    exam.refresh_from_db()
    session = make_session(exam, instructor, by=exam_admin)
    booking = seat_candidate(session, ready, by=exam_admin, admitted_by=instructor)
    starting = code_of(start_attempt, enrolment=ready, exam=exam)
    outcome = at_once([starting, code_of(cancel_session, session=session, by=exam_admin)])
    booking.refresh_from_db()
    session.refresh_from_db()
    if outcome == ["done", "started"]:
        assert (session.is_standing, booking.state, booking.attempt) == (True, "admitted", Attempt.objects.get())
    else:
        assert outcome[0] in {"no_seat", "not_admitted"}
        assert (outcome[1], session.is_standing, booking.state) == ("done", False, "released")
        assert not Attempt.objects.exists()
