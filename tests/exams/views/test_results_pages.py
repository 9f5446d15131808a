"""The pages of results: the list that waits, the report, the score report with its PDF."""

import io
import re
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from exams.actions import voiding
from exams.actions.pending import RELEASE
from exams.actions.releases import hold
from exams.models import Attempt, Exam, ExamForm, FormKind, Result, VoidKind
from exams.rules.cut_score import Band
from exams.score_report import AreaBand, report_on
from exams.views import releases, result_report, results
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.approvals.models import Proposal
from tests.exams.staff import agree, enrol, run_jobs, sit
from tests.factories.exams import make_exam

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


@pytest.fixture
def exam(programme):
    """An exam that people release: four items of one area and two of another, four points pass."""
    return by_people(make_exam(6, programme=programme, cut_score={"raw": 4, "method": "m", "note": "n"}))


def by_people(exam):
    Exam.objects.filter(pk=exam.pk).update(release="by_people")
    exam.refresh_from_db()
    return exam


@pytest.fixture
def second(make_person):
    return make_person("Yara Admin", Role.EXAM_ADMIN)


@pytest.fixture
def xenia(exam_admin, client_for):
    return client_for(exam_admin)


@pytest.fixture
def waiting(exam, programme, trainee, other_trainee):
    """Ada with two points, Ben with five."""
    return [sit(enrol(trainee, programme), exam, "bb"), sit(enrol(other_trainee, programme), exam, "bbbbb")]


def shown(browser, name, *arguments, **query):
    return browser.get(reverse(f"exams:{name}", args=arguments), query).content.decode()


def act(browser, *attempts, **fields):
    facts = {"act": "release", "reason": "Checked.", "result": [str(attempt.pk) for attempt in attempts]}
    return browser.post(reverse("exams:results_act"), facts | fields, follow=True)


# What waits


def test_chosen_results_are_proposed_and_let_out_by_the_second_person(waiting, xenia, second):
    page = shown(xenia, "results_waiting")
    assert "Ada Trainee" in page
    assert "Not passed: 2 of 6, 4 needed" in page
    assert "Proposed: 1 result." in act(xenia, waiting[1]).content.decode()
    proposal = Proposal.objects.get()
    assert "Ben Trainee" in shown(xenia, "release_batch", proposal.pk)
    agree(proposal, second, RELEASE)
    assert "Released" in shown(xenia, "release_batch", proposal.pk)
    page = shown(xenia, "results_waiting")
    assert "Ben Trainee" not in page
    assert "Ada Trainee" in page


def test_the_second_person_reads_how_many_on_the_page_of_the_proposal(waiting, xenia, second, client_for):
    act(xenia, *waiting)
    address = reverse("dashboard:proposal", args=[Proposal.objects.get().pk])
    browser = client_for(second)
    browser.post(browser.get(address)["Location"], {"password": PASSWORD})
    page = browser.get(address).content.decode()
    assert "Release results" in page
    assert re.search(r"Passed</dt><dd>1<.*Not passed</dt><dd>1<", page, re.DOTALL)
    browser.post(address, {"act": "confirm", "note": ""})
    run_jobs(RELEASE)
    assert not Result.objects.exclude(state="released").exists()


def test_all_that_match_a_filter_go_together(waiting, xenia, programme, trainee, monkeypatch):
    monkeypatch.setattr(releases, "PAGE_SIZE", 1)
    other = by_people(make_exam(3, programme=programme, code="other"))
    sit(Enrolment.objects.get(person=trainee), other, "bbb")
    assert "All 2 that match" in shown(xenia, "results_waiting", exam=waiting[0].exam_id)
    act(xenia, everything="on", exam=waiting[0].exam_id)
    assert len(Proposal.objects.get().payload["scores"]) == 2


def test_what_waits_for_a_second_person_is_marked_and_not_offered_again(waiting, xenia, exam_admin, monkeypatch):
    monkeypatch.setattr(releases, "PAGE_SIZE", 1)
    act(xenia, waiting[0])
    first, second = (shown(xenia, "results_waiting", page=number) for number in (1, 2))
    assert "Release proposed" in first
    assert reverse("dashboard:proposal", args=[Proposal.objects.get().pk]) in first
    assert (f'name="result" value="{waiting[0].pk}"' in first, "Release proposed" in second) == (False, False)
    assert "All 1 that match, on every page, without those that wait" in first
    assert "wait for a second person already: proposed by Xenia" in act(xenia, waiting[0]).content.decode().replace(
        "waits", "wait"
    )
    act(xenia, everything="on")
    batches = [len(proposal.payload["scores"]) for proposal in Proposal.objects.all()]
    assert batches == [1, 1]
    assert "Held: 1 result." in act(xenia, act="hold", hold_only=[str(waiting[0].pk)]).content.decode()
    voiding.propose_void(attempt_id=waiting[0].pk, kind=VoidKind.TECHNICAL, reason="So.", by=exam_admin)
    page = shown(xenia, "results_waiting", state="held")
    assert "Void proposed" in page
    assert 'type="checkbox"' not in page


