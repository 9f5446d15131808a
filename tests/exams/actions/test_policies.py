"""The policy of an exam: changed with a reason, by the revision that was seen; what a start makes of it."""

from dataclasses import fields
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils import timezone

from exams.actions import attempts
from exams.actions.access import Presented, block, check_access, password_is_right, unblock
from exams.actions.policies import ExamValues, NewSecrets, PolicyValues, configure
from exams.errors import AttemptError, PolicyError
from exams.models import Attempt, AttemptEvent, ExamPolicy, ExamPolicyChange, SafeExamBrowserFile, policy_of
from exams.rules.safe_exam_browser import Proof, config_key, read_settings
from lms.accounts.roles import Role
from lms.approvals.actions import confirm, decline
from lms.approvals.errors import ProposalError
from lms.approvals.models import Proposal
from lms.audit.models import Event
from tests.factories.exam_access import change_policy, set_policy, settings_file
from tests.factories.exams import make_exam, start_attempt
from tests.threads import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refusal(act, *arguments, error=PolicyError, **named) -> str:
    with pytest.raises(error) as caught:
        act(*arguments, **named)
    return caught.value.code


def test_a_change_has_a_reason_and_leaves_a_row(exam, exam_admin):
    set_policy(exam, exam_admin, networks=["192.0.2.0/24"], maximum_attempts=5)
    row = ExamPolicyChange.objects.get()
    assert (row.revision, row.reason, row.changed_by) == (1, "For this test.", exam_admin)
    assert row.fields == ["networks", "maximum_attempts"]
    assert Event.objects.get(verb="exam.configured").data["fields"] == row.fields
    assert exam.maximum_attempts == 5
    with pytest.raises(DatabaseError), transaction.atomic():
        ExamPolicyChange.objects.update(reason="Another.")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, "nothing_changed"),
        ({"opens_at": timezone.now(), "closes_at": timezone.now() - DAY}, "window_empty"),
        ({"seb_required": True}, "keys_missing"),
        ({"secrets": NewSecrets(settings_file=b"pswd rubbish")}, "settings_unusable"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(exam, exam_admin, changes, code):
    assert refusal(set_policy, exam, exam_admin, **changes) == code
    assert not ExamPolicyChange.objects.exists()
    assert not SafeExamBrowserFile.objects.exists()


def test_only_exam_administrators_change_it(exam, registrar):
    with pytest.raises(PermissionDenied):
        set_policy(exam, registrar, window_days=7)


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_that_saw_the_same_one_wins(exam, exam_admin):
    def change(days):
        def act():
            try:
                return set_policy(exam_of(exam), exam_admin, window_days=days).revision
            except PolicyError as error:
                return error.code

        return act

    set_policy(exam, exam_admin, window_days=100)
    results = at_once([change(7), change(8)])
    assert set(results) in ({2, "changed_meanwhile"}, {2, 3})
    assert ExamPolicy.objects.get().revision == max(result for result in results if isinstance(result, int))
    assert ExamPolicyChange.objects.count() == 1 + sum(isinstance(result, int) for result in results)


def exam_of(exam):
    return type(exam).objects.get(pk=exam.pk)


def test_a_revision_that_is_out_of_date_changes_nothing(exam, exam_admin):
    set_policy(exam, exam_admin, window_days=100)
    current = ExamPolicy.objects.get()
    values = PolicyValues(**{field.name: getattr(current, field.name) for field in fields(PolicyValues)})
    of_exam = ExamValues(9, "at_once", 30, 30, False)
    arguments = {"exam": exam, "exam_values": of_exam, "values": values, "reason": "Late.", "by": exam_admin}
    assert refusal(configure, seen_revision=0, **arguments) == "changed_meanwhile"
    assert exam_of(exam).maximum_attempts == 3
    assert refusal(configure, seen_revision=1, **arguments | {"reason": " "}) == "reason_missing"


def test_the_key_comes_from_the_file(exam, exam_admin):
    content = settings_file()
    policy = set_policy(exam, exam_admin, seb_required=True, secrets=NewSecrets(settings_file=content))
    stored = SafeExamBrowserFile.objects.get()
    assert bytes(stored.content) == content
    assert policy.seb_config_key == stored.config_key == config_key(read_settings(content))


def test_the_password_is_stored_as_a_hash_only(exam, exam_admin):
    policy = set_policy(exam, exam_admin, secrets=NewSecrets(password="blue door"))
    assert "blue door" not in policy.password_hash
    assert [password_is_right(exam_of(exam), typed) for typed in ("blue door", "Blue door", "")] == [True, False, None]
    assert set_policy(exam, exam_admin, secrets=NewSecrets(password="")).password_hash == ""
    assert password_is_right(exam_of(exam), "blue door") is None


# When results are out, and appeals

RELEASE_BY_PEOPLE = {"release": "by_people"}


@pytest.fixture
def second_admin(make_person):
    return make_person("Yara Admin", Role.EXAM_ADMIN)


def test_what_the_exam_tells_is_set_with_a_reason(exam, exam_admin):
    set_policy(exam, exam_admin, release="by_people", appeal_days=1, decision_days=365, regrade_may_lower=True)
    told = (exam.release, exam.appeal_days, exam.decision_days, exam.regrade_may_lower, exam.maximum_attempts)
    assert told == ("by_people", 1, 365, True, 3)
    changed = ["release", "appeal_days", "decision_days", "regrade_may_lower"]
    assert ExamPolicyChange.objects.get().fields == changed
    assert Event.objects.get(verb="exam.configured").data["fields"] == changed
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("field", ["appeal_days", "decision_days"])
@pytest.mark.parametrize("days", [0, 366, -1])
def test_days_are_one_to_a_year(exam, exam_admin, field, days):
    assert refusal(set_policy, exam, exam_admin, **{field: days}) == "days_impossible"
    assert getattr(exam_of(exam), field) == 30


def test_two_people_let_results_out_at_once_again(exam, exam_admin, second_admin):
    set_policy(exam, exam_admin, **RELEASE_BY_PEOPLE)
    done = change_policy(exam, exam_admin, release="at_once", appeal_days=14)
    assert (exam.release, exam.appeal_days) == ("by_people", 14)
    assert ExamPolicyChange.objects.first().fields == ["appeal_days"]
    with pytest.raises(ProposalError, match="yourself"):
        confirm(proposal_id=done.proposal.pk, by=exam_admin)
    assert exam_of(exam).release == "by_people"
    confirm(proposal_id=done.proposal.pk, by=second_admin)
    assert exam_of(exam).release == "at_once"
    row = ExamPolicyChange.objects.first()
    assert (row.revision, row.fields, row.reason, row.changed_by) == (3, ["release"], "For this test.", second_admin)
    assert Event.objects.filter(verb="exam.configured").count() == 3


def test_a_proposal_alone_changes_nothing_and_is_made_once(exam, exam_admin, second_admin):
    set_policy(exam, exam_admin, **RELEASE_BY_PEOPLE)
    done = change_policy(exam, exam_admin, release="at_once")
    assert (done.policy.revision, ExamPolicyChange.objects.count()) == (1, 1)
    assert refusal(set_policy, exam, second_admin, release="at_once", window_days=9) == "already_proposed"
    assert ExamPolicy.objects.get().window_days == 365
    decline(proposal_id=done.proposal.pk, by=second_admin, note="Not this term.")
    assert exam_of(exam).release == "by_people"


def test_nobody_proposes_by_a_page_that_is_out_of_date(exam, exam_admin, second_admin):
    """A page that was opened while results were out at once does not ask to make them so again."""
    values = PolicyValues(**{field.name: getattr(policy_of(exam), field.name) for field in fields(PolicyValues)})
    set_policy(exam, exam_admin, **RELEASE_BY_PEOPLE)
    seen = {"exam": exam, "seen_revision": 0, "values": values, "exam_values": ExamValues(3, "at_once", 30, 30, False)}
    assert refusal(configure, reason="Late.", by=second_admin, **seen) == "changed_meanwhile"
    assert not Proposal.objects.exists()


# Who comes in


@pytest.mark.parametrize(
    "changes",
    [
        {"seb_required": False},
        {"seb_browser_keys": ["b" * 64]},
        {"secrets": NewSecrets(settings_file=settings_file())},
    ],
)
def test_the_browser_stays_as_it_is_while_somebody_is_in_the_exam(ready, exam, exam_admin, trainee, changes):
    set_policy(exam, exam_admin, seb_required=True, seb_browser_keys=["a" * 64])
    attempt = start_attempt(ready, exam_of(exam), presented=Presented(proof=Proof.RIGHT))
    before = ExamPolicy.objects.values().get()
    assert refusal(set_policy, exam, exam_admin, **changes) == "attempts_open"
    assert ExamPolicy.objects.values().get() == before
    assert not SafeExamBrowserFile.objects.exists()
    set_policy(exam, exam_admin, window_days=100)
    attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=timezone.now())
    assert set_policy(exam, exam_admin, **changes).revision == 3


