from django.db import migrations, models

from lms.audit.append_only import FrozenWhen, guard_statements, lift_statements, run

TABLE, COLUMN = "exams_itemversion", "locked_at"


def lift_guard(apps, schema_editor):
    """Take the triggers off: SQLite drops them with the old table anyway, PostgreSQL would refuse a second set."""
    run(schema_editor.connection, lift_statements(schema_editor.connection.vendor, TABLE))


def lay_guard(apps, schema_editor):
    """Undo `lift_guard`, after the reversal has lifted the guard that follows."""
    run(schema_editor.connection, guard_statements(schema_editor.connection, TABLE, COLUMN))


KINDS = [
    "single_choice",
    "multiple_response",
    "numeric",
    "ordering",
    "matching",
    "hotspot",
    "short_text",
    "essay",
]
RULES = [
    "match_correct",
    "all_or_nothing",
    "plus_minus_floor0",
    "per_option",
    "qti_map_response",
    "fractions_sum",
    "tolerance_absolute",
    "tolerance_relative_percent",
    "unit",
    "bands",
    "exact",
    "positions",
    "concordant_pairs",
    "per_pair",
    "nested_best",
    "qti_map_response_point",
    "normalised_equal",
    "wildcard",
    "manual",
]


class Migration(migrations.Migration):
    dependencies = [
        ("exams", "0010_form_assembly"),
    ]

    operations = [
        migrations.RunPython(lift_guard, lay_guard),
        migrations.AddField(
            model_name="itemversion",
            name="answer_form",
            field=models.JSONField(
                default=dict, help_text="How the answer is given: unit typed, decimal comma, about how many words."
            ),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="regions",
            field=models.JSONField(default=list, help_text="Labelled points of a hotspot, in pixels of its drawing."),
        ),
        migrations.AddField(
            model_name="itemversion",
            name="scoring_parameters",
            field=models.JSONField(default=dict, help_text="What the rule needs besides the key; numbers are text."),
        ),
        migrations.AlterField(
            model_name="itemversion",
            name="key",
            field=models.JSONField(help_text="Option ids, or named parts."),
        ),
        migrations.AlterField(
            model_name="itemversion",
            name="kind",
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=20),
        ),
        migrations.AlterField(
            model_name="itemversion",
            name="scoring",
            field=models.CharField(choices=[(rule, rule) for rule in RULES], max_length=32),
        ),
        FrozenWhen(TABLE, COLUMN),
    ]
