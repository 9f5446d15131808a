"""Pause, let go on, give time, incidents, notes, voiding by two people, signals of browsers."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from exams.actions import accommodations, attempts, invigilation, presence, results, voiding
from exams.actions.access import eligibility
from exams.actions.marking import take_next
from exams.actions.presence import Noticed, Pulse, hear
from exams.errors import AttemptError, SessionError
from exams.models import AttemptEvent, IntegritySignal, MarkingTask, Presence, Result, ResultEvent, SignalKind, VoidKind
from lms.accounts.errors import CodedError
from lms.accounts.roles import Role
from lms.approvals.actions import confirm, decline
from lms.approvals.errors import ProposalError
from lms.approvals.registry import KINDS
from lms.audit.models import Event
from lms.jobs.registry import handler_for, schedule
from tests.exams.conftest import move_deadline
from tests.factories.exam_sessions import enrol, hold_result, make_session, seat_candidate
from tests.factories.exams import start_attempt
from tests.factories.marking import FULL, give, hand_in, make_essay_exam, take

pytestmark = pytest.mark.django_db


def refused(act, **arguments) -> str:
    with pytest.raises(CodedError) as caught:
        act(**arguments)
    return caught.value.code


@pytest.fixture
def session(exam, instructor, registrar):
    return make_session(exam, instructor, by=registrar)


@pytest.fixture
def watched(session, ready, exam, registrar, instructor):
    """Ada's attempt in the session of Ines."""
    seat_candidate(session, ready, by=registrar, admitted_by=instructor)
    return start_attempt(ready, exam)


@pytest.fixture
def yara(make_person):
    return make_person("Yara Admin", Role.EXAM_ADMIN)


@pytest.fixture
def seasoned(monkeypatch):
    """Markers are not new: nothing is doubled."""
    monkeypatch.setattr("exams.rules.marking.FIRST_MARKS_DOUBLED", 0)


# The clock


def test_a_pause_keeps_what_is_left_to_the_microsecond(watched, instructor):
    now = watched.deadline - timedelta(minutes=12, microseconds=345_678)
    paused = invigilation.pause(attempt_id=watched.pk, reason=" Fire alarm. ", by=instructor, now=now)
    assert (paused.state, paused.remaining) == ("paused", timedelta(minutes=12, microseconds=345_678))
    later = now + timedelta(hours=5)
    resumed = invigilation.resume(attempt_id=watched.pk, by=instructor, now=later)
    assert (resumed.state, resumed.remaining) == ("started", None)
    assert resumed.deadline == later + timedelta(minutes=12, microseconds=345_678)
    kinds = AttemptEvent.objects.exclude(kind="admitted").values_list("kind", "text", "by", "happened_at")
    assert list(kinds) == [("paused", "Fire alarm.", instructor.pk, now), ("resumed", "", instructor.pk, later)]
    assert Event.objects.filter(verb__in=["attempt.paused", "attempt.resumed"]).count() == 2


def test_a_paused_attempt_is_not_closed_by_the_clock(watched, instructor):
    invigilation.pause(attempt_id=watched.pk, reason="Fire alarm.", by=instructor)
    assert attempts.close_overdue(now=watched.deadline + timedelta(days=1)) == 0


def test_a_pause_needs_a_reason_and_time(watched, instructor):
    pause = {"attempt_id": watched.pk, "by": instructor}
    assert refused(invigilation.pause, reason=" \n", **pause) == "reason_missing"
    assert refused(invigilation.pause, reason="Alarm.", now=watched.deadline, **pause) == "time_over"


def test_a_closed_attempt_stays_closed(watched, instructor, trainee):
    hand_in = {"attempt_id": watched.pk, "token": watched.token, "by": trainee, "received_at": timezone.now()}
    attempts.submit(**hand_in)
    who = {"attempt_id": watched.pk, "by": instructor}
    assert refused(invigilation.pause, reason="Alarm.", **who) == "closed"
    assert refused(invigilation.resume, **who) == "closed"
    assert refused(invigilation.extend, minutes=5, reason="Alarm.", **who) == "closed"
    assert refused(invigilation.incident, minutes=5, text="Alarm.", **who) == "closed"


