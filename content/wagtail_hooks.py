"""What the CMS shows, and what it does not."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

PEOPLE = {"users", "groups"}


@hooks.register("construct_settings_menu")
def leave_people_out(request: HttpRequest, items: list[Any]) -> None:
    """Take users and groups out of the menu: roles are granted elsewhere, by named people, with an event (S-14)."""
    items[:] = [item for item in items if item.name not in PEOPLE]
