"""How far a trainee is."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models.programmes import Enrolment


class LessonCompletionQuerySet(models.QuerySet["LessonCompletion"]):
    """Named reads of completions."""

    def open(self) -> "LessonCompletionQuerySet":
        """Return those that were not undone."""
        return self.filter(undone_at__isnull=True)


class LessonCompletion(models.Model):
    """A trainee said: I have done this lesson. Undone rows stay, so that the history can be read."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="lesson_completions")
    lesson_code = models.CharField(max_length=12)
    page_revision = models.PositiveBigIntegerField(null=True, help_text="The revision of the page that was read.")
    completed_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = LessonCompletionQuerySet.as_manager()

    class Meta:
        """One open completion for each lesson."""

        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_code"],
                condition=Q(undone_at__isnull=True),
                name="courses_one_open_completion",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("completed_at")),
                name="courses_undone_after_completed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_code} of {self.enrolment_id}"


class Bookmark(models.Model):
    """The lesson that a trainee opened last, for Continue. A convenience, not evidence: it is overwritten."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, primary_key=True, related_name="bookmark")
    lesson_code = models.CharField(max_length=12)
    opened_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.lesson_code} of {self.enrolment_id}"
