"""A signature can be a passkey's answer to the digest of the record; the guard of the table is laid again."""

from django.db import migrations, models

from lms.audit.append_only import AppendOnly, LiftGuard

TABLE = "exams_signoff"  # SQLite makes it anew and drops its triggers


class Migration(migrations.Migration):
    """Every signature so far was given with a password, and has no assertion."""

    dependencies = [("exams", "0034_assessors")]

    operations = [
        LiftGuard(AppendOnly(TABLE)),
        migrations.AddField(
            model_name="signoff",
            name="assertion",
            field=models.TextField(blank=True, help_text="The answer of the signer's passkey to the digest."),
        ),
        migrations.AlterField(
            model_name="signoff",
            name="auth_method",
            field=models.CharField(
                choices=[
                    ("password", "their password"),
                    ("password_code", "their password and a code from their second factor"),
                    ("passkey", "their passkey"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="signoff",
            constraint=models.CheckConstraint(
                condition=(models.Q(auth_method="passkey") & ~models.Q(assertion=""))
                | models.Q(auth_method__in=["password", "password_code"], assertion=""),
                name="exams_sign_off_passkey_answer",
            ),
        ),
        AppendOnly(TABLE),
    ]
