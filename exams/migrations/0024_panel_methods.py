"""Panels by Ebel, Hofstee and Beuk beside modified Angoff: their answers, the scores they are weighed against."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from exams.migrations._panel_rating_guard import OpenRoundGuard
from lms.audit.append_only import AppendOnly, guard_statements, lift_statements, run

ADOPTIONS = "exams_cutadoption"  # SQLite makes it anew and drops its triggers


def lift_guard(apps, schema_editor):
    """Take the triggers off the table that changes; PostgreSQL would refuse a second set later."""
    run(schema_editor.connection, lift_statements(schema_editor.connection.vendor, ADOPTIONS))


def lay_guard(apps, schema_editor):
    """Undo `lift_guard`, after the reversal has lifted the guard that follows."""
    run(schema_editor.connection, guard_statements(schema_editor.connection, ADOPTIONS))


class Migration(migrations.Migration):
    dependencies = [
        ("exams", "0023_unchecked_facts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="standardsettingpanel",
            name="method",
            field=models.CharField(
                choices=[
                    ("angoff", "Modified Angoff"),
                    ("ebel", "Ebel"),
                    ("hofstee", "Hofstee"),
                    ("beuk", "Beuk"),
                ],
                default="angoff",
                max_length=8,
            ),
        ),
        # Without a default it is added in place, so the triggers of the table stay.
        migrations.AddField(
            model_name="panelround",
            name="scores",
            field=models.JSONField(
                blank=True,
                help_text="Hofstee, Beuk: persons by points and the most points, as results stood when it was closed.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="PanelAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=32)),
                ("seq", models.PositiveIntegerField()),
                ("value", models.CharField(max_length=24)),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "judge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="exams.paneljudge"
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="exams.panelround"
                    ),
                ),
            ],
            options={
                "ordering": ["round", "judge", "about", "seq"],
                "constraints": [
                    models.UniqueConstraint(fields=("round", "judge", "about", "seq"), name="exams_panelanswer_seq"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about", ""), _negated=True), models.Q(("value", ""), _negated=True)
                        ),
                        name="exams_panelanswer_says",
                    ),
                ],
            },
        ),
        AppendOnly("exams_panelanswer"),
        OpenRoundGuard("exams_panelanswer"),
        migrations.RunPython(lift_guard, lay_guard),
        migrations.AlterField(
            model_name="cutadoption",
            name="error",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                help_text="Standard error of the judges, points; empty where the method has none.",
                max_digits=9,
                null=True,
            ),
        ),
        AppendOnly(ADOPTIONS),
    ]
