"""Editors enter the CMS and find pages there, nobody else enters, and no people are managed in it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from lms.accounts.models import User
from lms.accounts.roles import EDITORS_GROUP

SignIn = Callable[[User], Client]


def test_editors_enter_and_see_pages(client_for: SignIn, editor: User) -> None:
    client = client_for(editor)
    assert client.get("/cms/").status_code == 200
    assert client.get("/cms/pages/", follow=True).status_code == 200


def test_editors_hold_rights_on_pages_and_our_content_only(editor: User) -> None:
    group = Group.objects.get(name=EDITORS_GROUP)
    apps = set(group.permissions.values_list("content_type__app_label", flat=True))
    assert apps - {"content"} == {"wagtailadmin"}
    assert not group.collection_permissions.exists()
    rights = group.page_permissions.filter(page__depth=1).values_list("permission__codename", flat=True)
    assert sorted(rights) == ["add_page", "change_page", "publish_page"]


@pytest.mark.parametrize("path", ["/cms/users/", "/cms/groups/", "/cms/users/1/", "/cms/groups/new/"])
def test_people_are_not_managed_in_the_cms(client: Client, db: None, path: str) -> None:
    client.force_login(User.objects.create_superuser("root@example.org", full_name="Root"))
    assert client.get(path).headers["Location"] == "/cms/"


def test_menus_show_no_users_or_groups_even_to_superusers(client: Client, db: None) -> None:
    client.force_login(User.objects.create_superuser("root@example.org", full_name="Root"))
    page = client.get("/cms/").content.decode()
    assert "/cms/users/" not in page
    assert "/cms/groups/" not in page


@pytest.mark.parametrize("role", ["trainee", "instructor", "item_author", "exam_admin", "registrar"])
def test_others_are_refused_without_going_in_circles(
    request: pytest.FixtureRequest, client_for: SignIn, role: str
) -> None:
    answer = client_for(request.getfixturevalue(role)).get("/cms/pages/", follow=True)
    assert answer.status_code == 403
    assert len(answer.redirect_chain) == 1


def test_editors_come_back_to_the_page_they_wanted(client_for: SignIn, editor: User) -> None:
    client = client_for(editor)
    assert client.get("/cms/login/?next=/cms/account/").headers["Location"] == "/cms/account/"
    assert client.get("/cms/login/?next=https://evil.example/").headers["Location"] == "/cms/"


def test_the_account_page_of_the_cms_changes_neither_address_nor_password(client_for: SignIn, editor: User) -> None:
    page = client_for(editor).get("/cms/account/").content.decode()
    assert 'type="password"' not in page
    assert 'type="email"' not in page


def test_no_api_of_wagtail_is_mounted() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("wagtailapi:pages:listing")
    assert not [pattern for pattern in get_resolver().url_patterns if "api" in str(pattern.pattern)]