def test_more_time_moves_the_end_and_says_so(watched, instructor):
    before = watched.deadline
    extended = invigilation.extend(attempt_id=watched.pk, minutes=25, reason="Late start.", by=instructor)
    assert extended.deadline == before + timedelta(minutes=25)
    detail = AttemptEvent.objects.get(kind="extended").detail
    assert (detail["minutes"], detail["deadline_before"], detail["deadline_after"]) == (
        25,
        before.isoformat(),
        extended.deadline.isoformat(),
    )


def test_a_clock_that_has_run_out_gets_no_time(watched, session, exam, instructor, registrar, other_trainee):
    late = {"by": instructor, "now": watched.deadline}
    assert refused(invigilation.extend, attempt_id=watched.pk, minutes=5, reason="Late.", **late) == "time_over"
    assert refused(invigilation.incident, attempt_id=watched.pk, minutes=5, text="Late.", **late) == "time_over"
    everybody = {"session": session, "minutes": 5, "text": "No power.", **late}
    assert refused(invigilation.incident_for_all, **everybody) == "nobody_runs"
    ben = enrol(other_trainee, exam.programme)
    seat_candidate(session, ben, by=registrar, admitted_by=instructor)
    still_running = start_attempt(ben, exam)
    assert still_running.deadline > watched.deadline
    assert invigilation.incident_for_all(**everybody) == [still_running.pk]
    ended = watched.deadline
    watched.refresh_from_db()
    assert watched.deadline == ended
    assert AttemptEvent.objects.filter(kind="incident").count() == 1


def test_time_given_in_a_pause_is_there_afterwards(watched, instructor):
    now = watched.deadline - timedelta(minutes=10)
    invigilation.pause(attempt_id=watched.pk, reason="Alarm.", by=instructor, now=now)
    given = invigilation.incident(attempt_id=watched.pk, minutes=5, text="No power.", by=instructor)
    assert given.remaining == timedelta(minutes=15)
    assert AttemptEvent.objects.get(kind="incident").detail["remaining_before"] == 600


@pytest.mark.parametrize("minutes", [0, -5, 241])
def test_minutes_have_limits(watched, session, instructor, minutes):
    one = {"attempt_id": watched.pk, "minutes": minutes, "by": instructor}
    assert refused(invigilation.extend, reason="Alarm.", **one) == "bad_minutes"
    everybody = {"session": session, "minutes": minutes, "text": "Alarm.", "by": instructor}
    assert refused(invigilation.incident_for_all, **everybody) == "bad_minutes"


def test_an_incident_of_the_session_reaches_every_running_clock(
    watched, session, exam, instructor, registrar, other_trainee, make_person
):
    people = [other_trainee, make_person("Cleo Trainee", Role.TRAINEE), make_person("Dora Trainee", Role.TRAINEE)]
    enrolments = [enrol(person, exam.programme) for person in people]
    for enrolment in enrolments[:2]:
        seat_candidate(session, enrolment, by=registrar, admitted_by=instructor)
    running, paused, elsewhere = (start_attempt(enrolment, exam) for enrolment in enrolments)
    invigilation.pause(attempt_id=paused.pk, reason="Unwell.", by=instructor)
    given = invigilation.incident_for_all(session=session, minutes=7, text="No network.", by=instructor)
    assert set(given) == {watched.pk, running.pk}
    ends = {}
    for attempt in (watched, running, elsewhere):
        ends[attempt.pk] = attempt.deadline
        attempt.refresh_from_db()
    assert watched.deadline - ends[watched.pk] == running.deadline - ends[running.pk] == timedelta(minutes=7)
    assert elsewhere.deadline == ends[elsewhere.pk]
    assert AttemptEvent.objects.filter(kind="incident", text="No network.").count() == 2
    assert len(Event.objects.get(verb="exam.incident_recorded").data["attempts"]) == 2


def test_an_incident_without_anybody_is_refused(session, instructor):
    with pytest.raises(SessionError, match="No attempt runs"):
        invigilation.incident_for_all(session=session, minutes=7, text="No network.", by=instructor)


def test_a_note_is_kept_and_cannot_be_changed(watched, instructor):
    event = invigilation.note(attempt_id=watched.pk, text="Asked for water.", by=instructor)
    with pytest.raises(DatabaseError), transaction.atomic():
        AttemptEvent.objects.filter(pk=event.pk).update(text="Nothing.")


