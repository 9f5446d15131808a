"""Mock exams: the exam room with questions of lessons, and nothing that counts."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment, Programme
from exams import schedule
from exams.actions import access, mocks
from exams.actions.saving import Save
from exams.errors import AttemptError
from exams.loading import load_items
from exams.models import (
    Accommodation,
    Attempt,
    Exam,
    Ground,
    IntegritySignal,
    ItemExposure,
    MockExam,
    MockQuestion,
    Response,
    StraySave,
)
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.conftest import make_programme
from tests.exams.conftest import Room
from tests.exams.mock_rooms import MockRoom, start_mock, start_page
from tests.factories.exams import item_material, make_exam, start_attempt
from tests.factories.mocks import add_questions, choice, teach

pytestmark = pytest.mark.django_db
SECRETS = re.compile(r"reason|correct|because|52 times|62\.4|match_correct|tolerance|lesson\b|M01", re.IGNORECASE)


@pytest.fixture(scope="module")
def lessons(standing: None) -> None:
    """Ten scored items and two tried out in 60 minutes; the lessons hold twelve questions in two modules."""
    programme = make_programme()
    make_exam(10, 2, programme=programme)
    teach(programme, {"M01": ["D1"], "M02": ["D1"]})


@pytest.fixture
def programme(lessons: None, db: None) -> Programme:
    """The programme whose lessons and exam stand for all tests here."""
    return Programme.objects.get()


@pytest.fixture
def exam(enrolment: Enrolment) -> Exam:
    """Its exam, which Ada prepares for."""
    return enrolment.programme.exams.get()


@pytest.fixture
def mock_room(ada: Client, exam: Exam) -> MockRoom:
    """A mock exam started through the page, by somebody who has completed nothing."""
    return start_mock(ada, exam)


def move_end(mock: MockExam, by: timedelta) -> None:
    ends = timezone.now() + by
    MockExam.objects.filter(pk=mock.pk).update(started_at=ends - timedelta(minutes=60), deadline=ends)


# Finding and starting it.


def test_the_start_page_says_what_it_is_and_is_not(ada, exam):
    page = start_page(ada, exam)
    for words in ("It has no bearing on your certificate", "12</dd>", "60 minutes", "None is a question of the exam"):
        assert words in page
    assert "Start the mock exam" in page


def test_it_is_found_from_home_and_from_the_start_page_of_the_exam(ada, exam):
    link = f'href="{reverse("exams:mock_start", kwargs={"code": exam.code})}"'
    assert link in ada.get(reverse("dashboard:home")).content.decode()
    assert link in ada.get(reverse("exams:start", kwargs={"code": exam.code})).content.decode()


def test_one_at_a_time(mock_room, exam):
    page = start_page(mock_room.browser, exam)
    assert mock_room.url("room") in page
    assert "Start the mock exam" not in page
    mock_room.browser.post(reverse("exams:mock_start", kwargs={"code": exam.code}))
    assert MockExam.objects.count() == 1


def test_not_during_an_exam(ada, exam, ready):
    start_attempt(ready, exam)
    response = ada.post(reverse("exams:mock_start", kwargs={"code": exam.code}), follow=True)
    assert "You have an exam in progress. Finish it first." in response.content.decode()
    assert not MockExam.objects.exists()


def test_not_after_the_enrolment_ended(ada, exam, enrolment):
    enrolment.closed_at = timezone.now()
    enrolment.save()
    ada.post(reverse("exams:mock_start", kwargs={"code": exam.code}))
    assert not MockExam.objects.exists()


def test_a_question_that_needs_its_lesson_is_not_asked(ada, exam):
    block = choice("What does the figure show?")
    block["value"]["stands_alone"] = False
    add_questions("M01-01", block)
    assert "Drawn from</dt><dd>12 questions" in start_page(ada, exam)


# Time and accommodations.


def test_it_has_the_pace_of_the_exam(mock_room):
    mock = mock_room.mock
    assert (mock.minutes, mock.deadline - mock.started_at) == (60, timedelta(minutes=60))


def test_accommodations_hold(ada, exam, trainee, registrar):
    Accommodation.objects.create(
        person=trainee,
        multiplier=Decimal("1.5"),
        extra_minutes=Decimal(10),
        large_print=True,
        ground=Ground.DOCUMENT,
        valid_from=timezone.localdate() - timedelta(days=1),
        granted_by=registrar,
    )
    assert "100 minutes: 60, half as much again and 10 more" in start_page(ada, exam)
    room = start_mock(ada, exam)
    assert room.mock.deadline - room.mock.started_at == timedelta(minutes=100)
    assert "exam--large" in room.get("room").content.decode()


# The room.


@pytest.mark.parametrize(
    "control",
    [
        'data-hide="clock"',
        "data-flag",
        "data-clear",
        "data-places",
        "data-letter-keys",
        'value="review"',
        "data-status",
    ],
)
def test_every_control_of_the_exam_room_is_there(mock_room, control):
    assert control in mock_room.get("room").content.decode()


def test_every_page_of_it_says_what_it_is(mock_room):
    for name in ("room", "review", "submit"):
        assert "Nothing here counts for your certificate." in mock_room.get(name).content.decode()


def test_without_script_every_button_works(mock_room):
    assert mock_room.post("save", item=1, seq=1, choice="b", go="next")["Location"] == f"{mock_room.url('room')}?q=2"
    mock_room.post("save", item=2, seq=1, choice="a", go="flag")
    assert mock_room.post("save", item=12, seq=1, choice="a", last="yes")["Location"] == mock_room.url("review")
    page = mock_room.get("review").content.decode()
    assert "<dd>3 of 12</dd>" in page
    assert page.count(">Flagged</span>") == 1
    assert "<title>Question 12 of 12" in mock_room.get("room").content.decode()


def test_saves_are_answered_as_in_the_exam(mock_room):
    assert mock_room.reply()["reply"] == "ok"
    assert mock_room.reply()["reply"] == "ok-duplicate"
    conflict = mock_room.reply(value=["b"])
    assert (conflict["reply"], conflict["stored"]["value"]) == ("conflict", ["a"])
    assert mock_room.reply(seq=4, value=["c"])["reply"] == "ok"
    assert mock_room.reply(seq=2)["reply"] == "ignored-stale"
    assert mock_room.reply(item=13)["code"] == "unknown_item"
    assert mock_room.mock.questions.get(position=1).value == ["c"]


def test_a_second_tab_without_script_sees_both_answers(mock_room):
    mock_room.post("save", item=1, seq=1, choice="a")
    response = mock_room.post("save", item=1, seq=1, choice="b")
    assert response.status_code == 409
    assert "answered in another tab" in response.content.decode()


@pytest.mark.parametrize("number", ["0", "13"])
def test_numbers_off_the_form(mock_room, number):
    assert mock_room.get("room", q=number).status_code == 404
    assert mock_room.post("save", item=number, seq=1).status_code == 400


def test_flags_as_json(mock_room):
    assert mock_room.send("flag", item=3, flagged=True).json() == {"kept": True}
    assert mock_room.mock.questions.get(position=3).flagged


def test_it_goes_on_at_another_device(mock_room, trainee, client_for):
    phone = MockRoom(client_for(trainee), mock_room.mock)
    assert phone.get("room")["Location"] == phone.url("claim")
    assert phone.get("items").json()["code"] == "superseded"
    assert "Your mock exam is open on another device" in phone.get("claim").content.decode()
    assert phone.post("claim", seen=0)["Location"] == phone.url("room")
    assert phone.get("room").status_code == 200
    lost = mock_room.reply(seq=7, value=["b"])
    assert lost["reply"] == "superseded"
    assert "is kept but does not count" in mock_room.post("save", item=2, seq=1, choice="a").content.decode()
    assert phone.get("claim")["Location"] == phone.url("room")  # who holds it need not ask again
    assert mock_room.post("submit")["Location"] == mock_room.url("claim")
    assert MockExam.objects.get().is_open


def test_two_claims_at_once_and_one_wins(mock_room, trainee):
    mocks.claim(mock_id=mock_room.mock.pk, seen_claims=0, by=trainee)
    with pytest.raises(AttemptError, match="a moment ago"):
        mocks.claim(mock_id=mock_room.mock.pk, seen_claims=0, by=trainee)


# Its end.


def test_the_result_comes_at_once_with_areas_reasons_and_lessons(mock_room):
    for number in range(1, 9):
        mock_room.reply(item=number, value=mock_room.right(number))
    wrong = next(n for n in range(9, 13) if isinstance(mock_room.right(n), list))
    mock_room.reply(item=wrong, value=[letter for letter in "ab" if [letter] != mock_room.right(wrong)][:1])
    assert mock_room.post("submit")["Location"] == mock_room.url("result")
    page = mock_room.get("result").content.decode()
    assert "<h1>8 of 12 points</h1>" in page
    assert '<th scope="row">History</th><td class="number">8 of 12</td>' in page
    assert "The exam asks for 7 of 10 points." in page
    assert page.count(": Right</span>") == 8
    assert (page.count(": Not right</span>"), page.count(": Not answered</span>")) == (1, 3)
    assert "You chose this. It is not right." in page
    assert "Reason of This." in page
    assert 'href="/tms-technician/m01/m01-01/"' in page
    assert mock_room.get("result", show="missed").content.decode().count("<details") == 4
    mock = MockExam.objects.get()
    assert (mock.state, mock.points) == ("submitted", 8)


def test_handing_in_twice_changes_nothing(mock_room):
    mock_room.post("submit")
    before = MockExam.objects.values().get()
    assert mock_room.post("submit")["Location"] == mock_room.url("result")
    assert MockExam.objects.values().get() == before


def test_after_the_end_every_page_leads_to_the_result(mock_room):
    mock_room.post("submit")
    for name in ("room", "review", "submit", "claim"):
        assert mock_room.get(name)["Location"] == mock_room.url("result")
    assert mock_room.get("items").json()["code"] == "closed"


def test_a_late_answer_is_shown_and_does_not_count(mock_room):
    mock_room.post("submit")
    assert mock_room.reply(value=mock_room.right(1))["reply"] == "closed"
    assert mock_room.send("flag", item=1, flagged=True).json() == {"kept": False}
    page = mock_room.get("result").content.decode()
    assert "1 answer did not count." in page
    assert "<h1>0 of 12 points</h1>" in page


def test_twenty_seconds_of_grace(mock_room):
    move_end(mock_room.mock, timedelta(seconds=-15))
    assert mock_room.reply()["reply"] == "ok"
    move_end(mock_room.mock, timedelta(seconds=-25))
    assert mock_room.reply(item=2)["reply"] == "closed"


def test_at_the_end_of_time_the_page_hands_in(mock_room):
    move_end(mock_room.mock, timedelta(seconds=-5))
    assert "Time is over" in mock_room.get("room").content.decode()
    mock_room.post("submit")
    mock = MockExam.objects.get()
    assert (mock.state, mock.submitted_at) == ("expired", mock.deadline)


def test_whoever_meets_one_that_is_over_closes_it(mock_room):
    mock_room.reply(value=mock_room.right(1))
    move_end(mock_room.mock, timedelta(minutes=-2))
    assert mock_room.get("room")["Location"] == mock_room.url("result")
    mock = MockExam.objects.get()
    assert (mock.state, mock.submitted_at, mock.points) == ("expired", mock.deadline, 1)


def test_the_clock_closes_those_that_nobody_meets(mock_room):
    mock_room.reply(value=mock_room.right(1))
    move_end(mock_room.mock, timedelta(seconds=-29))
    assert mocks.close_overdue() == 0
    move_end(mock_room.mock, timedelta(seconds=-31))
    schedule.close_overdue_attempts({})
    mock = MockExam.objects.get()
    assert (mock.state, mock.submitted_at, mock.points) == ("expired", mock.deadline, 1)
    assert mocks.close_overdue() == 0


def test_earlier_ones_are_listed_for_the_trainee(mock_room, exam):
    mock_room.reply(value=mock_room.right(1))
    mock_room.post("submit")
    page = start_page(mock_room.browser, exam)
    assert mock_room.url("result") in page
    assert "1 of 12 points" in page


def test_a_lesson_that_is_gone_is_named_without_a_link(mock_room, enrolment):
    mock_room.post("submit")
    enrolment.programme.course_page.get_descendants().get(slug="m01-01").unpublish()
    page = mock_room.get("result").content.decode()
    assert "From the lesson Lesson M01-01. It is no longer part of the course." in page


# Nobody else, and nothing that counts.


@pytest.mark.parametrize("role", [Role.EXAM_ADMIN, Role.REGISTRAR, Role.INSTRUCTOR])
def test_no_role_shows_it_to_others(mock_room, make_person, client_for, role):
    both = make_person("Bo Both", Role.TRAINEE, role)
    mock_room.post("submit")
    stranger = MockRoom(client_for(both), mock_room.mock)
    assert {stranger.get(name).status_code for name in ("room", "items", "claim", "review", "submit", "result")} == {
        404
    }
    assert stranger.send("save", saves=[{"item": 1, "seq": 1, "value": None}]).status_code == 404
    assert stranger.send("flag", item=1, flagged=True).status_code == 404


def test_nothing_of_it_counts_or_is_recorded(mock_room, exam, enrolment, ready):
    now, events = timezone.now(), Event.objects.count()
    before = access.eligibility(enrolment=enrolment, exam=exam, now=now)
    mock_room.reply()
    mock_room.post("submit")
    mock_room.reply(item=2)
    assert [m.objects.count() for m in (Attempt, Response, StraySave, IntegritySignal, ItemExposure)] == [0] * 5
    assert Event.objects.count() == events
    assert access.eligibility(enrolment=enrolment, exam=exam, now=now) == before


def test_an_exam_can_begin_while_a_mock_exam_is_open(mock_room, exam, ready):
    mock_room.browser.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    room = Room(mock_room.browser, Attempt.objects.get())
    assert room.reply()["reply"] == "ok"
    for page in ("room", "claim", "review", "submit", "result"):
        assert mock_room.get(page)["Location"] == room.url("room")
    for page in ("claim", "submit"):
        mock_room.post(page, claims="0")
    assert MockExam.objects.get().is_open
    assert room.reply(item=2)["reply"] == "ok"


# Formative questions only.


def test_no_relation_leads_to_the_item_bank():
    """From the tables of mock exams, and to them: none to items, forms, attempts or results."""
    mine = {apps.get_model("exams", name) for name in ("mockexam", "mockquestion")}
    pointed = {field.related_model for model in mine for field in model._meta.get_fields() if field.is_relation}
    assert {model._meta.label for model in pointed - mine} == {"courses.Enrolment", "exams.Exam", "exams.Blueprint"}


def test_everything_asked_is_a_question_of_a_live_lesson(mock_room, enrolment):
    pages = enrolment.programme.course_page.get_descendants().live().specific()
    taught = {(page.code, raw["id"]) for page in pages if hasattr(page, "body") for raw in page.body.raw_data}
    asked = {(lesson, str(block)) for lesson, block in mock_room.mock.questions.values_list("lesson", "block")}
    assert len(asked) == 12
    assert asked <= taught


def test_a_row_with_an_item_code_for_a_lesson_is_refused(mock_room):
    with pytest.raises(IntegrityError), transaction.atomic():
        MockQuestion.objects.filter(position=1).update(lesson="D1-001")


def test_an_item_that_was_copied_into_a_lesson_is_not_drawn(ada, exam):
    stem = "What is the **charge** in coil 7?"
    load_items([item_material("D1-777", stem=stem)])
    add_questions("M01-01", choice("What is the <b>charge</b> in coil 7?"))
    asked = start_mock(ada, exam).mock.questions.values_list("shown", flat=True)
    assert len(asked) == 12
    assert not [shown for shown in asked if "charge" in shown["stem"]]


# Secrecy while it is open.


def walk(room: MockRoom) -> list[HttpResponse]:
    """Every answer of the site to an open mock exam."""
    answers = [room.get("room", q=number) for number in range(1, 13)]
    answers += [room.get("items"), room.get("review"), room.get("submit"), room.get("claim")]
    answers.append(room.send("save", saves=[{"item": n, "seq": 1, "value": ["a"]} for n in range(1, 13)]))
    answers.append(room.send("save", saves=[{"item": n, "seq": 1, "value": None} for n in range(1, 13)]))
    answers.append(room.post("save", item=1, seq=1, choice="b"))
    answers.append(room.get("result"))
    return answers


def test_an_open_mock_exam_gives_no_key_away(mock_room):
    answers = walk(mock_room)
    found = [m.group() for answer in answers for m in SECRETS.finditer(words_about_questions(answer))]
    assert found == []
    seen = "".join(answer.content.decode() for answer in answers)
    assert all(words in seen for words in ("Which one?", "How much?", "Question 1 of M01?", "Neither"))
    assert all("no-store" in answer["Cache-Control"] for answer in answers)


def words_about_questions(answer: HttpResponse) -> str:
    """Everything but the sentence that says where questions come from, and stems that name their module."""
    return re.sub(r"Questions from your lessons|Question \d of M0\d\?", "", answer.content.decode())


def test_the_script_gets_the_same_fields_as_in_the_exam(mock_room, ready, exam):
    mock_items = mock_room.get("items").json()["items"]
    mock_room.post("submit")
    mock_room.browser.post(reverse("exams:start", kwargs={"code": exam.code}), {"honour": "on"})
    room = Room(mock_room.browser, Attempt.objects.get())
    assert {frozenset(item) for item in mock_items} == {frozenset(item) for item in room.get("items").json()["items"]}


def test_saving_for_somebody_else_is_unknown(mock_room, other_trainee):
    answer = Save(1, 1, ["a"])
    with pytest.raises(AttemptError, match="no such mock exam"):
        mocks.save(
            mock_id=mock_room.mock.pk,
            token=mock_room.token,
            answer=answer,
            by=other_trainee,
            received_at=timezone.now(),
        )
