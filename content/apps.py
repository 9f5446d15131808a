"""App of `content`."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ContentConfig(AppConfig):
    """`content`."""

    name = "content"

    def ready(self) -> None:
        """Listen to the CMS, and give editors their rights whenever the database was migrated."""
        from content import receivers  # noqa: F401

        post_migrate.connect(equip_editors, sender=self)


def equip_editors(using: str = "default", **_: Any) -> None:
    """Let the group of editors change sources, words, files of lessons, and the organisation's settings.

    Runs after every migration, for Django makes permissions only then; running it again changes nothing.
    """
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    from lms.accounts.roles import EDITORS_GROUP

    create_permissions(apps.get_app_config("content"), verbosity=0, using=using)
    models = ["source", "term", "figure", "recording", "organisationsettings"]
    rights = Permission.objects.filter(content_type__app_label="content", content_type__model__in=models)
    group, _created = Group.objects.get_or_create(name=EDITORS_GROUP)
    group.permissions.add(*rights)
