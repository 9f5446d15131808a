"""From real attempts and real sign-offs to the credential."""

import pytest
from django.utils import timezone

from certificates.actions import eligibility_of, issue_if_eligible
from certificates.evidence import gather
from certificates.models import Credential
from certificates.schedule import consider_open_enrolments
from courses.models import Enrolment
from exams.actions import attempts
from exams.actions.saving import Save, save
from lms.accounts.models import User
from lms.jobs.models import Job
from lms.jobs.tasks import work
from tests.factories.exams import RIGHT, WRONG, complete_course, make_exam, positions_of, start_attempt
from tests.factories.practicals import complete_and_sign, make_sitting


def sit_exam(enrolment: Enrolment, options: list[str]) -> None:
    exam = make_exam(scored=3, programme=enrolment.programme)
    attempt = start_attempt(enrolment, exam)
    arguments = {"attempt_id": attempt.pk, "token": attempt.token, "by": enrolment.person}
    for number, position in enumerate(positions_of(exam, "scored"), start=1):
        answer = Save(position=position, seq=number, value=options)
        save(**arguments, answer=answer, received_at=timezone.now())
    attempts.submit(**arguments, received_at=timezone.now())


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
