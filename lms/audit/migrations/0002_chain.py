"""The start of the chain, and triggers that keep events as they were written."""

from django.db import migrations

from lms.audit.append_only import AppendOnly


def start_chain(apps, schema_editor):
    """Make the one row that holds the end of the chain."""
    apps.get_model("audit", "ChainHead").objects.create(pk=1)


class Migration(migrations.Migration):
    """Chain head and triggers."""

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(start_chain, migrations.RunPython.noop),
        AppendOnly("audit_event"),
    ]
