"""The life of an attempt as a state machine: any order of saves, devices, clock, sweep and submit (T-1).

A plain dictionary is the oracle. Always: every answer that was acknowledged is stored, logged and scored, every one
that was not is kept as a stray, and there is at most one end.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from exams.actions import attempts
from exams.actions.saving import Save, save
from exams.errors import AttemptError
from exams.models import Attempt, ResponseLog, StraySave
from exams.rules.answer_chain import GENESIS_HASH, AnswerFacts, answer_hash
from tests.factories.exams import start_attempt

positions = st.integers(1, 4)
sequences = st.integers(1, 5)
values = st.sampled_from([["b"], ["a"], None])


class AttemptLife(RuleBasedStateMachine):
    """One attempt; the enrolment and the exam come from the test."""

    enrolment: Any
    exam: Any

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.attempt = start_attempt(self.enrolment, self.exam)
        self.person = self.enrolment.person
        self.now = self.attempt.started_at
        self.tokens = [self.attempt.token]
        self.stored: dict[int, tuple[int, Any]] = {}
        self.accepted = 0
        self.strays: set[tuple[int, int, str]] = set()
        self.state = "started"

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @property
    def late(self) -> bool:
        return self.now > self.attempt.deadline + timedelta(seconds=20)

    def expected(self, token: str, position: int, seq: int, value: Any) -> str:
        held, answer = self.stored.get(position, (0, None))
        if self.state != "started" or self.late or token != self.tokens[-1]:
            if held and (held, answer) == (seq, value):
                return "ok-duplicate"
            return "superseded" if self.state == "started" and not self.late else "closed"
        if seq > held:
            return "ok"
        if seq < held:
            return "ignored-stale"
        return "ok-duplicate" if answer == value else "conflict"

    @rule(position=positions, seq=sequences, value=values, data=st.data())
    def save(self, position: int, seq: int, value: Any, data: st.DataObject) -> None:
        token = data.draw(st.sampled_from(self.tokens))
        expected = self.expected(token, position, seq, value)
        result = save(
            attempt_id=self.attempt.pk,
            token=token,
            answer=Save(position, seq, value),
            by=self.person,
            received_at=self.now,
        )
        assert result.reply == expected
        if expected == "ok":
            self.stored[position] = (seq, value)
            self.accepted += 1
        elif expected in ("superseded", "closed"):
            self.strays.add((position, seq, str(value)))

    @rule()
    def claim(self) -> None:
        arguments = {"attempt_id": self.attempt.pk, "seen_claims": len(self.tokens) - 1, "by": self.person}
        if self.state == "started":
            self.tokens.append(attempts.claim(**arguments).token)
        else:
            with pytest.raises(AttemptError, match="closed"):
                attempts.claim(**arguments)

    @rule(seconds=st.sampled_from([1, 900, 3590, 15, 25, 60]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        due = self.state == "started" and self.now > self.attempt.deadline + timedelta(seconds=30)
        assert attempts.close_overdue(now=self.now) == int(due)
        if due:
            self.state = "expired"

    @rule(data=st.data())
    def submit(self, data: st.DataObject) -> None:
        token = data.draw(st.sampled_from(self.tokens))
        arguments = {"attempt_id": self.attempt.pk, "token": token, "by": self.person, "received_at": self.now}
        if self.state == "started" and token != self.tokens[-1]:
            with pytest.raises(AttemptError, match="another device"):
                attempts.submit(**arguments)
            return
        closed = attempts.submit(**arguments)
        if self.state == "started":
            self.state = "submitted" if self.now <= self.attempt.deadline else "expired"
        assert closed.state == self.state

    @invariant()
    def rows_are_as_the_oracle_says(self) -> None:
        rows = Attempt.objects.get(pk=self.attempt.pk).responses.filter(seq__gt=0)
        assert {r.position: (r.seq, r.value) for r in rows} == self.stored
        assert ResponseLog.objects.count() == self.accepted
        assert {(s.position, s.seq, str(s.value)) for s in StraySave.objects.all()} == self.strays

    @invariant()
    def the_log_is_one_chain(self) -> None:
        previous = GENESIS_HASH
        for e in ResponseLog.objects.order_by("rev"):
            facts = AnswerFacts(self.attempt.pk.hex, e.position, e.seq, e.rev, e.body_hash, e.received_at, previous)
            assert (e.previous_hash, e.hash) == (previous, answer_hash(facts))
            previous = e.hash

    @precondition(lambda self: self.state != "started")
    @invariant()
    def there_is_one_end_and_its_score_is_that_of_the_answers(self) -> None:
        attempt = Attempt.objects.get(pk=self.attempt.pk)
        (result,) = attempt.scores.all()
        right = sum(value == ["b"] for position, (_, value) in self.stored.items())
        assert (attempt.state, result.raw) == (self.state, right)
        assert attempt.submitted_at is not None
        assert attempt.submitted_at <= attempt.deadline


@pytest.mark.django_db
def test_the_life_of_an_attempt(ready, exam):
    AttemptLife.enrolment, AttemptLife.exam = ready, exam
    run_state_machine_as_test(
        AttemptLife,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
