"""The append-only log of what happened to certificates: its entries, hashes, checkpoints, and the keys that signed."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from certificates.models.credentials import Credential
from certificates.models.evidential import Evidential
from certificates.rules.tlog.entries import LogEvent


class LogKey(Evidential):
    """The public half of a key that signed checkpoints. The private half never comes near the database."""

    verifier = models.CharField(max_length=300, unique=True, help_text="Name, id and public key, as auditors take it.")
    label = models.CharField(max_length=200, help_text="The subject of the certificate beside the key.")
    is_development = models.BooleanField()
    first_used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.verifier


class LogEntry(Evidential):
    """One entry of the log, in its place for good.

    The credential is named for our own pages only and stands in no published byte. There is no constraint behind it:
    should a credential ever have to go, its entries stay, and the log holds.
    """

    index = models.PositiveBigIntegerField(primary_key=True, help_text="Its place, counted from 0.")
    key = models.CharField(max_length=80, unique=True, help_text="What it tells of, so that nothing is entered twice.")
    credential = models.ForeignKey(
        Credential, on_delete=models.DO_NOTHING, db_constraint=False, related_name="log_entries"
    )
    event = models.CharField(max_length=16, choices=[(event.value, event.value) for event in LogEvent])
    content = models.BinaryField(help_text="The entry as it is published and hashed.")
    leaf_hash = models.BinaryField(help_text="RFC 6962 hash of the content.")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order of the log."""

        ordering = ["index"]

    def __str__(self) -> str:
        return f"entry {self.index}"


class TileRoot(Evidential):
    """The hash over a full tile, which is one hash of the level above it."""

    level = models.PositiveSmallIntegerField(help_text="The level that this hash belongs to, from 1 on.")
    index = models.PositiveBigIntegerField(help_text="Its place in that level.")
    hash = models.BinaryField()

    class Meta:
        """One hash per place; entries have level 0, and are not kept here."""

        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="certificates_one_hash_per_place"),
            models.CheckConstraint(condition=Q(level__gte=1), name="certificates_hashes_above_entries"),
        ]

    def __str__(self) -> str:
        return f"hash {self.index} of level {self.level}"


class LogCheckpoint(Evidential):
    """A signed statement of how long the log is and which root its tree has. Each continues exactly one before it."""

    size = models.PositiveBigIntegerField(primary_key=True)
    previous_size = models.PositiveBigIntegerField(unique=True, help_text="0 for the first; two can never continue it.")
    root = models.BinaryField()
    note = models.TextField(help_text="The signed note, as it is published.")
    key = models.ForeignKey(LogKey, on_delete=models.PROTECT, related_name="checkpoints")
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A log only grows."""

        constraints = [
            models.CheckConstraint(condition=Q(size__gt=F("previous_size")), name="certificates_log_grows"),
        ]

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"