# The close of the exam


def close_at(attempt, closes_at, *, moves):
    type(attempt).objects.filter(pk=attempt.pk).update(window_closes_at=closes_at, window_moves=moves)


def paused_in(attempt, by, minutes):
    """Pause an attempt with so many minutes left, and return when."""
    moment = attempt.deadline - timedelta(minutes=minutes)
    invigilation.pause(attempt_id=attempt.pk, reason="Alarm.", by=by, now=moment)
    return moment


def test_the_close_beats_what_was_left(watched, instructor):
    close_at(watched, watched.deadline + timedelta(minutes=5), moves=False)
    began = paused_in(watched, instructor, 20)
    resumed = invigilation.resume(attempt_id=watched.pk, by=instructor, now=began + timedelta(minutes=10))
    assert resumed.deadline == watched.deadline + timedelta(minutes=5)


def test_a_close_that_moves_waits_for_the_pause(watched, instructor):
    close_at(watched, watched.deadline, moves=True)
    began = paused_in(watched, instructor, 20)
    resumed = invigilation.resume(attempt_id=watched.pk, by=instructor, now=began + timedelta(hours=3))
    assert resumed.deadline == resumed.window_closes_at == watched.deadline + timedelta(hours=3)
    assert attempts.close_overdue(now=watched.deadline + timedelta(hours=2)) == 0


def test_an_exam_that_closes_in_a_pause_ends_there(watched, instructor):
    closes = watched.deadline + timedelta(minutes=5)
    close_at(watched, closes, moves=False)
    paused_in(watched, instructor, 20)
    assert attempts.close_overdue(now=closes + timedelta(seconds=30)) == 0
    late = closes + timedelta(seconds=31)
    assert refused(invigilation.resume, attempt_id=watched.pk, by=instructor, now=late) == "time_over"
    assert attempts.close_overdue(now=late) == 1
    watched.refresh_from_db()
    assert (watched.state, watched.submitted_at, watched.remaining) == ("expired", closes, None)


def test_time_is_given_up_to_the_close(watched, session, instructor):
    close_at(watched, watched.deadline + timedelta(minutes=5), moves=False)
    extend = {"attempt_id": watched.pk, "reason": "Alarm.", "by": instructor}
    assert refused(invigilation.extend, minutes=6, **extend) == "close_beats_it"
    invigilation.incident_for_all(session=session, minutes=6, text="No power.", by=instructor)
    ended = watched.deadline
    watched.refresh_from_db()
    assert watched.deadline == ended + timedelta(minutes=5)


def test_a_later_accommodation_keeps_what_invigilators_gave(watched, instructor, exam_admin):
    began = paused_in(watched, instructor, 20)
    invigilation.incident(attempt_id=watched.pk, minutes=7, text="No power.", by=instructor)
    invigilation.resume(attempt_id=watched.pk, by=instructor, now=began + timedelta(minutes=4))
    more = {"multiplier": Decimal(1), "extra_minutes": Decimal(10), "reason": "Granted late.", "by": exam_admin}
    extended = accommodations.extend(attempt_id=watched.pk, now=began + timedelta(minutes=5), **more)
    assert extended.deadline == watched.deadline + timedelta(minutes=4 + 7 + 10)


# Who may


def test_attempts_of_other_sessions_do_not_exist(watched, other_instructor, registrar, exam_admin):
    pause = {"attempt_id": watched.pk, "reason": "Alarm."}
    assert refused(invigilation.pause, by=other_instructor, **pause) == "unknown_attempt"
    with pytest.raises(PermissionDenied):
        invigilation.pause(by=registrar, **pause)
    assert invigilation.pause(by=exam_admin, **pause).is_paused


def test_nobody_supervises_their_own_attempt(exam, make_person):
    both = make_person("Iris Both", Role.TRAINEE, Role.EXAM_ADMIN)
    attempt = start_attempt(enrol(both, exam.programme), exam)
    assert refused(invigilation.extend, attempt_id=attempt.pk, minutes=5, reason="Me.", by=both) == "own_attempt"


# Voiding


def propose(attempt, kind, by):
    return voiding.propose_void(attempt_id=attempt.pk, kind=kind, reason="Two people at one screen.", by=by)


