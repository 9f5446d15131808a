"""Slots, requests, sites of providers, circuits, and the minutes that sittings take up."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0006_questions_that_stand_alone"),
        ("exams", "0036_field_devices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderSite",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=50, unique=True)),
                ("place", models.CharField(help_text="Address or town.", max_length=120)),
                ("time_zone", models.CharField(max_length=64)),
                ("contact", models.CharField(help_text="Name, and mail or telephone.", max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("time_zone", models.CharField(help_text="Of the clock on which it was offered.", max_length=64)),
                ("place", models.CharField(max_length=120)),
                ("device", models.CharField(max_length=120)),
                (
                    "device_family",
                    models.CharField(
                        choices=[
                            ("figure_eight", "Figure-of-eight coil"),
                            ("deep", "Deep TMS with an H-coil"),
                            ("navigated", "Neuronavigated coil"),
                        ],
                        max_length=16,
                    ),
                ),
                ("simulated", models.BooleanField(help_text="With an actor or manikin, not with a patient.")),
                (
                    "most_stations",
                    models.PositiveSmallIntegerField(blank=True, help_text="Empty: as many as fit.", null=True),
                ),
                (
                    "books_at_once",
                    models.BooleanField(default=False, help_text="A trainee books it without being asked first."),
                ),
                ("series", models.UUIDField(help_text="What was published in one act.")),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="slots", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: elsewhere.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exams.providersite",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SittingRequest",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("stations", models.JSONField(help_text="Codes of the stations wanted.")),
                (
                    "wish",
                    models.CharField(
                        blank=True, help_text="Days and times that suit, where no slot is named.", max_length=300
                    ),
                ),
                (
                    "nonce",
                    models.UUIDField(help_text="Of the request that asked; a repeat finds this row.", unique=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waits for an answer"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                            ("lapsed", "not answered in time"),
                            ("cancelled", "cancelled"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.CharField(blank=True, help_text="Why it was declined or cancelled.", max_length=300)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sitting_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sitting_requests",
                        to="courses.enrolment",
                    ),
                ),
                (
                    "sitting",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="exams.sitting",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="exams.slot",
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Circuit",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.CharField(max_length=120)),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "nonce",
                    models.UUIDField(help_text="Of the plan that was shown; it becomes sittings once.", unique=True),
                ),
                ("planned_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="courses.programme"
                    ),
                ),
                ("sittings", models.ManyToManyField(related_name="circuits", to="exams.sitting")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="exams_circuit_times"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OccupiedMinute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resource", models.CharField(help_text="See exams.rules.occupancy.resources_of.", max_length=400)),
                ("minute", models.PositiveIntegerField(help_text="Minutes since 1970, UTC.")),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="occupied_minutes", to="exams.sitting"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("resource", "minute"), name="exams_no_double_booking")],
            },
        ),
        migrations.CreateModel(
            name="SiteAssessor",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("approved_from", models.DateField()),
                ("approved_until", models.DateField(help_text="Last day.")),
                ("approved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "ended_on",
                    models.DateField(blank=True, help_text="First day on which it no longer holds.", null=True),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="site_approvals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assessors", to="exams.providersite"
                    ),
                ),
            ],
            options={
                "ordering": ["person__full_name", "approved_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("approved_until__gte", models.F("approved_from"))),
                        name="exams_site_assessor_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approved_by", models.F("person")), _negated=True),
                        name="exams_site_assessor_not_own",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_by__isnull", True), ("ended_on__isnull", True)),
                            models.Q(("ended_by__isnull", False), ("ended_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="exams_site_assessor_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SitePlacement",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("placed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="placements", to="courses.enrolment"
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="placements", to="exams.providersite"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("enrolment",),
                        name="exams_one_site_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="exams_placement_ended",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="slot",
            index=models.Index(fields=["assessor", "starts_at"], name="exams_slot_of_assessor"),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="exams_slot_times"
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_stations__isnull", True), ("most_stations__gte", 1), _connector="OR"),
                name="exams_slot_some_station",
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(fields=("series", "starts_at"), name="exams_slot_series_once"),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("assessor", "starts_at"),
                name="exams_slot_starts_once",
            ),
        ),
        migrations.AddIndex(
            model_name="sittingrequest",
            index=models.Index(fields=["assessor", "state"], name="exams_request_of_assessor"),
        ),
        migrations.AddConstraint(
            model_name="sittingrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["asked", "accepted"])), fields=("slot",), name="exams_slot_taken_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sittingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sitting__isnull", False), ("state__in", ["accepted", "cancelled"])),
                    models.Q(("sitting__isnull", True), ("state__in", ["asked", "declined", "withdrawn", "lapsed"])),
                    _connector="OR",
                ),
                name="exams_request_has_sitting",
            ),
        ),
        migrations.AddConstraint(
            model_name="sittingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="exams_request_declined_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="sittingrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("state", "asked")),
                    models.Q(models.Q(("state", "asked"), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="exams_request_answered_at",
            ),
        ),
    ]
