"""What is remembered of the site while pages are served, and what must never be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects
from wagtail.models import PageViewRestriction, Site

from content.models import ArticlePage, HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(db: None) -> ArticlePage:
    """One public article beneath the home page."""
    made: ArticlePage = HomePage.objects.get().add_child(
        instance=ArticlePage(title="Coils", slug="coils", lead="Read this.")
    )
    return made


def restrict(page: Any) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def test_a_page_beneath_costs_three_queries(
    client: Client, article: ArticlePage, django_assert_num_queries: Callable[..., Any]
) -> None:
    client.get("/coils/")
    with django_assert_num_queries(3):  # which page, the page, whether any page is restricted
        client.get("/coils/")


def test_changes_of_pages_show_at_once(client: Client, article: ArticlePage) -> None:
    assertContains(client.get("/coils/"), "Read this.")
    article.lead = "Read that."
    article.save()
    assertContains(client.get("/coils/"), "Read that.")
    article.unpublish()
    assert client.get("/coils/").status_code == 404


def test_changes_of_the_home_page_show_at_once(client: Client, article: ArticlePage) -> None:
    client.get("/coils/")
    HomePage.objects.update(lead="Another beginning.")
    assertContains(client.get("/"), "Another beginning.")


def test_a_restriction_holds_at_once_for_page_children_and_aliases(client: Client, article: ArticlePage) -> None:
    article.add_child(instance=ArticlePage(title="Figure eight", slug="eight"))
    article.create_alias(update_slug="twin", recursive=True)
    addresses = ("/coils/", "/coils/eight/", "/twin/", "/twin/eight/")
    assert [client.get(address).status_code for address in addresses] == [200] * 4
    restrict(article)
    for address in addresses:
        assertRedirects(client.get(address), f"/accounts/login/?next={address}", fetch_redirect_response=False)
    assert client.get("/").status_code == 200


def test_hosts_are_remembered_apart(client: Client, article: ArticlePage, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.example.org"]
    assert client.get("/coils/").status_code == 200
    elsewhere = HomePage.objects.get().get_parent().add_child(instance=ArticlePage(title="Elsewhere", slug="elsewhere"))
    Site.objects.create(hostname="other.example.org", port=80, root_page=elsewhere)
    assert client.get("/coils/", headers={"host": "other.example.org"}).status_code == 404
    assert client.get("/coils/").status_code == 200
