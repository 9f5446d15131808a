"""Taking over, flagging, submitting, closing, scoring."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction
from django.utils import timezone

from exams.actions import attempts
from exams.actions.scoring import score
from exams.errors import AttemptError
from exams.models import Attempt, Result, Score
from exams.signals import requirement_met
from lms.audit.models import Event
from lms.jobs.registry import handler_for, schedule
from tests.exams.conftest import move_deadline
from tests.factories.exams import make_exam, multiple_material, numeric_material, positions_of, start_attempt

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """What was told upwards."""
    told = []

    def listen(enrolment, **_):
        told.append((enrolment, transaction.get_connection().in_atomic_block))

    requirement_met.connect(listen)
    yield told
    requirement_met.disconnect(listen)


@pytest.fixture
def submit(attempt, trainee):
    def act(**changes):
        arguments = {"attempt_id": attempt.pk, "token": attempt.token, "by": trainee, "received_at": timezone.now()}
        return attempts.submit(**arguments | changes)

    return act


def answer_right(answer, exam, number):
    for position in positions_of(exam, "scored")[:number]:
        answer(position=position)


def refused(act, **arguments) -> str:
    with pytest.raises(AttemptError) as caught:
        act(**arguments)
    return caught.value.code


# Taking over


def test_a_claim_gives_a_new_token(attempt, trainee):
    taken = attempts.claim(attempt_id=attempt.pk, seen_claims=0, by=trainee)
    assert taken.token != attempt.token
    assert taken.claims == 1
    assert Event.objects.filter(verb="attempt.taken_over").count() == 1


def test_a_claim_on_an_old_view_is_lost(attempt, trainee):
    taken = attempts.claim(attempt_id=attempt.pk, seen_claims=0, by=trainee)
    assert refused(attempts.claim, attempt_id=attempt.pk, seen_claims=0, by=trainee) == "claim_lost"
    attempt.refresh_from_db()
    assert attempt.token == taken.token


def test_a_closed_attempt_cannot_be_taken(attempt, submit, trainee):
    submit()
    assert refused(attempts.claim, attempt_id=attempt.pk, seen_claims=0, by=trainee) == "closed"


def test_nobody_takes_somebody_elses(attempt, other_trainee):
    assert refused(attempts.claim, attempt_id=attempt.pk, seen_claims=0, by=other_trainee) == "unknown_attempt"


# Flags


def test_flags_are_set_and_lifted(attempt, trainee):
    for wanted in (True, True, False):
        assert attempts.flag(attempt_id=attempt.pk, token=attempt.token, position=2, flagged=wanted, by=trainee)
        assert attempt.responses.get(position=2).flagged is wanted


@pytest.mark.parametrize("change", [{"token": "0" * 32}, {"position": 99}])
def test_a_flag_that_cannot_be_kept(attempt, trainee, change):
    arguments = {"attempt_id": attempt.pk, "token": attempt.token, "position": 2, "flagged": True, "by": trainee}
    assert attempts.flag(**arguments | change) is False


# Submitting and scoring


def test_seven_of_ten_pass(answer, submit, exam, heard, ready):
    answer_right(answer, exam, 7)
    closed = submit()
    result = closed.released_score
    assert (closed.state, result.raw, result.maximum, result.cut, result.passed) == ("submitted", 7, 10, 7, True)
    assert heard == [(ready, True)]
    assert list(Attempt.objects.passed_by(ready)) == [closed]


def test_six_of_ten_fail_and_nobody_is_told(answer, submit, exam, heard, ready):
    answer_right(answer, exam, 6)
    assert submit().released_score.passed is False
    assert heard == []
    assert not Attempt.objects.passed_by(ready).exists()


def test_items_that_are_tried_out_do_not_count(answer, submit, exam):
    for position in positions_of(exam, "pretest"):
        answer(position=position)
    result = submit().released_score
    assert (result.raw, result.maximum) == (0, 10)
    tried = [row for row in result.items if row["section"] == "pretest"]
    assert [row["points"] for row in tried] == ["1", "1"]


def test_partial_credit_and_numbers_add_up_exactly(ready, trainee):
    three_keys = [multiple_material(f"D1-90{n}", key=["a", "b", "c"]) for n in range(3)]
    exam = make_exam(4, programme=ready.programme, items=[*three_keys, numeric_material("D1-910")])
    attempt = start_attempt(ready, exam)
    for position in (1, 2, 3):
        _save(attempt, trainee, position, ["a"])
    _save(attempt, trainee, 4, "56.5 % MSO")
    closed = attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=timezone.now())
    result = closed.released_score
    assert [row["points"] for row in result.items] == ["1/3", "1/3", "1/3", "1"]
    assert (result.raw, result.passed) == (Decimal(2), True)


def _save(attempt, person, position, value):
    from exams.actions.saving import Save, save

    answer = Save(position, 1, value)
    save(attempt_id=attempt.pk, token=attempt.token, answer=answer, by=person, received_at=timezone.now())


def test_the_score_tells_empty_from_not_reached(answer, submit):
    answer(position=1)
    answer(position=2, value=None)
    states = [row["state"] for row in submit().released_score.items]
    assert states == ["answered", "omitted"] + ["not_reached"] * 10


def test_submitting_twice_is_once(submit, heard):
    first, second = submit(), submit()
    assert first.submitted_at == second.submitted_at
    assert Score.objects.count() == 1
    assert Event.objects.filter(verb__in=["attempt.submitted", "attempt.scored"]).count() == 2


def test_only_the_session_that_holds_it_submits(submit, attempt):
    assert refused(submit, token="0" * 32) == "superseded"
    attempt.refresh_from_db()
    assert attempt.is_open


def test_nobody_submits_for_somebody_else(submit, other_trainee):
    assert refused(submit, by=other_trainee) == "unknown_attempt"


def test_submitting_late_counts_as_the_deadline(attempt, submit):
    ends = move_deadline(attempt, timedelta(minutes=5))
    closed = submit(received_at=ends + timedelta(seconds=10))
    assert (closed.state, closed.submitted_at) == ("expired", ends)


def test_time_given_at_the_moment_of_submitting_counts(attempt, submit, monkeypatch):
    ends = move_deadline(attempt, timedelta(minutes=-1))
    read = attempts._own_attempt

    def read_before_time_was_given(attempt_id, by):
        stale = read(attempt_id, by)
        Attempt.objects.filter(pk=attempt_id).update(deadline=ends + timedelta(minutes=10))
        return stale

    monkeypatch.setattr(attempts, "_own_attempt", read_before_time_was_given)
    received = ends + timedelta(minutes=5)
    closed = submit(received_at=received)
    assert (closed.state, closed.submitted_at) == ("submitted", received)


def test_an_open_attempt_has_no_score(attempt):
    assert refused(score, attempt=attempt) == "still_open"


def test_a_rescore_adds_a_row(submit):
    closed = submit()
    again = score(attempt=closed)
    assert [s.number for s in closed.scores.all()] == [1, 2]
    standing = Result.objects.get(attempt=closed)
    assert (standing.state, standing.released_score.number, again.number) == ("regraded", 1, 2)


def test_closed_attempts_and_scores_are_frozen(submit):
    submit()
    for change in (
        lambda: Attempt.objects.update(state="started", submitted_at=None),
        lambda: Score.objects.update(passed=True),
        lambda: Score.objects.all()._raw_delete(DEFAULT_DB_ALIAS),
    ):
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            change()


def test_the_score_names_the_end_of_the_log(answer, submit, attempt):
    answer()
    answer(position=2)
    assert submit().released_score.log_hash == attempt.log.last().hash
    assert Event.objects.get(verb="attempt.scored").data["log"] == attempt.log.last().hash


# The clock


@pytest.mark.parametrize(("seconds", "closed"), [(-60, 0), (0, 0), (25, 0), (31, 1)])
def test_the_clock_leaves_room_for_the_last_save(attempt, seconds, closed):
    ends = move_deadline(attempt, timedelta(minutes=5))
    assert attempts.close_overdue(now=ends + timedelta(seconds=seconds)) == closed


def test_the_clock_writes_the_deadline_not_its_own_time(answer, attempt, exam, heard):
    answer_right(answer, exam, 7)
    ends = move_deadline(attempt, timedelta(minutes=-70))
    assert attempts.close_overdue() == 1
    assert attempts.close_overdue() == 0
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at, attempt.released_score.passed) == ("expired", ends, True)
    assert Event.objects.get(verb="attempt.expired").actor == ""
    assert len(heard) == 1


def test_the_command_and_the_periodic_job_close(attempt, capsys):
    move_deadline(attempt, timedelta(minutes=-70))
    call_command("close_overdue_attempts")
    assert capsys.readouterr().out == "Attempts closed: 1. Mock exams closed: 0.\n"
    assert schedule()["exams.close_overdue"] == 30
    handler_for("exams.close_overdue")({})
