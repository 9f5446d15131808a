"""The pages that strangers may open, and the lessons whose titles they may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
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

    @cached_property
    def courses(self) -> tuple[CoursePage, ...]:
        """The open courses, read once."""
        return tuple(self.of(CoursePage))

    @cached_property
    def modules(self) -> tuple[tuple[CoursePage, ModulePage], ...]:
        """The modules that stand on the page of an open course, with that course, read once."""
        courses = {course.path: course for course in self.courses}
        pairs = ((courses.get(module.path[: -ModulePage.steplen]), module) for module in self.of(ModulePage))
        return tuple((course, module) for course, module in pairs if course is not None)

    @cached_property
    def lessons(self) -> dict[int, LessonLink]:
        """The lessons of those modules by primary key of their page, read once and without their bodies."""
        modules = {module.path for _, module in self.modules}
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
