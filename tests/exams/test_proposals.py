"""Acts of exams that two people decide, as the list and the second person read them."""

from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Programme
from exams.actions.policies import RELEASE_AT_ONCE
from exams.actions.regrades import propose_key_change
from exams.actions.releases import hold, propose_release
from exams.actions.voiding import propose_void
from exams.models import Attempt, Exam, Result, VoidKind
from exams.rules.key_changes import KeyPolicy
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.approvals.actions import propose
from lms.approvals.models import Proposal
from tests.conftest import MakePerson
from tests.exams.staff import enrol, sit, version_at
from tests.factories.exam_sessions import make_session, seat_candidate
from tests.factories.exams import make_exam, start_attempt

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"
NAMES = ["Ann One", "Bea Two", "Cy Three", "Di Four", "Ed Five"]


@pytest.fixture
def exam(programme: Programme) -> Exam:
    """An exam whose results two people release; the right option is always b, seven of ten pass."""
    made = make_exam(10, programme=programme)
    Exam.objects.filter(pk=made.pk).update(release="by_people")
    made.refresh_from_db()
    return made


@pytest.fixture
def attempts(exam: Exam, programme: Programme, make_person: MakePerson) -> list[Attempt]:
    """Five results that wait."""
    return [sit(enrol(make_person(name, Role.TRAINEE), programme), exam, "b" * 8) for name in NAMES]


@pytest.fixture
def yara(make_person: MakePerson) -> User:
    return make_person("Yara Admin", Role.EXAM_ADMIN)


@pytest.fixture
def second(yara: User, client_for: Callable[[User], Client]) -> Client:
    """The browser of the second person, who has just shown who she is."""
    return shown_again(client_for(yara))


def shown_again(browser: Client) -> Client:
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser


def listed(browser: Client, **query: str) -> str:
    return words(browser.get(reverse("dashboard:proposals"), query).content)


def page_of(browser: Client, proposal: Proposal) -> str:
    return words(browser.get(reverse("dashboard:proposal", args=[proposal.pk])).content)


def words(content: bytes) -> str:
    return " ".join(unescape(content.decode()).split())


def release_of(attempts: list[Attempt], by: User) -> Proposal:
    return propose_release(attempts=[attempt.pk for attempt in attempts], reason="Checked.", by=by)


def test_each_row_names_its_subject(
    exam: Exam, attempts: list[Attempt], programme: Programme, exam_admin: User, make_person: MakePerson, second: Client
) -> None:
    running = start_attempt(enrol(make_person("Fay Six", Role.TRAINEE), programme), exam)
    propose_void(attempt_id=running.pk, kind=VoidKind.TECHNICAL, reason="It froze.", by=exam_admin)
    release_of(attempts[:1], exam_admin)
    release_of(attempts[1:], exam_admin)
    version = version_at(exam, 3)
    propose_key_change(version=version, policy=KeyPolicy.FULL_CREDIT, reason="Two are right.", by=exam_admin)
    propose(kind=RELEASE_AT_ONCE, target=exam.code, payload={"exam": exam.code}, reason="Quicker.", by=exam_admin)
    page = listed(second)
    for subject in (
        "Fay Six: TMS technician written exam, attempt 1",
        "Ann One: TMS technician written exam, attempt 1",
        "4 results: Bea Two, Cy Three, Di Four and 1 more",
        f"{version.item.code}, version 1: everybody gets the points",
        ">TMS technician written exam<",
        "It froze.",
    ):
        assert subject in page
    assert page.count("Xenia Admin") == 5


def test_the_list_costs_the_same_for_many_batches(attempts: list[Attempt], exam_admin: User, second: Client) -> None:
    release_of(attempts[:1], exam_admin)
    listed(second)  # fills what the site remembers about itself
    counts = []
    for some in (attempts[1:2], attempts[2:4], attempts[4:]):
        with CaptureQueriesContext(connection) as queries:
            listed(second)
        counts.append(len(queries))
        release_of(some, exam_admin)
    assert len(set(counts)) == 1


def test_whom_it_concerns_reads_why_there_is_no_button(
    exam: Exam, programme: Programme, exam_admin: User, make_person: MakePerson, client_for: Callable[[User], Client]
) -> None:
    both = make_person("Bo Both", Role.EXAM_ADMIN, Role.TRAINEE)
    proposal = release_of([sit(enrol(both, programme), exam, "b" * 8)], exam_admin)
    page = page_of(shown_again(client_for(both)), proposal)
    assert "This concerns something of your own. Somebody else has to decide it." in page
    assert "Confirm and do it" not in page
    assert 'value="decline"' not in page


