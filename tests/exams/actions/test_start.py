"""Starting an attempt."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from exams.actions import attempts
from exams.errors import AttemptError
from exams.models import Attempt, Exam
from lms.audit.models import Event
from tests.factories.exams import item_material, make_exam, numeric_material, start_attempt

pytestmark = pytest.mark.django_db


def refused(**arguments) -> str:
    with pytest.raises(AttemptError) as caught:
        attempts.start(**{"honour_accepted": True} | arguments)
    return caught.value.code


def test_an_attempt_holds_all_that_decides(ready, exam):
    now = timezone.now()
    attempt = start_attempt(ready, exam, now=now)
    assert (attempt.form, attempt.number, attempt.state) == (exam.active_form, 1, "started")
    assert attempt.deadline == now + timedelta(minutes=60)
    assert (attempt.honour_text, attempt.honour_accepted_at) == ("written-exam version 1", now)
    assert [r.position for r in attempt.responses.all()] == list(range(1, 13))
    assert {r.seq for r in attempt.responses.all()} == {0}


def test_options_are_shuffled_by_the_seed_unless_they_have_an_order(ready):
    fixed = item_material("D1-900", fixed_order=True)
    exam = make_exam(12, programme=ready.programme, items=[fixed, numeric_material("D1-901")])
    orders = [r.option_order for r in start_attempt(ready, exam).responses.all()]
    assert orders[:2] == [list("abcd"), []]
    assert all(sorted(order) == list("abcd") for order in orders[2:])
    assert len({tuple(order) for order in orders[2:]}) > 1


def test_it_is_recorded_once_without_names(attempt, trainee):
    event = Event.objects.get(verb="attempt.started")
    assert (event.actor, event.target_id) == (str(trainee.public_id), str(attempt.pk))
    assert event.data == {
        "exam": "written-exam",
        "form": attempt.form_id,
        "number": 1,
        "honour": "written-exam version 1",
    }


def test_the_course_comes_first(enrolment, exam, trainee):
    assert refused(enrolment=enrolment, exam=exam, by=trainee) == "course_not_completed"


def test_the_rules_must_be_accepted(ready, exam, trainee):
    assert refused(enrolment=ready, exam=exam, by=trainee, honour_accepted=False) == "honour_not_accepted"


def test_nobody_starts_for_somebody_else(ready, exam, other_trainee):
    assert refused(enrolment=ready, exam=exam, by=other_trainee) == "not_yours"


def test_an_exam_of_another_programme(ready, exam, trainee):
    ready.programme_id += 1
    assert refused(enrolment=ready, exam=exam, by=trainee) == "not_yours"


def test_only_trainees_sit_exams(ready, exam, registrar):
    with pytest.raises(PermissionDenied):
        attempts.start(enrolment=ready, exam=exam, honour_accepted=True, by=registrar)


def test_no_form_no_exam(ready, exam, trainee):
    Exam.objects.update(active_form=None)
    exam.refresh_from_db()
    assert refused(enrolment=ready, exam=exam, by=trainee) == "exam_not_open"


def test_one_open_attempt_at_a_time(attempt, ready, exam, trainee):
    assert refused(enrolment=ready, exam=exam, by=trainee) == "attempt_open"


def test_the_database_holds_one_open_attempt(attempt):
    attempt.pk, attempt.number = None, 2
    attempt._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt.save()


def test_a_retake_waits_fourteen_days(attempt, ready, exam, trainee):
    now = timezone.now()
    attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=now)
    day = timedelta(days=1)
    assert refused(enrolment=ready, exam=exam, by=trainee, now=now + 13 * day) == "waiting"
    again = start_attempt(ready, exam, now=now + 14 * day)
    assert again.number == 2
    assert Attempt.objects.count() == 2
