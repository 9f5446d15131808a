"""The save protocol: every reply, and that nothing entered is lost."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from exams.actions import attempts, saving
from exams.errors import AttemptError
from exams.models import Attempt, ResponseLog, StraySave
from exams.rules.answer_chain import GENESIS_HASH, AnswerFacts, answer_hash
from tests.exams.conftest import move_deadline

pytestmark = pytest.mark.django_db


def stored(attempt, position=1):
    response = attempt.responses.get(position=position)
    return response.seq, response.value


def test_a_save_is_stored_and_logged(answer, attempt):
    now = timezone.now()
    assert answer(received_at=now).reply == "ok"
    response, entry = attempt.responses.get(position=1), ResponseLog.objects.get()
    assert (response.seq, response.value, response.saved_at) == (1, ["b"], now)
    assert (entry.position, entry.seq, entry.value, entry.received_at) == (1, 1, ["b"], now)


@pytest.mark.parametrize("value", [["a", "c"], "56.4", None, [], 'O\'Brien "x" \\ % é 漢'])
def test_every_kind_of_value_comes_back(answer, attempt, value):
    assert answer(value=value).reply == "ok"
    assert stored(attempt) == (1, value)


def test_a_repeat_changes_nothing(answer, attempt):
    answer()
    again = answer()
    assert (again.reply, again.stored.value) == ("ok-duplicate", ["b"])
    assert ResponseLog.objects.count() == 1


def test_the_order_of_ticks_is_no_conflict(answer):
    answer(value=["a", "c"])
    assert answer(value=["c", "a"]).reply == "ok-duplicate"


def test_the_same_number_with_another_answer_is_a_conflict(answer, attempt):
    answer()
    clash = answer(value=["a"])
    assert (clash.reply, clash.stored.seq, clash.stored.value) == ("conflict", 1, ["b"])
    assert stored(attempt) == (1, ["b"])


def test_an_older_number_is_ignored(answer, attempt):
    answer(seq=5)
    stale = answer(seq=4, value=["a"])
    assert (stale.reply, stale.stored.seq) == ("ignored-stale", 5)
    assert stored(attempt) == (5, ["b"])


def test_numbers_may_be_skipped(answer, attempt):
    assert [answer(seq=n, value=[v]).reply for n, v in ((1, "a"), (7, "b"), (3, "c"))] == ["ok", "ok", "ignored-stale"]
    assert stored(attempt) == (7, ["b"])


def test_clearing_is_a_save(answer, attempt):
    answer()
    assert answer(seq=2, value=None).reply == "ok"
    assert stored(attempt) == (2, None)
    assert [entry.value for entry in ResponseLog.objects.all()] == [["b"], None]


@pytest.mark.parametrize(("late", "reply"), [(-1, "ok"), (0, "ok"), (19.9, "ok"), (20.1, "closed"), (90, "closed")])
def test_the_deadline_and_its_grace(answer, attempt, late, reply):
    ends = move_deadline(attempt, timedelta(minutes=5))
    assert answer(received_at=ends + timedelta(seconds=late)).reply == reply


def test_a_late_answer_is_kept_but_does_not_count(answer, attempt):
    ends = move_deadline(attempt, timedelta(minutes=5))
    for _ in range(2):
        answer(value=["a"], received_at=ends + timedelta(minutes=1))
    stray = StraySave.objects.get()
    assert (stray.position, stray.value, stray.reason) == (1, ["a"], "closed")
    assert stored(attempt) == (0, None)


def test_after_submitting_nothing_is_taken(answer, attempt, trainee):
    attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=timezone.now())
    assert answer().reply == "closed"
    assert not ResponseLog.objects.exists()


def test_the_repeat_of_an_accepted_save_is_no_loss_after_closing(answer, attempt, trainee):
    answer()
    attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=timezone.now())
    assert answer().reply == "ok-duplicate"
    assert not StraySave.objects.exists()


def test_another_session_supersedes_this_one(answer, attempt, trainee):
    answer()
    attempts.claim(attempt_id=attempt.pk, seen_claims=0, by=trainee)
    lost = answer(seq=2, value=["a"])
    assert (lost.reply, lost.stored.value) == ("superseded", ["b"])
    assert StraySave.objects.get().reason == "superseded"
    assert answer().reply == "ok-duplicate"
    assert stored(attempt) == (1, ["b"])


def refused(answer, **changes) -> str:
    with pytest.raises(AttemptError) as caught:
        answer(**changes)
    return caught.value.code


def test_a_question_that_does_not_exist(answer, attempt):
    assert refused(answer, position=99) == "unknown_item"
    assert Attempt.objects.get().rev == 0
    assert refused(answer, position=99, token="0" * 32) == "unknown_item"


def test_somebody_elses_attempt_is_unknown(answer, other_trainee):
    assert refused(answer, by=other_trainee) == "unknown_attempt"
    assert refused(answer, attempt_id=uuid.uuid4()) == "unknown_attempt"


def test_other_roles_cannot_answer(answer, registrar):
    with pytest.raises(PermissionDenied):
        answer(by=registrar)


def test_the_log_is_a_chain(answer, attempt):
    for position, seq, value in ((1, 1, ["a"]), (2, 1, ["b"]), (1, 2, None), (1, 2, None), (3, 4, "1")):
        answer(position=position, seq=seq, value=value)
    previous = GENESIS_HASH
    for entry in ResponseLog.objects.order_by("rev"):
        facts = AnswerFacts(
            attempt.pk.hex, entry.position, entry.seq, entry.rev, entry.body_hash, entry.received_at, previous
        )
        assert (entry.previous_hash, entry.hash) == (previous, answer_hash(facts))
        previous = entry.hash
    assert ResponseLog.objects.count() == 4


def test_the_log_cannot_be_changed(answer):
    answer()
    for change in (lambda: ResponseLog.objects.update(seq=9), lambda: ResponseLog.objects.all()._raw_delete("default")):
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
            change()


def test_a_save_is_three_statements(answer, django_assert_num_queries):
    """And the savepoint of the test, which is the transaction elsewhere."""
    with django_assert_num_queries(5):
        answer()


@pytest.mark.parametrize("statement", [saving.GATE, saving.STORE, saving.LOG])
def test_the_statements_name_real_columns(statement, db):
    parameters = [None] * statement.count("%s")
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with connection.cursor() as cursor:
        cursor.execute(explain + statement, parameters)
