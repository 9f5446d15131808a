"""Several workers at once, on connections of their own."""

import pytest

from certificates.models import LogCheckpoint, LogEntry, Revocation
from certificates.register.auditing import audit_log
from certificates.register.entering import enter_due
from certificates.register.publishing import bring_up_to_date
from courses.models import Enrolment, Pathway, Programme
from lms.accounts.models import User
from lms.audit.actions import first_fault
from lms.audit.models import Event
from tests.conftest import MakePerson
from tests.factories.certificates import credential, entered
from tests.threads import at_once

WORKERS = 4


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_make_one_line_of_entries_and_of_checkpoints(
    programme: Programme, make_person: MakePerson, registrar: User
) -> None:
    """Each enters a certificate of its own and one of all, signs and publishes; the log that results holds."""
    held = [
        credential(
            Enrolment.objects.create(
                person=make_person(f"Person {number}"),
                programme=programme,
                curriculum_version="1",
                pathway=Pathway.ACADEMIC,
            )
        )
        for number in range(WORKERS)
    ]

    def work(number: int) -> None:
        entered(held[number])
        enter_due([other.pk for other in held])
        bring_up_to_date()

    at_once([lambda number=number: work(number) for number in range(WORKERS)])  # type: ignore[misc]
    bring_up_to_date()
    audit = audit_log()
    assert (audit.fault, audit.entries, audit.published, audit.not_entered) == ("", WORKERS, WORKERS, 0)
    assert Event.objects.filter(verb="register.entered").count() == WORKERS == LogEntry.objects.count()
    assert Event.objects.filter(verb="register.signed").count() == LogCheckpoint.objects.count()
    assert first_fault() is None


@pytest.mark.django_db(transaction=True)
def test_the_same_revocation_is_entered_once(enrolment: Enrolment, registrar: User) -> None:
    """All find it missing at the same moment; the unique key lets one through, and the others look again."""
    held = credential(enrolment)
    entered(held)
    Revocation.objects.create(
        credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", revoked_by=registrar
    )
    results = at_once([lambda: enter_due([held.pk])] * WORKERS)
    assert sorted(len(made) for made in results) == [0] * (WORKERS - 1) + [1]
    assert [row.event for row in LogEntry.objects.order_by("index")] == ["issue", "revoke"]
    assert Event.objects.filter(verb="register.entered").count() == 2
    assert first_fault() is None
