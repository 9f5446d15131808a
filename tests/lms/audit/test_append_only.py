"""Evidence stays: every road by which a row could change or go is closed by the database itself."""

import pytest
from django.db import DatabaseError, connection, models, transaction

from lms.audit.append_only import guard_statements, run
from lms.audit.models import Event

pytestmark = pytest.mark.django_db
REFUSED = "evidence and cannot be changed"


def execute(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_an_event_cannot_be_changed_or_removed_by_the_orm(chain: list[Event]) -> None:
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        Event.objects.update(verb="role.ended")
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        Event.objects.all().delete()
    with pytest.raises(TypeError, match="cannot be deleted"):
        chain[0].delete()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_event SET actor = '' WHERE sequence = 1",
        "UPDATE audit_event SET sequence = 100 WHERE sequence = 1",
        "DELETE FROM audit_event WHERE sequence = 1",
        "DELETE FROM audit_event",
    ],
)
def test_an_event_cannot_be_changed_or_removed_by_hand(chain: list[Event], sql: str) -> None:
    with pytest.raises(DatabaseError, match=REFUSED):
        execute(sql)
    assert list(Event.objects.all()) == chain


def test_the_table_cannot_be_emptied_at_once(chain: list[Event]) -> None:
    truncate = "TRUNCATE audit_event" if connection.vendor == "postgresql" else "DELETE FROM audit_event WHERE 1"
    with pytest.raises(DatabaseError, match=REFUSED):
        execute(truncate)


@pytest.mark.parametrize("same", ["id", "sequence", "hash", "previous_hash"])
def test_an_event_cannot_be_replaced_through_any_unique_column(chain: list[Event], same: str) -> None:
    """On PostgreSQL the statement does not exist; a plain insert then meets the unique index."""
    columns = [field.column for field in Event._meta.concrete_fields]
    fresh = {"id": "9000", "sequence": "9000", "hash": "'x'", "previous_hash": "'y'"}
    fresh.pop(same)
    values = ", ".join(fresh.get(column, column) for column in columns)
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(DatabaseError):
        execute(f"{verb} INTO audit_event ({', '.join(columns)}) SELECT {values} FROM audit_event WHERE sequence = 1")
    assert list(Event.objects.all()) == chain


@pytest.fixture
def frozen_table(db: None) -> str:
    """A table whose rows freeze when `locked_at` is set: one free, one frozen."""
    execute("CREATE TABLE frozen_thing (id integer PRIMARY KEY, code text UNIQUE, note text, locked_at text)")
    run(connection, guard_statements(connection, "frozen_thing", "locked_at"))
    execute("INSERT INTO frozen_thing VALUES (1, 'free', '', NULL)")
    execute("INSERT INTO frozen_thing VALUES (2, 'frozen', '', 'now')")
    return "frozen_thing"


def test_a_row_changes_until_it_freezes(frozen_table: str) -> None:
    execute("UPDATE frozen_thing SET note = 'a word' WHERE id = 1")
    execute("UPDATE frozen_thing SET locked_at = 'now' WHERE id = 1")
    with pytest.raises(DatabaseError, match=REFUSED):
        execute("UPDATE frozen_thing SET locked_at = NULL WHERE id = 1")


@pytest.mark.parametrize("sql", ["UPDATE frozen_thing SET note = 'x'", "DELETE FROM frozen_thing WHERE id = 2"])
def test_a_frozen_row_stays(frozen_table: str, sql: str) -> None:
    with pytest.raises(DatabaseError, match=REFUSED):
        execute(sql)


def test_a_free_row_may_go(frozen_table: str) -> None:
    execute("DELETE FROM frozen_thing WHERE id = 1")


@pytest.mark.parametrize("values", ["(2, 'other', '', NULL)", "(3, 'frozen', '', NULL)"])
def test_a_frozen_row_cannot_be_replaced(frozen_table: str, values: str) -> None:
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(DatabaseError):
        execute(f"{verb} INTO frozen_thing VALUES {values}")


def test_events_have_no_foreign_keys_that_could_cascade() -> None:
    assert not [field for field in Event._meta.get_fields() if isinstance(field, models.ForeignKey)]
