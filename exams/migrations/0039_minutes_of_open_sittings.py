"""Write down what the sittings that are open at the update take up.

Until now a room or a device could be planned twice after a warning. Such plans stay as they are: the sitting that was
planned first has the minute, and nothing more can be planned into it.
"""

from math import ceil
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 2000


def plain_words(words: str) -> str:
    """Return a name as it is compared; what exams.rules.occupancy did when this was written."""
    return " ".join(words.split()).casefold()


def resources(sitting: Any) -> list[str]:
    """Return what a sitting takes up; a second rating takes up its assessor only."""
    names = [f"person:{sitting.assessor_id}"]
    if sitting.rates_again_id is None:
        names.append(f"person:{sitting.enrolment.person_id}")
        names.append(f"place:{plain_words(sitting.place)}")
        if plain_words(sitting.device) not in ("", "no device"):
            names.append(f"device:{plain_words(sitting.device)}")
    return names


def write_down(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the minutes of every open sitting that has times, in the order in which they were planned."""
    minute_model = apps.get_model("exams", "OccupiedMinute")
    timed = apps.get_model("exams", "Sitting").objects.filter(state="open", starts_at__isnull=False)
    for sitting in timed.select_related("enrolment").order_by("assigned_at", "pk"):
        first, end = int(sitting.starts_at.timestamp() // 60), ceil(sitting.ends_at.timestamp() / 60)
        rows = [
            minute_model(sitting=sitting, resource=resource, minute=minute)
            for resource in resources(sitting)
            for minute in range(first, end)
        ]
        minute_model.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


class Migration(migrations.Migration):
    """Backwards the table goes with the migration before."""

    dependencies = [("exams", "0038_slots")]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
