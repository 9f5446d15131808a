"""The table behind the shared cache, in which rate limits are counted when there is no Redis (S-18)."""

from django.core.management import call_command
from django.db import migrations


def create_table(apps, schema_editor):
    """Create the table; nothing happens where it exists."""
    call_command("createcachetable", "shared_cache", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    """Shared cache."""

    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(create_table, migrations.RunPython.noop)]
