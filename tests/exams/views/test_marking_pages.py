"""Pages of markers: the desk, an answer without its writer, what is refused, and how it goes on."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exams.actions.marking import give_back
from exams.models import Exam, Mark, MarkingTask, Score
from exams.templatetags.marks import percent, signed_percent
from lms.accounts.roles import Role
from tests.factories.bank import FIGURE, HEAD
from tests.factories.exams import make_exam
from tests.factories.marking import FULL, essay, give, hand_in, make_essay_exam, take

pytestmark = pytest.mark.django_db

TEXT = "I stop the train & stay.\n\n<b>The physician</b> is told."


@pytest.fixture(autouse=True)
def _seasoned(monkeypatch):
    monkeypatch.setattr("exams.rules.marking.FIRST_MARKS_DOUBLED", 0)


@pytest.fixture
def ines(client_for, instructor):
    return client_for(instructor)


@pytest.fixture
def xenia(client_for, exam_admin):
    return client_for(exam_admin)


@pytest.fixture
def attempt(enrolment):
    """Ada's two essays, one with a drawing."""
    items = [essay("D1-901", figure=FIGURE), essay("D1-902")]
    exam = make_exam(2, programme=enrolment.programme, items=items, drawings={"D1-901": HEAD.encode()})
    Exam.objects.update(second_marking_share=0)
    return hand_in(enrolment, exam, {1: TEXT, 2: "Second text."})


def page_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def url(name, task=None):
    return reverse(f"exams:marking_{name}", args=[task.pk] if task else [])


def awards(**points):
    return {f"award-{name}": value for name, value in points.items()}


def test_from_the_start_page_to_the_last_answer(attempt, ines):
    home = page_of(ines.get("/home/"))
    assert "Answers to mark" in home
    assert "Written answers of exams, without names." in home
    desk = page_of(ines.get(reverse("exams:marking")))
    assert "2 answers wait for you, the oldest since" in desk
    answer = ines.post(url("take"))
    (first,) = MarkingTask.objects.held()
    assert answer.url == url("task", first)
    desk = page_of(ines.get(reverse("exams:marking")))
    assert "1 answer waits for you" in desk
    assert "1 is with you, 1 more can be taken." in page_of(ines.get("/home/"))
    assert url("task", first) in desk
    answer = ines.post(url("mark", first), awards(**FULL) | {"comment": "All there."}, follow=True)
    assert "Saved. Here is the next answer." in page_of(answer)
    second = MarkingTask.objects.held().get()
    answer = ines.post(url("mark", second), awards(a="0", b="0.5", c="0"), follow=True)
    assert "Saved. Nothing else waits for you." in page_of(answer)
    assert [row["points"] for row in Score.objects.get().items] == ["1", "1/10"]
    assert Mark.objects.get(task=first).comment == "All there."
    assert "A mark that was saved stands" in page_of(ines.get(url("task", first), follow=True))


def test_the_page_shows_question_answer_guidance_and_points(attempt, ines, instructor):
    page = page_of(ines.get(url("task", take(instructor))))
    assert "Describe what you do in case d1-901." in page
    assert "I stop the train &amp; stay. &lt;b&gt;The physician&lt;/b&gt; is told." in page
    assert "10 words, about 60 were asked for" in page
    assert "Names who is told, and what is written." in page
    assert re.findall(r'name="award-b" value="([^"]*)"', page) == ["0", "0.5", "1"]
    assert len(re.findall(r'name="award-a"', page)) == 5
    assert page.count("checked") == 0


def test_it_does_not_tell_whose_answer_it_is_nor_what_others_gave(enrolment, instructor, other_instructor, client_for):
    exam = make_essay_exam(1, 1, twice="1", programme=enrolment.programme)
    attempt = hand_in(enrolment, exam, {1: TEXT})
    give(take(instructor), instructor, "MYCOMMENT", **FULL)
    task = take(other_instructor)
    omar = client_for(other_instructor)
    for address in (reverse("exams:marking"), url("task", task)):
        page = omar.get(address).content.decode()
        person = enrolment.person
        secrets = [person.full_name, "Ada", person.email, str(person.public_id), str(attempt.pk), str(enrolment.pk)]
        secrets += ["MYCOMMENT", instructor.full_name, "Second mark", attempt.seed, "D1-901"]
        assert [secret for secret in secrets if secret in page] == []


