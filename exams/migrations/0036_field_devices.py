"""Devices of assessors who work without a network, what each holds, and what they sealed: evidence, added only."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from lms.audit.append_only import AppendOnly, FrozenWhen, LiftGuard

SITTING = FrozenWhen("exams_sitting", "signed_at")


class Migration(migrations.Migration):
    dependencies = [
        ("exams", "0035_passkey_signatures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LiftGuard(SITTING),
        migrations.CreateModel(
            name="FieldCheckout",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "end",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("taken_over", "taken over by another device"),
                            ("released", "taken back to work online"),
                            ("revoked", "the device was revoked"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checkouts", to="exams.sitting"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="sitting",
            name="checkout",
            field=models.ForeignKey(
                blank=True,
                help_text="Which device holds it for work without a network; entries from elsewhere are refused meanwhile.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exams.fieldcheckout",
            ),
        ),
        migrations.CreateModel(
            name="FieldDevice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=60)),
                ("public_key", models.TextField(help_text="P-256, SubjectPublicKeyInfo as base64url.", unique=True)),
                ("enrolled_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "contact_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When it last asked for its list."
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="field_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-enrolled_at"],
            },
        ),
        migrations.AddField(
            model_name="fieldcheckout",
            name="device",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="checkouts", to="exams.fielddevice"
            ),
        ),
        migrations.CreateModel(
            name="SealedRecord",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(help_text="Counts the seals of the device from 1.")),
                ("payload", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("signature", models.TextField(help_text="ECDSA P-256 over SHA-256, r and s as base64url.")),
                (
                    "passkey",
                    models.TextField(blank=True, help_text="The answer of the assessor's passkey, as it came."),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("sound", "waits for your signature"),
                            ("replaced", "replaced by a later seal of the same device"),
                            ("review", "waits for the registrar"),
                            ("refused", "refused"),
                        ],
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=24)),
                ("sentence", models.TextField(blank=True)),
                ("sealed_at", models.DateTimeField(help_text="As the device's clock said.", null=True)),
                ("received_at", models.DateTimeField()),
                ("receipt", models.TextField(help_text="What the server counter-signed, and its signature.")),
                (
                    "checkout",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seals",
                        to="exams.fieldcheckout",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="seals", to="exams.fielddevice"
                    ),
                ),
                (
                    "sitting",
                    models.ForeignKey(
                        help_text="Empty: unreadable.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sealed_records",
                        to="exams.sitting",
                    ),
                ),
            ],
            options={
                "ordering": ["received_at", "number"],
            },
        ),
        migrations.CreateModel(
            name="SealDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("allows", models.BooleanField()),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sealed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decision", to="exams.sealedrecord"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sealed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signature_row",
                        to="exams.sealedrecord",
                    ),
                ),
                (
                    "sign_off",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sealed_by", to="exams.signoff"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="fieldcheckout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("sitting",),
                name="exams_field_checkout_one_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="fieldcheckout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end", ""), ("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(
                        ("end__in", ["taken_over", "released", "revoked"]),
                        ("ended_at__isnull", False),
                        ("ended_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="exams_field_checkout_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedrecord",
            constraint=models.UniqueConstraint(fields=("device", "number", "digest"), name="exams_sealed_record_once"),
        ),
        migrations.AddConstraint(
            model_name="sealdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="exams_seal_decision_reason"
            ),
        ),
        SITTING,
        AppendOnly("exams_sealedrecord"),
        AppendOnly("exams_sealdecision"),
        AppendOnly("exams_sealsignature"),
        FrozenWhen("exams_fieldcheckout", "ended_at"),
        FrozenWhen("exams_fielddevice", "revoked_at"),
    ]
