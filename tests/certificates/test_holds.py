"""Holding a certificate back before it is issued, and letting it go."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from certificates import actions
from certificates.actions import issue_if_eligible
from certificates.errors import HoldError
from certificates.holds import hold, is_held, release
from certificates.models import Credential, IssuanceHold
from courses.models import Enrolment
from lms.accounts.actions import grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.certificates.standing import run_all_jobs, together
from tests.factories.certificates import COMPLETE, credential


@pytest.fixture
def due(enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch) -> Enrolment:
    """An enrolment that has everything."""
    monkeypatch.setattr(actions, "gather", lambda _: COMPLETE)
    return enrolment


def code_of(act: Any, **arguments: Any) -> str:
    with pytest.raises(HoldError) as refusal:
        act(**arguments)
    return refusal.value.code


def test_held_and_released(due: Enrolment, registrar: User) -> None:
    held = hold(enrolment=due, reason="The identity is to be checked.", by=registrar)
    assert issue_if_eligible(enrolment=due) is None
    assert is_held(due)
    release(held=held, note="Checked.", by=registrar)
    run_all_jobs()
    assert Credential.objects.get().enrolment == due
    verbs = [event.verb for event in Event.objects.filter(target_id=str(due.pk)).order_by("sequence")]
    assert verbs == ["certificate.held", "certificate.hold_released"]


def test_refusals(due: Enrolment, trainee: User, registrar: User) -> None:
    assert code_of(hold, enrolment=due, reason=" ", by=registrar) == "no_reason"
    held = hold(enrolment=due, reason="To be checked.", by=registrar)
    assert code_of(hold, enrolment=due, reason="Again.", by=registrar) == "held_already"
    assert code_of(release, held=held, note=" ", by=registrar) == "no_reason"
    grant_role(person=trainee, role=Role.REGISTRAR, by=None)
    assert code_of(release, held=held, note="Mine.", by=trainee) == "own_certificate"
    release(held=held, note="Checked.", by=registrar)
    assert code_of(release, held=held, note="Checked.", by=registrar) == "released_already"
    issue_if_eligible(enrolment=due)
    assert code_of(hold, enrolment=due, reason="Too late.", by=registrar) == "issued_already"
    assert IssuanceHold.objects.count() == 1


@pytest.mark.parametrize("who", ["trainee", "instructor", "exam_admin", "editor"])
def test_only_registrars_hold_and_release(
    who: str, enrolment: Enrolment, registrar: User, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        hold(enrolment=enrolment, reason="No.", by=person)
    held = hold(enrolment=enrolment, reason="To be checked.", by=registrar)
    with pytest.raises(PermissionDenied):
        release(held=held, note="Mine.", by=person)


def test_a_hold_that_comes_during_the_award_stops_it(
    due: Enrolment, registrar: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first look and the end of the award a registrar holds it back."""
    real = actions.award

    def award(**arguments: Any) -> Credential | None:
        hold(enrolment=due, reason="To be checked.", by=registrar)
        return real(**arguments)

    monkeypatch.setattr(actions, "award", award)
    assert issue_if_eligible(enrolment=due) is None
    assert not Credential.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_holding_and_issuing_at_once_do_one_of_the_two(due: Enrolment, registrar: User) -> None:
    def try_to_hold() -> str:
        try:
            hold(enrolment=due, reason="To be checked.", by=registrar)
        except HoldError as refusal:
            return refusal.code
        return "held"

    def issue() -> str:
        return "issued" if issue_if_eligible(enrolment=due) else "nothing"

    assert tuple(together([try_to_hold, issue])) in {("held", "nothing"), ("issued_already", "issued")}
    assert is_held(due) != Credential.objects.exists()


@pytest.mark.parametrize("statement", ["UPDATE {} SET note = 'x'", "DELETE FROM {}"])
def test_the_database_keeps_what_was_released(statement: str, enrolment: Enrolment, registrar: User) -> None:
    release(held=hold(enrolment=enrolment, reason="Check.", by=registrar), note="Checked.", by=registrar)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("certificates_issuancehold"))


def test_what_exists_is_returned_whatever_is_held(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    assert issue_if_eligible(enrolment=enrolment) == made
