"""What is signed cannot be changed by SQL, and would not go unnoticed if it were."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from exams.actions.practicals import observe
from exams.actions.sign_offs import acknowledge
from exams.models import SignOff, Sitting
from exams.rules.practical_saves import Save
from exams.verification import verify_sign_offs
from tests.factories.practicals import complete_and_sign, make_sitting

pytestmark = pytest.mark.django_db

TABLES = [
    "observationlog",
    "strayobservation",
    "signoff",
    "stationresult",
    "acknowledgement",
    "sitting",
    "rubricversion",
]
A_COLUMN = {
    "observationlog": "value",
    "strayobservation": "value",
    "signoff": "printed_name",
    "stationresult": "station",
    "acknowledgement": "remark",
    "sitting": "place",
    "rubricversion": "digest",
}


@pytest.fixture
def evidence(sitting: Sitting) -> SignOff:
    """A signed, acknowledged record with a save that came too late."""
    row = complete_and_sign(sitting)
    acknowledge(sign_off=row, by=sitting.trainee, agrees=True)
    observe(sitting=sitting, by=sitting.assessor, saves=[Save("remark", 9, "late")], received_at=timezone.now())
    return row


def run(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE exams_{} SET {} = 'x'", "DELETE FROM exams_{0}"])
def test_evidence_cannot_be_changed_by_sql(evidence: SignOff, table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        run(statement.format(table, A_COLUMN[table]))


@pytest.mark.parametrize("table", [table for table in TABLES if table not in {"sitting", "rubricversion"}])
def test_evidence_cannot_be_emptied_or_replaced(evidence: SignOff, table: str) -> None:
    postgres = connection.vendor == "postgresql"
    connection.check_constraints()  # PostgreSQL truncates nothing while foreign keys wait to be checked
    statement = (
        f"TRUNCATE exams_{table} CASCADE"
        if postgres
        else f"INSERT OR REPLACE INTO exams_{table} SELECT * FROM exams_{table}"
    )
    with pytest.raises(DatabaseError, match="evidence"), transaction.atomic():
        run(statement)


def test_what_holds_is_reported_as_holding(evidence: SignOff) -> None:
    complete_and_sign(make_sitting(evidence.sitting.enrolment, evidence.signer))
    out = StringIO()
    call_command("verify_signoffs", stdout=out)
    assert "hold: 2" in out.getvalue()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            "UPDATE exams_signoff SET record = "
            "(SELECT record FROM exams_signoff WHERE chain_number = 2) WHERE chain_number = 1",
            "digest",
        ),
        ("UPDATE exams_signoff SET printed_name = 'Somebody' WHERE chain_number = 1", "signature"),
        ("UPDATE exams_signoff SET meaning = 'I guess' WHERE chain_number = 1", "signature"),
        ("UPDATE exams_signoff SET outcome = 'needs_remediation' WHERE chain_number = 1", "belongs to another"),
        ("UPDATE exams_stationresult SET level = 5 WHERE station = 'P01'", "do not follow"),
        ("UPDATE exams_signoff SET chain_number = 5 WHERE chain_number = 2", "does not continue"),
        ("DELETE FROM exams_stationresult WHERE station = 'P02'", "do not follow"),
    ],
)
def test_what_was_tampered_with_is_found(evidence: SignOff, change: str, reason: str) -> None:
    complete_and_sign(make_sitting(evidence.sitting.enrolment, evidence.signer))
    _lift_guards()
    run(change)
    assert any(reason in fault.reason for fault in verify_sign_offs())
    with pytest.raises(CommandError):
        call_command("verify_signoffs", stderr=StringIO())


def test_a_record_moved_to_another_sitting_is_found(evidence: SignOff) -> None:
    other = make_sitting(evidence.sitting.enrolment, evidence.signer)
    _lift_guards()
    SignOff.objects.filter(pk=evidence.pk).update(sitting=other)
    reasons = {fault.reason for fault in verify_sign_offs()}
    assert "the record belongs to another sitting, version or signer" in reasons


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE exams_sitting SET state = 'signed'",
        "UPDATE exams_sitting SET state = 'done'",
        "UPDATE exams_sitting SET state = 'cancelled'",
        "UPDATE exams_sitting SET qualification = ''",
    ],
)
def test_the_database_keeps_state_and_moments_together(sitting: Sitting, change: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run(change)


def _lift_guards() -> None:
    """Do what only the owner of the database could: drop the triggers (undone with the test's transaction)."""
    from lms.audit.append_only import lift_statements

    for table in ("exams_signoff", "exams_stationresult"):
        for statement in lift_statements(connection.vendor, table):
            run(statement)
