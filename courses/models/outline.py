"""The live modules and lessons of a programme, read from its pages."""

from django.db.models import F

from content.models.pages import address_of
from courses.models.pages import CoursePage, LessonPage, ModulePage
from courses.models.programmes import Programme
from courses.rules.progress import LessonFacts, ModuleFacts


def outline_of(programme: Programme) -> tuple[ModuleFacts, ...]:
    """Return the modules of a programme in order, three queries whatever its size; empty without a live course page."""
    root = CoursePage.objects.live().filter(programme=programme).values_list("path", flat=True).first()
    return outline_under(root) if root else ()


def outline_under(root: str) -> tuple[ModuleFacts, ...]:
    """Return the modules beneath the course page at the tree path `root`, in two queries.

    A lesson counts when it and its module are live.
    """
    modules = ModulePage.objects.live().filter(path__startswith=root).order_by("path")
    lessons = _lessons_by_module(root)
    columns = modules.values_list("path", "code", "title", "url_path", "prerequisites", "summary", "content_areas")
    return tuple(
        ModuleFacts(
            code=code,
            title=title,
            address=address_of(url_path),
            prerequisites=tuple(prerequisites),
            lessons=tuple(lessons.get(path, ())),
            summary=summary,
            content_areas=tuple(content_areas),
        )
        for path, code, title, url_path, prerequisites, summary, content_areas in columns
    )


def _lessons_by_module(root: str) -> dict[str, list[LessonFacts]]:
    found: dict[str, list[LessonFacts]] = {}
    rows = LessonPage.objects.live().filter(path__startswith=root).order_by("path")
    for path, page_id, revision, code, title, minutes, url_path in rows.values_list(
        "path", "pk", F("live_revision_id"), "code", "title", "minutes", "url_path"
    ):
        facts = LessonFacts(code, title, minutes, address_of(url_path), page_id, revision)
        found.setdefault(path[: -LessonPage.steplen], []).append(facts)
    return found
