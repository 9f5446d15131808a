"""The trigger beside those of evidence on what judges say: a closed round takes no more of it."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from lms.audit.append_only import AppendOnly, run

FIRST = "exams_panelrating"
IS_CLOSED = "(SELECT closed_at FROM exams_panelround WHERE id = NEW.round_id) IS NOT NULL"
FUNCTION = f"""
CREATE FUNCTION refuse_rating_of_closed_round() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {IS_CLOSED} THEN
    RAISE EXCEPTION 'a closed round takes no more ratings';
  END IF;
  RETURN NEW;
END $$
"""


class OpenRoundGuard(AppendOnly):
    """Migration operation: rows are added to open rounds only. Comes after an `AppendOnly` of the same table."""

    def __init__(self, table: str = FIRST) -> None:
        super().__init__(table)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Create the trigger, with its function for the first table on PostgreSQL."""
        connection = schema_editor.connection
        if connection.vendor == "sqlite":
            trigger = (
                f"CREATE TRIGGER {self.table}_open BEFORE INSERT ON {self.table} WHEN {IS_CLOSED} "
                "BEGIN SELECT RAISE(ABORT, 'a closed round takes no more ratings'); END"
            )
            return run(connection, [trigger])
        trigger = (
            f"CREATE TRIGGER {self.table}_open BEFORE INSERT ON {self.table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rating_of_closed_round()"
        )
        return run(connection, [FUNCTION, trigger] if self.table == FIRST else [trigger])

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Drop the trigger, and with that of the first table its function."""
        connection = schema_editor.connection
        if connection.vendor == "sqlite":
            return run(connection, [f"DROP TRIGGER IF EXISTS {self.table}_open"])
        function = ["DROP FUNCTION IF EXISTS refuse_rating_of_closed_round()"] if self.table == FIRST else []
        return run(connection, [f"DROP TRIGGER IF EXISTS {self.table}_open ON {self.table}", *function])
