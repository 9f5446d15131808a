"""Nobody has a zone until they choose one. "UTC" was the first value of everybody, so it counts as no choice."""

from django.db import migrations, models


def forget_first_values(apps, schema_editor):
    apps.get_model("accounts.User").objects.filter(time_zone="UTC").update(time_zone="")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_editors_no_uploads")]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="time_zone",
            field=models.CharField(blank=True, help_text="Empty: the zone of the browser.", max_length=64),
        ),
        migrations.RunPython(forget_first_values, migrations.RunPython.noop),
    ]
