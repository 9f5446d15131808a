"""What open sittings take up, minute by minute, and circuits that were planned as one."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.models import Programme
from exams.models.practicals import Sitting


class OccupiedMinute(models.Model):
    """One minute in which an open sitting takes up a person, a room or a device.

    Written in the transaction that plans the sitting, removed in the one that signs or cancels it.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="occupied_minutes")
    resource = models.CharField(max_length=400, help_text="See exams.rules.occupancy.resources_of.")
    minute = models.PositiveIntegerField(help_text="Minutes since 1970, UTC.")

    class Meta:
        """Nobody and nothing is booked twice, whatever plans and whenever."""

        constraints = [models.UniqueConstraint(fields=["resource", "minute"], name="exams_no_double_booking")]

    def __str__(self) -> str:
        return f"{self.resource} at {self.minute}"


class Circuit(models.Model):
    """A circuit of stations whose sittings were planned in one act."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    sittings = models.ManyToManyField(Sitting, related_name="circuits")
    place = models.CharField(max_length=120)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    nonce = models.UUIDField(unique=True, help_text="Of the plan that was shown; it becomes sittings once.")
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """It ends after it begins."""

        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("begins_at")), name="exams_circuit_times"),
        ]

    def __str__(self) -> str:
        return f"circuit {self.pk}"
