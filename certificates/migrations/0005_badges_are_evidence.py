"""Badges and the keys that signed them are evidence: the database itself refuses to change or remove them."""

from django.db import migrations

from lms.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("certificates", "0004_badges")]

    operations = [AppendOnly("certificates_badgekey"), AppendOnly("certificates_badge")]
