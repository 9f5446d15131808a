"""Editors lose the rights on Wagtail's image and document libraries, which no page shows (page rights: `content`)."""

from django.db import migrations

EDITORS = "Editors"


def take_rights(apps, schema_editor):
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")
    GroupCollectionPermission.objects.filter(group__name=EDITORS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_shared_cache"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(take_rights, migrations.RunPython.noop)]
