"""Several workers at once, on connections of their own."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from certificates.actions import revoke
from certificates.errors import ReissueError, RevocationError, SuspensionError
from certificates.models import Credential, LogCheckpoint, LogEntry, Revocation
from certificates.register.auditing import audit_log
from certificates.register.entering import enter_due
from certificates.register.publishing import bring_up_to_date
from certificates.reissues import propose_reissue
from certificates.rules.validity import Status
from certificates.tasks import render_certificate
from courses.models import Enrolment, Pathway, Programme
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.audit.actions import first_fault
from lms.audit.models import Event
from tests.certificates.standing import asked, run_all_jobs, suspended, together
from tests.conftest import MakePerson
from tests.factories.certificates import credential, entered, signed_file
from tests.threads import at_once

WORKERS = 4


def enrolled(person: User, programme: Programme) -> Enrolment:
    return Enrolment.objects.create(
        person=person, programme=programme, curriculum_version="1", pathway=Pathway.ACADEMIC
    )


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_make_one_line_of_entries_and_of_checkpoints(
    programme: Programme, make_person: MakePerson, registrar: User
) -> None:
    """Each enters a certificate of its own and one of all, signs and publishes; the log that results holds."""
    held = [credential(enrolled(make_person(f"Person {number}"), programme)) for number in range(WORKERS)]

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


@pytest.mark.django_db(transaction=True)
def test_everything_that_can_happen_to_a_certificate_at_once(
    programme: Programme, make_person: MakePerson, registrar: User
) -> None:
    """One suspends, one revokes, one confirms another name, and workers issue, make files and sign the log.

    Nobody waits for somebody who waits for them; one act is refused where another came first, and the log tells what
    the register tells.
    """
    second = make_person("Rita Registrar", Role.REGISTRAR)
    held = credential(enrolled(make_person("Ada", Role.TRAINEE), programme))
    signed_file(held)
    unmade = credential(enrolled(make_person("Bo"), programme))
    to_come = enrolled(make_person("Cy"), programme)
    asking = asked(held, held.enrolment.person)
    proposal = propose_reissue(request=asking, reason="I saw the passport.", by=registrar)

    def attempt(act: Callable[[], object]) -> str:
        try:
            act()
        except (SuspensionError, RevocationError, ReissueError) as refusal:
            return refusal.code
        return "done"

    def take_back() -> None:
        revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=second)

    acts: list[Callable[[], object]] = [
        lambda: suspended(held, second),
        take_back,
        lambda: confirm(proposal_id=proposal.pk, by=second),
        lambda: suspended(unmade, registrar),
        lambda: render_certificate({"credential": str(unmade.pk)}),
        lambda: signed_file(credential(to_come)),
        bring_up_to_date,
    ]
    results = together([lambda act=act: attempt(act) for act in acts])  # type: ignore[misc]
    assert results[3:] == ["done"] * 4
    run_all_jobs()
    rows = {row.pk: row for row in Credential.objects.with_standing()}
    status = rows[held.pk].status_at(timezone.now())
    assert (results[1] == "done") == (status is Status.REVOKED)
    assert (results[2] == "done") == (status is Status.SUPERSEDED) == (len(rows) == 4)
    assert rows[unmade.pk].status_at(timezone.now()) is Status.SUSPENDED
    audit = audit_log()
    assert (audit.fault, audit.not_entered, audit.entries) == ("", 0, audit.published)
    told = list(LogEntry.objects.filter(credential=held).order_by("index").values_list("event", flat=True))
    done = {"suspend": results[0], "revoke": results[1], "replace": results[2]}
    assert told[0] == "issue"
    assert sorted(told[1:]) == sorted(event for event, result in done.items() if result == "done")
    assert first_fault() is None
