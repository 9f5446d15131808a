"""Forms: drafts, review and locking; what a blueprint demands beside areas; the forms of an exam; exposure.

Items of a draft can be exchanged, so the guard of `exams_formitem` now asks whether the form is locked.
"""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from lms.audit.append_only import AppendOnly, FrozenWhen, guard_statements, lift_statements, run

CHANGED = {
    "exams_blueprint": None,
    "exams_blueprintarea": None,
    "exams_itemversion": "locked_at",
    "exams_examform": "published_at",
    "exams_formitem": None,
}
EVIDENCE = import_module("exams.migrations.0002_evidence")
IS_LOCKED = "(SELECT published_at FROM exams_examform WHERE id = {row}.form_id) IS NOT NULL"
REFUSE = "BEGIN SELECT RAISE(ABORT, 'rows of exams_formitem are evidence once their form is locked'); END"
CLASH = (
    "SELECT 1 FROM exams_formitem kept JOIN exams_examform form ON form.id = kept.form_id "
    "WHERE form.published_at IS NOT NULL AND (kept.id = NEW.id OR kept.form_id = NEW.form_id AND "
    "(kept.position = NEW.position OR kept.version_id = NEW.version_id))"
)
ITEM_GUARDS = {
    "sqlite": [
        "CREATE TRIGGER exams_formitem_keep_update BEFORE UPDATE ON exams_formitem "
        f"WHEN {IS_LOCKED.format(row='OLD')} OR {IS_LOCKED.format(row='NEW')} {REFUSE}",
        "CREATE TRIGGER exams_formitem_keep_delete BEFORE DELETE ON exams_formitem "
        f"WHEN {IS_LOCKED.format(row='OLD')} {REFUSE}",
        f"CREATE TRIGGER exams_formitem_keep_replace BEFORE INSERT ON exams_formitem WHEN EXISTS ({CLASH}) {REFUSE}",
    ],
    "postgresql": [
        f"""
        CREATE OR REPLACE FUNCTION refuse_change_of_locked_form() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {IS_LOCKED.format(row="OLD")} THEN
            RAISE EXCEPTION 'rows of exams_formitem are evidence once their form is locked';
          END IF;
          IF TG_OP = 'DELETE' THEN
            RETURN OLD;
          END IF;
          IF {IS_LOCKED.format(row="NEW")} THEN
            RAISE EXCEPTION 'a locked form takes up no more items';
          END IF;
          RETURN NEW;
        END $$
        """,
        "CREATE TRIGGER exams_formitem_keep BEFORE UPDATE OR DELETE ON exams_formitem "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_locked_form()",
        "CREATE TRIGGER exams_formitem_keep_all BEFORE TRUNCATE ON exams_formitem "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_evidence()",
    ],
}


def lift_guards(apps, schema_editor):
    """Take the triggers off: SQLite drops them with the old tables anyway, PostgreSQL would refuse a second set."""
    EVIDENCE.lift_guard(apps, schema_editor)
    for table in CHANGED:
        run(schema_editor.connection, lift_statements(schema_editor.connection.vendor, table))


def lay_guards(apps, schema_editor):
    """Undo `lift_guards`, after the reversal has lifted the guards that follow."""
    EVIDENCE.guard_published_forms(apps, schema_editor)
    for table, column in CHANGED.items():
        run(schema_editor.connection, guard_statements(schema_editor.connection, table, column))


def guard_items(apps, schema_editor):
    """Refuse changes of the items of locked forms."""
    EVIDENCE.guard_published_forms(apps, schema_editor)
    for statement in ITEM_GUARDS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def lift_item_guards(apps, schema_editor):
    """Undo `guard_items`."""
    EVIDENCE.lift_guard(apps, schema_editor)
    run(schema_editor.connection, lift_statements(schema_editor.connection.vendor, "exams_formitem"))


def lock_published_forms(apps, schema_editor):
    """Call locked what was published so far."""
    apps.get_model("exams", "ExamForm").objects.filter(published_at__isnull=False).update(status="locked")


def keep(apps, schema_editor):
    """Leave everything as it is."""


