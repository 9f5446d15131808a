"""Triggers that keep what is evidence: answers and results are added only, what is in use is frozen."""

from django.db import migrations

from lms.audit.append_only import AppendOnly, FrozenWhen

GUARDS = {
    "sqlite": [
        """
        CREATE TRIGGER exams_formitem_keep_insert BEFORE INSERT ON exams_formitem
        WHEN (SELECT published_at FROM exams_examform WHERE id = NEW.form_id) IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'a published form takes up no more items'); END
        """
    ],
    "postgresql": [
        """
        CREATE FUNCTION refuse_item_of_published_form() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF (SELECT published_at FROM exams_examform WHERE id = NEW.form_id) IS NOT NULL THEN
            RAISE EXCEPTION 'a published form takes up no more items';
          END IF;
          RETURN NEW;
        END $$
        """,
        """
        CREATE TRIGGER exams_formitem_keep_insert BEFORE INSERT ON exams_formitem
        FOR EACH ROW EXECUTE FUNCTION refuse_item_of_published_form()
        """,
    ],
}
LIFTS = {
    "sqlite": ["DROP TRIGGER IF EXISTS exams_formitem_keep_insert"],
    "postgresql": [
        "DROP TRIGGER IF EXISTS exams_formitem_keep_insert ON exams_formitem",
        "DROP FUNCTION IF EXISTS refuse_item_of_published_form()",
    ],
}


def guard_published_forms(apps, schema_editor):
    """Refuse items that would join a published form."""
    for statement in GUARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def lift_guard(apps, schema_editor):
    """Undo `guard_published_forms`."""
    for statement in LIFTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers of the exam tables."""

    dependencies = [("exams", "0001_initial")]

    operations = [
        FrozenWhen("exams_itemversion", "locked_at"),
        AppendOnly("exams_blueprint"),
        AppendOnly("exams_blueprintarea"),
        FrozenWhen("exams_examform", "published_at"),
        AppendOnly("exams_formitem"),
        migrations.RunPython(guard_published_forms, lift_guard),
        FrozenWhen("exams_attempt", "submitted_at"),
        AppendOnly("exams_responselog"),
        AppendOnly("exams_straysave"),
        AppendOnly("exams_score"),
    ]
