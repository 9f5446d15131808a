"""What editors may do in the CMS: enter it, and add, change and publish pages. Nothing about people or settings."""

from django.db import migrations

EDITORS = "Editors"
PAGE_RIGHTS = ("add_page", "change_page", "publish_page")


def give_rights(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    Page = apps.get_model("wagtailcore", "Page")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    group, _ = Group.objects.get_or_create(name=EDITORS)
    enter = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    group.permissions.add(enter)
    root = Page.objects.get(depth=1)
    rights = Permission.objects.filter(
        content_type__app_label="wagtailcore", content_type__model="page", codename__in=PAGE_RIGHTS
    )
    GroupPagePermission.objects.filter(group=group).exclude(page=root, permission__in=rights).delete()
    for right in rights:
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_shared_cache"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(give_rights, migrations.RunPython.noop)]
