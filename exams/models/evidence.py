"""Evidence of one exam in one year, packed for those who accredit. What was packed never changes."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.models.exam_forms import Exam
from lms.accounts.models import User


class EvidencePack(models.Model):
    """One archive, asked for by a person and made by a worker. Frozen in the database once it is made.

    The same data give the same bytes, and so the same digest.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exam = models.ForeignKey(Exam, on_delete=models.PROTECT, related_name="evidence_packs")
    year = models.PositiveSmallIntegerField(help_text="In UTC.")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    made_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the archive.")
    size = models.PositiveIntegerField(default=0, help_text="Bytes.")
    files = models.PositiveSmallIntegerField(default=0, help_text="How many the archive holds.")
    storage_name = models.CharField(max_length=255, blank=True)

    class Meta:
        """Newest first; an archive that was made lies somewhere."""

        ordering = ["-asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(made_at__isnull=True, digest="", storage_name="")
                | (Q(made_at__isnull=False) & ~Q(digest="") & ~Q(storage_name="")),
                name="exams_evidence_made",
            )
        ]

    def __str__(self) -> str:
        return f"evidence of {self.exam_id} in {self.year}"
