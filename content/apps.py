"""App of `content`."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ContentConfig(AppConfig):
    """`content`."""

    name = "content"

    def ready(self) -> None:
        """Give editors their rights whenever the database was migrated."""
        post_migrate.connect(equip_editors, sender=self)


def equip_editors(using: str = "default", **_: Any) -> None:
    """Let the group of editors publish pages, and change sources, figures and the organisation. Nothing else.

    Runs after every migration, for Django makes permissions only then; running it again changes nothing.
    """
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission
    from wagtail.models import GroupPagePermission, Page

    from lms.accounts.roles import EDITORS_GROUP

    for label in ("content", "wagtailcore", "wagtailadmin"):
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    group, _created = Group.objects.get_or_create(name=EDITORS_GROUP)
    models = ["source", "figure", "recording", "organisationsettings"]
    own = Permission.objects.filter(content_type__app_label="content", content_type__model__in=models)
    door = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    group.permissions.set([*own, *door])
    root = Page.objects.filter(depth=1).first()
    page_rights = Permission.objects.filter(content_type__app_label="wagtailcore", content_type__model="page")
    for right in page_rights.filter(
        codename__in=["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]
    ):
        if root is not None:
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)
