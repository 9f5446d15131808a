"""A credential goes out of force for now and comes back: who may, what everybody is told, what old copies answer."""

import json
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from certificates.actions import revoke
from certificates.badge_trust import own_status_list
from certificates.badge_verification import check_file
from certificates.badges import badge_of, publish_status_lists
from certificates.errors import SuspensionError
from certificates.models import Credential, Revocation, SuspensionEvent
from certificates.register.publishing import bring_up_to_date
from certificates.rules.badges.status_list import is_set
from certificates.rules.validity import Status
from certificates.suspensions import propose_reinstatement
from certificates.verification import check_document, look_up
from courses.models import Enrolment
from lms.accounts.actions import grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.approvals.errors import ProposalError
from lms.audit.models import Event
from tests.certificates.standing import Reason, beside_the_log, reinstated, run_all_jobs, suspended, together
from tests.certificates.test_watching import confirmed
from tests.factories.certificates import credential, signed_bytes


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


@pytest.fixture
def second(make_person: Any) -> User:
    person: User = make_person("Rita Registrar", Role.REGISTRAR)
    return person


def status(of: Credential) -> Status:
    return Credential.objects.with_standing().get(pk=of.pk).status_at(timezone.now())


def bit(of: Credential, purpose: str) -> bool:
    """Read the bit of a credential from the list as it is served."""
    place = badge_of(of)
    content = own_status_list(f"http://localhost:8000/status/{purpose}/{place.status_list}")
    assert content is not None
    return is_set(json.loads(content)["credentialSubject"]["encodedList"], place.status_index)


def refused(of: Credential, by: User, **changes: Any) -> str:
    with pytest.raises(SuspensionError) as refusal:
        suspended(of, by, **changes)
    return refusal.value.code


def test_suspended_and_put_back_by_two_people(held: Credential, registrar: User, second: User) -> None:
    suspended(held, registrar, private_note="Report 7.")
    assert status(held) is Status.SUSPENDED
    reinstated(held, registrar, second)
    assert status(held) is Status.VALID
    first, last = SuspensionEvent.objects.filter(credential=held)
    assert (first.number, first.act, first.by, first.private_note) == (1, "suspended", registrar, "Report 7.")
    assert (last.number, last.act, last.by, last.confirmed_by) == (2, "reinstated", registrar, second)
    verbs = Event.objects.filter(target_id=str(held.pk)).order_by("sequence").values_list("verb", "actor")
    assert list(verbs)[1:] == [
        ("credential.suspended", str(registrar.public_id)),
        ("credential.reinstated", str(second.public_id)),
    ]


def test_it_can_be_suspended_again(held: Credential, registrar: User, second: User) -> None:
    for _ in range(2):
        suspended(held, registrar)
        reinstated(held, second, registrar)
    suspended(held, registrar)
    assert status(held) is Status.SUSPENDED
    assert [event.number for event in held.suspension_events.all()] == [1, 2, 3, 4, 5]


def test_every_old_copy_answers_truthfully_together(
    held: Credential, registrar: User, second: User, client: Client
) -> None:
    pdf, badge = signed_bytes(held), bytes(badge_of(held).content)
    suspended(held, registrar)
    page = client.get(f"/verify/{held.public_number}").content.decode()
    assert '<h1 class="banner__word">Suspended</h1>' in page
    assert "Conduct is under review. A report is looked into." in page
    answer = client.get(f"/api/v1/certificates/{held.public_number}").json()
    assert (answer["status"], answer["suspension_reason"]) == ("suspended", "A report is looked into.")
    assert answer["suspended"] is not None
    for content, name in ((pdf, "certificate.pdf"), (badge, "badge.json")):
        answer = client.post("/api/v1/verify", {"file": SimpleUploadedFile(name, content)}).json()
        assert (answer["result"], answer["status"]) == ("genuine", "suspended")
        assert {check["id"]: check["ok"] for check in answer["checks"]}["valid_today"] is False
    reinstated(held, registrar, second)
    answer = client.get(f"/api/v1/certificates/{held.public_number}").json()
    assert (answer["status"], answer["suspended"], answer["suspension_reason"]) == ("valid", None, None)
    bring_up_to_date()
    assert check_document(pdf).all_hold


def test_the_bit_of_the_suspension_list_follows(held: Credential, registrar: User, second: User) -> None:
    badge = bytes(badge_of(held).content)
    publish_status_lists(1)
    assert not bit(held, "suspension")
    suspended(held, registrar)
    assert beside_the_log(check_file(badge)) == [True, True, False, None]  # the list follows
    run_all_jobs()
    assert (bit(held, "suspension"), bit(held, "revocation")) == (True, False)
    assert beside_the_log(check_file(badge)) == [True, True, False, True]
    reinstated(held, registrar, second)
    # The list lags behind, and says what was so when it was signed: no cause for doubt.
    answer = check_file(badge)
    assert (answer.code, beside_the_log(answer)) == ("genuine_badge", [True, True, True, None])
    run_all_jobs()
    assert not bit(held, "suspension")
    assert check_file(badge).all_hold


