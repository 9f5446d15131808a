"""Credentials get editions; suspensions, requests for a new edition, and holds get tables."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from lms.audit.append_only import AppendOnly, LiftGuard


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0008_log_is_evidence"),
        ("courses", "0006_questions_that_stand_alone"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LiftGuard(AppendOnly("certificates_credential")),
        migrations.CreateModel(
            name="IssuanceHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField(help_text="Why nothing is issued for now.")),
                ("placed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True, help_text="Why it was released.")),
            ],
            options={
                "ordering": ["placed_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ReissueRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[("name_change", "The name changed"), ("correction", "The name was written wrongly")],
                        max_length=16,
                    ),
                ),
                ("wanted_name", models.CharField(max_length=120)),
                ("explanation", models.TextField(help_text="What the registrar is to know and to check.")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("reissued", "Issued again"), ("declined", "Declined"), ("withdrawn", "Withdrawn")],
                        max_length=9,
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.TextField(blank=True, help_text="What the holder is told when it is declined.")),
            ],
            options={
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SuspensionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(help_text="1 is the first suspension, 2 its end.")),
                (
                    "act",
                    models.CharField(
                        choices=[("suspended", "Suspended"), ("reinstated", "Back in force")], max_length=10
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("assessment_review", "An assessment is under review"),
                            ("conduct_review", "Conduct is under review"),
                            ("identity_review", "It is under review who took the assessments"),
                            ("holder_request", "The holder asked for it"),
                            ("review_ended", "The review ended in the holder’s favour"),
                            ("in_error", "It was suspended in error"),
                            ("request_ended", "The holder asked to end it"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "public_text",
                    models.CharField(blank=True, help_text="Shown to everybody while it is suspended.", max_length=300),
                ),
                ("private_note", models.TextField(blank=True, help_text="For the register only.")),
                ("happened_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="credential",
            name="certificates_one_per_enrolment_and_kind",
        ),
        migrations.AddField(
            model_name="credential",
            name="edition",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="1 is the award; later ones replace the one before."
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.UniqueConstraint(
                fields=("enrolment", "kind", "edition"), name="certificates_one_per_edition"
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.CheckConstraint(
                condition=models.Q(("edition__gte", 1)), name="certificates_editions_count_from_one"
            ),
        ),
        migrations.AddField(
            model_name="issuancehold",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="certificate_holds", to="courses.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="issuancehold",
            name="placed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="issuancehold",
            name="released_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reissuerequest",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reissuerequest",
            name="credential",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reissue_requests",
                to="certificates.credential",
            ),
        ),
        migrations.AddField(
            model_name="reissuerequest",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suspensionevent",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="suspensionevent",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suspensionevent",
            name="credential",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suspension_events",
                to="certificates.credential",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuancehold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at__isnull", True)),
                fields=("enrolment",),
                name="certificates_one_open_hold",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuancehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("note", ""), ("released_at__isnull", True), ("released_by__isnull", True)),
                    models.Q(
                        ("released_at__isnull", False),
                        ("released_by__isnull", False),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="certificates_hold_release_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuancehold",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="certificates_hold_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="reissuerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at__isnull", True)),
                fields=("credential",),
                name="certificates_one_open_reissue_request",
            ),
        ),
        migrations.AddConstraint(
            model_name="reissuerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("settled_at__isnull", True), ("settled_by__isnull", True)),
                    models.Q(
                        ("outcome__in", ["reissued", "declined", "withdrawn"]),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="certificates_reissue_request_settled_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="reissuerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("wanted_name", ""), _negated=True), models.Q(("explanation", ""), _negated=True)
                ),
                name="certificates_reissue_request_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspensionevent",
            constraint=models.UniqueConstraint(
                fields=("credential", "number"), name="certificates_one_suspension_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="suspensionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        django.db.models.lookups.Exact(
                            django.db.models.expressions.CombinedExpression(models.F("number"), "%%", models.Value(2)),
                            models.Value(1),
                        ),
                        ("act", "suspended"),
                    ),
                    models.Q(
                        django.db.models.lookups.Exact(
                            django.db.models.expressions.CombinedExpression(models.F("number"), "%%", models.Value(2)),
                            models.Value(0),
                        ),
                        ("act", "reinstated"),
                        ("number__gte", 2),
                    ),
                    _connector="OR",
                ),
                name="certificates_suspensions_take_turns",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspensionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act", "reinstated"), models.Q(("public_text", ""), _negated=True), _connector="OR"
                ),
                name="certificates_suspension_has_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspensionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act", "suspended"),
                    models.Q(
                        ("act", "reinstated"),
                        ("confirmed_by__isnull", False),
                        models.Q(("confirmed_by", models.F("by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="certificates_reinstated_by_two_people",
            ),
        ),
        AppendOnly("certificates_credential"),
    ]