def test_an_attempt_at_another_exam_is_not_in_the_way(attempt, exam, exam_admin, enrolment):
    other = make_exam(3, programme=enrolment.programme, code="other")
    assert set_policy(other, exam_admin, seb_required=True, seb_browser_keys=["a" * 64]).seb_required
    assert refusal(set_policy, exam, exam_admin, seb_browser_keys=["a" * 64]) == "attempts_open"


def starting(ready, exam, **presented) -> str:
    try:
        attempts.start(
            enrolment=ready,
            exam=exam_of(exam),
            honour_accepted=True,
            by=ready.person,
            presented=Presented(**presented),
        )
    except AttemptError as error:
        return error.code
    return "started"


@pytest.mark.parametrize(
    ("password", "outcome"), [(None, "password_missing"), (False, "password_wrong"), (True, "started")]
)
def test_the_password_opens_the_exam(ready, exam, exam_admin, password, outcome):
    set_policy(exam, exam_admin, secrets=NewSecrets(password="blue door"))
    assert starting(ready, exam, password=password) == outcome


@pytest.mark.parametrize(
    ("address", "outcome"), [("192.0.2.9", "started"), ("192.0.3.9", "wrong_network"), ("", "wrong_network")]
)
def test_only_from_the_networks_of_the_exam(ready, exam, exam_admin, address, outcome):
    set_policy(exam, exam_admin, networks=["192.0.2.0/24"])
    assert starting(ready, exam, address=address) == outcome


