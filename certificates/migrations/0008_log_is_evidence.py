"""The log, its hashes, checkpoints and keys are evidence: the database itself refuses to change or remove them."""

from django.db import migrations

from lms.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("certificates", "0007_log")]

    operations = [
        AppendOnly("certificates_logkey"),
        AppendOnly("certificates_logentry"),
        AppendOnly("certificates_tileroot"),
        AppendOnly("certificates_logcheckpoint"),
    ]