def test_holder_and_watchers_are_told_of_both(
    held: Credential, trainee: User, registrar: User, second: User, client: Client
) -> None:
    confirmed(client, held)
    run_all_jobs()
    mail.outbox.clear()
    suspended(held, registrar, private_note="Secret.")
    run_all_jobs()
    told = {message.to[0]: message for message in mail.outbox}
    assert told[trainee.email].subject.startswith("Your certificate was suspended")
    assert told["desk@clinic.example"].subject.startswith("A certificate that you watch was suspended")
    for message in told.values():
        assert "A report is looked into." in str(message.body)
        assert "Secret." not in str(message.body)
    mail.outbox.clear()
    reinstated(held, registrar, second)
    run_all_jobs()
    told = {message.to[0]: message for message in mail.outbox}
    assert told[trainee.email].subject.startswith("Your certificate is in force again")
    assert told["desk@clinic.example"].subject.startswith("A certificate that you watch is in force again")
    assert "ends" not in told["desk@clinic.example"].subject
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("who", ["trainee", "instructor", "exam_admin", "editor"])
def test_only_registrars_suspend(who: str, held: Credential, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        suspended(held, request.getfixturevalue(who))
    assert not SuspensionEvent.objects.exists()


def test_refusals_of_suspending(held: Credential, registrar: User) -> None:
    assert refused(held, registrar, public_text=" ") == "no_text"
    assert refused(held, registrar, reason=Reason.REVIEW_ENDED) == "wrong_reason"
    suspended(held, registrar)
    assert refused(held, registrar) == "already_suspended"
    revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=registrar)
    assert refused(held, registrar) == "already_revoked"
    assert status(held) is Status.REVOKED


def test_refusals_of_putting_back(held: Credential, registrar: User, second: User) -> None:
    def code(**changes: Any) -> str:
        facts: dict[str, Any] = {"reason": Reason.IN_ERROR, "private_note": "It was another person.", "by": registrar}
        with pytest.raises((SuspensionError, ProposalError)) as refusal:
            propose_reinstatement(credential=held, **(facts | changes))
        return refusal.value.code

    assert code() == "not_suspended"
    suspended(held, registrar)
    assert code(reason=Reason.CONDUCT_REVIEW) == "wrong_reason"
    assert code(private_note=" ") == "reason_missing"
    proposal = propose_reinstatement(credential=held, reason=Reason.IN_ERROR, private_note="Error.", by=registrar)
    assert code(by=second) == "already_proposed"
    with pytest.raises(ProposalError) as refusal:
        confirm(proposal_id=proposal.pk, by=registrar)
    assert refusal.value.code == "own_proposal"
    assert status(held) is Status.SUSPENDED


def test_a_confirmation_that_comes_after_a_revocation_changes_nothing(
    held: Credential, registrar: User, second: User
) -> None:
    suspended(held, registrar)
    proposal = propose_reinstatement(credential=held, reason=Reason.IN_ERROR, private_note="Error.", by=registrar)
    revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=registrar)
    with pytest.raises(SuspensionError) as refusal:
        confirm(proposal_id=proposal.pk, by=second)
    assert refusal.value.code == "already_revoked"
    proposal.refresh_from_db()
    assert proposal.is_open
    assert held.suspension_events.count() == 1


def test_nobody_puts_their_own_back(held: Credential, trainee: User, registrar: User, second: User) -> None:
    grant_role(person=trainee, role=Role.REGISTRAR, by=None)
    suspended(held, registrar)
    with pytest.raises(SuspensionError) as refusal:
        propose_reinstatement(credential=held, reason=Reason.IN_ERROR, private_note="Error.", by=trainee)
    assert refusal.value.code == "own_certificate"
    proposal = propose_reinstatement(credential=held, reason=Reason.IN_ERROR, private_note="Error.", by=registrar)
    with pytest.raises(ProposalError) as concerned:
        confirm(proposal_id=proposal.pk, by=trainee)
    assert concerned.value.code == "concerns_you"


@pytest.mark.parametrize(
    "changes",
    [
        {"number": 3, "act": "reinstated"},
        {"number": 2, "act": "suspended", "public_text": "x"},
        {"number": 1, "act": "suspended", "public_text": "x"},
        {"number": 3, "act": "suspended", "public_text": ""},
        {"number": 2, "act": "reinstated", "confirmed_by": None},
    ],
)
def test_the_database_lets_no_turn_be_skipped(changes: dict[str, Any], held: Credential, registrar: User) -> None:
    suspended(held, registrar)
    facts = {"credential": held, "reason": Reason.IN_ERROR, "by": registrar}
    with pytest.raises(IntegrityError), transaction.atomic():
        SuspensionEvent.objects.create(**(facts | changes))


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_keeps_the_events(statement: str, held: Credential, registrar: User) -> None:
    suspended(held, registrar)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("certificates_suspensionevent"))


def test_an_answer_costs_one_query_and_a_suspended_one_two(
    held: Credential, registrar: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        look_up(held.public_number)
    suspended(held, registrar)
    with django_assert_num_queries(2):
        assert look_up(held.public_number).status is Status.SUSPENDED


@pytest.mark.django_db(transaction=True)
def test_of_two_registrars_at_once_one_suspends(held: Credential, registrar: User, second: User) -> None:
    def attempt(by: User) -> str:
        try:
            suspended(held, by)
        except SuspensionError as refusal:
            return refusal.code
        return "done"

    assert sorted(together([lambda: attempt(registrar), lambda: attempt(second)])) == ["already_suspended", "done"]
    assert held.suspension_events.count() == 1