def outcomes(enrolment, exam):
    answer = eligibility(enrolment=enrolment, exam=exam, now=timezone.now())
    return answer.attempts_left, [reason.code for reason in answer.reasons]


@pytest.mark.parametrize(
    ("kind", "left", "reasons"), [(VoidKind.TECHNICAL, 3, []), (VoidKind.MISCONDUCT, 2, ["waiting"])]
)
def test_an_open_attempt_is_voided_by_two(watched, ready, exam, instructor, yara, kind, left, reasons):
    proposal = propose(watched, kind, instructor)
    watched.refresh_from_db()
    assert watched.state == "started"
    confirm(proposal_id=proposal.pk, by=yara)
    watched.refresh_from_db()
    assert (watched.state, watched.void_kind) == ("voided", kind)
    result = Result.objects.get(attempt=watched)
    assert (result.state, result.void_kind, result.released_score) == ("voided", kind, None)
    assert ResultEvent.objects.get(result=result).proposal == proposal
    assert AttemptEvent.objects.get(kind="voided").by == yara
    assert outcomes(ready, exam) == (left, reasons)


def test_a_paused_attempt_can_be_voided(watched, instructor, yara):
    invigilation.pause(attempt_id=watched.pk, reason="Alarm.", by=instructor)
    confirm(proposal_id=propose(watched, VoidKind.TECHNICAL, instructor).pk, by=yara)
    watched.refresh_from_db()
    assert (watched.state, watched.remaining) == ("voided", None)


def test_a_held_result_can_be_voided(watched, ready, exam, trainee, exam_admin, yara):
    hand_in = {"attempt_id": watched.pk, "token": watched.token, "by": trainee, "received_at": timezone.now()}
    attempts.submit(**hand_in)
    assert refused(propose, attempt=watched, kind=VoidKind.MISCONDUCT, by=exam_admin) == "not_voidable"
    result = hold_result(watched)
    confirm(proposal_id=propose(watched, VoidKind.MISCONDUCT, exam_admin).pk, by=yara)
    result.refresh_from_db()
    watched.refresh_from_db()
    assert (watched.state, result.state, result.void_kind) == ("submitted", "voided", "misconduct")
    assert outcomes(ready, exam) == (2, ["waiting"])


def test_what_is_handed_in_while_voiding_is_proposed_is_held_and_can_be_voided(
    watched, ready, exam, trainee, instructor, yara
):
    proposal = propose(watched, VoidKind.MISCONDUCT, instructor)
    attempts.submit(attempt_id=watched.pk, token=watched.token, by=trainee, received_at=timezone.now())
    result = Result.objects.get(attempt=watched)
    assert (exam.release, result.state, result.released_score) == ("at_once", "held", None)
    steps = ResultEvent.objects.filter(result=result).values_list("from_state", "to_state", "score__number")
    assert list(steps) == [("", "scored", 1), ("scored", "held", 1)]
    assert "Voiding the attempt was proposed" in ResultEvent.objects.get(to_state="held").reason
    confirm(proposal_id=proposal.pk, by=yara)
    result.refresh_from_db()
    assert (result.state, result.void_kind) == ("voided", "misconduct")
    assert outcomes(ready, exam) == (2, ["waiting"])


def test_declined_it_stays_held_until_people_release_it(watched, trainee, instructor, yara):
    proposal = propose(watched, VoidKind.TECHNICAL, instructor)
    decline(proposal_id=proposal.pk, by=yara, note="The camera shows nothing.")
    other = propose(watched, VoidKind.TECHNICAL, instructor)
    attempts.submit(attempt_id=watched.pk, token=watched.token, by=trainee, received_at=timezone.now())
    decline(proposal_id=other.pk, by=yara, note="The camera shows nothing.")
    result = Result.objects.get(attempt=watched)
    assert result.state == "held"
    results.release(result=result, score=watched.scores.get())
    assert Result.objects.get(attempt=watched).state == "released"


def test_a_declined_proposal_holds_nothing(watched, trainee, instructor, yara):
    decline(proposal_id=propose(watched, VoidKind.TECHNICAL, instructor).pk, by=yara, note="Nothing happened.")
    attempts.submit(attempt_id=watched.pk, token=watched.token, by=trainee, received_at=timezone.now())
    assert Result.objects.get(attempt=watched).state == "released"


