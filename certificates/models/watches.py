"""Who asked to be told when a certificate changes: an address, and no account."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from certificates.models.credentials import Credential


class Watch(models.Model):
    """An address that is told of one credential, once its owner confirmed that. The address goes with the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="watches")
    email = models.EmailField(max_length=254, help_text="In lower case.")
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """An address watches a credential once; it is confirmed after it was asked for."""

        constraints = [
            models.UniqueConstraint(fields=["credential", "email"], name="certificates_one_watch_per_address"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(confirmed_at__gte=F("asked_at")),
                name="certificates_watch_asked_before_confirmed",
            ),
        ]
        indexes = [models.Index(fields=["email", "asked_at"], name="certificates_watch_address")]

    def __str__(self) -> str:
        return f"watch {self.pk}"
