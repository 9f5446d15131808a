"""Who reviewed an item in the product. Rows are evidence: added, never changed."""

from datetime import date

from django.db import models
from django.utils import timezone

from content.rules.reviews import ReviewerRole, ReviewFacts, ReviewScope
from exams.models.items import ItemVersion
from lms.accounts.models import User


class ItemReviewQuerySet(models.QuerySet["ItemReview"]):
    """Named reads of reviews."""

    def medical(self) -> "ItemReviewQuerySet":
        """Return those that physicians made of what is medically right."""
        return self.filter(role=ReviewerRole.PHYSICIAN, scope=ReviewScope.MEDICAL)


class ItemReview(models.Model):
    """One person reviewed one version of an item; the next version starts without reviews."""

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="product_reviews")
    content_hash = models.CharField(max_length=64, help_text="Of the version, as it was shown to the reviewer.")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, help_text="As it was when the review was made.")
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in ReviewerRole])
    scope = models.CharField(max_length=12, choices=[(scope.value, scope.value) for scope in ReviewScope])
    reviewed_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = ItemReviewQuerySet.as_manager()

    class Meta:
        """Only physicians review what is medically right; a person reviews a version once a day for each scope."""

        constraints = [
            models.CheckConstraint(
                condition=~models.Q(scope="medical") | models.Q(role="physician"),
                name="exams_medical_review_by_physician",
            ),
            models.UniqueConstraint(
                fields=["version", "reviewer", "scope", "reviewed_on"], name="exams_itemreview_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} by {self.name} for {self.scope}"

    @property
    def facts(self) -> ReviewFacts:
        """The review as the rules see it."""
        return ReviewFacts(self.name, self.role, self.scope, self.reviewed_on)


def facts_in_file(version: ItemVersion) -> list[ReviewFacts]:
    """Return the reviews that the item's file names."""
    return [
        ReviewFacts(entry["name"], entry["role"], entry["scope"], date.fromisoformat(entry["reviewed_on"]))
        for entry in version.reviews
    ]
