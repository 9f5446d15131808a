"""Markers at the same moment: one task, the last two tasks, one person in several windows."""

import pytest

from exams.actions.marking import give_back, take_next
from exams.errors import MarkingError
from exams.models import Mark, MarkingTask, Result, ResultEvent, Score
from lms.accounts.roles import Role
from tests.factories.marking import FULL, NOTHING, give, hand_in, make_essay_exam, take
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _seasoned(monkeypatch):
    monkeypatch.setattr("exams.rules.marking.FIRST_MARKS_DOUBLED", 0)


@pytest.fixture
def markers(make_person):
    return [make_person(f"Marker {name}", Role.INSTRUCTOR) for name in ("One", "Two", "Three", "Four")]


def essays(enrolment, number, **changes):
    exam = make_essay_exam(number, number, programme=enrolment.programme, **changes)
    return hand_in(enrolment, exam, dict.fromkeys(range(1, number + 1), "Text."))


def taking(person):
    def act():
        try:
            task = take_next(by=person)
        except MarkingError as error:
            return error.code
        return task.pk if task else None

    return act


def marking(task, person, awards=FULL):
    def act():
        try:
            return give(task, person, **awards).pk
        except MarkingError as error:
            return error.code

    return act


def test_of_four_markers_one_gets_the_one_answer(enrolment, markers):
    essays(enrolment, 1)
    taken = at_once([taking(person) for person in markers])
    assert sorted(task is None for task in taken) == [False, True, True, True]


def test_four_markers_get_four_answers(enrolment, markers):
    essays(enrolment, 4)
    taken = at_once([taking(person) for person in markers])
    assert len(set(taken) - {None}) == 4


def test_one_person_in_eight_windows_gets_five(enrolment, markers):
    essays(enrolment, 8)
    taken = at_once([taking(markers[0])] * 8)
    assert taken.count("too_many_open") == 3
    assert MarkingTask.objects.held_by(markers[0]).count() == 5


def test_first_and_second_mark_never_go_to_one_person(enrolment, markers):
    essays(enrolment, 1, twice="1")
    taken = at_once([taking(markers[0])] * 4)
    assert sorted(task is None for task in taken) == [False, True, True, True]


def test_the_last_two_marks_at_once_score_exactly_once(enrolment, markers):
    attempt = essays(enrolment, 2)
    one, two = markers[:2]
    results = at_once([marking(take(one), one), marking(take(two), two, NOTHING)])
    assert Mark.objects.count() == len(results) == 2
    assert [row["points"] for row in Score.objects.get().items] == ["1", "0"]
    assert Result.objects.get().state == "released"
    steps = ResultEvent.objects.filter(result=attempt.pk).values_list("to_state", flat=True)
    assert list(steps) == ["awaiting_marking", "scored", "released"]


def test_two_marks_too_far_apart_at_once_ask_one_third_person(enrolment, markers):
    essays(enrolment, 1, twice="1")
    one, two = markers[:2]
    at_once([marking(take(one), one), marking(take(two), two, NOTHING)])
    assert MarkingTask.objects.filter(purpose="adjudication").count() == 1
    assert not Score.objects.exists()


def test_a_double_click_is_one_mark(enrolment, markers):
    essays(enrolment, 1)
    task = take(markers[0])
    assert len(set(at_once([marking(task, markers[0])] * 4))) == 1
    assert (Mark.objects.count(), Score.objects.count()) == (1, 1)


def test_marked_or_given_back_but_not_both(enrolment, markers, exam_admin):
    essays(enrolment, 1)
    task = take(markers[0])

    def put_back():
        try:
            give_back(task_id=task.pk, by=exam_admin)
        except MarkingError as error:
            return error.code
        return "back"

    marked, back = at_once([marking(task, markers[0]), put_back])
    assert (marked == "not_held") == (back == "back")
    assert Mark.objects.count() == (back == "not_held")
