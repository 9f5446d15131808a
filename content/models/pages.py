"""Public pages, and what all pages share."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from content.blocks import ArticleBlocks


class BasePage(Page):
    """A page of ours: found by two small queries, whatever its depth."""

    # Large columns that an answer seldom needs: read when they are asked for.
    unread_when_served: tuple[str, ...] = ()
    # Under which heading the home page lists a page of this kind beneath it; empty for none.
    listed_as = ""

    class Meta:
        """No table of its own."""

        abstract = True

    @property
    def address(self) -> str:
        """The path of the page; our one site begins at the second level of the tree."""
        return address_of(self.url_path)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a descendant by its full path, where Wagtail takes two queries for each level. Raises `Http404`."""
        if not path_components:
            return super().route(request, path_components)
        path = f"{self.url_path}{'/'.join(path_components)}/"
        found = Page.objects.filter(url_path=path, live=True, path__startswith=self.path)
        row = found.values_list("content_type_id", "pk").first()
        if row is None:
            raise Http404
        model = ContentType.objects.get_for_id(row[0]).model_class() or Page
        unread = getattr(model, "unread_when_served", ())
        return RouteResult(model._default_manager.defer(*unread).get(pk=row[1]))

    def get_view_restrictions(self) -> "QuerySet[PageViewRestriction]":
        """Ask for ancestors, as Wagtail does, only when some page of the site is restricted at all."""
        if not PageViewRestriction.objects.exists():
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()


def address_of(url_path: str) -> str:
    """Turn the stored path of a page, "/home/course/", into its address, "/course/"."""
    return f"/{url_path.split('/', 2)[2]}"


class HomePage(BasePage):
    """The start page: what this is, who it is for, and the field to verify a certificate."""

    lead = models.CharField(
        max_length=300,
        default="Learn to deliver transcranial magnetic stimulation safely, prove it in an exam and at the chair, "
        "and hold a certificate that anybody can check.",
    )

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    template = "content/home_page.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the pages directly beneath, by the heading under which they are listed."""
        beneath = self.get_children().live().public().exclude(content_type__model=PrivacyPage._meta.model_name)
        children = list(beneath.specific())
        listed = {name: [page for page in children if page.listed_as == name] for name in ("courses", "articles")}
        return {**super().get_context(request, *args, **kwargs), **listed}


class ArticlePage(BasePage):
    """A public page of text."""

    lead = models.CharField(max_length=300, blank=True)
    body = StreamField(ArticleBlocks(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    template = "content/article_page.html"
    listed_as = "articles"
    parent_page_types = ["content.HomePage", "content.ArticlePage"]
    subpage_types = ["content.ArticlePage"]


class PrivacyPage(BasePage):
    """What is stored about people, for how long, and who sees it. Linked from the foot of every page.

    The text is an editor's to change; whom to ask comes from the organisation's settings, so that it cannot go stale.
    """

    lead = models.CharField(max_length=300, blank=True)
    body = StreamField(ArticleBlocks(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    template = "content/privacy_page.html"
    max_count = 1
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []
