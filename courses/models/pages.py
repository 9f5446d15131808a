"""Course, module and lesson pages. They hold words; who may read them is decided in courses/wagtail_hooks.py."""

import uuid
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Workflow

from content.blocks import INLINE, LessonBlocks
from content.models import BasePage, Source
from content.rules.reviews import MEDICAL_REVIEW
from courses.models.programmes import Programme

NOTHING = uuid.UUID(int=0)


class CoursePage(BasePage):
    """The public page of a course, and the root of its modules."""

    programme = models.OneToOneField(Programme, on_delete=models.PROTECT, related_name="course_page")
    summary = RichTextField(features=INLINE)

    content_panels = [*Page.content_panels, FieldPanel("programme"), FieldPanel("summary")]
    template = "courses/course_page.html"
    listed_as = "courses"
    parent_page_types = ["content.HomePage"]
    subpage_types = ["courses.ModulePage"]


class ModulePage(BasePage):
    """One module: what it is for, and its lessons beneath it."""

    code = models.CharField(max_length=8, validators=[RegexValidator(r"^M\d{2}\Z", "A code such as M01.")])
    area = models.CharField(max_length=20)
    content_areas: "models.JSONField[Any, Any]" = models.JSONField(default=list, blank=True)
    summary = RichTextField(features=INLINE)
    objectives: "models.JSONField[Any, Any]" = models.JSONField(default=list, blank=True, help_text="One line each.")
    prerequisites: "models.JSONField[Any, Any]" = models.JSONField(default=list, blank=True, help_text="Module codes.")
    verified_on = models.DateField()
    review_by = models.DateField()

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("code"), FieldPanel("area"), FieldPanel("content_areas")], "Place in the course"),
        FieldPanel("summary"),
        FieldPanel("objectives"),
        FieldPanel("prerequisites"),
        MultiFieldPanel([FieldPanel("verified_on"), FieldPanel("review_by")], "Review"),
    ]
    template = "courses/module_page.html"
    parent_page_types = ["courses.CoursePage"]
    subpage_types = ["courses.LessonPage"]


class LessonPage(BasePage):
    """One lesson. `code` never changes: completions are kept by it."""

    code = models.CharField(
        max_length=12, db_index=True, validators=[RegexValidator(r"^M\d{2}-\d{2}\Z", "A code such as M01-01.")]
    )
    minutes = models.PositiveSmallIntegerField(help_text="How long it takes, in minutes.")
    sources = ParentalManyToManyField(Source, blank=True, related_name="+")
    verified_on = models.DateField()
    review_by = models.DateField()
    authors: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, blank=True, help_text="Names from the file of the lesson; nobody of them reviews it."
    )
    body = StreamField(LessonBlocks())

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("code"), FieldPanel("minutes")], "Place in the course"),
        FieldPanel("body"),
        FieldPanel("sources"),
        MultiFieldPanel([FieldPanel("verified_on"), FieldPanel("review_by")], "Review"),
    ]
    template = "courses/lesson_page.html"
    unread_when_served = ("body",)
    parent_page_types = ["courses.ModulePage"]
    subpage_types: list[str] = []
    # Only what Wagtail's own listings need; the body of a lesson never enters an index.
    search_fields = Page.search_fields

    @property
    def block_addresses(self) -> dict[str, str]:
        """Where the blocks of this lesson find files, and send answers to: the beginnings of those addresses."""
        file = reverse("courses:file", kwargs={"digest": NOTHING.hex})
        check = reverse("courses:check_question", kwargs={"code": self.code or "none", "block": NOTHING})
        return {
            "files_address": file.removesuffix(f"{NOTHING.hex}/"),
            "check_address": check.removesuffix(f"{NOTHING}/"),
        }

    def get_workflow(self) -> Workflow | None:
        """Lessons are submitted to the medical review, whatever workflow the pages above them have."""
        return Workflow.objects.active().filter(name=MEDICAL_REVIEW).first()

    def has_workflow(self) -> bool:
        """Say whether the medical review is switched on."""
        return self.get_workflow() is not None

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Let the blocks of a draft find their files."""
        return {**super().get_preview_context(request, mode_name), **self.block_addresses}


class RenderedLesson(models.Model):
    """The body of a lesson as HTML, made once for each revision. Can be thrown away at any time."""

    lesson = models.OneToOneField(LessonPage, on_delete=models.CASCADE, primary_key=True, related_name="rendered")
    revision = models.PositiveBigIntegerField(null=True)
    renderer = models.CharField(max_length=64, help_text="Digest of the templates that made it.")
    html = models.TextField()

    def __str__(self) -> str:
        return f"{self.lesson_id} at revision {self.revision}"


class LoadedPage(models.Model):
    """Which page the loader made from which file, so that it can tell an editor's work from its own."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="+")
    file = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)
    revision = models.PositiveBigIntegerField(help_text="The revision that the loader made.")

    def __str__(self) -> str:
        return self.file
