"""The CMS without people in it: roles are granted by our own actions, never by Wagtail's user and group screens."""

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

HIDDEN = frozenset({"users", "groups"})


@hooks.register("construct_settings_menu")
def hide_people(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Take users and groups out of the settings menu (S-14)."""
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN]
