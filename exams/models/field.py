"""Rows of the assessor's work without a network: devices, what each has checked out, and what they sealed."""

import uuid
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.models.practicals import SignOff, Sitting
from exams.rules.practical_record import read_record, short_form
from lms.accounts.models import User

ENROLLED_FOR = timedelta(days=30)


class FieldDeviceQuerySet(models.QuerySet["FieldDevice"]):
    """Named reads of devices."""

    def of(self, person: User) -> "FieldDeviceQuerySet":
        """Narrow to the devices of one person."""
        return self.filter(person=person)


class FieldDevice(models.Model):
    """One browser on one tablet, enrolled by one assessor: its public key verifies what it seals (offline.md 5.2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="field_devices")
    label = models.CharField(max_length=60)
    public_key = models.TextField(unique=True, help_text="P-256, SubjectPublicKeyInfo as base64url.")
    enrolled_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    contact_at = models.DateTimeField(default=timezone.now, help_text="When it last asked for its list.")

    objects = FieldDeviceQuerySet.as_manager()

    class Meta:
        """The newest first."""

        ordering = ["-enrolled_at"]

    def __str__(self) -> str:
        return f"field device {self.id}"

    def is_usable(self, moment: datetime) -> bool:
        """Whether what it seals can be signed without a second look."""
        return self.revoked_at is None and moment < self.expires_at


class CheckoutEnd(models.TextChoices):
    """Why a device no longer holds a sitting."""

    TAKEN_OVER = "taken_over", "taken over by another device"
    RELEASED = "released", "taken back to work online"
    REVOKED = "revoked", "the device was revoked"


class FieldCheckout(models.Model):
    """A sitting is bound to one device; its key is the nonce that the sealed record has to name (offline.md 4.5)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="checkouts")
    device = models.ForeignKey(FieldDevice, on_delete=models.PROTECT, related_name="checkouts")
    issued_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=12, choices=CheckoutEnd.choices, blank=True)
    reason = models.TextField(blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        """One device at a time; an end has a moment and a person."""

        constraints = [
            models.UniqueConstraint(
                fields=["sitting"], condition=Q(ended_at__isnull=True), name="exams_field_checkout_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="", ended_by__isnull=True)
                | Q(ended_at__isnull=False, end__in=CheckoutEnd.values, ended_by__isnull=False),
                name="exams_field_checkout_end",
            ),
        ]

    def __str__(self) -> str:
        return f"checkout {self.id} of sitting {self.sitting_id}"


class SealVerdict(models.TextChoices):
    """What the checks on arrival found; it never changes (offline.md 5.3)."""

    SOUND = "sound", "waits for your signature"
    REPLACED = "replaced", "replaced by a later seal of the same device"
    REVIEW = "review", "waits for the registrar"
    REFUSED = "refused", "refused"


class SealedRecordQuerySet(models.QuerySet["SealedRecord"]):
    """Named reads of sealed records."""

    def with_people(self) -> "SealedRecordQuerySet":
        """Fetch what a page about a sealed record shows."""
        return self.select_related(
            "device",
            "sitting__enrolment__person",
            "sitting__enrolment__programme",
            "sitting__assessor",
            "sitting__rubric_version__rubric",
            "decision__by",
            "signature_row__sign_off",
        )

    def candidates(self, sitting: Sitting) -> "SealedRecordQuerySet":
        """Narrow to what could still become the record of a sitting: neither replaced, refused nor set aside."""
        return self.waiting().filter(sitting=sitting)

    def waiting(self) -> "SealedRecordQuerySet":
        """Narrow to what was neither signed, replaced, refused nor set aside."""
        rows = self.filter(verdict__in=[SealVerdict.SOUND, SealVerdict.REVIEW], sitting__isnull=False)
        return rows.filter(signature_row__isnull=True).exclude(decision__allows=False)

    def to_sign_by(self, person: User) -> "SealedRecordQuerySet":
        """Narrow to what an assessor can sign: sound, or allowed by the registrar."""
        signable = Q(verdict=SealVerdict.SOUND) | Q(decision__allows=True)
        return self.waiting().filter(signable, device__person=person)

    def to_review(self) -> "SealedRecordQuerySet":
        """Narrow to what nobody has decided about."""
        return self.filter(verdict=SealVerdict.REVIEW, decision__isnull=True, signature_row__isnull=True)


class SealedRecord(models.Model):
    """What one device sealed and sent, in the bytes as received, with what the checks found. Added only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    device = models.ForeignKey(FieldDevice, on_delete=models.PROTECT, related_name="seals")
    sitting = models.ForeignKey(
        Sitting, on_delete=models.PROTECT, null=True, related_name="sealed_records", help_text="Empty: unreadable."
    )
    checkout = models.ForeignKey(FieldCheckout, on_delete=models.PROTECT, null=True, related_name="seals")
    number = models.PositiveIntegerField(help_text="Counts the seals of the device from 1.")
    payload = models.BinaryField()
    digest = models.CharField(max_length=64)
    signature = models.TextField(help_text="ECDSA P-256 over SHA-256, r and s as base64url.")
    passkey = models.TextField(blank=True, help_text="The answer of the assessor's passkey, as it came.")
    verdict = models.CharField(max_length=12, choices=SealVerdict.choices)
    code = models.CharField(max_length=24, blank=True)
    sentence = models.TextField(blank=True)
    sealed_at = models.DateTimeField(null=True, help_text="As the device's clock said.")
    received_at = models.DateTimeField()
    receipt = models.TextField(help_text="What the server counter-signed, and its signature.")

    objects = SealedRecordQuerySet.as_manager()

    class Meta:
        """The same seal twice is one row; a number under which something else came is a row of its own."""

        ordering = ["received_at", "number"]
        constraints = [
            models.UniqueConstraint(fields=["device", "number", "digest"], name="exams_sealed_record_once"),
        ]

    def __str__(self) -> str:
        return f"seal {self.number} of field device {self.device_id}"

    @property
    def bytes(self) -> bytes:
        """The payload, whatever type the database driver returns."""
        return bytes(self.payload)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The record, parsed. Raises `ValueError` when the bytes are none."""
        return read_record(self.bytes)

    @property
    def reference(self) -> str:
        """The first digits of the digest in groups of four."""
        return short_form(self.digest)

    @property
    def state(self) -> str:
        """Where it stands now: signed, set_aside, needs_reauth, review, replaced or refused."""
        if hasattr(self, "signature_row"):
            return "signed"
        decision = getattr(self, "decision", None)
        if decision:
            return "needs_reauth" if decision.allows else "set_aside"
        return "needs_reauth" if self.verdict == SealVerdict.SOUND else str(self.verdict)


class SealDecision(models.Model):
    """The registrar decided about a sealed record that waited: it may be signed, or is set aside. Added only."""

    sealed = models.OneToOneField(SealedRecord, on_delete=models.PROTECT, related_name="decision")
    allows = models.BooleanField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Never without a reason."""

        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="exams_seal_decision_reason")]

    def __str__(self) -> str:
        return f"decision about {self.sealed_id}"


class SealSignature(models.Model):
    """A sealed record became the signed record of its sitting. Added only."""

    sealed = models.OneToOneField(SealedRecord, on_delete=models.PROTECT, related_name="signature_row")
    sign_off = models.OneToOneField(SignOff, on_delete=models.PROTECT, related_name="sealed_by")

    def __str__(self) -> str:
        return f"signature of {self.sealed_id}"
