"""The trigger beside those of evidence on what judges say: a closed round takes no more of it."""

from lms.audit.append_only import OwnGuard

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


class OpenRoundGuard(OwnGuard):
    """Migration operation: rows are added to open rounds only. Comes after an `AppendOnly` of the same table.

    The function on PostgreSQL belongs to the guard of the first table.
    """

    def __init__(self, table: str = FIRST) -> None:
        function = [FUNCTION] if table == FIRST else []
        without_function = ["DROP FUNCTION IF EXISTS refuse_rating_of_closed_round()"] if table == FIRST else []
        refused = f"CREATE TRIGGER {table}_open BEFORE INSERT ON {table}"
        guards = {
            "sqlite": [
                f"{refused} WHEN {IS_CLOSED} BEGIN SELECT RAISE(ABORT, 'a closed round takes no more ratings'); END"
            ],
            "postgresql": [*function, f"{refused} FOR EACH ROW EXECUTE FUNCTION refuse_rating_of_closed_round()"],
        }
        lifts = {
            "sqlite": [f"DROP TRIGGER IF EXISTS {table}_open"],
            "postgresql": [f"DROP TRIGGER IF EXISTS {table}_open ON {table}", *without_function],
        }
        super().__init__(table, guards=guards, lifts=lifts)
