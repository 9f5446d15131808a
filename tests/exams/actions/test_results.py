"""From a score to a result that is out: at once, or when people release it."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from exams.actions import attempts, results
from exams.actions.access import eligibility
from exams.actions.scoring import score
from exams.errors import ResultError
from exams.models import Attempt, Exam, Result, ResultEvent
from exams.signals import requirement_met
from lms.audit.models import Event
from tests.exams.actions.test_attempts import answer_right
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def told():
    heard = []

    def listen(enrolment, **_):
        heard.append(enrolment)

    requirement_met.connect(listen)
    yield heard
    requirement_met.disconnect(listen)


@pytest.fixture
def closed(exam, attempt, answer, trainee):
    """Ada's attempt with seven of ten right, submitted; the exam waits for people."""
    Exam.objects.update(release="by_people")
    answer_right(answer, exam, 7)
    arguments = {"attempt_id": attempt.pk, "token": attempt.token, "by": trainee, "received_at": timezone.now()}
    return attempts.submit(**arguments)


def steps(attempt):
    return list(ResultEvent.objects.filter(result=attempt.pk).values_list("from_state", "to_state"))


def test_a_result_that_waits_is_not_shown_and_does_not_count(closed, told, ready, exam, client_for, trainee):
    assert (closed.released_score, told) == (None, [])
    assert not Attempt.objects.passed_by(ready).exists()
    page = client_for(trainee).get(reverse("exams:result", args=[closed.pk])).content.decode()
    assert "No result yet" in page
    assert "7 of 10" not in page
    reasons = eligibility(enrolment=ready, exam=exam, now=timezone.now()).reasons
    assert [reason.code for reason in reasons] == ["result_pending"]


def test_released_it_is_shown_and_counts(closed, told, ready, client_for, trainee):
    results.release(result=closed.result, score=closed.scores.get())
    assert told == [ready]
    assert list(Attempt.objects.passed_by(ready)) == [closed]
    page = client_for(trainee).get(reverse("exams:result", args=[closed.pk])).content.decode()
    assert "7 of 10 points" in page
    assert steps(closed) == [("", "scored"), ("scored", "released")]
    assert Event.objects.get(verb="result.changed").data == {"from": "scored", "to": "released", "score": 1}


def test_what_is_held_does_not_count_until_it_is_released(closed, ready):
    held = results.step(result=closed.result, to=results.ResultState.HELD)
    assert not Attempt.objects.passed_by(ready).exists()
    results.release(result=held, score=closed.scores.get())
    assert Attempt.objects.passed_by(ready).exists()


def test_a_new_score_changes_nothing_before_its_release(closed, ready):
    first = closed.scores.get()
    results.release(result=closed.result, score=first)
    again = score(attempt=closed)
    standing = Result.objects.get(attempt=closed)
    assert (standing.state, standing.released_score) == ("regraded", first)
    results.release(result=standing, score=again)
    assert Result.objects.get(attempt=closed).released_score == again


def test_steps_that_the_table_lacks_are_refused(closed):
    with pytest.raises(ResultError) as error:
        results.step(result=closed.result, to=results.ResultState.VOIDED)
    assert error.value.code == "no_such_step"


def test_the_database_keeps_the_rules(closed):
    for change in ({"state": "released"}, {"state": "lost"}, {"state": "voided"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Result.objects.update(**change)
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        ResultEvent.objects.update(reason="other")


@pytest.mark.django_db(transaction=True)
def test_of_two_moves_at_once_one_wins(closed):
    first = Result.objects.get(pk=closed.pk)
    second = Result.objects.get(pk=closed.pk)

    def stale(result, to):
        try:
            if to is results.ResultState.RELEASED:
                results.release(result=result, score=closed.scores.get())
            else:
                results.step(result=result, to=to)
        except ResultError as error:
            return error.code
        return "moved"

    moves = at_once(
        [lambda: stale(first, results.ResultState.RELEASED), lambda: stale(second, results.ResultState.HELD)]
    )
    assert sorted(moves) == ["changed_meanwhile", "moved"]
    assert len(steps(closed)) == 2
