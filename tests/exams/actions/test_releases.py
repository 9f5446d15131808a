"""Results in a batch: proposed by one, released when another confirms, held by one."""

import re

import pytest
from django.core.exceptions import PermissionDenied

from exams.actions import releases, voiding
from exams.actions.pending import RELEASE
from exams.actions.releases import hold, propose_release
from exams.actions.results import release
from exams.actions.scoring import score
from exams.errors import ResultError
from exams.models import Attempt, Exam, Result, ResultEvent, VoidKind
from exams.signals import requirement_met
from exams.tasks import RESULT_MAIL
from lms.accounts.roles import Role
from lms.approvals.actions import decline, withdraw
from lms.approvals.errors import ProposalError
from lms.approvals.models import Proposal
from lms.jobs.models import Job
from tests.exams.staff import agree, enrol, run_jobs, sit
from tests.factories.exams import make_exam

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(enrolment, make_person):
    """Three results of an exam that people release: passed, not passed, passed."""
    exam = make_exam(4, programme=enrolment.programme, cut_score={"raw": 3, "method": "m", "note": "n"})
    Exam.objects.update(release="by_people")
    exam.refresh_from_db()
    people = [make_person(f"Candidate {number}", Role.TRAINEE) for number in range(3)]
    return [
        sit(enrol(p, enrolment.programme), exam, right) for p, right in zip(people, ("bbb", "bb", "bbbb"), strict=True)
    ]


@pytest.fixture
def second(make_person):
    return make_person("Yara Admin", Role.EXAM_ADMIN)


@pytest.fixture
def told():
    heard = []

    def listen(enrolment, **_):
        heard.append(enrolment.pk)

    requirement_met.connect(listen)
    yield heard
    requirement_met.disconnect(listen)


def propose(attempts, by, reason="Checked."):
    return propose_release(attempts=[attempt.pk for attempt in attempts], reason=reason, by=by)


def states():
    return sorted(Result.objects.values_list("state", flat=True))


def test_nothing_is_out_before_the_second_person_and_all_of_it_after(waiting, exam_admin, second, told, mailoutbox):
    proposal = propose(waiting, exam_admin)
    run_jobs(RELEASE, RESULT_MAIL)
    assert (states(), told, mailoutbox) == (["scored"] * 3, [], [])
    agree(proposal, second, RELEASE)
    assert states() == ["released"] * 3
    assert sorted(told) == sorted(waiting[n].enrolment_id for n in (0, 2))
    assert list(Result.objects.order_by("attempt__started_at").values_list("passed", flat=True)) == [True, False, True]
    event = ResultEvent.objects.filter(to_state="released")[0]
    assert (event.by, event.proposal, event.reason) == (second, proposal, "Checked.")


def test_each_candidate_gets_one_mail_without_the_result(waiting, exam_admin, second, mailoutbox):
    agree(propose(waiting, exam_admin), second, RELEASE, RESULT_MAIL)
    run_jobs(RESULT_MAIL)
    assert sorted(mail.to[0] for mail in mailoutbox) == [f"candidate.{n}@example.org" for n in range(3)]
    for mail in mailoutbox:
        text = re.sub(r"https?://\S+", "", mail.subject + mail.body).lower()
        assert not re.search(r"pass|fail|point|score|\d\d", text)
        assert "/result" in mail.body


def test_an_exam_without_people_sends_no_mail(waiting, enrolment):
    Exam.objects.update(release="at_once")
    exam = Exam.objects.get()
    sit(enrolment, exam, "bbb")
    assert not Job.objects.filter(kind=RESULT_MAIL).exists()


def test_a_job_that_was_killed_goes_on_and_releases_nothing_twice(waiting, exam_admin, second, monkeypatch):
    proposal = propose(waiting, exam_admin)
    monkeypatch.setattr(releases, "AT_ONCE", 1)
    true_release, count = releases.release, []

    def dying(**arguments):
        count.append(1)
        if len(count) == 2:
            raise KeyboardInterrupt
        return true_release(**arguments)

    monkeypatch.setattr(releases, "release", dying)
    with pytest.raises(KeyboardInterrupt):
        agree(proposal, second, RELEASE)
    assert states() == ["released", "scored", "scored"]
    run_jobs(RELEASE)
    assert states() == ["released"] * 3
    assert ResultEvent.objects.filter(to_state="released").count() == 3
    assert Job.objects.filter(kind=RESULT_MAIL).count() == 3


def test_what_was_held_or_scored_anew_since_is_left(waiting, exam_admin, second):
    proposal = propose(waiting, exam_admin)
    hold(result=waiting[0].result, reason="A note of the invigilator.", by=exam_admin)
    score(attempt=waiting[1])
    agree(proposal, second, RELEASE)
    assert states() == ["held", "released", "scored"]


