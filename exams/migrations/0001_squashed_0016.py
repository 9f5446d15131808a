"""All tables of the exams and their guards, in one step for speed; it stands for the first sixteen migrations."""

import uuid
from decimal import Decimal

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import exams.models.policies
from exams.migrations._form_item_guard import FormItemGuard
from lms.audit.append_only import AppendOnly, FrozenWhen


class Migration(migrations.Migration):
    replaces = [
        ("exams", "0001_initial"),
        ("exams", "0002_evidence"),
        ("exams", "0003_practicals"),
        ("exams", "0004_practical_evidence"),
        ("exams", "0005_item_figures"),
        ("exams", "0006_sitting_times"),
        ("exams", "0007_item_reviews"),
        ("exams", "0008_attempt_states_and_results"),
        ("exams", "0009_results_of_scores"),
        ("exams", "0010_form_assembly"),
        ("exams", "0011_item_kinds"),
        ("exams", "0012_access"),
        ("exams", "0013_item_authoring"),
        ("exams", "0014_marking"),
        ("exams", "0015_invigilation"),
        ("exams", "0016_scales_appeals_and_key_changes"),
    ]

    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("approvals", "0002_evidence"),
        ("courses", "0005_practice_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Accommodation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accommodations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "multiplier",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("1"), help_text="Of the base time.", max_digits=4
                    ),
                ),
                ("extra_minutes", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=5)),
                (
                    "break_minutes",
                    models.PositiveSmallIntegerField(default=0, help_text="Of breaks in all; the clock stops in them."),
                ),
                ("large_print", models.BooleanField(default=False)),
                ("separate_room", models.BooleanField(default=False)),
                ("reader", models.BooleanField(default=False)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("document", "A document was seen and given back"),
                            ("earlier", "Granted before, here or by another examining body"),
                            ("language", "The exam is not in the person’s first language"),
                            ("other", "Agreed after a conversation"),
                        ],
                        max_length=12,
                    ),
                ),
                ("valid_from", models.DateField(help_text="First day, by the calendar of the site.")),
                (
                    "valid_until",
                    models.DateField(blank=True, help_text="Last day; empty: until it is ended.", null=True),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-granted_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person",),
                        name="exams_one_standing_accommodation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("extra_minutes__gte", Decimal("0")),
                            ("multiplier__gte", Decimal("1")),
                            ("multiplier__lte", Decimal("5")),
                        ),
                        name="exams_accommodation_never_less_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("multiplier__gt", Decimal("1")),
                            ("extra_minutes__gt", Decimal("0")),
                            ("break_minutes__gt", 0),
                            ("large_print", True),
                            ("separate_room", True),
                            ("reader", True),
                            _connector="OR",
                        ),
                        name="exams_accommodation_gives_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ground__in", ["document", "earlier", "language", "other"])),
                        name="exams_accommodation_known_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="exams_accommodation_days_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="exams_accommodation_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Blueprint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                (
                    "content_hash",
                    models.CharField(help_text="SHA-256 over the material without its version number.", max_length=64),
                ),
                ("title", models.CharField(max_length=200)),
                ("minutes", models.PositiveSmallIntegerField(help_text="Time for one attempt without accommodation.")),
                ("pretest_count", models.PositiveSmallIntegerField(default=0)),
                (
                    "cut_raw",
                    models.DecimalField(
                        decimal_places=2, help_text="Points at or above which one passes.", max_digits=7
                    ),
                ),
                ("cut_method", models.CharField(max_length=64)),
                ("cut_note", models.TextField(blank=True, help_text="Markdown: where the number comes from.")),
                ("honour_statement", models.TextField(help_text="Markdown.")),
                ("honour_html", models.TextField()),
                (
                    "allows_published_items",
                    models.BooleanField(
                        default=True, help_text="Whether its forms may hold items that anybody can read."
                    ),
                ),
                (
                    "scale_lowest",
                    models.PositiveSmallIntegerField(blank=True, help_text="Scaled score of no points.", null=True),
                ),
                (
                    "scale_cut",
                    models.PositiveSmallIntegerField(blank=True, help_text="Scaled score of the cut.", null=True),
                ),
                (
                    "scale_highest",
                    models.PositiveSmallIntegerField(blank=True, help_text="Scaled score of all points.", null=True),
                ),
                (
                    "scored_count",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Where areas are ranges; otherwise they add up to it.", null=True
                    ),
                ),
                ("kinds", models.JSONField(default=dict, help_text="Least and most scored items of each kind.")),
                ("word_limit", models.PositiveIntegerField(blank=True, help_text="Words of a whole form.", null=True)),
                (
                    "key_percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Largest share of single-choice items with their key at one place.",
                        null=True,
                    ),
                ),
                (
                    "exposure_percent",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Items that this share of attempts saw stay off new forms.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="exams_blueprint_version"),
                    models.CheckConstraint(condition=models.Q(("minutes__gt", 0)), name="exams_blueprint_has_time"),
                    models.CheckConstraint(
                        condition=models.Q(("cut_raw__gt", Decimal("0"))), name="exams_blueprint_has_cut"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("scale_cut__isnull", True),
                                ("scale_highest__isnull", True),
                                ("scale_lowest__isnull", True),
                            ),
                            models.Q(
                                ("scale_cut__gt", models.F("scale_lowest")),
                                ("scale_highest__gte", models.F("scale_cut")),
                            ),
                            _connector="OR",
                        ),
                        name="exams_blueprint_scale_rises",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlueprintArea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "blueprint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="areas", to="exams.blueprint"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=8)),
                ("title", models.CharField(max_length=200)),
                ("scored", models.PositiveSmallIntegerField()),
                (
                    "scored_most",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Only where `scored` is a least.", null=True
                    ),
                ),
                ("levels", models.JSONField(default=dict, help_text="Least and most scored items of each level.")),
            ],
            options={
                "ordering": ["position"],
                "constraints": [models.UniqueConstraint(fields=("blueprint", "code"), name="exams_area_once")],
            },
        ),
        migrations.CreateModel(
            name="BlueprintMinimum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "blueprint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="minimums", to="exams.blueprint"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("areas", models.JSONField(help_text="Codes of the areas.")),
                ("points", models.DecimalField(decimal_places=2, max_digits=7)),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("blueprint", "position"), name="exams_minimum_position"),
                    models.CheckConstraint(condition=models.Q(("points__gt", Decimal("0"))), name="exams_minimum_asks"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=32, unique=True)),
                ("title", models.CharField(help_text="What the items share.", max_length=200)),
                (
                    "scored_independently",
                    models.BooleanField(
                        default=False,
                        help_text="No: answers depend on each other, so reliability counts the set as one.",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                (
                    "in_published_bank",
                    models.BooleanField(
                        default=False,
                        help_text="Anybody can read it, for instance in the source code. Never taken back.",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ItemDrawing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(help_text="SHA-256 of the bytes.", max_length=64, unique=True)),
                ("svg", models.BinaryField()),
                (
                    "width",
                    models.PositiveSmallIntegerField(
                        help_text="Of the viewBox, so that a page keeps its place.", null=True
                    ),
                ),
                ("height", models.PositiveSmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ItemVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="exams.item"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content_hash", models.CharField(help_text="SHA-256 over all that the author wrote.", max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single_choice", "single_choice"),
                            ("multiple_response", "multiple_response"),
                            ("numeric", "numeric"),
                            ("ordering", "ordering"),
                            ("matching", "matching"),
                            ("hotspot", "hotspot"),
                            ("short_text", "short_text"),
                            ("essay", "essay"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "stem_html",
                    models.TextField(
                        help_text="Made from the stem once, sanitised; what candidates of this version see."
                    ),
                ),
                ("options", models.JSONField(default=list, help_text="Id and text of each option.")),
                ("unit", models.CharField(blank=True, help_text="Unit of a numeric answer.", max_length=32)),
                ("prompts", models.JSONField(default=list, help_text="What targets are matched to.")),
                (
                    "drawing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="exams.itemdrawing",
                    ),
                ),
                ("figure_alt", models.TextField(blank=True, help_text="The drawing in words, without the key.")),
                ("figure_caption", models.TextField(blank=True)),
                ("fixed_order", models.BooleanField(default=False, help_text="The options have a natural order.")),
                (
                    "regions",
                    models.JSONField(default=list, help_text="Labelled points of a hotspot, in pixels of its drawing."),
                ),
                (
                    "answer_form",
                    models.JSONField(
                        default=dict,
                        help_text="How the answer is given: unit typed, decimal comma, about how many words.",
                    ),
                ),
                ("stem", models.TextField(help_text="Markdown.")),
                ("key", models.JSONField(help_text="Option ids, or named parts.")),
                (
                    "scoring",
                    models.CharField(
                        choices=[
                            ("match_correct", "match_correct"),
                            ("all_or_nothing", "all_or_nothing"),
                            ("plus_minus_floor0", "plus_minus_floor0"),
                            ("per_option", "per_option"),
                            ("qti_map_response", "qti_map_response"),
                            ("fractions_sum", "fractions_sum"),
                            ("tolerance_absolute", "tolerance_absolute"),
                            ("tolerance_relative_percent", "tolerance_relative_percent"),
                            ("unit", "unit"),
                            ("bands", "bands"),
                            ("exact", "exact"),
                            ("positions", "positions"),
                            ("concordant_pairs", "concordant_pairs"),
                            ("per_pair", "per_pair"),
                            ("nested_best", "nested_best"),
                            ("qti_map_response_point", "qti_map_response_point"),
                            ("normalised_equal", "normalised_equal"),
                            ("wildcard", "wildcard"),
                            ("manual", "manual"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "scoring_parameters",
                    models.JSONField(default=dict, help_text="What the rule needs besides the key; numbers are text."),
                ),
                ("reasons", models.JSONField(default=dict, help_text="Why each option is right or not.")),
                ("rationale", models.TextField(help_text="Markdown.")),
                ("content_area", models.CharField(max_length=8)),
                (
                    "level",
                    models.CharField(
                        choices=[("recall", "recall"), ("apply", "apply"), ("judge", "judge")], max_length=8
                    ),
                ),
                ("sources", models.JSONField(default=list)),
                ("enemies", models.JSONField(default=list, help_text="Codes that must not share a form.")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("review", "review"),
                            ("rejected", "rejected"),
                            ("pretest", "pretest"),
                            ("operational", "operational"),
                            ("retired", "retired"),
                        ],
                        default="draft",
                        help_text="The one column that moves on after the rest is frozen.",
                        max_length=12,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: from material.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_code",
                    models.CharField(
                        blank=True, help_text="Items of one set share a stimulus and travel together.", max_length=64
                    ),
                ),
                (
                    "review_status",
                    models.CharField(choices=[("unreviewed", "unreviewed"), ("reviewed", "reviewed")], max_length=12),
                ),
                ("authors", models.JSONField(default=list)),
                ("reviews", models.JSONField(default=list, help_text="Who, in which role, when, for what.")),
                ("verified_on", models.DateField()),
                ("review_by", models.DateField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "published_at",
                    models.DateTimeField(blank=True, help_text="From then on forms may take it up.", null=True),
                ),
                ("locked_at", models.DateTimeField(blank=True, help_text="When the first form took it up.", null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "number"), name="exams_itemversion_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("locked_at__isnull", True), ("published_at__isnull", False), _connector="OR"
                        ),
                        name="exams_itemversion_locked_is_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("drawing__isnull", True), models.Q(("figure_alt", ""), _negated=True), _connector="OR"
                        ),
                        name="exams_itemversion_drawing_has_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("status__in", ["draft", "rejected", "review"])),
                            models.Q(("published_at__isnull", False), ("status__in", ["operational", "pretest"])),
                            ("status", "retired"),
                            _connector="OR",
                        ),
                        name="exams_itemversion_status",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["draft", "rejected", "review"])),
                        fields=("item",),
                        name="exams_itemversion_one_unfinished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExamForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField()),
                (
                    "blueprint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="forms", to="exams.blueprint"
                    ),
                ),
                (
                    "content_hash",
                    models.CharField(help_text="SHA-256 over blueprint version and item versions.", max_length=64),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("fixed", "Fixed"), ("per_attempt", "Made for one attempt")],
                        default="fixed",
                        max_length=11,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("in_review", "In review"), ("locked", "Locked")],
                        default="draft",
                        max_length=9,
                    ),
                ),
                (
                    "assembly",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Solver, seed, demands, objective and end of the search; empty by hand.",
                    ),
                ),
                (
                    "assembled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "status", "-created_at"], name="exams_form_listed")],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "version"), name="exams_form_version"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", False), ("status", "locked")),
                            models.Q(("published_at__isnull", True), ("status__in", ["draft", "in_review"])),
                            _connector="OR",
                        ),
                        name="exams_form_locked_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "locked"), _negated=True),
                            ("assembled_by__isnull", True),
                            models.Q(
                                ("locked_by__isnull", False),
                                models.Q(("locked_by", models.F("assembled_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="exams_form_locked_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="form_items", to="exams.examform"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(help_text="1 is the first question.")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="form_items", to="exams.itemversion"
                    ),
                ),
                ("section", models.CharField(choices=[("scored", "Scored"), ("pretest", "Pretest")], max_length=8)),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("form", "position"), name="exams_formitem_position"),
                    models.UniqueConstraint(fields=("form", "version"), name="exams_formitem_version"),
                    models.CheckConstraint(
                        condition=models.Q(("section__in", ["scored", "pretest"])), name="exams_formitem_section"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exam",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=64, unique=True)),
                ("title", models.CharField(max_length=200)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exams", to="courses.programme"
                    ),
                ),
                (
                    "active_form",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exams.examform",
                    ),
                ),
                (
                    "release",
                    models.CharField(
                        choices=[
                            ("at_once", "As soon as it is scored"),
                            ("by_people", "When two people have released it"),
                        ],
                        default="at_once",
                        max_length=10,
                    ),
                ),
                (
                    "supervised_only",
                    models.BooleanField(
                        default=False,
                        help_text="It starts only in an exam session, once an invigilator has admitted the candidate.",
                    ),
                ),
                ("maximum_attempts", models.PositiveSmallIntegerField(default=3, help_text="Within twelve months.")),
                (
                    "appeal_days",
                    models.PositiveSmallIntegerField(default=30, help_text="To appeal, from the release of a result."),
                ),
                (
                    "decision_days",
                    models.PositiveSmallIntegerField(default=30, help_text="To decide an appeal, from its arrival."),
                ),
                (
                    "regrade_may_lower",
                    models.BooleanField(
                        default=False,
                        help_text="Whether a corrected key may lower a result that is out. Usually it may not.",
                    ),
                ),
                (
                    "second_marking_share",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.10"),
                        help_text="Share of written answers marked twice.",
                        max_digits=3,
                    ),
                ),
                (
                    "discrepancy_limit",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.20"),
                        help_text="How far apart two marks may lie, as a share of full points, before a third person decides.",
                        max_digits=3,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("second_marking_share__gte", 0), ("second_marking_share__lte", 1)),
                        name="exams_exam_second_marking_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discrepancy_limit__gte", 0), ("discrepancy_limit__lte", 1)),
                        name="exams_exam_discrepancy_limit",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="courses.enrolment"
                    ),
                ),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="exams.exam"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="exams.examform"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        help_text="1 is the first attempt of this enrolment at this exam."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("started", "In progress"),
                            ("paused", "Paused"),
                            ("submitted", "Submitted"),
                            ("expired", "Closed at the end of its time"),
                            ("voided", "Void"),
                        ],
                        default="started",
                        max_length=9,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("deadline", models.DateTimeField()),
                (
                    "submitted_at",
                    models.DateTimeField(
                        blank=True, help_text="When it was handed in; the deadline itself when time ran out.", null=True
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(help_text="Base time of the form.")),
                ("time_multiplier", models.DecimalField(decimal_places=2, default=Decimal("1"), max_digits=4)),
                ("extra_minutes", models.DecimalField(decimal_places=2, default=Decimal("0"), max_digits=5)),
                (
                    "accommodation",
                    models.JSONField(
                        default=dict,
                        help_text="Breaks, large print, room, reader as granted at the start; time has columns.",
                    ),
                ),
                (
                    "window_closes_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When the exam closes for this attempt; the deadline is never later.",
                        null=True,
                    ),
                ),
                (
                    "window_moves",
                    models.BooleanField(default=False, help_text="Whether more time moves the close as well."),
                ),
                (
                    "blocked_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since when the browser does not prove itself; answers are still stored.",
                        null=True,
                    ),
                ),
                (
                    "seed",
                    models.CharField(help_text="32 random bytes in hex: the key of the option order.", max_length=64),
                ),
                (
                    "honour_text",
                    models.CharField(help_text="Which text was accepted: blueprint code and version.", max_length=80),
                ),
                ("honour_accepted_at", models.DateTimeField()),
                ("token", models.CharField(help_text="Held by the one session that may answer.", max_length=32)),
                ("claims", models.PositiveIntegerField(default=0, help_text="How often another session took over.")),
                (
                    "rev",
                    models.PositiveIntegerField(
                        default=0, help_text="Counts accepted requests; the order of the answer log."
                    ),
                ),
                (
                    "remaining",
                    models.DurationField(blank=True, help_text="Time left, while the clock is paused.", null=True),
                ),
                (
                    "void_kind",
                    models.CharField(
                        blank=True,
                        choices=[("technical", "Technical fault"), ("misconduct", "Misconduct")],
                        max_length=10,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "deadline"], name="exams_attempt_overdue"),
                    models.Index(fields=["-started_at", "id"], name="exams_attempt_newest"),
                    models.Index(fields=["exam", "-started_at", "id"], name="exams_attempt_by_exam"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("started", "paused"))),
                        fields=("enrolment", "exam"),
                        name="exams_one_open_attempt",
                    ),
                    models.UniqueConstraint(fields=("enrolment", "exam", "number"), name="exams_attempt_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("started", "paused")), ("submitted_at__isnull", True)),
                            models.Q(
                                ("state__in", ("submitted", "expired", "voided")), ("submitted_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="exams_attempt_closed_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("remaining__isnull", False), ("state", "paused")),
                            models.Q(models.Q(("state", "paused"), _negated=True), ("remaining__isnull", True)),
                            _connector="OR",
                        ),
                        name="exams_attempt_paused_has_rest",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "voided"), models.Q(("void_kind", ""), _negated=True)),
                            models.Q(models.Q(("state", "voided"), _negated=True), ("void_kind", "")),
                            _connector="OR",
                        ),
                        name="exams_attempt_void_has_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deadline__gt", models.F("started_at"))), name="exams_attempt_has_time"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="exams.attempt",
                    ),
                ),
                (
                    "form_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.formitem"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("option_order", models.JSONField(default=list, help_text="Option ids as shown.")),
                ("seq", models.PositiveIntegerField(default=0)),
                ("value", models.JSONField(help_text="Option ids, or a number as typed.", null=True)),
                ("body_hash", models.CharField(blank=True, max_length=64)),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("flagged", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "position"), name="exams_response_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("saved_at__isnull", True), ("seq", 0)),
                            models.Q(("saved_at__isnull", False), ("seq__gt", 0)),
                            _connector="OR",
                        ),
                        name="exams_response_saved_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResponseLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log",
                        to="exams.attempt",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("seq", models.PositiveIntegerField()),
                ("rev", models.PositiveIntegerField()),
                ("value", models.JSONField(null=True)),
                ("body_hash", models.CharField(max_length=64)),
                (
                    "client_time",
                    models.CharField(blank=True, help_text="What the device claimed; evidence only.", max_length=40),
                ),
                ("received_at", models.DateTimeField()),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ["rev"],
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "position", "seq"), name="exams_log_seq"),
                    models.UniqueConstraint(fields=("attempt", "rev"), name="exams_log_rev"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StraySave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="strays",
                        to="exams.attempt",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("seq", models.PositiveIntegerField()),
                ("value", models.JSONField(null=True)),
                ("body_hash", models.CharField(max_length=64)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("superseded", "The attempt had gone on at another device"),
                            ("closed", "The attempt was closed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("client_time", models.CharField(blank=True, max_length=40)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["received_at", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "position", "seq", "body_hash"), name="exams_stray_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scores",
                        to="exams.attempt",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("scorer", models.CharField(help_text="Version of the scoring rules.", max_length=32)),
                ("items", models.JSONField(help_text="Per place: version, section, state, exact score.")),
                ("areas", models.JSONField(help_text="Per content area: points and number of items.")),
                (
                    "raw",
                    models.DecimalField(decimal_places=4, help_text="Points, cut off after four places.", max_digits=9),
                ),
                ("maximum", models.DecimalField(decimal_places=2, max_digits=7)),
                ("cut", models.DecimalField(decimal_places=2, max_digits=7)),
                ("passed", models.BooleanField(help_text="Decided on the exact points, before any rounding.")),
                (
                    "scaled",
                    models.PositiveSmallIntegerField(blank=True, help_text="On the scale of the blueprint.", null=True),
                ),
                (
                    "minimums",
                    models.JSONField(
                        default=list, help_text="Per minimum: title, points reached, points asked for, whether met."
                    ),
                ),
                (
                    "missed",
                    models.PositiveSmallIntegerField(default=0, help_text="How many minimums were not reached."),
                ),
                (
                    "key_changes",
                    models.JSONField(default=list, help_text="Ids of the key changes in force when it was scored."),
                ),
                ("log_hash", models.CharField(help_text="End of the answer log that was scored.", max_length=64)),
                ("scored_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "number"), name="exams_score_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("missed", 0), ("passed", True), ("raw__gte", models.F("cut"))),
                            models.Q(("passed", False), ("raw__lt", models.F("cut"))),
                            models.Q(("missed__gt", 0), ("passed", False)),
                            _connector="OR",
                        ),
                        name="exams_score_decision_agrees",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("raw__gte", Decimal("0")), ("raw__lte", models.F("maximum"))),
                        name="exams_score_in_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="exams.attempt"
                    ),
                ),
                ("kind", models.CharField(choices=[("result", "The result"), ("item", "A question")], max_length=6)),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Number of the question on the form.", null=True
                    ),
                ),
                ("text", models.TextField(help_text="In the candidate's own words.")),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_on", models.DateField(help_text="By when it is to be decided.")),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("upheld", "Upheld"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(blank=True, help_text="When it was decided or withdrawn.", null=True),
                ),
                ("reasons", models.TextField(blank=True, help_text="Of the decision; the candidate reads them.")),
            ],
            options={
                "ordering": ["due_on", "opened_at", "pk"],
                "indexes": [models.Index(fields=["state", "due_on"], name="exams_appeal_docket")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "item"), ("position__isnull", False)),
                            models.Q(("kind", "result"), ("position__isnull", True)),
                            _connector="OR",
                        ),
                        name="exams_appeal_item_has_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("reasons", ""),
                                ("state", "open"),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("decided_by__isnull", True),
                                ("reasons", ""),
                                ("state", "withdrawn"),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["upheld", "rejected"]),
                                models.Q(("reasons", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="exams_appeal_decision_complete",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("opened_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="exams_appeal_not_own",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="exams_appeal_has_text"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "result"), ("state", "open")),
                        fields=("attempt",),
                        name="exams_appeal_one_open",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "item"), ("state", "open")),
                        fields=("attempt", "position"),
                        name="exams_appeal_item_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppealEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "appeal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="exams.appeal"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("opened", "Opened"),
                            ("assigned", "Assigned"),
                            ("upheld", "Upheld"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("happened_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["happened_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AssemblyPolicy",
            fields=[
                (
                    "exam",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="assembly_policy",
                        serialize=False,
                        to="exams.exam",
                    ),
                ),
                (
                    "form_mode",
                    models.CharField(
                        choices=[("fixed", "Fixed forms"), ("per_attempt", "A form made for each attempt")],
                        default="fixed",
                        max_length=11,
                    ),
                ),
                (
                    "blueprint",
                    models.ForeignKey(
                        blank=True,
                        help_text="Of forms per attempt.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exams.blueprint",
                    ),
                ),
                ("different_form_required", models.BooleanField(default=False, help_text="Nobody sees a form twice.")),
                (
                    "overlap_limit",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Most items that a form shares with one the person saw before.", null=True
                    ),
                ),
                (
                    "exposure_days",
                    models.PositiveSmallIntegerField(default=365, help_text="Attempts of so many days count."),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("form_mode", "fixed"), ("blueprint__isnull", False), _connector="OR"),
                        name="exams_policy_has_blueprint",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("exposure_days__gt", 0)), name="exams_policy_counts_days"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="form_uses", to="exams.exam"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="exams.examform"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("activated", "Made the active form"),
                            ("added", "Given out beside the active form"),
                            ("withdrawn", "No longer given out"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["exam", "form", "-id"], name="exams_formuse_last")],
            },
        ),
        migrations.CreateModel(
            name="FormChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="exams.examform"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "taken_out",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.itemversion"
                    ),
                ),
                (
                    "put_in",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.itemversion"
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["changed_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ItemExposure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="exposures", to="exams.exam"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.itemversion"
                    ),
                ),
                ("administrations", models.PositiveIntegerField()),
                ("attempts", models.PositiveIntegerField(help_text="All attempts of the same days.")),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("exam", "version"), name="exams_itemexposure_once"),
                    models.CheckConstraint(
                        condition=models.Q(("administrations__lte", models.F("attempts"))),
                        name="exams_itemexposure_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewAssignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="exams.itemversion"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item_assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("assigned_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("version", "reviewer"),
                        name="exams_assignment_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BlindAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blind_answers",
                        to="exams.itemversion",
                    ),
                ),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("value", models.JSONField(help_text="As a candidate's; null: no answer.", null=True)),
                (
                    "points",
                    models.DecimalField(
                        decimal_places=4, help_text="0 to 1; null without an answer.", max_digits=5, null=True
                    ),
                ),
                ("answered_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "content_hash", "reviewer"), name="exams_blind_answer_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="decisions", to="exams.itemversion"
                    ),
                ),
                (
                    "content_hash",
                    models.CharField(help_text="Of the version, as it was shown to the person.", max_length=64),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("submit", "submit"),
                            ("withdraw", "withdraw"),
                            ("return", "return"),
                            ("revise", "revise"),
                            ("approve", "approve"),
                            ("endorse", "endorse"),
                            ("discard", "discard"),
                            ("retire", "retire"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("compromised", "compromised"),
                            ("faulty", "faulty"),
                            ("key", "key"),
                            ("language", "language"),
                            ("options", "options"),
                            ("other", "other"),
                            ("outdated", "outdated"),
                            ("reference", "reference"),
                            ("statistics", "statistics"),
                            ("stem", "stem"),
                        ],
                        max_length=12,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["decided_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("step", "endorse")),
                        fields=("version", "content_hash", "person", "step"),
                        name="exams_decision_endorses_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                ["submit", "withdraw", "return", "revise", "approve", "endorse", "discard", "retire"],
                            )
                        ),
                        name="exams_decision_known_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("step__in", ["return", "retire"]), _negated=True),
                            models.Q(models.Q(("reason", ""), _negated=True), models.Q(("text", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="exams_decision_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="exams.itemversion"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "resolved_by",
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
                "ordering": ["written_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at__isnull", True), ("resolved_by__isnull", True)),
                            models.Q(("resolved_at__isnull", False), ("resolved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="exams_comment_resolved_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="key_reads", to="exams.itemversion"
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("page", models.CharField(help_text="Which page showed it.", max_length=12)),
                ("read_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-read_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="AttemptEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="exams.attempt"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("key_mismatch", "Not the browser that the exam asks for"),
                            ("unlocked", "Unlocked by an invigilator"),
                            ("admitted", "Admitted"),
                            ("paused", "Paused"),
                            ("resumed", "Resumed"),
                            ("extended", "Time added"),
                            ("incident", "Technical incident"),
                            ("note", "Note of the invigilator"),
                            ("voided", "Voided"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("text", models.TextField(blank=True, help_text="Reason or note. No patient data, no health data.")),
                ("detail", models.JSONField(default=dict, help_text="Numbers and codes.")),
                (
                    "client_time",
                    models.CharField(blank=True, help_text="What the device claimed; evidence only.", max_length=40),
                ),
                (
                    "happened_at",
                    models.DateTimeField(default=django.utils.timezone.now, help_text="By the server's clock."),
                ),
            ],
            options={
                "ordering": ["happened_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ExamSession",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="exams.exam"
                    ),
                ),
                ("place", models.CharField(max_length=120)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(help_text="Nobody starts later. Attempts end by their own clocks.")),
                ("seats", models.PositiveSmallIntegerField()),
                (
                    "planned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("planned_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("invigilators", models.ManyToManyField(related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="exams_session_lasts"
                    ),
                    models.CheckConstraint(condition=models.Q(("seats__gt", 0)), name="exams_session_has_seats"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="exams.examsession"
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exam_bookings",
                        to="courses.enrolment",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("booked", "Not here yet"),
                            ("admitted", "Admitted"),
                            ("no_show", "Did not come"),
                            ("released", "Seat given back"),
                        ],
                        default="booked",
                        max_length=8,
                    ),
                ),
                (
                    "attempt",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="booking",
                        to="exams.attempt",
                    ),
                ),
                (
                    "admitted_at",
                    models.DateTimeField(blank=True, help_text="When the identity was checked.", null=True),
                ),
                (
                    "admitted_by",
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("booked", "admitted", "no_show"))),
                        fields=("session", "enrolment"),
                        name="exams_one_seat",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "admitted"), _negated=True),
                            models.Q(("admitted_at__isnull", False), ("admitted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="exams_booking_admitted_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempt__isnull", True), ("state", "admitted"), _connector="OR"),
                        name="exams_booking_started_admitted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyChange",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="key_changes", to="exams.itemversion"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(help_text="1 is the first change of this version.")),
                (
                    "policy",
                    models.CharField(
                        choices=[
                            ("rekey", "Another key is right, the old one is wrong"),
                            ("accept_both", "Another key is right as well"),
                            ("full_credit", "Everybody gets the points"),
                            ("remove", "The item no longer counts"),
                        ],
                        max_length=12,
                    ),
                ),
                ("old_key", models.JSONField(help_text="The key that the version came with.")),
                ("new_key", models.JSONField(blank=True, help_text="As items write it.", null=True)),
                ("reason", models.TextField()),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="approvals.proposal"
                    ),
                ),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "number"), name="exams_keychange_number"),
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", models.F("confirmed_by")), _negated=True),
                        name="exams_keychange_by_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="exams_keychange_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("new_key__isnull", False), ("policy__in", ["rekey", "accept_both"])),
                            models.Q(
                                models.Q(("policy__in", ["rekey", "accept_both"]), _negated=True),
                                ("new_key__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="exams_keychange_key_agrees",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarkingTask",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "attempt",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marking_tasks",
                        to="exams.attempt",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.itemversion"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("first", "First mark"),
                            ("second", "Second mark, blind"),
                            ("adjudication", "Adjudication"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "marker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("laid_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["laid_at", "pk"],
                "indexes": [models.Index(fields=["done_at", "marker", "laid_at"], name="exams_marking_waiting")],
                "constraints": [
                    models.UniqueConstraint(fields=("attempt", "position", "purpose"), name="exams_marking_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("marker__isnull", False)),
                        fields=("attempt", "position", "marker"),
                        name="exams_marking_by_different_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("marker__isnull", True), ("taken_at__isnull", True)),
                            models.Q(("marker__isnull", False), ("taken_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="exams_marking_taken_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["first", "second", "adjudication"])),
                        name="exams_marking_purpose",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mark", to="exams.markingtask"
                    ),
                ),
                (
                    "marker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("awards", models.JSONField(help_text="Points by criterion, as text.")),
                ("share", models.CharField(help_text='Exact share of all points, as in "7/10".', max_length=40)),
                ("comment", models.TextField(blank=True)),
                ("answer_hash", models.CharField(help_text="Of the answer that was marked.", max_length=64)),
                ("marked_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="MarkingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marking_changes", to="exams.exam"
                    ),
                ),
                (
                    "second_marking_share",
                    models.DecimalField(decimal_places=2, help_text="From then on.", max_digits=3),
                ),
                ("discrepancy_limit", models.DecimalField(decimal_places=2, help_text="From then on.", max_digits=3)),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-changed_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="exams_marking_change_has_reason"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExamPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "exam",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="policy", to="exams.exam"
                    ),
                ),
                (
                    "revision",
                    models.PositiveIntegerField(default=0, help_text="Counts changes; a change names the one it saw."),
                ),
                ("opens_at", models.DateTimeField(blank=True, null=True)),
                ("closes_at", models.DateTimeField(blank=True, help_text="It beats the time limit.", null=True)),
                (
                    "accommodation_moves_close",
                    models.BooleanField(
                        default=False, help_text="Whether the exam closes later for those who have more time."
                    ),
                ),
                (
                    "window_days",
                    models.PositiveSmallIntegerField(default=365, help_text="Days in which attempts are counted."),
                ),
                (
                    "wait_days",
                    models.JSONField(
                        default=exams.models.policies.default_waits,
                        help_text="Days after the first, second, ... attempt.",
                    ),
                ),
                ("wait_after_last_days", models.PositiveSmallIntegerField(default=183)),
                (
                    "counts",
                    models.JSONField(
                        default=exams.models.policies.default_counts, help_text="Outcomes that use up an attempt."
                    ),
                ),
                (
                    "wait_after_pass_days",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Empty: whoever passed does not come again.", null=True
                    ),
                ),
                ("password_hash", models.CharField(blank=True, max_length=256)),
                ("networks", models.JSONField(default=list, help_text="Empty: from anywhere.")),
                ("seb_required", models.BooleanField(default=False, help_text="Whether Safe Exam Browser is needed.")),
                (
                    "seb_config_key",
                    models.CharField(blank=True, help_text="Of the newest settings file.", max_length=64),
                ),
                ("seb_browser_keys", models.JSONField(default=list)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("opens_at__isnull", True),
                            ("closes_at__isnull", True),
                            ("closes_at__gt", models.F("opens_at")),
                            _connector="OR",
                        ),
                        name="exams_policy_closes_after_opening",
                    ),
                    models.CheckConstraint(condition=models.Q(("window_days__gt", 0)), name="exams_policy_has_window"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SafeExamBrowserFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "exam",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.exam"),
                ),
                ("content", models.BinaryField(help_text="The file as it was uploaded; candidates download it.")),
                ("config_key", models.CharField(max_length=64)),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ExamPolicyChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="policy_changes", to="exams.exam"
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("fields", models.JSONField(help_text="Names of what changed; values stay out.")),
                ("reason", models.CharField(max_length=300)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-revision"],
                "constraints": [
                    models.UniqueConstraint(fields=("exam", "revision"), name="exams_policy_change_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="exams_policy_change_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rubric",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=64, unique=True)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rubrics", to="courses.programme"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RubricVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rubric",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="exams.rubric"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("locked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=("rubric", "number"), name="exams_rubric_version_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sitting",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sittings", to="courses.enrolment"
                    ),
                ),
                (
                    "assessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sittings_to_assess",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rubric_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sittings", to="exams.rubricversion"
                    ),
                ),
                ("stations", models.JSONField(help_text="Codes of the stations to assess.")),
                ("scheduled_for", models.DateField()),
                ("starts_at", models.DateTimeField(blank=True, help_text="Empty: at any time of the day.", null=True)),
                (
                    "ends_at",
                    models.DateTimeField(blank=True, help_text="The start and the minutes of the stations.", null=True),
                ),
                ("place", models.CharField(max_length=120)),
                ("device", models.CharField(help_text="Stimulator and coil.", max_length=120)),
                ("simulated", models.BooleanField(help_text="With an actor or manikin, not with a patient.")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("signed", "signed"), ("cancelled", "cancelled")],
                        default="open",
                        max_length=16,
                    ),
                ),
                (
                    "rev",
                    models.PositiveIntegerField(
                        default=0, help_text="Counts accepted changes; every save passes this gate."
                    ),
                ),
                (
                    "nonce",
                    models.UUIDField(
                        help_text="Of the request that assigned it; a repeat finds this row.", unique=True
                    ),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("assigned_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "opened_at",
                    models.DateTimeField(
                        blank=True, help_text="When the assessor confirmed both identities.", null=True
                    ),
                ),
                (
                    "qualification",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("physician", "TMS-trained physician"),
                            ("technician", "Certified TMS technician, level 5, with assessor training"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "signed_at",
                    models.DateTimeField(
                        blank=True, help_text="First signature; corrections do not move it.", null=True
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["assessor", "state", "scheduled_for"], name="exams_sitting_day_list")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "signed", "cancelled"])),
                        name="exams_sitting_known_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at__isnull", False), ("signed_at__isnull", False), ("state", "signed")),
                            models.Q(models.Q(("state", "signed"), _negated=True), ("signed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="exams_sitting_signed_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="exams_sitting_cancelled_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("opened_at__isnull", True), ("qualification", "")),
                            models.Q(("opened_at__isnull", False), ("qualification__in", ["physician", "technician"])),
                            _connector="OR",
                        ),
                        name="exams_sitting_opened_with_qualification",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="observations", to="exams.sitting"
                    ),
                ),
                ("field", models.CharField(max_length=48)),
                ("seq", models.PositiveIntegerField()),
                ("value", models.TextField(blank=True)),
                ("rev", models.PositiveIntegerField()),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sitting", "field"), name="exams_observation_one_per_field")
                ],
            },
        ),
        migrations.CreateModel(
            name="ObservationLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="observation_log", to="exams.sitting"
                    ),
                ),
                ("field", models.CharField(max_length=48)),
                ("seq", models.PositiveIntegerField()),
                ("value", models.TextField(blank=True)),
                ("rev", models.PositiveIntegerField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sitting", "field", "seq"), name="exams_observation_log_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="StrayObservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stray_observations",
                        to="exams.sitting",
                    ),
                ),
                ("field", models.CharField(max_length=48)),
                ("seq", models.PositiveIntegerField()),
                ("value", models.TextField(blank=True)),
                (
                    "value_digest",
                    models.CharField(help_text="SHA-256 of the value; long texts do not fit an index.", max_length=64),
                ),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sitting", "field", "seq", "value_digest"), name="exams_stray_observation_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "sitting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sign_offs", to="exams.sitting"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                ("record", models.BinaryField(help_text="The canonical bytes that were signed.")),
                ("digest", models.CharField(help_text="SHA-256 of the record.", max_length=64)),
                ("outcome", models.CharField(max_length=24)),
                (
                    "signer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_offs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("printed_name", models.CharField(max_length=120)),
                ("meaning", models.TextField()),
                ("auth_method", models.CharField(max_length=16)),
                ("authenticated_at", models.DateTimeField()),
                ("signed_at", models.DateTimeField()),
                ("chain_number", models.PositiveIntegerField(help_text="Counts the signatures of this signer from 1.")),
                (
                    "previous_digest",
                    models.CharField(help_text="The signer's signature before this one.", max_length=64),
                ),
                ("signature_digest", models.CharField(max_length=64, unique=True)),
                ("nonce", models.UUIDField(unique=True)),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="exams.signoff",
                    ),
                ),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["version"],
                "constraints": [
                    models.UniqueConstraint(fields=("sitting", "version"), name="exams_sign_off_version"),
                    models.UniqueConstraint(fields=("signer", "chain_number"), name="exams_sign_off_chain"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("corrects__isnull", True), ("reason", ""), ("version", 1)),
                            models.Q(
                                ("corrects__isnull", False), ("version__gt", 1), models.Q(("reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="exams_sign_off_correction_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["competent", "needs_remediation", "could_not_assess"])),
                        name="exams_sign_off_known_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StationResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sign_off",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="results", to="exams.signoff"
                    ),
                ),
                ("station", models.CharField(max_length=16)),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("critical", models.BooleanField()),
                ("met", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sign_off", "station"), name="exams_station_result_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("met", False), models.Q(("critical", False), ("level__isnull", False)), _connector="OR"
                        ),
                        name="exams_station_result_met",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sign_off",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acknowledgement", to="exams.signoff"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("agrees", models.BooleanField()),
                ("remark", models.TextField(blank=True)),
                ("acknowledged_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agrees", True), models.Q(("remark", ""), _negated=True), _connector="OR"),
                        name="exams_acknowledgement_remark",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="result",
                        serialize=False,
                        to="exams.attempt",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaiting_marking", "Waits for marking"),
                            ("scored", "Scored, not released"),
                            ("held", "Held"),
                            ("released", "Released"),
                            ("appealed", "Released, under appeal"),
                            ("regraded", "Scored again, new result not released"),
                            ("voided", "Void"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "void_kind",
                    models.CharField(
                        blank=True,
                        choices=[("technical", "Technical fault"), ("misconduct", "Misconduct")],
                        max_length=10,
                    ),
                ),
                (
                    "released_score",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exams.score",
                    ),
                ),
                (
                    "passed",
                    models.BooleanField(
                        blank=True,
                        help_text="Decision of the released score, so that lists need not read scores.",
                        null=True,
                    ),
                ),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "changed_at"], name="exams_result_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["awaiting_marking", "scored", "held", "released", "appealed", "regraded", "voided"],
                            )
                        ),
                        name="exams_result_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["released", "appealed", "regraded"]), _negated=True),
                            ("released_score__isnull", False),
                            _connector="OR",
                        ),
                        name="exams_result_out_has_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["awaiting_marking", "scored", "held"]), _negated=True),
                            ("released_score__isnull", True),
                            _connector="OR",
                        ),
                        name="exams_result_in_has_none",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "voided"), models.Q(("void_kind", ""), _negated=True)),
                            models.Q(models.Q(("state", "voided"), _negated=True), ("void_kind", "")),
                            _connector="OR",
                        ),
                        name="exams_result_void_has_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("passed__isnull", True), ("released_score__isnull", True)),
                            models.Q(("passed__isnull", False), ("released_score__isnull", False)),
                            _connector="OR",
                        ),
                        name="exams_result_decision_with_score",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResultEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="exams.result"
                    ),
                ),
                ("from_state", models.CharField(blank=True, help_text="Empty for the first step.", max_length=16)),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("awaiting_marking", "Waits for marking"),
                            ("scored", "Scored, not released"),
                            ("held", "Held"),
                            ("released", "Released"),
                            ("appealed", "Released, under appeal"),
                            ("regraded", "Scored again, new result not released"),
                            ("voided", "Void"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "score",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="exams.score",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.proposal",
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("happened_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["happened_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ItemReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="product_reviews",
                        to="exams.itemversion",
                    ),
                ),
                (
                    "content_hash",
                    models.CharField(help_text="Of the version, as it was shown to the reviewer.", max_length=64),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("name", models.CharField(help_text="As it was when the review was made.", max_length=200)),
                (
                    "role",
                    models.CharField(
                        choices=[("technician", "technician"), ("physician", "physician"), ("educator", "educator")],
                        max_length=12,
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("medical", "medical"), ("content", "content"), ("language", "language")],
                        max_length=12,
                    ),
                ),
                ("reviewed_on", models.DateField()),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scope", "medical"), _negated=True), ("role", "physician"), _connector="OR"
                        ),
                        name="exams_medical_review_by_physician",
                    ),
                    models.UniqueConstraint(
                        fields=("version", "reviewer", "scope", "reviewed_on"), name="exams_itemreview_once_a_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntegritySignal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signals", to="exams.attempt"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, help_text="Made by the browser, so that sending again adds nothing."
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("focus_lost", "Left the exam window"),
                            ("focus_gained", "Came back to the exam window"),
                            ("full_screen_left", "Left the full screen"),
                            ("copy", "Copied text"),
                            ("paste", "Pasted text"),
                            ("reconnected", "Connected again"),
                            ("taken_over", "Went on in another session"),
                            ("address_changed", "Network address changed"),
                            ("browser_changed", "Another browser"),
                        ],
                        max_length=20,
                    ),
                ),
                ("client_time", models.CharField(blank=True, help_text="What the device claimed.", max_length=40)),
                (
                    "happened_at",
                    models.DateTimeField(default=django.utils.timezone.now, help_text="By the server's clock."),
                ),
            ],
            options={
                "ordering": ["happened_at", "pk"],
                "indexes": [models.Index(fields=["happened_at"], name="exams_signal_age")],
                "constraints": [models.UniqueConstraint(fields=("attempt", "key"), name="exams_signal_once")],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "attempt",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="presence",
                        serialize=False,
                        to="exams.attempt",
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                (
                    "place",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="The question on the screen; 0 is not known."
                    ),
                ),
                ("address_mark", models.CharField(max_length=16)),
                ("browser_mark", models.CharField(max_length=16)),
            ],
        ),
        FrozenWhen("exams_accommodation", "ended_at"),
        AppendOnly("exams_acknowledgement"),
        FrozenWhen("exams_appeal", "closed_at"),
        AppendOnly("exams_appealevent"),
        FrozenWhen("exams_attempt", "submitted_at"),
        AppendOnly("exams_attemptevent"),
        AppendOnly("exams_blindanswer"),
        AppendOnly("exams_blueprint"),
        AppendOnly("exams_blueprintarea"),
        AppendOnly("exams_blueprintminimum"),
        FrozenWhen("exams_examform", "published_at"),
        AppendOnly("exams_exampolicychange"),
        AppendOnly("exams_formchange"),
        AppendOnly("exams_formuse"),
        AppendOnly("exams_itemdecision"),
        AppendOnly("exams_itemdrawing"),
        AppendOnly("exams_itemreview"),
        FrozenWhen("exams_itemversion", "locked_at", movable="status"),
        AppendOnly("exams_keychange"),
        AppendOnly("exams_keyread"),
        AppendOnly("exams_mark"),
        AppendOnly("exams_markingchange"),
        FrozenWhen("exams_markingtask", "done_at"),
        AppendOnly("exams_observationlog"),
        AppendOnly("exams_responselog"),
        AppendOnly("exams_resultevent"),
        FrozenWhen("exams_rubricversion", "locked_at"),
        AppendOnly("exams_safeexambrowserfile"),
        AppendOnly("exams_score"),
        AppendOnly("exams_signoff"),
        FrozenWhen("exams_sitting", "signed_at"),
        AppendOnly("exams_stationresult"),
        AppendOnly("exams_strayobservation"),
        AppendOnly("exams_straysave"),
        FormItemGuard(),
    ]
