"""Rows of this package are evidence: the database itself refuses to change or remove them."""

from django.db import migrations

from lms.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        AppendOnly("certificates_credential"),
        AppendOnly("certificates_issuerkey"),
        AppendOnly("certificates_certificatefile"),
        AppendOnly("certificates_revocation"),
    ]
