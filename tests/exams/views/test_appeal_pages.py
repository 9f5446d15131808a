"""Appeals through their pages: the candidate's and the docket."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from exams.actions.appeals import open_appeal
from exams.models import Appeal, Exam, Result
from exams.rules.appeal_policy import AppealKind
from lms.accounts.roles import Role
from tests.exams.staff import enrol, sit
from tests.factories.exams import make_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(programme, trainee):
    """Ada's result is out: two of four, three needed."""
    exam = make_exam(4, programme=programme, cut_score={"raw": 3, "method": "m", "note": "n"})
    return sit(enrol(trainee, programme), exam, "abb")


@pytest.fixture
def ada(trainee, client_for):
    return client_for(trainee)


@pytest.fixture
def xenia(exam_admin, client_for):
    return client_for(exam_admin)


@pytest.fixture
def appeal(attempt, trainee):
    return open_appeal(attempt=attempt, kind=AppealKind.ITEM, position=1, text="A is right too.", by=trainee)


def send(browser, attempt, **fields):
    return browser.post(reverse("exams:appeal_open", args=[attempt.pk]), fields, follow=True)


def test_a_candidate_challenges_a_question_by_its_number(attempt, ada):
    address = reverse("exams:appeal_open", args=[attempt.pk])
    assert address in ada.get(reverse("exams:result", args=[attempt.pk])).content.decode()
    page = ada.get(address).content.decode()
    assert "What is the answer to question" not in page  # no question is shown again
    page = send(ada, attempt, kind="item", position="1", text="A is right too.").content.decode()
    assert "Your appeal has arrived." in page
    assert "Your appeal waits for a decision" in page
    result = ada.get(reverse("exams:result", args=[attempt.pk])).content.decode()
    assert "Your appeal about question 1" in result
    assert "2 of 4 points" in result  # under appeal the result stays in sight


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "item", "text": "Wrong."}, "Enter the number of the question."),
        ({"kind": "item", "position": "9", "text": "Wrong."}, "There is no question with this number"),
        ({"kind": "item", "position": "one", "text": "Wrong."}, "Enter the number of the question, such as 12."),
        ({"kind": "result"}, "Say what you object to"),
        ({"text": "Wrong."}, "Choose what your appeal is about."),
    ],
)
def test_what_is_missing_is_said(attempt, ada, fields, words):
    reply = send(ada, attempt, **fields)
    assert reply.status_code == 422
    assert words in reply.content.decode()
    assert not Appeal.objects.exists()


def test_after_its_time_there_is_no_form(attempt, ada):
    Exam.objects.update(appeal_days=0)
    page = ada.get(reverse("exams:appeal_open", args=[attempt.pk])).content.decode()
    assert "The time for an appeal is over." in page
    assert "<textarea" not in page
    assert send(ada, attempt, kind="result", text="Wrong.").status_code == 422


def test_withdrawn_by_the_candidate(appeal, ada, attempt):
    page = ada.post(reverse("exams:appeal_withdraw", args=[appeal.pk]), follow=True).content.decode()
    assert "You withdrew your appeal" in page
    assert Result.objects.get(pk=attempt.pk).state == "released"
    page = ada.post(reverse("exams:appeal_withdraw", args=[appeal.pk]), follow=True).content.decode()
    assert "closed already" in page


def test_the_docket_marks_what_is_overdue_and_puts_it_first(appeal, attempt, trainee, xenia):
    open_appeal(attempt=attempt, kind=AppealKind.RESULT, text="More.", by=trainee)
    Appeal.objects.filter(kind="result").update(due_on=timezone.localdate() - timedelta(days=1))
    page = xenia.get(reverse("exams:docket")).content.decode()
    assert page.count("Overdue") == 1
    assert page.index("The result") < page.index("Question 1")
    assert "1 overdue." in xenia.get(reverse("dashboard:home")).content.decode()


def test_assigned_decided_and_read_by_the_candidate(appeal, xenia, exam_admin, ada):
    page = xenia.get(reverse("exams:docket_appeal", args=[appeal.pk])).content.decode()
    assert "D1-001, version 1" in page
    assert "A is right too." in page
    xenia.post(reverse("exams:appeal_assign", args=[appeal.pk]), {"to": str(exam_admin.public_id)})
    xenia.post(
        reverse("exams:appeal_decide", args=[appeal.pk]), {"decision": "upheld", "reasons": "A is right as well."}
    )
    page = ada.get(reverse("exams:appeal", args=[appeal.pk])).content.decode()
    assert "Your appeal was upheld" in page
    assert "A is right as well." in page
    assert "Xenia" not in page
    assert "D1-001" not in page  # item codes are never given away
    closed = xenia.get(reverse("exams:docket"), {"show": "closed"}).content.decode()
    assert "Upheld" in closed


