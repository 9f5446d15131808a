"""Who reviewed a lesson. Rows are evidence: added, never changed."""

from collections.abc import Iterable

from django.db import models
from django.utils import timezone

from content.rules.reviews import ReviewerRole, ReviewFacts, ReviewScope
from lms.accounts.models import User


class LessonReviewQuerySet(models.QuerySet["LessonReview"]):
    """Named reads of reviews."""

    def facts_by_revision(self, revisions: Iterable[int | None]) -> dict[int, list[ReviewFacts]]:
        """Return the reviews of these revisions, oldest first, in one query."""
        found: dict[int, list[ReviewFacts]] = {}
        rows = self.filter(page_revision__in=[number for number in revisions if number is not None])
        for row in rows.order_by("reviewed_on", "pk"):
            found.setdefault(row.page_revision, []).append(row.facts)
        return found


class LessonReview(models.Model):
    """One person reviewed one revision of one lesson; an edited lesson starts without reviews.

    Reviews named in the lesson's file have no account behind them.
    """

    lesson_code = models.CharField(max_length=12)
    page_revision = models.PositiveBigIntegerField(db_index=True)
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200, help_text="As it was when the review was made.")
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in ReviewerRole])
    scope = models.CharField(max_length=12, choices=[(scope.value, scope.value) for scope in ReviewScope])
    reviewed_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = LessonReviewQuerySet.as_manager()

    class Meta:
        """Only physicians review what is medically right; a person reviews a revision once a day for each scope."""

        constraints = [
            models.CheckConstraint(
                condition=~models.Q(scope="medical") | models.Q(role="physician"),
                name="courses_medical_review_by_physician",
            ),
            models.UniqueConstraint(
                fields=["page_revision", "name", "scope", "reviewed_on"], name="courses_lessonreview_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_code} at revision {self.page_revision} by {self.name}"

    @property
    def facts(self) -> ReviewFacts:
        """The review as the rules see it."""
        return ReviewFacts(self.name, self.role, self.scope, self.reviewed_on)