class Migration(migrations.Migration):
    dependencies = [
        ("exams", "0009_results_of_scores"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(lift_guards, lay_guards),
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
        ),
        migrations.CreateModel(
            name="FormChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("reason", models.TextField()),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["changed_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="FormUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ItemExposure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("administrations", models.PositiveIntegerField()),
                ("attempts", models.PositiveIntegerField(help_text="All attempts of the same days.")),
                ("counted_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="blueprint",
            name="exposure_percent",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="Items that this share of attempts saw stay off new forms.", null=True
            ),
        ),
        migrations.AddField(
            model_name="blueprint",
            name="key_percent",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="Largest share of single-choice items with their key at one place.", null=True
            ),
        ),
        migrations.AddField(
            model_name="blueprint",
            name="kinds",
            field=models.JSONField(default=dict, help_text="Least and most scored items of each kind."),
        ),
        migrations.AddField(
            model_name="blueprint",
            name="scored_count",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="Where areas are ranges; otherwise they add up to it.", null=True
            ),
        ),
        migrations.AddField(
            model_name="blueprint",
            name="word_limit",
            field=models.PositiveIntegerField(blank=True, help_text="Words of a whole form.", null=True),
        ),
        migrations.AddField(
            model_name="blueprintarea",
            name="levels",
            field=models.JSONField(default=dict, help_text="Least and most scored items of each level."),
        ),
        migrations.AddField(
            model_name="blueprintarea",
            name="scored_most",
            field=models.PositiveSmallIntegerField(blank=True, help_text="Only where `scored` is a least.", null=True),
        ),
        migrations.AddField(
            model_name="examform",
            name="assembled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="examform",
            name="assembly",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Solver, seed, demands, objective and end of the search; empty by hand.",
            ),
        ),
        migrations.AddField(
            model_name="examform",
            name="kind",
            field=models.CharField(
                choices=[("fixed", "Fixed"), ("per_attempt", "Made for one attempt")], default="fixed", max_length=11
            ),
        ),
        migrations.AddField(
            model_name="examform",
            name="locked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="examform",
            name="status",
            field=models.CharField(
                choices=[("draft", "Draft"), ("in_review", "In review"), ("locked", "Locked")],
                default="draft",
                max_length=9,
            ),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="set_code",
            field=models.CharField(
                blank=True, help_text="Items of one set share a stimulus and travel together.", max_length=64
            ),
        ),
        migrations.RunPython(lock_published_forms, keep),
        migrations.AddIndex(
            model_name="examform",
            index=models.Index(fields=["kind", "status", "-created_at"], name="exams_form_listed"),
        ),
        migrations.AddConstraint(
            model_name="examform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", False), ("status", "locked")),
                    models.Q(("published_at__isnull", True), ("status__in", ["draft", "in_review"])),
                    _connector="OR",
                ),
                name="exams_form_locked_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="examform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "locked"), _negated=True),
                    ("assembled_by__isnull", True),
                    models.Q(
                        ("locked_by__isnull", False), models.Q(("locked_by", models.F("assembled_by")), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="exams_form_locked_by_another",
            ),
        ),
        migrations.AddField(
            model_name="assemblypolicy",
            name="blueprint",
            field=models.ForeignKey(
                blank=True,
                help_text="Of forms per attempt.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="exams.blueprint",
            ),
        ),
        migrations.AddField(
            model_name="formchange",
            name="changed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="formchange",
            name="form",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="exams.examform"
            ),
        ),
        migrations.AddField(
            model_name="formchange",
            name="put_in",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.itemversion"
            ),
        ),
        migrations.AddField(
            model_name="formchange",
            name="taken_out",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.itemversion"
            ),
        ),
        migrations.AddField(
            model_name="formuse",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="formuse",
            name="exam",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="form_uses", to="exams.exam"
            ),
        ),
        migrations.AddField(
            model_name="formuse",
            name="form",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="exams.examform"
            ),
        ),
        migrations.AddField(
            model_name="itemexposure",
            name="exam",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="exposures", to="exams.exam"
            ),
        ),
        migrations.AddField(
            model_name="itemexposure",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="exams.itemversion"
            ),
        ),
        migrations.AddConstraint(
            model_name="assemblypolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("form_mode", "fixed"), ("blueprint__isnull", False), _connector="OR"),
                name="exams_policy_has_blueprint",
            ),
        ),
        migrations.AddConstraint(
            model_name="assemblypolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("exposure_days__gt", 0)), name="exams_policy_counts_days"
            ),
        ),
        migrations.AddIndex(
            model_name="formuse",
            index=models.Index(fields=["exam", "form", "-id"], name="exams_formuse_last"),
        ),
        migrations.AddConstraint(
            model_name="itemexposure",
            constraint=models.UniqueConstraint(fields=("exam", "version"), name="exams_itemexposure_once"),
        ),
        migrations.AddConstraint(
            model_name="itemexposure",
            constraint=models.CheckConstraint(
                condition=models.Q(("administrations__lte", models.F("attempts"))), name="exams_itemexposure_share"
            ),
        ),
        AppendOnly("exams_blueprint"),
        AppendOnly("exams_blueprintarea"),
        FrozenWhen("exams_itemversion", "locked_at"),
        FrozenWhen("exams_examform", "published_at"),
        migrations.RunPython(guard_items, lift_item_guards),
        AppendOnly("exams_formchange"),
        AppendOnly("exams_formuse"),
    ]
