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
from exams.actions.saving import Save, save
from exams.actions.voiding import propose_void
from exams.analysing import Window
from exams.errors import FormError
from exams.models import AttemptEvent, Exam, FormAnalysis, Release, Result, Score, VoidKind
from exams.rules.key_changes import KeyPolicy
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.exams import staff
from tests.exams.staff import agree, enrol, run_jobs, sit, version_at
from tests.factories.bank import ORDERING
from tests.factories.exams import make_exam, multiple_material, start_attempt
from tests.factories.marking import NOTHING, essay, give, hand_in, take

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


def test_parts_of_points_count_as_they_did_for_people(programme, exam_admin, make_person, monkeypatch):
    monkeypatch.setattr("exams.rules.marking.FIRST_MARKS_DOUBLED", 0)
    given = [
        {1: "I stop, and I say it.", 2: ["1:b", "2:c", "3:a"], 3: ["a", "c"], 4: ["b"]},
        {1: "I stop.", 2: ["1:b", "2:a", "3:c"], 3: ["a"], 4: ["b"]},
        {1: "I go on.", 2: ["1:c", "2:a", "3:b"], 3: ["a", "b"], 4: ["a"]},
        {2: ["1:a", "2:c", "3:b"], 3: ["c"]},
    ]
    marks = [{"a": "2", "b": "1", "c": "1"}, {"a": "2", "b": "0", "c": "0.5"}, NOTHING]
    exam = make_exam(4, programme=programme, items=[essay("D1-901"), ORDERING, multiple_material("D1-903")])
    Exam.objects.update(second_marking_share=0)
    for number, answers in enumerate(given):
        hand_in(enrol(make_person(f"Candidate {number}", Role.TRAINEE), programme), exam, answers)
    for awards in marks:
        give(take(exam_admin), exam_admin, **awards)
    scores = list(Score.objects.filter(attempt__form=exam.active_form_id))
    figures = made(exam).figures
    assert len(scores) == figures["n"] == 4
    # Points by hand: ordering by pairs that stand right, multiple response by right minus wrong ones of two.
    assert [item["p"] for item in figures["items"]] == pytest.approx([6.5 / 5 / 3, 2 / 4, 2 / 4, 2 / 3])
    assert figures["mean"] == pytest.approx(float(sum(score.raw for score in scores)) / 4, abs=1e-4)
    assert figures["decision"]["passed"] == sum(score.passed for score in scores) / 4
    assert figures["reasons"]["kr20"]["code"] == "partial_credit"
    assert figures["distribution"] == [sum(int(score.raw) == points for score in scores) for points in range(5)]


def test_time_goes_to_the_item_that_was_saved_and_pauses_to_none(exam, programme, make_person):
    began = timezone.now()
    moments = [(1, 1, "a", 40), (2, 1, "b", 60), (1, 2, "b", 65)]
    with time_machine.travel(began, tick=False):
        attempt = start_attempt(enrol(make_person("Candidate", Role.TRAINEE), programme), exam)
    for place, seq, option, seconds in moments:
        when = began + timedelta(seconds=seconds)
        facts = {"attempt_id": attempt.pk, "token": attempt.token, "by": attempt.enrolment.person}
        save(answer=Save(place, seq, [option]), received_at=when, **facts)
    AttemptEvent.objects.create(attempt=attempt, kind="paused", happened_at=began + timedelta(seconds=62))
    staff.hand_in(attempt)
    found = [item["time"] for item in made(exam).figures["items"]]
    assert found == [{"n": 1, "median": 40, "p90": 40}, {"n": 1, "median": 20, "p90": 20}, None, None]


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
