"""Course material becomes rows and pages. Running it twice changes nothing; an editor's work is never overwritten."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.core.files import File
from django.db import transaction
from wagtail.models import Page

from content.models import Figure as FigureRow
from content.models import HomePage, Recording, Source, Term
from content.reader import Course, Lesson, Material, Module
from content.reader import Source as SourceShape
from content.reader import Term as TermShape
from content.reader.shapes import Fact, Figure, Media
from courses.conversion import CONVERSION, Keys, rich_line, stream_of
from courses.models import CoursePage, LessonPage, LessonReview, LoadedPage, ModulePage, Programme

P = TypeVar("P", CoursePage, ModulePage, LessonPage)


@dataclass
class LoadReport:
    """What a run did: names of what was made and changed, and of what was left alone and why."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def did_something(self) -> bool:
        """Say whether anything in the database is different now."""
        return bool(self.created or self.changed)


@transaction.atomic
def load_courses(material: Material) -> LoadReport:
    """Load sources, words, files, programmes and pages of checked material, all or nothing."""
    loader = _Loader(material)
    loader.load_sources()
    loader.load_terms()
    for course in material.courses:
        loader.load_course(course)
    return loader.report


def digest_of(value: Any) -> str:
    """Return a digest of plain values, the same for the same values."""
    text = json.dumps([CONVERSION, value], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class _Loader:
    """One run."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.report = LoadReport()

    def load_sources(self) -> None:
        """Make or change the rows of sources."""
        rows = {row.key: row for row in Source.objects.all()}
        for shape in self.material.sources:
            self._load_source(shape, rows.get(shape.key))

    def _load_source(self, shape: SourceShape, row: Source | None) -> None:
        fields = {"citation": shape.citation, "url": shape.url or "", "read": shape.read}
        digest = digest_of(fields)
        if row is None:
            Source.objects.create(key=shape.key, **fields, loaded_digest=digest)
            self.report.created.append(f"source {shape.key}")
        elif row.loaded_digest == digest:
            self.report.unchanged += 1
        elif row.loaded_digest != digest_of({"citation": row.citation, "url": row.url, "read": row.read}):
            self.report.left.append(f"source {shape.key}: edited in the CMS since the last load")
        else:
            for name, value in {**fields, "loaded_digest": digest}.items():
                setattr(row, name, value)
            row.save()
            self.report.changed.append(f"source {shape.key}")

    def load_terms(self) -> None:
        """Make or change the words of the glossary; a word that left the file stays until an editor deletes it."""
        rows = {row.key: row for row in Term.objects.prefetch_related("sources")}
        for shape in self.material.terms:
            self._load_term(shape, rows.pop(shape.key, None))
        gone = (key for key, row in rows.items() if row.loaded_digest)
        self.report.left += [f"term {key}: no longer in the file, still in the glossary" for key in sorted(gone)]

    def _load_term(self, shape: TermShape, row: Term | None) -> None:
        digest = digest_of(_words_of(shape))
        if row is not None and row.loaded_digest == digest:
            self.report.unchanged += 1
            return
        if row is not None and row.loaded_digest != digest_of(_words_of(row)):
            self.report.left.append(f"term {shape.key}: edited in the CMS since the last load")
            return
        (self.report.changed if row else self.report.created).append(f"term {shape.key}")
        term = row or Term(key=shape.key)
        term.name, term.also, term.definition = shape.term, list(shape.also), shape.definition
        term.lesson_code, term.loaded_digest = shape.lesson or "", digest
        term.save()
        term.sources.set(Source.objects.filter(key__in=shape.sources))

    def load_course(self, course: Course) -> None:
        """Make or change the programme, its files, and its pages."""
        programme = self._programme(course)
        keys = Keys(
            sources=dict(Source.objects.values_list("key", "pk")),
            figures=self._files(course, Figure, FigureRow),
            recordings=self._files(course, Media, Recording),
        )
        page = self._course_page(course, programme)
        modules = [self._module_page(page, module) for module in course.modules]
        self._keep_order(modules)
        for module, module_page in zip(course.modules, modules, strict=True):
            self._keep_order([self._lesson_page(module_page, module, lesson, keys) for lesson in module.lessons])
        self._report_strangers(page, course)

    def _programme(self, course: Course) -> Programme:
        fields = {"title": course.head.title, "curriculum_version": course.head.curriculum_version}
        programme, created = Programme.objects.get_or_create(code=course.head.code, defaults=fields)
        if created:
            self.report.created.append(f"programme {programme.code}")
        elif any(getattr(programme, name) != value for name, value in fields.items()):
            Programme.objects.filter(pk=programme.pk).update(**fields)
            programme.refresh_from_db()
            self.report.changed.append(f"programme {programme.code}")
        return programme

    def _files(self, course: Course, shape: type[Figure | Media], model: type[FigureRow | Recording]) -> dict[str, int]:
        """Store the files that lessons show, each once; return the primary keys of their rows."""
        rows: dict[str, Any] = {row.key: row for row in model._default_manager.all()}
        for key in sorted(set(_files_of(course, shape))):
            path = self.material.root / key
            row = rows.get(key) or model(key=key)
            if row.digest == hashlib.sha256(path.read_bytes()).hexdigest():
                self.report.unchanged += 1
                continue
            self.report.changed.append(f"file {key}") if row.pk else self.report.created.append(f"file {key}")
            _store(row, path)
            rows[key] = row
        return {key: row.pk for key, row in rows.items()}

    def _course_page(self, course: Course, programme: Programme) -> CoursePage:
        fields = {
            "title": course.head.title,
            "programme": programme,
            "summary": rich_line(course.head.summary),
            "search_description": course.head.summary[:300],
        }
        page = CoursePage.objects.filter(programme=programme).first()
        page = page or CoursePage(slug=course.head.code, show_in_menus=True)
        file = f"{course.folder}/course.yaml"
        digest = digest_of(course.head.model_dump())
        return self._page(page, fields, file=file, digest=digest, parent=HomePage.objects.get())

    def _module_page(self, parent: CoursePage, module: Module) -> ModulePage:
        head = module.head
        fields = {
            "title": head.title,
            "code": head.code,
            "area": head.area,
            "content_areas": list(head.content_areas),
            "summary": rich_line(head.summary),
            "objectives": list(head.objectives),
            "prerequisites": list(head.prerequisites),
            "verified_on": head.verified_on,
            "review_by": head.review_by,
        }
        page = ModulePage.objects.child_of(parent).filter(code=head.code).first()
        page = page or ModulePage(slug=module.folder.rpartition("/")[2])
        digest = digest_of(head.model_dump())
        return self._page(page, fields, file=f"{module.folder}/module.yaml", digest=digest, parent=parent)

    def _lesson_page(self, parent: ModulePage, module: Module, lesson: Lesson, keys: Keys) -> LessonPage:
        head = lesson.head
        fields = {
            "title": head.title,
            "code": head.code,
            "minutes": head.minutes,
            "verified_on": head.verified_on,
            "review_by": head.review_by,
            "authors": list(head.authors),
            "sources": [keys.sources[key] for key in _source_keys(lesson)],
        }
        page = LessonPage.objects.child_of(parent).filter(code=head.code).first() or LessonPage(slug=lesson.slug)
        digest = digest_of((self.material.root / lesson.file).read_text(encoding="utf-8"))
        if not self._is_current(page, digest):
            fields["body"] = json.dumps(stream_of(lesson, keys, module.folder))
        before = page.latest_revision_id
        page = self._page(page, fields, file=lesson.file, digest=digest, parent=parent)
        if page.latest_revision_id != before:
            self._keep_reviews(page, lesson)
        return page

    def _keep_reviews(self, page: LessonPage, lesson: Lesson) -> None:
        """Store the reviews that the file names, for the revision that was just made of it."""
        LessonReview.objects.bulk_create(
            LessonReview(lesson_code=page.code, page_revision=page.live_revision_id, **review.model_dump())
            for review in lesson.head.reviews
        )

    def _is_current(self, page: Page, digest: str) -> bool:
        return bool(page.pk) and LoadedPage.objects.filter(page_id=page.pk, digest=digest).exists()

    def _page(self, page: P, fields: dict[str, Any], *, file: str, digest: str, parent: Page) -> P:
        """Make or change one page and publish it, unless it is as loaded or somebody edited it."""
        loaded = LoadedPage.objects.filter(page_id=page.pk).first() if page.pk else None
        if page.pk and (loaded is None or loaded.revision != page.latest_revision_id):
            self.report.left.append(f"{file}: edited in the CMS since the last load")
            return page
        if loaded is not None and loaded.digest == digest:
            self.report.unchanged += 1
            return page
        # The sources of a lesson are a relation, which needs a row to hang on.
        relations = {name: fields.pop(name) for name in {"sources"} & fields.keys()}
        for name, value in fields.items():
            setattr(page, name, value)
        (self.report.changed if page.pk else self.report.created).append(file)
        if not page.pk:
            parent.add_child(instance=page)
        for name, value in relations.items():
            setattr(page, name, value)
        revision = page.save_revision()
        revision.publish()
        made = {"file": file, "digest": digest, "revision": revision.pk}
        LoadedPage.objects.update_or_create(page_id=page.pk, defaults=made)
        page.refresh_from_db()
        return page

    def _keep_order(self, pages: list[Any]) -> None:
        """Bring sibling pages into the order of the material."""
        paths = list(
            Page.objects.filter(pk__in=[page.pk for page in pages]).order_by("path").values_list("pk", flat=True)
        )
        if paths == [page.pk for page in pages]:
            return
        for page, after in zip(pages[1:], pages, strict=False):
            Page.objects.get(pk=page.pk).move(Page.objects.get(pk=after.pk), pos="right")
        for page in pages:
            page.refresh_from_db()

    def _report_strangers(self, page: CoursePage, course: Course) -> None:
        """Name loaded lessons whose file is gone; taking a page off the site is an editor's decision."""
        files = {lesson.file for module in course.modules for lesson in module.lessons}
        for loaded in LoadedPage.objects.filter(page__path__startswith=page.path, file__endswith=".md"):
            if loaded.file not in files:
                self.report.left.append(f"{loaded.file}: the file is gone, its page is still there")


def _words_of(term: TermShape | Term) -> list[Any]:
    """Return what a term says, the same whether it stands in the file or in the database."""
    if isinstance(term, Term):
        sources = [source.key for source in term.sources.all()]
        return [term.name, list(term.also), term.definition, sorted(sources), term.lesson_code]
    return [term.term, list(term.also), term.definition, sorted(set(term.sources)), term.lesson or ""]


def _files_of(course: Course, shape: type[Figure | Media]) -> Iterator[str]:
    for module in course.modules:
        for lesson in module.lessons:
            for block in lesson.blocks:
                if isinstance(block.value, shape):
                    yield f"{module.folder}/{block.value.file}"


def _source_keys(lesson: Lesson) -> list[str]:
    """Return the keys of all sources of a lesson: those of the whole, then those of its facts, each once."""
    keys = list(lesson.head.sources)
    for block in lesson.blocks:
        if isinstance(block.value, Fact):
            keys += block.value.sources
    return list(dict.fromkeys(keys))


def _store(row: Any, path: Path) -> None:
    with path.open("rb") as stream:
        row.file = File(stream, name=f"{path.parent.parent.name}-{path.name}")
        row.save()
