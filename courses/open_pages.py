"""The pages that strangers may open, and the lessons whose titles they may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.http import Http404, HttpRequest
from wagtail.models import Page, PageViewRestriction, Site

from content.models import BasePage
from content.models.pages import address_of
from courses.models import CoursePage, LessonPage, ModulePage

P = TypeVar("P", bound=BasePage)


@dataclass(frozen=True)
class LessonLink:
    """A live lesson of a live module and course. Its title is public, on the page of the course; its body is not."""

    code: str
    title: str
    address: str


@dataclass(frozen=True)
class OpenPages:
    """The tree of one site without what is unpublished or was closed in the CMS."""

    root: Page
    closed: tuple[str, ...]

    def of(self, model: type[P]) -> Iterator[P]:
        """Yield the open pages of one kind, in the order of the tree, in one query."""
        rows = model._default_manager.live().descendant_of(self.root, inclusive=True).order_by("path")
        return (page for page in rows if self._is_open(page.path))

    def modules(self) -> Iterator[tuple[CoursePage, ModulePage]]:
        """Yield the modules that stand on the page of an open course, in two queries."""
        courses = {course.path: course for course in self.of(CoursePage)}
        for module in self.of(ModulePage):
            course = courses.get(module.path[: -ModulePage.steplen])
            if course is not None:
                yield course, module

    def lessons(self) -> dict[int, LessonLink]:
        """Return the lessons of those modules by primary key of their page, in three queries, without their bodies."""
        modules = {module.path for _, module in self.modules()}
        rows = LessonPage.objects.live().descendant_of(self.root).order_by("path")
        columns = rows.values_list("path", "pk", "code", "title", "url_path")
        return {
            pk: LessonLink(code, title, address_of(url_path))
            for path, pk, code, title, url_path in columns
            if path[: -LessonPage.steplen] in modules and self._is_open(path)
        }

    def _is_open(self, path: str) -> bool:
        return not path.startswith(self.closed)


def open_pages(request: HttpRequest) -> OpenPages:
    """Return the open pages of the site that was asked. Raises `Http404` where there is no site."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    closed = PageViewRestriction.objects.values_list("page__path", flat=True)
    return OpenPages(site.root_page, tuple(closed))