def test_the_drawing_comes_from_an_address_of_its_own(attempt, ines, instructor):
    task = take(instructor)
    page = ines.get(url("task", task)).content.decode()
    assert f'src="{url("figure", task)}"' in page
    answer = ines.get(url("figure", task))
    assert (answer["Content-Type"], answer.content) == ("image/svg+xml", HEAD.encode())
    assert ines.get(url("figure", take(instructor))).status_code == 404


def test_what_is_missing_is_named_and_what_was_typed_stays(attempt, ines, instructor):
    task = take(instructor)
    answer = ines.post(url("mark", task), awards(a="1.5", b="7") | {"comment": "Half of it."})
    page = page_of(answer)
    assert answer.status_code == 422
    assert '<a href="#id_award-b">“Says who is told”: give 0 to 1 points, in halves.</a>' in page
    assert '<a href="#id_award-c">“Says what is written down”: give points, 0 if nothing of it is there.</a>' in page
    assert re.search(r'value="1.5"[^>]* checked', page)
    assert "Half of it." in page
    assert not Mark.objects.exists()


def test_a_comment_that_is_too_long_stays_too(attempt, ines, instructor):
    text = "word " * 1000
    answer = ines.post(url("mark", take(instructor)), awards(**FULL) | {"comment": text})
    assert answer.status_code == 422
    assert "Shorten the comment to 4000 characters." in page_of(answer)
    assert text.strip() in answer.content.decode()


def test_what_was_put_back_meanwhile_is_not_saved_and_not_lost(attempt, ines, instructor, exam_admin):
    task = take(instructor)
    give_back(task_id=task.pk, by=exam_admin)
    answer = ines.post(url("mark", task), awards(a="1.5", b="1", c="0") | {"comment": "My long comment."})
    page = page_of(answer)
    assert answer.status_code == 409
    assert "Somebody put it back for others" in page
    assert "<dt>Criterion a</dt><dd>1.5 points</dd>" in page
    assert "My long comment." in page
    assert "physician" not in page


def test_putting_back(attempt, ines, instructor):
    task = take(instructor)
    assert "waits for somebody else now" in page_of(ines.post(url("put_back", task), follow=True))
    assert "not with you any more" in page_of(ines.post(url("put_back", task), follow=True))
    assert not MarkingTask.objects.held().exists()


def test_with_five_answers_there_is_no_sixth(enrolment, ines, instructor):
    exam = make_essay_exam(6, 6, programme=enrolment.programme)
    hand_in(enrolment, exam, dict.fromkeys(range(1, 7), TEXT))
    for _ in range(5):
        take(instructor)
    assert "You hold 5 answers, which is as many as one person can." in page_of(ines.get(reverse("exams:marking")))
    assert "You hold 5 answers. Mark one or give one back." in page_of(ines.post(url("take"), follow=True))


def test_the_candidate_is_told_in_words(attempt, client_for, trainee):
    page = page_of(client_for(trainee).get(reverse("exams:result", args=[attempt.pk])))
    assert "Your answers wait for marking" in page
    assert "they do not see whose it is" in page


def test_the_adjudicator_is_told_that_the_mark_decides(enrolment, instructor, other_instructor, exam_admin, xenia):
    exam = make_essay_exam(1, 1, twice="1", programme=enrolment.programme)
    hand_in(enrolment, exam, {1: TEXT})
    give(take(instructor), instructor, **FULL)
    give(take(other_instructor), other_instructor, a="0", b="0", c="0")
    assert "1 in adjudication" in page_of(xenia.get(url("progress")))
    page = page_of(xenia.post(url("take"), follow=True))
    assert "Your mark decides." in page
    assert instructor.full_name not in page


class TestProgress:
    def test_it_counts_and_names_who_holds_what(self, attempt, xenia, instructor):
        give(take(instructor), instructor, **FULL)
        task = take(instructor)
        page = page_of(xenia.get(url("progress")))
        assert "0 wait, 1 with markers" in page
        assert '<td data-label="Given">1</td>' in page
        assert "Ines Instructor" in page
        assert "Ada" not in page
        answer = xenia.post(url("put_back", task), {"from": "progress"}, follow=True)
        assert "1 wait, 0 with markers" in page_of(answer)

    def test_agreement_needs_ten_answers(self, enrolment, xenia, instructor, other_instructor):
        exam = make_essay_exam(10, 10, twice="1", programme=enrolment.programme)
        hand_in(enrolment, exam, dict.fromkeys(range(1, 11), TEXT))
        for _ in range(10):
            give(take(instructor), instructor, a="1", b="0", c="0")
        for points in ["1"] * 8 + ["2"]:  # 1/5, and 2/5: near enough
            give(take(other_instructor), other_instructor, a=points, b="0", c="0")
        assert page_of(xenia.get(url("progress"))).count("Not enough data") == 2
        give(take(other_instructor), other_instructor, a="2", b="0", c="0")
        page = page_of(xenia.get(url("progress")))
        same, mean = 'data-label="Same mark"', 'data-label="Mean difference"'
        assert f"10 answers</td> <td {same}>80 % the same mark</td><td {mean}>−4 % of full points" in page
        assert f"10 answers</td> <td {same}>80 % the same mark</td><td {mean}>+4 % of full points" in page

    def test_settings_change_with_a_reason(self, attempt, xenia):
        address = reverse("exams:marking_settings", args=[attempt.exam.code])
        sent = {"second_share": "25", "limit": "30", "reason": ""}
        answer = xenia.post(address, sent)
        assert answer.status_code == 422
        assert "Say why this changes." in page_of(answer)
        assert 'value="25"' in page_of(answer)
        page = page_of(xenia.post(address, sent | {"reason": "New markers."}, follow=True))
        assert "25 % marked twice, at most 30 % apart" in page
        assert "New markers." in page_of(xenia.get(address))
        answer = xenia.post(address, sent | {"reason": "Again."})
        assert "These are the settings already." in page_of(answer)
        assert xenia.post(address, sent | {"limit": "101", "reason": "x"}).status_code == 422


def count_of(browser, address):
    browser.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_no_page_costs_more_queries_with_more_answers(
    enrolment, ines, xenia, instructor, other_instructor, make_person
):
    exam = make_essay_exam(10, 10, twice="1", programme=enrolment.programme)
    attempt = hand_in(enrolment, exam, dict.fromkeys(range(1, 11), TEXT))
    task = take(instructor)
    pages = [(ines, reverse("exams:marking")), (ines, url("task", task)), (xenia, url("progress")), (ines, "/home/")]
    few = [count_of(*page) for page in pages]
    assert [number <= limit for number, limit in zip(few, (7, 8, 8, 20), strict=True)] == [True] * 4, few
    for name in ("One", "Two", "Three"):
        marker = make_person(f"Marker {name}", Role.INSTRUCTOR)
        for _ in range(4):
            give(take(marker), marker, **FULL)
        take(marker)
    take(instructor)
    assert [count_of(*page) for page in pages] == few
    assert attempt.submitted_at < timezone.now()


@pytest.mark.parametrize(
    ("share", "plain", "signed"),
    [
        (Fraction(2, 3), "66.7 %", "+66.7 %"),
        (Decimal("0.10"), "10 %", "+10 %"),
        (Fraction(-1, 40), "−2.5 %", "−2.5 %"),
        (Fraction(-1, 5000), "0 %", "0 %"),
    ],
)
def test_shares_are_written_in_percent(share, plain, signed):
    assert (percent(share), signed_percent(share)) == (plain, signed)
