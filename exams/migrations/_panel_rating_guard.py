"""The trigger of `exams_panelrating` beside those of evidence: a closed round takes no more ratings."""

from lms.audit.append_only import OwnGuard

TABLE = "exams_panelrating"
IS_CLOSED = "(SELECT closed_at FROM exams_panelround WHERE id = NEW.round_id) IS NOT NULL"
GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER exams_panelrating_open BEFORE INSERT ON exams_panelrating WHEN {IS_CLOSED} "
        "BEGIN SELECT RAISE(ABORT, 'a closed round takes no more ratings'); END",
    ],
    "postgresql": [
        f"""
        CREATE FUNCTION refuse_rating_of_closed_round() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {IS_CLOSED} THEN
            RAISE EXCEPTION 'a closed round takes no more ratings';
          END IF;
          RETURN NEW;
        END $$
        """,
        "CREATE TRIGGER exams_panelrating_open BEFORE INSERT ON exams_panelrating "
        "FOR EACH ROW EXECUTE FUNCTION refuse_rating_of_closed_round()",
    ],
}
LIFTS = {
    "sqlite": ["DROP TRIGGER IF EXISTS exams_panelrating_open"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS exams_panelrating_open ON exams_panelrating",
        "DROP FUNCTION IF EXISTS refuse_rating_of_closed_round()",
    ],
}


class OpenRoundGuard(OwnGuard):
    """Migration operation: ratings are added to open rounds only. Comes after an `AppendOnly` of the same table."""

    def __init__(self) -> None:
        super().__init__(TABLE, guards=GUARDS, lifts=LIFTS)
