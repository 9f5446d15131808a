"""From real attempts and real sign-offs to the credential."""

from dataclasses import replace

import pytest

from certificates import actions
from certificates.actions import eligibility_of, issue_if_eligible
from certificates.evidence import gather
from certificates.models import Credential
from certificates.rules.eligibility import Evidence
from certificates.schedule import consider_open_enrolments
from courses.models import Enrolment
from lms.accounts.models import User
from lms.audit.actions import first_fault
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.jobs.tasks import work
from tests.factories.exams import RIGHT, WRONG, complete_course, sit_exam
from tests.factories.practicals import complete_and_sign, make_sitting


def run_jobs() -> None:
    """Do what is due, and what that leads to, up to the signed file."""
    for _ in range(3):
        for job in Job.objects.due():
            work(str(job.pk))


@pytest.fixture
def all_done(enrolment: Enrolment, instructor: User) -> Enrolment:
    """The whole road by real actions."""
    complete_course(enrolment)
    sit_exam(enrolment, RIGHT)
    complete_and_sign(make_sitting(enrolment, instructor))
    return enrolment


def test_nothing_yet(enrolment: Enrolment) -> None:
    assert [missing.code for missing in eligibility_of(enrolment).missing] == ["course", "exam", "practical"]
    assert issue_if_eligible(enrolment=enrolment) is None


def test_a_failed_exam_is_no_evidence(enrolment: Enrolment) -> None:
    complete_course(enrolment)
    sit_exam(enrolment, WRONG)
    assert gather(enrolment).exam_passed_on is None


def test_the_whole_road_is_eligible(all_done: Enrolment) -> None:
    found = gather(all_done)
    assert eligibility_of(all_done).eligible
    assert found.stations_passed == found.stations_total == 2


def test_the_last_signature_leads_to_one_signed_file(all_done: Enrolment) -> None:
    run_jobs()
    credential = Credential.objects.get(enrolment=all_done)
    assert [part.part for part in credential.statement.assessed] == ["course", "exam", "practical"]
    assert credential.files.count() == 1


def test_the_night_finds_what_news_lost(all_done: Enrolment) -> None:
    Job.objects.all().delete()
    consider_open_enrolments({})
    assert Credential.objects.filter(enrolment=all_done).count() == 1


def test_a_pass_that_is_lost_during_the_award_leaves_no_certificate(
    all_done: Enrolment, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Between reading the evidence and the end of the award a regrade takes the pass away."""
    Job.objects.all().delete()
    earned = gather(all_done)
    readings = iter([earned, replace(earned, exam_passed_on=None)])
    monkeypatch.setattr(actions, "gather", lambda _: next(readings))
    assert issue_if_eligible(enrolment=all_done) is None
    assert not Credential.objects.exists()
    assert not Job.objects.exists()
    assert not Event.objects.filter(verb="credential.issued").exists()
    assert first_fault() is None
    assert "nothing awarded" in caplog.text


def test_the_last_reading_comes_after_the_event_which_regrades_wait_for(
    all_done: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[int] = []

    def reading(enrolment: Enrolment) -> Evidence:
        events.append(Event.objects.filter(verb="credential.issued").count())
        return gather(enrolment)

    monkeypatch.setattr(actions, "gather", reading)
    assert issue_if_eligible(enrolment=all_done) == Credential.objects.get()
    assert events == [0, 1]
