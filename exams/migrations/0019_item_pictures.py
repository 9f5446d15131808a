"""Pictures that authors upload, beside the drawings of the material."""

from django.db import migrations, models

from lms.audit.append_only import AppendOnly, guard_statements, lift_statements, run

TABLE = "exams_itemdrawing"  # SQLite makes it anew and drops its triggers


def lift_guard(apps, schema_editor):
    """Take the triggers off the table that changes; PostgreSQL would refuse a second set later."""
    run(schema_editor.connection, lift_statements(schema_editor.connection.vendor, TABLE))


def lay_guard(apps, schema_editor):
    """Undo `lift_guard`, after the reversal has lifted the guard that follows."""
    run(schema_editor.connection, guard_statements(schema_editor.connection, TABLE))


class Migration(migrations.Migration):
    dependencies = [
        ("exams", "0018_appointments"),
    ]

    operations = [
        migrations.RunPython(lift_guard, lay_guard),
        migrations.AddField(
            model_name="itemdrawing",
            name="media_type",
            field=models.CharField(default="image/svg+xml", max_length=32),
        ),
        migrations.AddField(
            model_name="itemdrawing",
            name="storage_name",
            field=models.CharField(blank=True, help_text="Where an uploaded picture lies.", max_length=255),
        ),
        migrations.AlterField(
            model_name="itemdrawing",
            name="svg",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="itemdrawing",
            name="width",
            field=models.PositiveSmallIntegerField(help_text="In pixels of the picture, or of the viewBox.", null=True),
        ),
        migrations.AddConstraint(
            model_name="itemdrawing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("media_type", "image/svg+xml"), ("storage_name", ""), ("svg__isnull", False)),
                    models.Q(
                        ("svg__isnull", True),
                        models.Q(("storage_name", ""), _negated=True),
                        models.Q(("media_type", "image/svg+xml"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="exams_itemdrawing_one_place",
            ),
        ),
        AppendOnly(TABLE),
    ]
