"""Scores from before results had states: the newest score of each attempt is out, as it was."""

from django.db import migrations


def release_scores(apps, schema_editor):
    """Make a released result for every attempt that was scored."""
    score, result, event = (apps.get_model("exams", name) for name in ("Score", "Result", "ResultEvent"))
    newest = {row.attempt_id: row for row in score.objects.order_by("number").iterator()}
    for row in newest.values():
        made = result.objects.create(
            attempt_id=row.attempt_id, state="released", released_score=row, changed_at=row.scored_at
        )
        steps = [("", "scored"), ("scored", "released")]
        event.objects.bulk_create(
            event(result=made, from_state=origin, to_state=target, score=row, happened_at=row.scored_at)
            for origin, target in steps
        )


class Migration(migrations.Migration):
    dependencies = [("exams", "0008_attempt_states_and_results")]

    operations = [migrations.RunPython(release_scores, migrations.RunPython.noop)]
