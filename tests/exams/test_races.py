"""Two and more real connections at once: saves, submitting, taking over, starting."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from exams.actions import attempts
from exams.actions.saving import Save, save
from exams.errors import AttemptError
from exams.models import Attempt, ResponseLog, Score, StraySave
from tests.factories.exams import start_attempt
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Elsewhere(threading.Thread):
    """Something that starts now, on a connection of its own, while this one goes on."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__()
        self.act, self.result = act, None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.act()
        finally:
            connection.close()

    def done(self) -> Any:
        self.join(30)
        assert not self.is_alive()
        return self.result


def saving(attempt: Attempt, person, position: int = 1, seq: int = 1) -> Callable[[], Any]:
    answer = Save(position, seq, ["b"])
    return lambda: (
        save(attempt_id=attempt.pk, token=attempt.token, answer=answer, by=person, received_at=timezone.now()).reply
    )


def submitting(attempt: Attempt, person) -> Callable[[], Any]:
    return lambda: (
        attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=person, received_at=timezone.now()).state
    )


def states(attempt: Attempt) -> list[str]:
    return [row["state"] for row in Score.objects.get(attempt=attempt).items]


def test_submit_waits_for_a_save_in_flight_and_scores_it(attempt, trainee):
    with transaction.atomic():
        assert saving(attempt, trainee)() == "ok"
        submit = Elsewhere(submitting(attempt, trainee))
        time.sleep(0.5)
        assert submit.is_alive()
    assert submit.done() == "submitted"
    assert states(attempt)[0] == "answered"


def test_a_save_waits_for_a_submit_in_flight_and_reads_closed(attempt, trainee):
    with transaction.atomic():
        submitting(attempt, trainee)()
        late = Elsewhere(saving(attempt, trainee))
        time.sleep(0.5)
        assert late.is_alive()
    assert late.done() == "closed"
    assert states(attempt)[0] == "not_reached"
    assert StraySave.objects.count() == 1


def test_whatever_is_acknowledged_is_scored(attempt, trainee):
    """Ten saves and one submit in any order: each "ok" is in the score, each "closed" is not."""
    saves = [saving(attempt, trainee, position) for position in range(1, 11)]
    *replies, state = at_once([*saves, submitting(attempt, trainee)])
    assert state == "submitted"
    expected = {"ok": "answered", "closed": "not_reached"}
    assert states(attempt)[:10] == [expected[reply] for reply in replies]
    assert ResponseLog.objects.count() == replies.count("ok")


def test_the_chain_does_not_fork(attempt, trainee):
    assert at_once([saving(attempt, trainee, position) for position in range(1, 13)]) == ["ok"] * 12
    entries = list(ResponseLog.objects.order_by("rev"))
    assert [e.previous_hash for e in entries[1:]] == [e.hash for e in entries[:-1]]


def test_the_same_save_twice_at_once_is_stored_once(attempt, trainee):
    replies = at_once([saving(attempt, trainee)] * 4)
    assert sorted(replies) == ["ok", "ok-duplicate", "ok-duplicate", "ok-duplicate"]


def test_of_twenty_claims_one_wins(attempt, trainee):
    def claim():
        try:
            return attempts.claim(attempt_id=attempt.pk, seen_claims=0, by=trainee).token
        except AttemptError as error:
            return error.code

    results = at_once([claim] * 20)
    assert results.count("claim_lost") == 19
    assert Attempt.objects.get().token in results


def test_submit_and_sweep_end_in_one_state(attempt, trainee):
    late = attempt.deadline + timedelta(seconds=40)

    def submit_late():
        return attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=late).state

    def sweep():
        return attempts.close_overdue(now=late)

    results = at_once([submit_late, sweep, sweep])
    assert results[0] == "expired"
    assert sum(results[1:]) <= 1
    assert Score.objects.count() == 1


def test_a_double_click_starts_one_attempt(ready, exam):
    def start():
        try:
            return start_attempt(ready, exam).pk
        except AttemptError as error:
            return error.code

    results = at_once([start, start, start])
    assert results.count("attempt_open") == 2
    assert Attempt.objects.count() == 1