@pytest.mark.parametrize(
    ("proof", "outcome"),
    [(Proof.NONE, "safe_browser_needed"), (Proof.WRONG, "safe_browser_differs"), (Proof.RIGHT, "started")],
)
def test_only_with_the_browser_of_the_exam(ready, exam, exam_admin, proof, outcome):
    set_policy(exam, exam_admin, seb_required=True, seb_browser_keys=["a" * 64])
    assert starting(ready, exam, proof=proof) == outcome


@pytest.mark.parametrize(
    ("opens", "closes", "outcome"),
    [
        (-1, 1, "started"),
        (1, 2, "window_not_open"),
        (-2, -1, "window_closed"),
        (None, 1, "started"),
        (-1, None, "started"),
    ],
)
def test_only_in_its_window(ready, exam, exam_admin, opens, closes, outcome):
    now = timezone.now()
    moments = {name: now + days * DAY for name, days in (("opens_at", opens), ("closes_at", closes)) if days}
    set_policy(exam, exam_admin, **moments)
    assert starting(ready, exam) == outcome


def test_everything_in_the_way_is_named_at_once(enrolment, exam, exam_admin):
    set_policy(exam, exam_admin, networks=["192.0.2.0/24"], seb_required=True, seb_browser_keys=["a" * 64],
               secrets=NewSecrets(password="blue door"))  # fmt: skip
    found = check_access(enrolment=enrolment, exam=exam_of(exam), presented=Presented(), now=timezone.now())
    assert [reason.code for reason in found.reasons] == [
        "course_not_completed", "wrong_network", "safe_browser_needed", "password_missing",
    ]  # fmt: skip
    assert all(reason.sentence.endswith(".") for reason in found.reasons)


@pytest.mark.parametrize(("kind", "left"), [("technical", 3), ("misconduct", 2)])
def test_what_void_attempts_use_up(attempt, ready, exam, kind, left):
    Attempt.objects.filter(pk=attempt.pk).update(state="voided", void_kind=kind, submitted_at=timezone.now())
    found = check_access(enrolment=ready, exam=exam, presented=Presented(), now=timezone.now())
    assert found.eligibility.attempts_left == left
    assert found.may_start is (kind == "technical")


def test_the_waiting_days_are_those_of_the_policy(attempt, ready, exam, exam_admin, trainee):
    now = timezone.now()
    attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=now)
    set_policy(exam, exam_admin, wait_days=[3])
    with pytest.raises(AttemptError):
        start_attempt(ready, exam_of(exam), now=now + 2 * DAY)
    assert start_attempt(ready, exam_of(exam), now=now + 3 * DAY).number == 2


def test_a_block_is_recorded_once_and_lifted_with_a_reason(attempt, trainee, exam_admin):
    assert [block(attempt_id=attempt.pk, by=trainee) for _ in range(3)] == [True, False, False]
    assert refusal(unblock, attempt_id=attempt.pk, reason=" ", by=exam_admin, error=AttemptError) == "reason_missing"
    assert unblock(attempt_id=attempt.pk, reason="Its network came back.", by=exam_admin).blocked_at is None
    assert refusal(unblock, attempt_id=attempt.pk, reason="Again.", by=exam_admin, error=AttemptError) == "not_blocked"
    events = AttemptEvent.objects.filter(attempt=attempt).order_by("pk").values_list("kind", "text")
    assert list(events) == [("key_mismatch", ""), ("unlocked", "Its network came back.")]
    with pytest.raises(PermissionDenied):
        unblock(attempt_id=attempt.pk, reason="Me.", by=trainee)


def test_nobody_blocks_somebody_elses_attempt(attempt, other_trainee):
    assert block(attempt_id=attempt.pk, by=other_trainee) is False
