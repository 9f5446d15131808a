"""Items whose facts nobody has checked yet say so, instead of naming the day on which a file was taken in."""

from django.db import migrations, models

from lms.audit.append_only import FrozenWhen, LiftGuard

GUARD = FrozenWhen("exams_itemversion", "locked_at", movable="status")


class Migration(migrations.Migration):
    dependencies = [
        ("exams", "0021_panels"),
    ]

    operations = [
        LiftGuard(GUARD),  # SQLite makes the table anew and drops its triggers
        migrations.AlterField(
            model_name="itemversion",
            name="verified_on",
            field=models.DateField(blank=True, help_text="Empty: nobody has compared its facts yet.", null=True),
        ),
        GUARD,
    ]
