"""A decided proposal is evidence: it can no longer change or go."""

from django.db import migrations

from lms.audit.append_only import FrozenWhen


class Migration(migrations.Migration):
    """Triggers of the proposals."""

    dependencies = [("approvals", "0001_initial")]

    operations = [FrozenWhen("approvals_proposal", "decided_at")]