@pytest.fixture
def written(ready):
    """Ada's attempt with two written answers that wait for marking."""
    return hand_in(ready, make_essay_exam(2, 2, programme=ready.programme, code="essays"), {1: "I stop.", 2: "I wait."})


def test_what_waits_for_marking_can_be_voided_and_is_not_marked(written, exam_admin, yara, instructor, seasoned):
    held = take(instructor)
    confirm(proposal_id=propose(written, VoidKind.TECHNICAL, exam_admin).pk, by=yara)
    assert Result.objects.get(attempt=written).state == "voided"
    assert take_next(by=instructor) is None
    assert not MarkingTask.objects.held_by(instructor).exists()
    assert refused(give, task=held, by=instructor, **FULL) == "not_held"


def test_what_is_marked_while_voiding_is_proposed_is_held(written, exam_admin, instructor, seasoned):
    propose(written, VoidKind.MISCONDUCT, exam_admin)
    for _ in range(2):
        give(take(instructor), instructor, **FULL)
    result = Result.objects.get(attempt=written)
    assert (result.state, result.released_score) == ("held", None)
    steps = ResultEvent.objects.filter(result=result).values_list("to_state", flat=True)
    assert list(steps) == ["awaiting_marking", "scored", "held"]


def test_the_second_person_is_an_exam_administrator(watched, session, exam_admin, instructor, other_instructor):
    session.invigilators.add(other_instructor)
    proposal = propose(watched, VoidKind.TECHNICAL, instructor)
    assert refused(confirm, proposal_id=proposal.pk, by=other_instructor) == "out_of_reach"
    assert refused(decline, proposal_id=proposal.pk, by=other_instructor, note="No.") == "out_of_reach"
    proposal.refresh_from_db()
    assert proposal.is_open


def test_nobody_decides_about_voiding_their_own_attempt(exam, exam_admin, make_person):
    both = make_person("Iris Both", Role.TRAINEE, Role.EXAM_ADMIN)
    attempt = start_attempt(enrol(both, exam.programme), exam)
    proposal = propose(attempt, VoidKind.MISCONDUCT, exam_admin)
    for act in (confirm, decline):
        with pytest.raises(ProposalError) as error:
            act(proposal_id=proposal.pk, by=both, note="No.")
        assert error.value.code == "concerns_you"


def test_what_is_proposed_is_told_in_words(watched, instructor):
    description = KINDS["attempt.void"].describe(propose(watched, VoidKind.TECHNICAL, instructor))
    assert "Ada Trainee is voided: technical fault. It does not use up an attempt." in description.sentence
    assert str(watched.pk) in description.link


def test_after_a_technical_fault_the_candidate_is_admitted_again(
    watched, session, ready, exam, instructor, yara, registrar
):
    confirm(proposal_id=propose(watched, VoidKind.TECHNICAL, instructor).pk, by=yara)
    booking = session.bookings.get()
    invigilation.admit(session=session, booking_id=booking.pk, by=instructor)
    again = start_attempt(ready, exam)
    booking.refresh_from_db()
    assert (booking.attempt, again.number) == (again, 2)
    # The void attempt stays tied to the session: by its own events, and by the audit event.
    assert watched.events.get(kind="note").detail == {"session": str(session.pk)}
    admitted = Event.objects.filter(verb="exam_session.admitted").latest("sequence")
    assert admitted.data == {"enrolment": str(ready.pk), "void_attempt": str(watched.pk)}


def test_what_was_handed_in_before_it_became_void_gives_the_seat_back_too(
    watched, session, ready, exam, instructor, yara, trainee
):
    proposal = propose(watched, VoidKind.TECHNICAL, instructor)
    attempts.submit(attempt_id=watched.pk, token=watched.token, by=trainee, received_at=timezone.now())
    confirm(proposal_id=proposal.pk, by=yara)
    booking = session.bookings.get()
    invigilation.admit(session=session, booking_id=booking.pk, by=instructor)
    assert start_attempt(ready, exam).booking == booking


