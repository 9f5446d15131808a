"""Database triggers that refuse to change or remove rows which are evidence.

A table listed with `AppendOnly` in a migration accepts inserts only; with `FrozenWhen` its rows may change until the
named column is set; `OwnGuard` lays triggers with statements of its own. Where SQLite makes a guarded table anew,
`LiftGuard` comes before the change and the guard itself after it. Triggers hold against our own mistakes and against
SQL by hand; against the owner of the database the chain's outside copies hold (reliability-security.md S-31, S-32).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class AppendOnly(Operation):
    """Migration operation: rows of `table` are added, never changed or removed."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        """Name the table by its database name. Put the operation after all unique constraints of the table."""
        self.table = table
        self.column: str | None = None
        self.movable: str | None = None

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are not part of the model state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Create the triggers."""
        statements = guard_statements(schema_editor.connection, self.table, self.column, self.movable)
        run(schema_editor.connection, statements)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Drop the triggers."""
        run(schema_editor.connection, lift_statements(schema_editor.connection.vendor, self.table))

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Refuse changes of rows in {self.table}"


class FrozenWhen(AppendOnly):
    """Migration operation: a row of `table` can no longer change or go once `column` is set."""

    def __init__(self, table: str, column: str, *, movable: str | None = None) -> None:
        """Name the table, the column that freezes a row when it is not null, and one that may change all the same."""
        super().__init__(table)
        self.column = column
        self.movable = movable

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Refuse changes of rows in {self.table} once {self.column} is set"


class OwnGuard(AppendOnly):
    """Migration operation: triggers of `table` with statements of their own, for what depends on another table."""

    def __init__(self, table: str, *, guards: Mapping[str, Sequence[str]], lifts: Mapping[str, Sequence[str]]) -> None:
        """Name the table, and the statements that create the triggers and that drop them, by the database's vendor."""
        super().__init__(table)
        self.guards, self.lifts = guards, lifts

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Create the triggers."""
        run(schema_editor.connection, self.guards[schema_editor.connection.vendor])

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Drop the triggers."""
        run(schema_editor.connection, self.lifts[schema_editor.connection.vendor])


class LiftGuard(Operation):
    """Migration operation: a guard goes while its table changes. Put the guard itself after the changes."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, guard: AppendOnly) -> None:
        """Take the guard that is lifted."""
        self.guard = guard

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are not part of the model state."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Drop the triggers; PostgreSQL would refuse a second set later."""
        self.guard.database_backwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Lay them again, after the reversal has taken away the guard that follows."""
        self.guard.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what the operation does."""
        return f"Allow changes of the table {self.guard.table}"


def guard_statements(
    connection: BaseDatabaseWrapper, table: str, column: str | None = None, movable: str | None = None
) -> list[str]:
    """Return the SQL that creates the triggers of one table, for rows whose `column` is set, or for all rows.

    An update that changes nothing but the column `movable` goes through. SQLite compares the columns that the table
    has now: lay the guard anew after adding one.
    """
    if connection.vendor == "postgresql":
        return _postgresql_guards(table, column, movable)
    return _sqlite_guards(table, column, _unique_columns(connection, table), _kept_columns(connection, table, movable))


def _postgresql_guards(table: str, column: str | None, movable: str | None) -> list[str]:
    condition = f"WHEN (OLD.{column} IS NOT NULL)" if column else ""
    argument = f"'{movable}'" if movable else ""
    return [
        "CREATE OR REPLACE FUNCTION refuse_change_of_evidence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND TG_NARGS = 1 THEN "
        "IF to_jsonb(NEW) - TG_ARGV[0] = to_jsonb(OLD) - TG_ARGV[0] THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'rows of % are evidence and cannot be changed', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {condition} "
        f"EXECUTE FUNCTION refuse_change_of_evidence({argument})",
        f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
        "EXECUTE FUNCTION refuse_change_of_evidence()",
    ]


def _sqlite_guards(table: str, column: str | None, unique: list[list[str]], kept_columns: list[str]) -> list[str]:
    """Return the triggers of SQLite.

    INSERT OR REPLACE removes the old row without running its delete trigger (measured, S-31), and it does so for a
    clash in any unique index. So an insert that meets a kept row in one of them is refused before it can replace.
    """
    condition = f"WHEN OLD.{column} IS NOT NULL" if column else ""
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in kept_columns)
    on_update = f"{condition or 'WHEN 1'} AND ({changed})" if kept_columns else condition
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are evidence and cannot be changed'); END"
    clash = " OR ".join("(" + " AND ".join(f'"{name}" = NEW."{name}"' for name in names) + ")" for names in unique)
    kept = f"({clash}) AND {column} IS NOT NULL" if column else clash
    return [
        f"CREATE TRIGGER {table}_keep_update BEFORE UPDATE ON {table} {on_update} {refuse}",
        f"CREATE TRIGGER {table}_keep_delete BEFORE DELETE ON {table} {condition} {refuse}",
        f"CREATE TRIGGER {table}_keep_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {kept}) {refuse}",
    ]


def _kept_columns(connection: BaseDatabaseWrapper, table: str, movable: str | None) -> list[str]:
    """Return all columns of an SQLite table but the movable one; none when no column may move."""
    if movable is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({table})")
        return [f'"{row[1]}"' for row in cursor.fetchall() if row[1] != movable]


def _unique_columns(connection: BaseDatabaseWrapper, table: str) -> list[list[str]]:
    """Return the columns of the primary key and of every whole unique index of an SQLite table.

    Partial indexes and those over expressions are left out: a clash in them depends on more than equal columns.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA table_info({table})")
        found = [[row[1] for row in cursor.fetchall() if row[5]]]
        cursor.execute(f"PRAGMA index_list({table})")
        indexes = [name for _, name, unique, _, partial in cursor.fetchall() if unique and not partial]
        for index in indexes:
            cursor.execute(f"PRAGMA index_info({index})")
            columns = [row[2] for row in cursor.fetchall()]
            if columns not in found and None not in columns:
                found.append(columns)
    return found


def lift_statements(vendor: str, table: str) -> list[str]:
    """Return the SQL that drops the triggers of one table."""
    if vendor == "postgresql":
        return [f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}" for name in ("keep", "keep_all")]
    return [f"DROP TRIGGER IF EXISTS {table}_{name}" for name in ("keep_update", "keep_delete", "keep_replace")]


def run(connection: BaseDatabaseWrapper, statements: Sequence[str]) -> None:
    """Run statements that hold no parameters."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