def test_a_registrar_who_supervises_reads_why_they_cannot_void(
    exam: Exam,
    programme: Programme,
    trainee: User,
    exam_admin: User,
    make_person: MakePerson,
    client_for: Callable[[User], Client],
) -> None:
    attempt = start_attempt(enrol(trainee, programme), exam)
    proposal = propose_void(attempt_id=attempt.pk, kind=VoidKind.MISCONDUCT, reason="A phone.", by=exam_admin)
    rolf = shown_again(client_for(make_person("Rolf Registrar", Role.REGISTRAR, Role.INSTRUCTOR)))
    assert "Your roles let you propose this, not decide it." in page_of(rolf, proposal)
    answer = rolf.post(reverse("dashboard:proposal", args=[proposal.pk]), {"act": "confirm", "note": ""})
    assert answer.status_code == 409
    attempt.refresh_from_db()
    assert attempt.is_open


def test_what_can_no_longer_be_done_offers_no_confirmation(
    attempts: list[Attempt], exam_admin: User, yara: User, second: Client
) -> None:
    proposal = release_of(attempts[:2], exam_admin)
    assert "Confirm and do it" in page_of(second, proposal)
    hold(result=Result.objects.get(attempt=attempts[0]), reason="A note.", by=yara)
    assert "Confirm and do it" in page_of(second, proposal)  # one of two is as it was
    hold(result=Result.objects.get(attempt=attempts[1]), reason="Another note.", by=yara)
    page = page_of(second, proposal)
    assert "This can no longer be done." in page
    assert "Confirm and do it" not in page
    answer = second.post(
        reverse("dashboard:proposal", args=[proposal.pk]), {"act": "decline", "note": "Too late."}, follow=True
    )
    assert "Release results: declined." in words(answer.content)


def test_what_only_begins_with_the_confirmation_is_told(
    attempts: list[Attempt], exam_admin: User, second: Client
) -> None:
    proposal = release_of(attempts, exam_admin)
    answer = second.post(reverse("dashboard:proposal", args=[proposal.pk]), {"act": "confirm", "note": ""}, follow=True)
    page = words(answer.content)
    assert "Release results: confirmed and done. The results go out one after the other" in page


def test_the_desk_counts_what_the_reader_may_decide_and_the_list_says_so(
    exam: Exam,
    attempts: list[Attempt],
    programme: Programme,
    exam_admin: User,
    make_person: MakePerson,
    client_for: Callable[[User], Client],
) -> None:
    both = make_person("Bo Both", Role.EXAM_ADMIN, Role.TRAINEE)
    own = sit(enrol(both, programme), exam, "b" * 8)
    running = start_attempt(enrol(make_person("Fay Six", Role.TRAINEE), programme), exam)
    release_of([own, attempts[0]], exam_admin)
    propose_key_change(version=version_at(exam, 3), policy=KeyPolicy.REMOVE, reason="Faulty.", by=exam_admin)
    release_of(attempts[1:3], exam_admin)
    propose_void(attempt_id=running.pk, kind=VoidKind.TECHNICAL, reason="It froze.", by=exam_admin)
    release_of(attempts[3:], both)
    browser = client_for(both)
    assert "2 waiting" in words(browser.get(reverse("dashboard:home")).content)
    page = listed(browser)
    assert page.count("Somebody else has to decide it") == 2  # a result of theirs, the key of an item they had
    assert page.count("Yours, waits for somebody else") == 1


def test_an_instructor_takes_back_what_they_proposed(
    exam: Exam,
    programme: Programme,
    trainee: User,
    instructor: User,
    other_instructor: User,
    registrar: User,
    client_for: Callable[[User], Client],
) -> None:
    session = make_session(exam, instructor, by=registrar)
    booking = seat_candidate(session, enrol(trainee, programme), by=registrar, admitted_by=instructor)
    attempt = start_attempt(booking.enrolment, exam)
    proposal = propose_void(attempt_id=attempt.pk, kind=VoidKind.MISCONDUCT, reason="A phone.", by=instructor)
    address = reverse("dashboard:proposal", args=[proposal.pk])
    ines = shown_again(client_for(instructor))
    assert "1 of yours waits for somebody else." in words(ines.get(reverse("dashboard:home")).content)
    assert address in words(ines.get(reverse("exams:watched_attempt", args=[attempt.pk])).content)
    assert "Ada Trainee" in listed(ines)
    assert "Ada Trainee" not in listed(client_for(other_instructor))
    answer = ines.post(address, {"act": "withdraw"}, follow=True)
    assert "Void an exam attempt: withdrawn." in words(answer.content)
    assert Proposal.objects.get().state == "withdrawn"