def test_misconduct_gives_no_seat_back(watched, session, instructor, yara):
    confirm(proposal_id=propose(watched, VoidKind.MISCONDUCT, instructor).pk, by=yara)
    with pytest.raises(SessionError) as error:
        invigilation.admit(session=session, booking_id=session.bookings.get().pk, by=instructor)
    assert error.value.code == "not_waiting"


# Signs of life and signals


def beat(attempt, person, *kinds, token=None, **changes):
    noticed = [Noticed(uuid.uuid4(), kind) for kind in kinds]
    facts = {
        "place": 3,
        "noticed": noticed,
        "address": "192.0.2.1",
        "browser": "Firefox",
        "received_at": timezone.now(),
    }
    return hear(attempt_id=attempt.pk, token=token or attempt.token, pulse=Pulse(**facts | changes), by=person)


def test_a_sign_of_life_is_written_over_and_changes_nothing_else(attempt, trainee):
    before = attempt.rev
    assert beat(attempt, trainee).state == "started"
    later = timezone.now() + timedelta(minutes=1)
    assert beat(attempt, trainee, place=4, received_at=later).deadline == attempt.deadline
    row = Presence.objects.get()
    assert (row.seen_at, row.place) == (later, 4)
    attempt.refresh_from_db()
    assert attempt.rev == before
    assert not IntegritySignal.objects.exists()


def test_what_changes_is_noticed_and_neither_address_nor_browser_is_kept(attempt, trainee):
    beat(attempt, trainee)
    beat(attempt, trainee, address="192.0.2.2")
    beat(attempt, trainee, address="192.0.2.2", browser="Chrome")
    kinds = list(IntegritySignal.objects.values_list("kind", flat=True))
    assert kinds == ["address_changed", "browser_changed"]
    kept = " ".join(str(value) for value in Presence.objects.values_list().get())
    assert "192.0.2" not in kept
    assert "Chrome" not in kept


def test_the_same_signal_twice_is_one(attempt, trainee):
    signal = Noticed(uuid.uuid4(), SignalKind.COPY)
    for _ in range(2):
        beat(attempt, trainee, noticed=[signal])
    assert IntegritySignal.objects.count() == 1


def test_signals_are_limited_by_the_minute(attempt, trainee):
    now = timezone.now()
    for _ in range(3):
        beat(attempt, trainee, *[SignalKind.PASTE] * 20, received_at=now)
    assert IntegritySignal.objects.count() == 30
    beat(attempt, trainee, SignalKind.PASTE, received_at=now + timedelta(seconds=61))
    assert IntegritySignal.objects.count() == 31


def test_taking_over_is_a_signal_and_the_old_room_hears_it(attempt, trainee):
    attempts.claim(attempt_id=attempt.pk, seen_claims=0, by=trainee)
    assert beat(attempt, trainee, SignalKind.COPY).state == "superseded"
    assert list(IntegritySignal.objects.values_list("kind", flat=True)) == ["taken_over"]
    assert not Presence.objects.exists()


def test_rooms_hear_of_a_pause_at_every_device(attempt, trainee, exam_admin):
    invigilation.pause(attempt_id=attempt.pk, reason="Alarm.", by=exam_admin)
    assert beat(attempt, trainee).state == "paused"
    assert beat(attempt, trainee, token="0" * 32).state == "paused"


def test_nothing_is_kept_of_a_closed_attempt_or_told_of_somebody_elses(attempt, trainee, other_trainee):
    with pytest.raises(AttemptError, match="no such attempt"):
        beat(attempt, other_trainee)
    move_deadline(attempt, timedelta(minutes=-5))
    attempts.close_overdue()
    assert beat(attempt, trainee, SignalKind.COPY).state == "expired"
    assert not IntegritySignal.objects.exists()


def test_signals_are_forgotten_after_ninety_days(attempt, trainee):
    now = timezone.now()
    beat(attempt, trainee, SignalKind.COPY, received_at=now - timedelta(days=90, seconds=1))
    beat(attempt, trainee, SignalKind.PASTE, received_at=now - timedelta(days=89))
    assert presence.forget_old(now=now) == 1
    assert list(IntegritySignal.objects.values_list("kind", flat=True)) == ["paste"]
    assert "exams.forget_signals" in schedule()
    handler_for("exams.forget_signals")({})
    assert IntegritySignal.objects.count() == 1
