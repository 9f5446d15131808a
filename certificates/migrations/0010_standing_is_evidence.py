"""Suspensions are evidence; requests and holds are once they are settled."""

from django.db import migrations

from lms.audit.append_only import AppendOnly, FrozenWhen


class Migration(migrations.Migration):
    dependencies = [("certificates", "0009_standing")]

    operations = [
        AppendOnly("certificates_suspensionevent"),
        FrozenWhen("certificates_reissuerequest", "settled_at"),
        FrozenWhen("certificates_issuancehold", "released_at"),
    ]
