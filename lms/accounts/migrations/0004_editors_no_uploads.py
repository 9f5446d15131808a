"""Editors lose the rights on Wagtail's image and document libraries, which no page of ours shows."""

from django.db import migrations

EDITORS = "Editors"
LIBRARIES = ("wagtaildocs", "wagtailimages")


def take_rights(apps, schema_editor):
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    GroupCollectionPermission.objects.filter(group__name=EDITORS).delete()
    group = apps.get_model("auth", "Group").objects.get(name=EDITORS)
    group.permissions.remove(*group.permissions.filter(content_type__app_label__in=LIBRARIES))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_editors_group"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(take_rights, migrations.RunPython.noop)]
