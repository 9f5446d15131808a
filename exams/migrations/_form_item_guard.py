"""The triggers of `exams_formitem`: items of a draft can be exchanged, those of a locked form cannot."""

from lms.audit.append_only import OwnGuard, lift_statements

TABLE = "exams_formitem"
IS_LOCKED = "(SELECT published_at FROM exams_examform WHERE id = {row}.form_id) IS NOT NULL"
REFUSE = "BEGIN SELECT RAISE(ABORT, 'rows of exams_formitem are evidence once their form is locked'); END"
# INSERT OR REPLACE removes a row without its delete trigger, so an insert that meets a kept row is refused.
CLASH = (
    "SELECT 1 FROM exams_formitem kept JOIN exams_examform form ON form.id = kept.form_id "
    "WHERE form.published_at IS NOT NULL AND (kept.id = NEW.id OR kept.form_id = NEW.form_id AND "
    "(kept.position = NEW.position OR kept.version_id = NEW.version_id))"
)
GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER exams_formitem_keep_insert BEFORE INSERT ON exams_formitem WHEN {IS_LOCKED.format(row='NEW')} "
        "BEGIN SELECT RAISE(ABORT, 'a published form takes up no more items'); END",
        "CREATE TRIGGER exams_formitem_keep_update BEFORE UPDATE ON exams_formitem "
        f"WHEN {IS_LOCKED.format(row='OLD')} OR {IS_LOCKED.format(row='NEW')} {REFUSE}",
        "CREATE TRIGGER exams_formitem_keep_delete BEFORE DELETE ON exams_formitem "
        f"WHEN {IS_LOCKED.format(row='OLD')} {REFUSE}",
        f"CREATE TRIGGER exams_formitem_keep_replace BEFORE INSERT ON exams_formitem WHEN EXISTS ({CLASH}) {REFUSE}",
    ],
    "postgresql": [
        f"""
        CREATE FUNCTION refuse_item_of_published_form() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {IS_LOCKED.format(row="NEW")} THEN
            RAISE EXCEPTION 'a published form takes up no more items';
          END IF;
          RETURN NEW;
        END $$
        """,
        "CREATE TRIGGER exams_formitem_keep_insert BEFORE INSERT ON exams_formitem "
        "FOR EACH ROW EXECUTE FUNCTION refuse_item_of_published_form()",
        f"""
        CREATE FUNCTION refuse_change_of_locked_form() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {IS_LOCKED.format(row="OLD")} THEN
            RAISE EXCEPTION 'rows of exams_formitem are evidence once their form is locked';
          END IF;
          IF TG_OP = 'DELETE' THEN
            RETURN OLD;
          END IF;
          IF {IS_LOCKED.format(row="NEW")} THEN
            RAISE EXCEPTION 'a locked form takes up no more items';
          END IF;
          RETURN NEW;
        END $$
        """,
        "CREATE TRIGGER exams_formitem_keep BEFORE UPDATE OR DELETE ON exams_formitem "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_locked_form()",
        "CREATE TRIGGER exams_formitem_keep_all BEFORE TRUNCATE ON exams_formitem "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_evidence()",
    ],
}
LIFTS = {
    "sqlite": [*lift_statements("sqlite", TABLE), "DROP TRIGGER IF EXISTS exams_formitem_keep_insert"],
    "postgresql": [
        *lift_statements("postgresql", TABLE),
        "DROP TRIGGER IF EXISTS exams_formitem_keep_insert ON exams_formitem",
        "DROP FUNCTION IF EXISTS refuse_item_of_published_form()",
        "DROP FUNCTION IF EXISTS refuse_change_of_locked_form()",
    ],
}


class FormItemGuard(OwnGuard):
    """Migration operation: the items of a form are evidence once it is locked. Comes after an `AppendOnly`."""

    def __init__(self) -> None:
        super().__init__(TABLE, guards=GUARDS, lifts=LIFTS)
