"""The public pages, and what the organisation's settings change on them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains
from wagtail.models import Page, Site

from content.models import ArticlePage, HomePage, OrganisationSettings, Source
from courses.models import Enrolment, Programme
from tests.factories.courses import make_course

pytestmark = pytest.mark.django_db

COPPER = {"accent_light": "#8a4415", "accent_dark": "#e39a63"}


def organisation(**values: Any) -> OrganisationSettings:
    settings, _ = OrganisationSettings.objects.update_or_create(
        site=Site.objects.get(is_default_site=True), defaults=values
    )
    return settings


def test_the_home_page_offers_the_course_and_the_check(client: Client, programme: Programme) -> None:
    course = make_course(programme)
    page = client.get("/")
    assertContains(page, f'href="{course.address}"')
    assertContains(page, 'action="/verify/"')
    assertContains(page, 'name="number"')


def test_the_home_page_costs_few_queries(
    client: Client, programme: Programme, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    make_course(programme)
    with django_assert_max_num_queries(8):
        client.get("/")


def test_pages_below_the_home_page_are_found_at_any_depth(client: Client) -> None:
    parent = HomePage.objects.get()
    for name in ("one", "two", "three"):
        parent = parent.add_child(instance=ArticlePage(title=f"Article {name}", slug=name, lead="Read this."))
    assertContains(client.get("/one/two/three/"), "Article three")
    assert client.get("/two/three/").status_code == 404
    assertContains(client.get("/"), "Article one")


def test_pages_of_another_tree_are_not_found_here(client: Client) -> None:
    other = Page.objects.get(depth=1).add_child(instance=HomePage(title="Other", slug="other"))
    other.add_child(instance=ArticlePage(title="Elsewhere", slug="elsewhere"))
    assert client.get("/elsewhere/").status_code == 404


def test_name_and_contact_stand_on_every_page(client: Client) -> None:
    organisation(name="Coil Society", contact_email="help@example.org")
    page = client.get("/")
    assertContains(page, "Coil Society")
    assertContains(page, "mailto:help@example.org")


def test_the_organisation_costs_a_query_only_now_and_then(
    client: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    OrganisationSettings.current()
    with django_assert_num_queries(0):
        client.get("/brand.css")


def test_own_colours_come_as_a_style_sheet(client: Client) -> None:
    organisation(**COPPER)
    assertContains(client.get("/"), 'href="/brand.css"')
    sheet = client.get("/brand.css")
    assert sheet["Content-Type"] == "text/css"
    assertContains(sheet, "--accent: light-dark(#8a4415, #e39a63); --accent-ink: light-dark(#ffffff, #14181d);")


def test_without_colours_there_is_no_style_sheet(client: Client) -> None:
    assertNotContains(client.get("/"), "/brand.css")


def test_only_colours_reach_the_style_sheet(client: Client) -> None:
    organisation(accent_light="red;}", accent_dark="#e39a63")
    assert client.get("/brand.css").content == b""


@pytest.mark.parametrize(
    ("colours", "field"),
    [
        ({"accent_light": "#e39a63", "accent_dark": "#e39a63"}, "accent_light"),
        ({"accent_light": "#8a4415", "accent_dark": "#8a4415"}, "accent_dark"),
        ({"accent_light": "copper", "accent_dark": "#e39a63"}, "accent_light"),
        ({"accent_light": "#8a4415", "accent_dark": ""}, "accent_dark"),
    ],
)
def test_colours_that_cannot_be_read_are_refused(colours: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        OrganisationSettings(**colours).clean()
    assert field in refused.value.message_dict


def test_a_signed_in_trainee_finds_the_way_home(enrolment: Enrolment, client: Client) -> None:
    client.force_login(enrolment.person)
    assertContains(client.get("/"), "Go to your home page")


def test_an_article_names_the_source_of_a_fact_in_full(client: Client) -> None:
    source = Source.objects.create(key="x-2000", citation="X and others, 2000.", url="https://example.org/x")
    sources = [{"type": "item", "value": source.pk, "id": "1"}]
    fact = {"type": "fact", "value": {"text": "<p>So it is.</p>", "sources": sources, "certainty": "reported"}}
    HomePage.objects.get().add_child(instance=ArticlePage(title="A", slug="a", body=json.dumps([fact])))
    page = client.get("/a/")
    assertContains(page, '<a href="https://example.org/x" rel="external noreferrer">X and others, 2000.</a>')
    assertContains(page, "Reported, not settled.")
