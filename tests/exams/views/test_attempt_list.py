"""The list of attempts: everything for those who run exams, one's own for a trainee, the newest score counts."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exams.actions import results
from exams.models import Attempt, Score
from tests.factories.exams import start_attempt

pytestmark = pytest.mark.django_db
ADDRESS = "/attempts/"


@pytest.fixture
def staff(client_for, registrar):
    return client_for(registrar)


def text_of(client, **query):
    return " ".join(client.get(ADDRESS, query).content.decode().split())


def give_score(attempt, raw, number=1, scaled=None):
    made = Score.objects.create(
        attempt=attempt,
        number=number,
        scorer="test",
        items=[],
        areas=[],
        raw=Decimal(raw),
        maximum=Decimal(10),
        cut=Decimal(7),
        passed=Decimal(raw) >= 7,
        scaled=scaled,
        log_hash="0" * 64,
    )
    result = results.take_score(attempt=attempt, score=made)
    if number > 1:
        results.release(result=result, score=made)


def test_says_who_sat_what_with_which_result(staff, enrolment, exam, ready):
    attempt = start_attempt(enrolment, exam)
    page = text_of(staff)
    assert enrolment.person.full_name in page
    assert "In progress" in page
    assert f'href="{reverse("exams:result", args=[attempt.pk])}"' in page
    give_score(attempt, "6.5")
    assert "Not passed: 6.5 of 10, 7 needed" in text_of(staff)
    give_score(attempt, "7", number=2)
    assert "Passed: 7 of 10, 7 needed" in text_of(staff)


def test_on_a_scale_it_says_the_scaled_score_and_no_points(staff, enrolment, exam, ready):
    give_score(start_attempt(enrolment, exam), "7", scaled=512)
    page = text_of(staff)
    assert "Passed: 512" in page
    assert "7 of 10" not in page


def test_the_result_names_the_candidate_to_others(staff, enrolment, exam, ready):
    attempt = start_attempt(enrolment, exam)
    give_score(attempt, "7")
    Attempt.objects.filter(pk=attempt.pk).update(state="submitted", submitted_at=attempt.started_at)
    page = staff.get(reverse("exams:result", args=[attempt.pk])).content.decode()
    assert f"<dt>Candidate</dt><dd>{enrolment.person.full_name}</dd>" in page


def test_finds_by_name_and_address(staff, enrolment, exam, ready):
    start_attempt(enrolment, exam)
    person = enrolment.person
    for words in (person.full_name.split()[0].lower(), person.email.upper()):
        assert f"1 found for “{words}”" in text_of(staff, q=words)
    assert "Nobody found for" in text_of(staff, q="nobody of that name")
    assert staff.get(ADDRESS, {"q": "a\x00b"}).status_code == 200


def test_a_trainee_sees_only_their_own(client_for, enrolment, other_trainee, exam, ready):
    start_attempt(enrolment, exam)
    assert enrolment.person.full_name in text_of(client_for(enrolment.person))
    page = text_of(client_for(other_trainee), q=enrolment.person.full_name)
    assert "No exam was started yet" in page
    assert enrolment.person.full_name not in page


def test_nobody_has_started(staff):
    assert "No exam was started yet" in text_of(staff)


def test_queries_do_not_grow(staff, enrolment, exam, ready):
    attempt = start_attempt(enrolment, exam)
    give_score(attempt, "7")
    staff.get(ADDRESS)
    with CaptureQueriesContext(connection) as few:
        staff.get(ADDRESS)
    for number in range(2, 12):
        give_score(attempt, "8", number=number)
    with CaptureQueriesContext(connection) as many:
        staff.get(ADDRESS)
    assert len(few) == len(many) <= 6


def test_an_administrator_gets_from_a_result_to_what_happened_and_others_do_not(
    client_for, registrar, exam_admin, enrolment, exam, ready
):
    attempt = start_attempt(enrolment, exam)
    result = reverse("exams:result", kwargs={"attempt_id": attempt.pk})
    targets = [
        reverse(name, kwargs={"attempt_id": attempt.pk}) for name in ("exams:watched_attempt", "exams:more_time")
    ]
    for person, shown in ((exam_admin, True), (registrar, False)):
        page = client_for(person).get(result).content.decode()
        assert [f'href="{target}"' in page for target in targets] == [shown, shown]
        assert f'href="{reverse("exams:attempts")}"' in page