def test_a_held_result_is_released_by_two_people(waiting, exam_admin, second):
    with pytest.raises(ResultError, match="why"):
        hold(result=waiting[0].result, reason=" ", by=exam_admin)
    hold(result=waiting[0].result, reason="A note of the invigilator.", by=exam_admin)
    proposal = propose(waiting[:1], exam_admin, "The note was cleared up.")
    with pytest.raises(ProposalError, match="yourself"):
        agree(proposal, exam_admin, RELEASE)
    agree(proposal, second, RELEASE)
    assert Result.objects.get(pk=waiting[0].pk).state == "released"


def test_a_batch_that_was_tampered_with_is_refused(waiting, exam_admin, second):
    proposal = propose(waiting[:1], exam_admin)
    added = proposal.payload | {"scores": proposal.payload["scores"] + [waiting[1].scores.get().pk]}
    Proposal.objects.update(payload=added)
    with pytest.raises(ResultError) as error:
        agree(proposal, second, RELEASE)
    assert error.value.code == "batch_changed"
    proposal.refresh_from_db()
    assert (proposal.state, states()) == ("open", ["scored"] * 3)


def test_only_what_waits_can_be_proposed(waiting, exam_admin, second):
    agree(propose(waiting, exam_admin), second, RELEASE)
    with pytest.raises(ResultError) as error:
        propose(waiting, exam_admin)
    assert error.value.code == "nothing_chosen"


def test_the_same_batch_waits_once(waiting, exam_admin):
    propose(waiting, exam_admin)
    with pytest.raises(ProposalError) as error:
        propose(waiting, exam_admin)
    assert error.value.code == "already_proposed"


def test_only_exam_administrators_release_and_hold(waiting, registrar, trainee):
    for person in (registrar, trainee):
        with pytest.raises(PermissionDenied):
            propose(waiting, person)
        with pytest.raises(PermissionDenied):
            hold(result=waiting[0].result, reason="So.", by=person)
    assert not Attempt.objects.filter(result__state="held").exists()


def test_nobody_decides_about_their_own_result(waiting, enrolment, exam_admin, second, make_person):
    both = make_person("Iris Both", Role.TRAINEE, Role.EXAM_ADMIN)
    own = sit(enrol(both, enrolment.programme), Exam.objects.get(), "bb")
    batch = propose([*waiting, own], exam_admin)
    with pytest.raises(ProposalError) as error:
        agree(batch, both)
    assert error.value.code == "concerns_you"
    withdraw(proposal_id=batch.pk, by=exam_admin)
    agree(propose(waiting, exam_admin), both, RELEASE)
    assert states() == ["released"] * 3 + ["scored"]


# While voiding is proposed


@pytest.fixture
def doubtful(waiting, exam_admin):
    """The first result held, and a proposal to void its attempt."""
    hold(result=waiting[0].result, reason="A note of the invigilator.", by=exam_admin)
    return waiting[0]


def propose_void(attempt, by):
    return voiding.propose_void(attempt_id=attempt.pk, kind=VoidKind.MISCONDUCT, reason="Two at a screen.", by=by)


def test_what_may_become_void_is_not_proposed_for_release(waiting, doubtful, exam_admin, second):
    void = propose_void(doubtful, exam_admin)
    for chosen in (waiting[:1], waiting):
        with pytest.raises(ResultError, match=r"Candidate 0, .*, attempt 1: to void it was proposed by Xenia") as error:
            propose(chosen, exam_admin)
        assert error.value.code == "void_waits"
    propose(waiting[1:], exam_admin)
    decline(proposal_id=void.pk, by=second, note="It was another candidate.")
    agree(propose(waiting[:1], exam_admin), second, RELEASE)
    assert states() == ["released", "scored", "scored"]


def test_a_void_that_is_proposed_after_a_release_stops_its_confirmation(waiting, doubtful, exam_admin, second):
    batch = propose(waiting, exam_admin)
    void = propose_void(doubtful, exam_admin)
    with pytest.raises(ResultError, match="Candidate 0") as error:
        agree(batch, second, RELEASE)
    batch.refresh_from_db()
    assert (error.value.code, batch.state, states()) == ("void_waits", "open", ["held", "scored", "scored"])
    agree(void, second)
    agree(batch, second, RELEASE)
    assert states() == ["released", "released", "voided"]


def test_a_void_that_is_proposed_after_the_confirmation_still_stops_its_result(waiting, doubtful, exam_admin, second):
    agree(propose(waiting, exam_admin), second)
    propose_void(doubtful, exam_admin)
    run_jobs(RELEASE)
    assert states() == ["held", "released", "released"]
    result = Result.objects.get(pk=doubtful.pk)
    with pytest.raises(ResultError) as error:
        release(result=result, score=doubtful.scores.get())
    assert error.value.code == "void_waits"


def test_a_result_is_in_one_release_at_a_time(waiting, exam_admin, second):
    first = propose(waiting[:2], exam_admin)
    with pytest.raises(ProposalError, match="proposed by Xenia") as error:
        propose(waiting[1:], exam_admin)
    assert error.value.code == "already_proposed"
    withdraw(proposal_id=first.pk, by=exam_admin)
    assert len(propose(waiting[1:], exam_admin).payload["scores"]) == 2