def test_the_day_is_the_day_of_the_exam(waiting, xenia):
    today = f"{timezone.localdate():%Y-%m-%d}"
    assert "Ada Trainee" in shown(xenia, "results_waiting", day=today)
    assert "No result waits" in shown(xenia, "results_waiting", day="2020-02-29")


def test_held_with_a_reason_and_shown_apart(waiting, xenia):
    act(xenia, waiting[0], act="hold", reason="A note of the invigilator.")
    assert "Ada Trainee" not in shown(xenia, "results_waiting")
    page = shown(xenia, "results_waiting", state="held")
    assert "Ada Trainee" in page
    assert "Hold those chosen" not in page


@pytest.mark.parametrize("fields", [{"reason": ""}, {"act": "publish"}, {"result": ["no-id"]}, {"result": []}])
def test_an_incomplete_form_does_nothing(waiting, xenia, fields):
    act(xenia, waiting[0], **fields)
    assert not Proposal.objects.exists()
    assert not Result.objects.exclude(state="scored").exists()


# What candidates see before


def test_nothing_of_a_waiting_result_reaches_the_candidate(waiting, trainee, client_for):
    ada = client_for(trainee)
    for attempt in waiting[:1]:
        for name, status in (("result", 200), ("report_pdf", 404), ("appeal_open", 302)):
            reply = ada.get(reverse(f"exams:{name}", args=[attempt.pk]))
            assert reply.status_code == status
            assert not re.search(r"Not passed|2 of 6|Passed", reply.content.decode())
    for address in (reverse("exams:attempts"), reverse("dashboard:home")):
        page = ada.get(address).content.decode()
        assert not re.search(r"Not passed|2 of 6|Passed\b", page)


# The score report


@pytest.fixture
def released(programme, trainee):
    """Ada's failed attempt at an exam with a scale and a minimum; the result is out."""
    exam = make_exam(
        10,
        programme=programme,
        code="scaled",
        cut_score={"raw": 7, "method": "m", "note": "n"},
        scale={"lowest": 200, "cut": 500, "highest": 800},
        minimums=[{"title": "History alone", "areas": ["D1"], "points": 8}],
    )
    return sit(enrol(trainee, programme), exam, "bbbbbbb")


def pdf_of(browser, attempt):
    reply = browser.get(reverse("exams:report_pdf", args=[attempt.pk]))
    assert reply["Content-Type"] == "application/pdf"
    assert "no-store" in reply["Cache-Control"]
    return reply.content


def text_of(pdf, pages=1):
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == pages
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def test_page_and_pdf_tell_the_same_decision_first(released, trainee, client_for):
    ada = client_for(trainee)
    page = shown(ada, "result", released.pk)
    printed = text_of(pdf_of(ada, released))
    for text in (page, printed):
        # 7 of 10 is the cut, but 8 were needed in one area: it fails, and stays below the scaled cut.
        assert "Score 499 on a scale from 200 to 800. 500 is needed to pass." in text
        assert "History alone" in text
        assert "scaled-A, version 1" in text
        assert "You can appeal until" in text
        assert "The pass mark is provisional" not in text
        assert "Standard error at the pass mark" in text
        assert "± 1.4" in text  # √(10 · 0.7 · 0.3) = 1.449
        assert re.search(r"You can try again from (<[^>]+>)?\d+ \w+ \d{4}, \d\d:\d\d \(UTC\)", text)
        assert "%" not in re.sub(r"<[^>]*>", "", text)
    assert printed.index("Not passed") < printed.index("Score 499")


def test_a_provisional_pass_mark_is_called_so(programme, trainee, client_for):
    exam = make_exam(4, programme=programme, cut_score={"raw": 3, "method": "provisional", "note": "n"})
    ada = client_for(trainee)
    enrolment = enrol(trainee, programme)
    assert "3 points (provisional: no panel has set" in shown(ada, "start", exam.code)
    attempt = sit(enrolment, exam, "bbb")
    for text in (shown(ada, "result", attempt.pk), text_of(pdf_of(ada, attempt))):
        assert "3 of 4 points. 3 are needed to pass. The pass mark is provisional." in text


def test_a_report_on_many_areas_and_corrections_takes_another_page(released, trainee, client_for, monkeypatch):
    titles = [f"Area {number}, with a name that is too long for one line of the table" for number in range(1, 21)]
    bands = tuple(AreaBand(title, "1", 4, "0.9", Band.BELOW, "Below") for title in titles)
    monkeypatch.setattr(results, "report_on", lambda attempt: replace(report_on(attempt), bands=bands))
    words = text_of(pdf_of(client_for(trainee), released), pages=2)
    for sought in ("Page 1 of 2", "Area 1,", "Area 20,", "You can appeal until"):
        assert sought in words


