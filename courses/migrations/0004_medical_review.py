"""The workflow in which a TMS physician reads a lesson. A migration of its own: PostgreSQL adds the keys of 0003 last."""

from django.db import migrations

NAME = "Medical review"


def make_workflow(apps, schema_editor):
    """Lay the workflow with its one step; editors see it when they submit a lesson."""
    Workflow = apps.get_model("wagtailcore", "Workflow")
    if Workflow.objects.filter(name=NAME).exists():
        return
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="courses", model="medicalreviewtask"
    )
    task = apps.get_model("courses", "MedicalReviewTask").objects.create(name=NAME, content_type=content_type)
    workflow = Workflow.objects.create(name=NAME)
    apps.get_model("wagtailcore", "WorkflowTask").objects.create(workflow=workflow, task_id=task.pk, sort_order=0)


class Migration(migrations.Migration):
    dependencies = [("courses", "0003_lesson_reviews"), ("contenttypes", "0002_remove_content_type_name")]

    operations = [migrations.RunPython(make_workflow, migrations.RunPython.noop)]
