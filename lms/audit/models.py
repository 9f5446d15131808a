"""Rows of the audit trail."""

from typing import Any, NoReturn

from django.db import models

from lms.audit.rules import GENESIS_HASH, EventFacts, event_hash


class ChainHead(models.Model):
    """The one row that holds the end of the chain; updating it first makes writers wait for each other."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS_HASH)

    class Meta:
        """One row only."""

        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_chainhead_single_row")]

    def __str__(self) -> str:
        return f"chain head at {self.sequence}"


class Event(models.Model):
    """One thing that one person (or the clock) did. Text columns, no foreign keys: nothing can erase its trail."""

    sequence = models.PositiveBigIntegerField(unique=True)
    occurred_at = models.DateTimeField()
    actor = models.CharField(max_length=64, blank=True, help_text="Public id of the person; empty for the system.")
    verb = models.CharField(max_length=64, db_index=True)
    target_type = models.CharField(max_length=64)
    target_id = models.CharField(max_length=64)
    request_id = models.CharField(max_length=64, blank=True)
    data: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Newest last, as in a ledger."""

        ordering = ["sequence"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_event_target")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb} {self.target_type}:{self.target_id}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: events are evidence."""
        raise TypeError("An audit event cannot be deleted.")

    def computed_hash(self) -> str:
        """Compute the hash that this row must carry."""
        return event_hash(
            EventFacts(
                sequence=self.sequence,
                occurred_at=self.occurred_at,
                actor=self.actor,
                verb=self.verb,
                target_type=self.target_type,
                target_id=self.target_id,
                request_id=self.request_id,
                data=self.data,
                previous_hash=self.previous_hash,
            )
        )
