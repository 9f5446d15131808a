"""Analyses of a form from what candidates really answered; numbers by hand."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from exams.actions import analyses
from exams.actions.analyses import ANALYSE, analyse_changed, make_analysis, request_analysis
from exams.actions.regrades import KEY_CHANGE, REGRADE, propose_key_change
from exams.actions.releases import hold
from exams.actions.voiding import propose_void
from exams.analysing import Window
from exams.errors import FormError
from exams.models import Exam, FormAnalysis, Release, Result, VoidKind
from exams.rules.key_changes import KeyPolicy
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.exams.staff import agree, enrol, run_jobs, sit, version_at
from tests.factories.exams import make_exam

pytestmark = pytest.mark.django_db

# Three items that count and one that is tried out; the key of every item is b. Totals 3, 2, 1, 0.
ANSWERS = ("bbbb", "bbaa", "bcab", "ca")


@pytest.fixture
def exam(programme):
    return make_exam(3, 1, programme=programme)


@pytest.fixture
def sat(exam, programme, make_person):
    people = [make_person(f"Candidate {number}", Role.TRAINEE) for number in range(len(ANSWERS))]
    return [sit(enrol(person, programme), exam, given) for person, given in zip(people, ANSWERS, strict=True)]


def made(exam, **window):
    days = {"since": None, "until": None} | window
    return make_analysis(form_id=exam.active_form_id, **days)


def test_what_candidates_answered_is_what_is_analysed(exam, sat):
    figures = made(exam).figures
    assert (figures["n"], figures["k"], figures["mean"], figures["distribution"]) == (4, 3, 1.5, [1, 1, 1, 1])
    # p = 3/4, 2/4, 1/4; Σpq = .1875 + .25 + .1875 = .625; variance 1.25; 3/2 · (1 − .625/1.25) = .75.
    assert figures["alpha"] == pytest.approx(0.75)
    first, second, third, tried = figures["items"]
    assert [item["p"] for item in (first, second, third)] == [0.75, 0.5, pytest.approx(1 / 3)]
    assert (third["n"], third["not_reached"]) == (3, 1)
    assert (tried["scored"], tried["section"], tried["p"]) == (False, "pretest", pytest.approx(2 / 3))
    chosen = {option["option"]: option["n"] for option in second["options"]}
    assert chosen == {"a": 1, "b": 2, "c": 1, "d": 0, "omit": 0}
    assert [option["option"] for option in second["options"] if option["key"] and option["n"]] == ["b"]


def test_second_attempts_are_left_out(exam, sat):
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        sit(sat[3].enrolment, exam, "bbbb")
    assert made(exam).figures["n"] == 4


def test_an_attempt_that_was_voided_after_its_score_is_left_out(exam, programme, exam_admin, make_person):
    Exam.objects.update(release=Release.BY_PEOPLE)
    exam.refresh_from_db()
    people = [make_person(f"Candidate {number}", Role.TRAINEE) for number in range(2)]
    sat = [sit(enrol(person, programme), exam, "bbb") for person in people]
    hold(result=Result.objects.get(attempt=sat[0]), reason="A fire alarm.", by=exam_admin)
    assert made(exam).persons == 2
    second = make_person("Yusuf Admin", Role.EXAM_ADMIN)
    facts = {"attempt_id": sat[0].pk, "kind": VoidKind.TECHNICAL, "reason": "A fire alarm."}
    confirm(proposal_id=propose_void(**facts, by=exam_admin).pk, by=second)
    assert made(exam).persons == 1


def test_a_corrected_key_counts_as_it_did_for_people(exam, sat, exam_admin, make_person):
    second = make_person("Yusuf Admin", Role.EXAM_ADMIN)
    facts = {"version": version_at(exam, 2), "policy": KeyPolicy.ACCEPT_BOTH, "new_key": ["c"], "reason": "Both."}
    before = made(exam)
    agree(propose_key_change(**facts, by=exam_admin), second, KEY_CHANGE, REGRADE)
    after = made(exam)
    assert [row.figures["items"][1]["p"] for row in (before, after)] == [0.5, 0.75]
    assert {o["option"] for o in after.figures["items"][1]["options"] if o["key"] and o["n"]} == {"b", "c"}


def test_the_same_scores_are_one_analysis(exam, sat, exam_admin):
    first = made(exam)
    assert made(exam) == first
    assert made(exam, since="2020-01-01") != first
    assert Event.objects.filter(verb="form.analysed").count() == 2


def test_a_window_narrows_by_the_day_of_handing_in(exam, sat):
    tomorrow = (timezone.now() + timedelta(days=1)).date().isoformat()
    nobody = made(exam, since=tomorrow)
    assert nobody.persons == 0
    assert nobody.figures["mean"] is None
    assert nobody.figures["reasons"]["mean"]["code"] == "no_persons"


def test_a_person_asks_and_a_worker_makes_it(exam, sat, exam_admin):
    request_analysis(form=exam.active_form, window=Window(), by=exam_admin)
    assert run_jobs(ANALYSE) == 1
    assert FormAnalysis.objects.get().asked_by == exam_admin


def test_every_night_what_is_new(exam, sat, programme, make_person):
    assert (analyse_changed(), run_jobs(ANALYSE)) == (1, 1)
    assert analyse_changed() == 0
    sit(enrol(make_person("Late Comer", Role.TRAINEE), programme), exam, "bbb")
    assert (analyse_changed(), run_jobs(ANALYSE)) == (1, 1)
    assert [row.persons for row in FormAnalysis.objects.order_by("made_at")] == [4, 5]


def test_refusals(exam, exam_admin, instructor):
    with pytest.raises(FormError) as none:
        request_analysis(form=exam.active_form, window=Window(), by=exam_admin)
    with pytest.raises(FormError) as turned:
        request_analysis(form=exam.active_form, window=Window(date(2026, 2, 1), date(2026, 1, 1)), by=exam_admin)
    assert (none.value.code, turned.value.code) == ("no_first_attempts", "window_reversed")
    with pytest.raises(PermissionDenied):
        request_analysis(form=exam.active_form, window=Window(), by=instructor)
    assert not Job.objects.filter(kind=analyses.ANALYSE).exists()


def test_an_analysis_is_never_changed(exam, sat):
    made(exam)
    with pytest.raises(DatabaseError), transaction.atomic():
        FormAnalysis.objects.update(persons=9)