def test_the_decision_says_what_upholding_does_and_the_candidate_what_it_did(attempt, trainee, xenia, ada):
    made = open_appeal(attempt=attempt, kind=AppealKind.RESULT, text="More.", by=trainee)
    page = xenia.get(reverse("exams:docket_appeal", args=[made.pk])).content.decode()
    assert "Points change only where a key was corrected or an answer was marked anew" in page
    assert reverse("exams:form", args=[attempt.form_id]) in page
    decision = {"decision": "upheld", "reasons": "Looked at again."}
    page = xenia.post(reverse("exams:appeal_decide", args=[made.pk]), decision, follow=True).content.decode()
    assert "Scored again, the score is the same." in page
    assert "The score stayed the same" in page
    assert "Your score stayed the same." in ada.get(reverse("exams:appeal", args=[made.pk])).content.decode()


def test_somebody_involved_sees_why_and_no_form(appeal, make_person, client_for, xenia):
    walt = make_person("Walt Author", Role.EXAM_ADMIN)
    before = xenia.get(reverse("exams:docket_appeal", args=[appeal.pk])).content.decode()
    assert "Decide and write to the candidate" in before
    xenia.post(reverse("exams:appeal_decide", args=[appeal.pk]), {"decision": "rejected", "reasons": "No."})
    again = open_appeal(attempt=appeal.attempt, kind=AppealKind.RESULT, text="Still.", by=appeal.opened_by)
    page = xenia.get(reverse("exams:docket_appeal", args=[again.pk])).content.decode()
    assert "You cannot decide this appeal." in page
    assert "You decided about this result before." in page
    reply = xenia.post(reverse("exams:appeal_decide", args=[again.pk]), {"decision": "rejected", "reasons": "No."})
    assert reply.status_code == 409
    reply = xenia.post(reverse("exams:appeal_assign", args=[again.pk]), {"to": str(walt.public_id)}, follow=True)
    assert "Assigned to Walt Author." in reply.content.decode()


def test_an_appeal_with_somebody_else_is_taken_over_first(appeal, make_person, client_for, xenia):
    yara = make_person("Yara Admin", Role.EXAM_ADMIN)
    xenia.post(reverse("exams:appeal_assign", args=[appeal.pk]), {"to": str(yara.public_id)})
    page, decision = reverse("exams:docket_appeal", args=[appeal.pk]), {"decision": "rejected", "reasons": "Not so."}
    shown = xenia.get(page).content.decode()
    assert "Yara Admin decides this appeal." in shown
    assert "Decide and write to the candidate" not in shown
    assert "Decide and write to the candidate" in client_for(yara).get(page).content.decode()
    reply = xenia.post(reverse("exams:appeal_decide", args=[appeal.pk]), decision)
    assert reply.status_code == 409
    assert "Take it over first" in reply.content.decode()
    assert "Not so." in reply.content.decode()  # what was typed is not lost
    kept = {"reasons": decision["reasons"]}
    taken = xenia.post(reverse("exams:appeal_take_over", args=[appeal.pk]), kept, follow=True).content.decode()
    assert "Not so.</textarea>" in taken
    assert "This appeal is with you now." in taken
    assert "Taken over from Yara Admin." in taken
    assert "Decide and write to the candidate" in taken
    xenia.post(reverse("exams:appeal_decide", args=[appeal.pk]), decision)
    assert Appeal.objects.get().state == "rejected"
    late = xenia.post(reverse("exams:appeal_decide", args=[appeal.pk]), decision | {"reasons": "Wrong indeed."})
    assert late.status_code == 409
    assert "Your reasons were not sent" in late.content.decode()
    assert "Wrong indeed." in late.content.decode()


@pytest.mark.parametrize(
    "fields", [{"reasons": "No."}, {"decision": "rejected"}, {"decision": "maybe", "reasons": "x"}]
)
def test_a_decision_needs_its_parts(appeal, xenia, fields):
    assert xenia.post(reverse("exams:appeal_decide", args=[appeal.pk]), fields).status_code == 422
    assert Appeal.objects.get().is_open


def test_the_docket_costs_the_same_for_many(appeal, attempt, trainee, xenia, django_assert_max_num_queries):
    for position in (2, 3, 4):
        open_appeal(attempt=attempt, kind=AppealKind.ITEM, position=position, text="Wrong.", by=trainee)
    xenia.get(reverse("exams:docket"))
    with django_assert_max_num_queries(6):
        xenia.get(reverse("exams:docket"))
