"""Who is qualified to assess: the table, and a limited qualification for everybody who assesses already.

Before, holding the role of instructor was enough. So that nobody is locked out at the update, each of them gets a
qualification for every station and device that says where it came from and ends after a year: by then the registrar has
to grant one with training and calibration. The basis is what the person stated last when opening a sitting; with none,
the role of a TMS physician makes a physician, and everybody else is taken for a technician.
"""

import uuid
from datetime import timedelta

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from lms.audit.append_only import AppendOnly, FrozenWhen, LiftGuard

SITTING = FrozenWhen("exams_sitting", "signed_at")
DAYS = 365
FAMILIES = ["figure_eight", "deep", "navigated"]
NOTE = (
    "Carried over on {day}, when qualifications of assessors began to be kept: this person held the role of instructor. "
    "{basis} Training and calibration are not recorded. Renew it with both before it ends."
)


def carry_over(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give everybody who holds the role of instructor a qualification from today on."""
    grants = apps.get_model("accounts", "RoleGrant").objects.filter(ended_at__isnull=True)
    qualifications = apps.get_model("exams", "AssessorQualification").objects
    opened = apps.get_model("exams", "Sitting").objects.filter(opened_at__isnull=False).order_by("-opened_at")
    physicians = set(grants.filter(role="physician").values_list("person", flat=True))
    today = timezone.localdate(timezone.now(), timezone.get_default_timezone())
    for person in grants.filter(role="instructor").values_list("person", flat=True):
        stated = opened.filter(assessor=person).values_list("qualification", flat=True).first()
        basis = stated or ("physician" if person in physicians else "technician")
        source = "The basis was stated at the last sitting." if stated else "The basis follows from the roles held."
        qualifications.create(
            person_id=person,
            basis=basis,
            device_families=FAMILIES,
            valid_from=today,
            valid_until=today + timedelta(days=DAYS),
            origin="carried_over",
            note=NOTE.format(day=today.isoformat(), basis=source),
        )


def take_back(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Leave it to the reversal of the table."""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0002_evidence"),
        ("courses", "0006_questions_that_stand_alone"),
        ("exams", "0031_required_exams"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        LiftGuard(SITTING),
        migrations.CreateModel(
            name="ConflictOverride",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("conflicts", models.JSONField(help_text="Keys of what was known and is allowed.")),
                ("sentences", models.JSONField(help_text="The same in words, as both people saw it.")),
                ("reason", models.TextField()),
                ("allowed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="sitting",
            name="adjudicates",
            field=models.BooleanField(default=False, help_text="Decides between two ratings that differ."),
        ),
        migrations.AddField(
            model_name="sitting",
            name="device_family",
            field=models.CharField(
                blank=True,
                choices=[
                    ("figure_eight", "Figure-of-eight coil"),
                    ("deep", "Deep TMS with an H-coil"),
                    ("navigated", "Neuronavigated coil"),
                ],
                help_text="Empty: assigned before it was asked for.",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="rates_again",
            field=models.ForeignKey(
                blank=True,
                help_text="The sitting whose performance this one rates independently.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="second_ratings",
                to="exams.sitting",
            ),
        ),
        migrations.AddField(
            model_name="sitting",
            name="second_wanted",
            field=models.BooleanField(default=False, help_text="Drawn for a second, independent rating."),
        ),
        migrations.CreateModel(
            name="AssessorQualification",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("physician", "TMS-trained physician"),
                            ("technician", "Certified TMS technician, level 5, with assessor training"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "stations",
                    models.JSONField(blank=True, default=list, help_text="Codes; an empty list means every station."),
                ),
                ("device_families", models.JSONField(help_text="Kinds of device.")),
                ("valid_from", models.DateField(help_text="First day, by the calendar of the site.")),
                ("valid_until", models.DateField(help_text="Last day.")),
                (
                    "trained_on",
                    models.DateField(blank=True, help_text="Assessor training; unknown when carried over.", null=True),
                ),
                (
                    "calibrated_on",
                    models.DateField(blank=True, help_text="Last calibration; unknown when carried over.", null=True),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("granted", "granted"), ("carried_over", "carried over")],
                        default="granted",
                        max_length=12,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawal_reason", models.TextField(blank=True)),
                (
                    "doubted_from",
                    models.DateField(
                        blank=True, help_text="Records signed from this day on are in doubt; empty: none is.", null=True
                    ),
                ),
                (
                    "granted_by",
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
                        related_name="assessor_qualifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: every programme.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.programme",
                    ),
                ),
                (
                    "renews",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="renewal",
                        to="exams.assessorqualification",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-valid_from", "-granted_at"],
            },
        ),
        migrations.AddField(
            model_name="sitting",
            name="qualified_by",
            field=models.ForeignKey(
                blank=True,
                help_text="By which it was opened; empty: before qualifications were kept.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sittings",
                to="exams.assessorqualification",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(("adjudicates", False), ("rates_again__isnull", False), _connector="OR"),
                name="exams_sitting_adjudicates_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rates_again__isnull", True),
                    models.Q(models.Q(("rates_again", models.F("id")), _negated=True), ("second_wanted", False)),
                    _connector="OR",
                ),
                name="exams_sitting_rates_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rates_again__isnull", False), models.Q(("state", "cancelled"), _negated=True)),
                fields=("rates_again", "assessor"),
                name="exams_sitting_one_rating_each",
            ),
        ),
        migrations.AddField(
            model_name="conflictoverride",
            name="allowed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conflictoverride",
            name="assessor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="conflictoverride",
            name="enrolment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="conflict_overrides", to="courses.enrolment"
            ),
        ),
        migrations.AddField(
            model_name="conflictoverride",
            name="proposal",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.proposal"
            ),
        ),
        migrations.AddField(
            model_name="conflictoverride",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="assessorqualification",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["physician", "technician"])), name="exams_qualification_known_basis"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessorqualification",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gte", models.F("valid_from"))), name="exams_qualification_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="assessorqualification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("calibrated_on__isnull", False),
                        ("granted_by__isnull", False),
                        ("origin", "granted"),
                        ("trained_on__isnull", False),
                    ),
                    models.Q(
                        ("granted_by__isnull", True), ("origin", "carried_over"), models.Q(("note", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="exams_qualification_has_grounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessorqualification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("granted_by__isnull", True),
                    models.Q(("granted_by", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="exams_qualification_not_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessorqualification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("doubted_from__isnull", True),
                        ("withdrawal_reason", ""),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                    ),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawal_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="exams_qualification_withdrawal",
            ),
        ),
        migrations.AddConstraint(
            model_name="conflictoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proposed_by", models.F("allowed_by")), _negated=True),
                    models.Q(("assessor", models.F("allowed_by")), _negated=True),
                    models.Q(("assessor", models.F("proposed_by")), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                ),
                name="exams_override_two_people",
            ),
        ),
        SITTING,
        AppendOnly("exams_conflictoverride"),
        FrozenWhen("exams_assessorqualification", "withdrawn_at"),
        migrations.RunPython(carry_over, take_back),
    ]
