"""Evidence of the practical cannot be changed or removed, in the database itself."""

from django.db import migrations

from lms.audit.append_only import AppendOnly, FrozenWhen


class Migration(migrations.Migration):
    dependencies = [("exams", "0003_practicals")]

    operations = [
        AppendOnly("exams_observationlog"),
        AppendOnly("exams_strayobservation"),
        AppendOnly("exams_signoff"),
        AppendOnly("exams_stationresult"),
        AppendOnly("exams_acknowledgement"),
        FrozenWhen("exams_rubricversion", "locked_at"),
        FrozenWhen("exams_sitting", "signed_at"),
    ]