def test_the_pdf_is_tagged_and_has_a_title(released, trainee, client_for):
    with pikepdf.open(io.BytesIO(pdf_of(client_for(trainee), released))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en"
        with pdf.open_metadata() as facts:
            assert facts["pdfuaid:part"] == "1"
            assert "Score report" in str(facts["dc:title"])


def test_whoever_passed_gets_no_areas(programme, trainee, client_for):
    exam = make_exam(6, programme=programme, cut_score={"raw": 4, "method": "m", "note": "n"})
    attempt = sit(enrol(trainee, programme), exam, "bbbb")
    ada = client_for(trainee)
    for text in (shown(ada, "result", attempt.pk), text_of(pdf_of(ada, attempt))):
        assert "4 of 6 points. 4 are needed to pass." in text
        assert "Where to look first" not in text
        assert "History" not in text


def test_an_area_with_few_questions_is_not_judged(programme, trainee, client_for):
    exam = make_exam(4, programme=programme, cut_score={"raw": 4, "method": "m", "note": "n"})
    page = shown(client_for(trainee), "result", sit(enrol(trainee, programme), exam, "b").pk)
    assert "Too few questions to tell" in page


# The report of all results


def test_filters_and_numbers(waiting, released, xenia, second):
    exam = waiting[0].exam
    assert "3 attempts" in shown(xenia, "results")
    assert "Ada Trainee" in shown(xenia, "results", q="ada.trainee@")
    assert "Nothing matches" in shown(xenia, "results", q="nobody")
    assert "2 attempts" in shown(xenia, "results", exam=exam.pk)
    assert "1 attempt<" in re.sub(r"\s+<", "<", shown(xenia, "results", form=released.form_id))
    assert "2 attempts" in shown(xenia, "results", state="scored")
    assert "Nothing matches" in shown(xenia, "results", passed="yes")
    act(xenia, *waiting)
    agree(Proposal.objects.get(), second, RELEASE)
    assert "Ben Trainee" in shown(xenia, "results", passed="yes")
    page = shown(xenia, "results", exam=exam.pk)
    assert "2, of which 1 passed" in page
    assert "1 attempt" in shown(xenia, "results", passed="no", exam=exam.pk)


def test_forms_made_for_one_attempt_are_one_choice(waiting, released, xenia):
    one = released.form
    ExamForm.objects.create(
        code="drawn", version=1, blueprint=one.blueprint, content_hash="0", kind=FormKind.PER_ATTEMPT
    )
    choices = re.search(r'<select name="form".*?</select>', shown(xenia, "results"), re.DOTALL)[0]
    fixed = [(str(form.pk), str(form)) for form in (waiting[0].form, one)]
    assert sorted(re.findall(r'value="(\w*)"[^>]*>([^<]+)<', choices)) == sorted(
        [("", "All"), *fixed, ("per_attempt", "Made for one attempt")]
    )
    assert "Nothing matches" in shown(xenia, "results", form="per_attempt")


def test_unreadable_filters_filter_nothing(waiting, xenia):
    page = shown(xenia, "results", exam="x", form="-1", state="lost", passed="maybe", page="z")
    assert "2 attempts" in page
    assert "Ada Trainee" in shown(xenia, "results_waiting", exam="x", day="yesterday", state="lost")


def test_pages_keep_the_filters(waiting, xenia, monkeypatch):
    monkeypatch.setattr(result_report, "PAGE_SIZE", 1)
    page = shown(xenia, "results", exam=waiting[0].exam_id)
    assert f"?exam={waiting[0].exam_id}&amp;page=2" in page


def test_lists_cost_the_same_for_many(waiting, xenia, exam, programme, django_assert_max_num_queries):
    pages = [("results", 10), ("results_waiting", 13)]
    people = User.objects.bulk_create(User(email=f"p{n}@example.org", full_name=f"P {n}") for n in range(60))
    joined = Enrolment.objects.bulk_create(
        Enrolment(person=person, programme=programme, curriculum_version="1", pathway="academic") for person in people
    )
    like = waiting[0]
    copies = Attempt.objects.bulk_create(_copy_of(like, enrolment) for enrolment in joined)
    Result.objects.bulk_create(Result(attempt=attempt, state="scored") for attempt in copies)
    assert Paginator(copies, 50).num_pages == 2
    for name, limit in pages:
        xenia.get(reverse(f"exams:{name}"))
        with django_assert_max_num_queries(limit):
            assert shown(xenia, name, exam=exam.pk).count("<tr>") == 51


def _copy_of(attempt, enrolment):
    names = ("exam", "form", "number", "state", "started_at", "deadline", "submitted_at", "minutes", "seed")
    facts = {name: getattr(attempt, name) for name in (*names, "honour_text", "honour_accepted_at", "token")}
    return Attempt(enrolment=enrolment, **facts)


def test_a_hold_of_somebody_faster_is_told(waiting, xenia, exam_admin):
    hold(result=waiting[0].result, reason="So.", by=exam_admin)
    assert "Held: 0 results" in act(xenia, waiting[0], act="hold").content.decode()
