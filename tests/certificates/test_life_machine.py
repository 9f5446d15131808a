"""The life of a credential as a state machine: any order of suspending, putting back, issuing again and revoking.

A dictionary of words is the oracle: what is in force is written down here, act by act, and never read from the
register. Always: the register says of every number what the dictionary says, and at most one number is in force.
"""

import os
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from certificates.actions import issue_if_eligible, revoke
from certificates.models import Credential, Revocation
from certificates.verification import look_up
from lms.accounts.errors import CodedError
from lms.accounts.roles import Role
from lms.audit.actions import first_fault
from tests.certificates.standing import reinstated, reissued, suspended
from tests.factories.certificates import credential

EXAMPLES = {"full": 25, "thorough": 200}.get(os.environ.get("HYPOTHESIS_PROFILE", ""), 8)
which = st.integers(0, 5)


class CredentialLife(RuleBasedStateMachine):
    """One enrolment; two registrars and the enrolment come from the test."""

    enrolment: Any
    rosa: Any
    rita: Any

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.editions: list[Credential] = [credential(self.enrolment)]
        self.words = ["valid"]

    def teardown(self) -> None:
        try:
            assert first_fault() is None
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def attempt(self, number: int, possible: set[str], act: Any) -> int | None:
        """Do an act on one of the editions; the place of it when it is possible, and a refusal otherwise."""
        place = number % len(self.editions)
        if self.words[place] in possible:
            act(self.editions[place])
            return place
        with pytest.raises(CodedError), transaction.atomic():
            act(self.editions[place])
        return None

    @rule(number=which)
    def suspend(self, number: int) -> None:
        place = self.attempt(number, {"valid"}, lambda of: suspended(of, self.rosa))
        if place is not None:
            self.words[place] = "suspended"

    @rule(number=which)
    def reinstate(self, number: int) -> None:
        place = self.attempt(number, {"suspended"}, lambda of: reinstated(of, self.rosa, self.rita))
        if place is not None:
            self.words[place] = "valid"

    @rule(number=which)
    def revoke(self, number: int) -> None:
        reason = Revocation.Reason.MISCONDUCT
        place = self.attempt(
            number,
            {"valid", "suspended"},
            lambda of: revoke(credential=of, reason=reason, public_text="Established.", by=self.rosa),
        )
        if place is not None:
            self.words[place] = "revoked"

    @rule(number=which)
    def reissue(self, number: int) -> None:
        made: list[Credential] = []
        name = f"Ada {'I' * (len(self.editions) + 1)}"
        place = self.attempt(number, {"valid"}, lambda of: made.append(reissued(of, self.rita, self.rosa, name)))
        if place is not None:
            self.words[place] = "superseded"
            self.editions += made
            self.words.append("valid")

    @rule()
    def the_night_asks_whether_it_is_due(self) -> None:
        assert issue_if_eligible(enrolment=self.enrolment) == self.editions[-1]

    @invariant()
    def the_register_says_what_happened(self) -> None:
        assert [look_up(row.public_number).status.value for row in self.editions] == self.words
        rows = [Credential.objects.get(pk=row.pk) for row in self.editions]  # read without what queries bring along
        assert [row.status_at(timezone.now()).value for row in rows] == self.words
        assert Credential.objects.filter(enrolment=self.enrolment).count() == len(self.editions)
        assert sum(word in {"valid", "suspended"} for word in self.words) <= 1


@pytest.mark.hypothesis
@pytest.mark.django_db
def test_the_life_of_a_credential(enrolment, registrar, make_person):
    CredentialLife.enrolment, CredentialLife.rosa = enrolment, registrar
    CredentialLife.rita = make_person("Rita Registrar", Role.REGISTRAR)
    run_state_machine_as_test(
        CredentialLife,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
