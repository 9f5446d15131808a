from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

from certificates.actions import award, revoke
from certificates.errors import IssuanceError, RevocationError
from certificates.models import Credential, Revocation
from certificates.rules.record import digest
from certificates.rules.validity import Status
from courses.models import Enrolment
from lms.accounts.models import User
from lms.audit.actions import first_fault
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.factories.certificates import COMPLETE, credential, evidence

REASON = Revocation.Reason.ASSESSMENT_VOID


def take_back(of: Credential, by: User, **changes: Any) -> Revocation:
    facts: dict[str, Any] = {"reason": REASON, "public_text": "The practical was declared void."}
    return revoke(credential=of, by=by, **(facts | changes))


def test_an_award_stores_what_it_states(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    assert (made.holder_name, made.programme_title, made.curriculum_version) == (
        "Ada Trainee",
        "TMS technician",
        "2026.1",
    )
    assert made.record_sha256 == digest(bytes(made.record))
    assert made.statement.number == made.public_number
    assert made.statement.verify_url == f"http://localhost:8000/verify/{made.public_number}"
    assert [part.part for part in made.statement.assessed] == ["course", "exam", "practical"]


def test_an_award_leaves_one_event_and_one_job(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    assert Event.objects.filter(verb="credential.issued", target_id=str(made.pk)).count() == 1
    assert Job.objects.get(kind="certificate.render").payload == {"credential": str(made.pk)}


def test_asking_twice_gives_the_same_credential(enrolment: Enrolment) -> None:
    assert credential(enrolment) == credential(enrolment)
    assert Job.objects.filter(kind="certificate.render").count() == 1


def test_missing_evidence_gives_none(enrolment: Enrolment) -> None:
    assert award(enrolment=enrolment, evidence=evidence(exam_passed_on=None)) is None
    assert not Credential.objects.exists()


def test_the_name_stays_as_it_was_at_the_award(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    enrolment.person.full_name = "Ada Married"
    enrolment.person.save()
    made.refresh_from_db()
    assert made.holder_name == "Ada Trainee"


def test_a_name_that_cannot_be_printed_is_refused(enrolment: Enrolment) -> None:
    enrolment.person.full_name = "A\u202eevil"
    with pytest.raises(IssuanceError) as refusal:
        award(enrolment=enrolment, evidence=COMPLETE)
    assert refusal.value.code == "name_not_printable"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_credential(enrolment: Enrolment) -> None:
    def ask(_: int) -> str:
        try:
            return str(award(enrolment=enrolment, evidence=COMPLETE))
        finally:
            connection.close()

    # The in-memory SQLite of the suite cannot wait for a writer; there the workers come one after the other.
    with ThreadPoolExecutor(4 if connection.vendor == "postgresql" else 1) as pool:
        numbers = set(pool.map(ask, range(4)))
    assert numbers == {str(Credential.objects.get())}
    assert Event.objects.filter(verb="credential.issued").count() == 1
    assert first_fault() is None


def test_revoking_is_told_with_event_and_mail_job(enrolment: Enrolment, registrar: User) -> None:
    made = credential(enrolment)
    done = take_back(made, registrar, private_note="See minutes.")
    made.refresh_from_db()
    assert made.status_at(done.revoked_at) is Status.REVOKED
    assert Event.objects.get(verb="credential.revoked").data == {"reason": "assessment_void"}
    assert Job.objects.filter(kind="certificate.revocation_mail").count() == 1


@pytest.mark.parametrize("who", ["trainee", "instructor", "exam_admin", "editor"])
def test_only_registrars_revoke(who: str, enrolment: Enrolment, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        take_back(credential(enrolment), request.getfixturevalue(who))
    assert not Revocation.objects.exists()


def test_revoking_twice_is_refused(enrolment: Enrolment, registrar: User) -> None:
    made = credential(enrolment)
    take_back(made, registrar)
    with pytest.raises(RevocationError) as refusal:
        take_back(made, registrar)
    assert refusal.value.code == "already_revoked"
    assert Event.objects.filter(verb="credential.revoked").count() == 1


def test_revoking_without_a_public_reason_is_refused(enrolment: Enrolment, registrar: User) -> None:
    with pytest.raises(RevocationError) as refusal:
        take_back(credential(enrolment), registrar, public_text="  ")
    assert refusal.value.code == "no_text"


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["certificates_credential", "certificates_revocation"])
def test_the_database_keeps_evidence(statement: str, table: str, enrolment: Enrolment, registrar: User) -> None:
    take_back(credential(enrolment), registrar)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


def test_models_refuse_changes_with_a_plain_message(enrolment: Enrolment) -> None:
    made = credential(enrolment)
    with pytest.raises(TypeError, match="cannot be changed"):
        made.save()
    with pytest.raises(TypeError, match="cannot be deleted"):
        made.delete()
