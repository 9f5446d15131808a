"""What was awarded, the files that show it, and what was taken back. All of it is evidence: added, never changed."""

import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from certificates.models.evidential import Evidential
from certificates.models.suspensions import SuspensionAct, SuspensionEvent
from certificates.rules.numbering import format_number, read_number
from certificates.rules.record import CredentialRecord
from certificates.rules.validity import Status, status_of
from courses.models import Enrolment
from lms.accounts.models import User
from lms.accounts.permissions import Scope


class Kind(models.TextChoices):
    """What kind of credential it is. The first says what was completed; it is not a licence to practise."""

    COMPLETION = "completion_certificate", "Certificate of completion"


class CredentialQuerySet(models.QuerySet["Credential"]):
    """Named reads of credentials."""

    def visible_to(self, person: User, scope: Scope) -> "CredentialQuerySet":
        """Narrow to what a person may see: all, or those earned by the person."""
        return self if scope is Scope.ALL else self.filter(enrolment__person=person)

    def with_standing(self) -> "CredentialQuerySet":
        """Read along what decides about the status: revocation, the newer edition, and the last suspension event."""
        newer = _newer_than(OuterRef("enrolment"), OuterRef("kind"), OuterRef("edition"))
        return self.select_related("revocation").annotate(
            successor_at=Subquery(newer.values("issued_at")[:1]),
            last_act=_last_act(),
        )

    def newest_editions(self) -> "CredentialQuerySet":
        """Narrow to those that were not replaced by a newer edition."""
        return self.exclude(Exists(_newer_than(OuterRef("enrolment"), OuterRef("kind"), OuterRef("edition"))))

    def replaced(self, *, before: datetime | None = None) -> "CredentialQuerySet":
        """Narrow to those that were replaced by a newer edition, or were so before a moment."""
        newer = _newer_than(OuterRef("enrolment"), OuterRef("kind"), OuterRef("edition"))
        return self.filter(Exists(newer.filter(issued_at__lt=before) if before else newer))

    def standing(self) -> "CredentialQuerySet":
        """Narrow to those that were neither revoked nor replaced; they may be suspended or have ended."""
        return self.newest_editions().filter(revocation__isnull=True)

    def suspended(self) -> "CredentialQuerySet":
        """Narrow to those whose last suspension event suspends them, whatever else happened to them."""
        return self.alias(act=_last_act()).filter(act=SuspensionAct.SUSPENDED)

    def matching(self, text: str) -> "CredentialQuerySet":
        """Find by number, by a part of the name on the certificate, or by the holder's address."""
        words = text.strip()
        if bare := read_number(words):
            return self.filter(number=bare)
        return self.filter(Q(holder_name__icontains=words) | Q(enrolment__person__email__iexact=words))


def _last_act() -> Subquery:
    events = SuspensionEvent.objects.filter(credential=OuterRef("pk")).order_by("-number")
    return Subquery(events.values("act")[:1])


def _newer_than(enrolment: Any, kind: Any, edition: Any) -> "CredentialQuerySet":
    """Return the later editions of a credential, the next one first."""
    rows = Credential.objects.filter(enrolment=enrolment, kind=kind, edition__gt=edition)
    return rows.order_by("edition")


class Credential(Evidential):
    """An award to one person for one enrolment. Its status is computed, never stored.

    Issued again, with another name, it is a new row with the next edition: that row is what supersedes the one before.
    So at most one of a kind is in force for an enrolment, the newest edition.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=32, choices=Kind.choices)
    edition = models.PositiveSmallIntegerField(
        default=1, help_text="1 is the award; later ones replace the one before."
    )
    number = models.CharField(max_length=17, unique=True, help_text="Bare: without prefix and dashes.")
    holder_name = models.CharField(max_length=120, help_text="The name at the time of the award.")
    programme_title = models.CharField(max_length=200)
    curriculum_version = models.CharField(max_length=16)
    issued_at = models.DateTimeField(default=timezone.now, db_index=True)
    awarded_on = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    record = models.BinaryField(help_text="Canonical JSON (RFC 8785) of all that the certificate states.")
    record_sha256 = models.CharField(max_length=64)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        """One credential of a kind per enrolment and edition."""

        constraints = [
            models.UniqueConstraint(fields=["enrolment", "kind", "edition"], name="certificates_one_per_edition"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="certificates_editions_count_from_one"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("awarded_on")),
                name="certificates_ends_after_award",
            ),
        ]

    def __str__(self) -> str:
        return self.public_number

    @property
    def public_number(self) -> str:
        """The number with prefix and dashes."""
        return format_number(self.number)

    @property
    def statement(self) -> CredentialRecord:
        """What the certificate states, read from the record."""
        return CredentialRecord.from_bytes(bytes(self.record))

    @property
    def revoked(self) -> "Revocation | None":
        """The revocation, if there is one; reads it unless the query selected it."""
        try:
            return self.revocation
        except ObjectDoesNotExist:
            return None

    @property
    def suspension(self) -> SuspensionEvent | None:
        """The event that keeps it out of force now, if there is one; no query where `with_standing` told that."""
        if getattr(self, "last_act", SuspensionAct.SUSPENDED) != SuspensionAct.SUSPENDED:
            return None
        newest = self.suspension_events.order_by("-number").first()
        return newest if newest and newest.act == SuspensionAct.SUSPENDED else None

    @property
    def newer_editions(self) -> CredentialQuerySet:
        """The editions that came after this one, the next one first."""
        return _newer_than(self.enrolment_id, self.kind, self.edition)

    @property
    def replaced_at(self) -> datetime | None:
        """When a newer edition took its place; no query where `with_standing` told that."""
        if "successor_at" in self.__dict__:
            found: datetime | None = self.__dict__["successor_at"]
            return found
        return self.newer_editions.values_list("issued_at", flat=True).first()

    @property
    def first_issued_at(self) -> datetime:
        """The moment of the award, which every later edition keeps."""
        if self.edition == 1:
            return self.issued_at
        first = Credential.objects.filter(enrolment=self.enrolment_id, kind=self.kind).order_by("edition")
        return first.values_list("issued_at", flat=True)[0]

    def status_at(self, now: datetime) -> Status:
        """Return the status at an aware moment; days are counted in the site's zone."""
        revocation, suspension = self.revoked, self.suspension
        return status_of(
            awarded_on=self.awarded_on,
            valid_until=self.valid_until,
            revoked_at=revocation.revoked_at if revocation else None,
            replaced_at=self.replaced_at,
            suspended_at=suspension.happened_at if suspension else None,
            now=timezone.localtime(now, timezone.get_default_timezone()),
        )


class IssuerKey(Evidential):
    """The public half of a key that signed certificates. The private half never comes near the database."""

    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the certificate.")
    label = models.CharField(max_length=200, help_text="The subject of the certificate.")
    certificate_pem = models.TextField()
    is_development = models.BooleanField()
    first_used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.label} ({self.fingerprint[:12]})"


class CertificateFile(Evidential):
    """One signed PDF of a credential. The file can be made again as a new version; the credential cannot."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="files")
    version = models.PositiveSmallIntegerField(default=1)
    storage_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField(help_text="Bytes.")
    key = models.ForeignKey(IssuerKey, on_delete=models.PROTECT, related_name="files")
    signature_level = models.CharField(max_length=16, help_text="PAdES level that was reached, such as B-B.")
    template_version = models.CharField(max_length=16)
    stored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The first file stored for a version stays the only one."""

        constraints = [
            models.UniqueConstraint(fields=["credential", "version"], name="certificates_one_file_per_version")
        ]

    def __str__(self) -> str:
        return f"file {self.version} of {self.credential_id}"


class Revocation(Evidential):
    """A credential was taken back. It cannot be given back: a new award is a new credential."""

    class Reason(models.TextChoices):
        """Why, in the register's words."""

        ISSUED_IN_ERROR = "issued_in_error", "Issued in error"
        ASSESSMENT_VOID = "assessment_void", "An assessment was declared void"
        MISCONDUCT = "misconduct", "Misconduct was established"
        HOLDER_REQUEST = "holder_request", "The holder asked for it"

    credential = models.OneToOneField(Credential, on_delete=models.PROTECT, related_name="revocation")
    reason = models.CharField(max_length=32, choices=Reason.choices)
    public_text = models.CharField(max_length=300, help_text="Shown to everybody who checks the certificate.")
    private_note = models.TextField(blank=True, help_text="For the register only.")
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A reason that people can read is required."""

        constraints = [
            models.CheckConstraint(condition=~Q(public_text=""), name="certificates_revocation_has_text"),
        ]

    def __str__(self) -> str:
        return f"revocation of {self.credential_id}"


class Doubt(models.Model):
    """An assessment beneath a credential was put in doubt, and a registrar decides what follows.

    Nothing is revoked by itself: the credential stays as it is until a registrar revokes it, or decides here that it
    stays. Frozen in the database once that is decided.
    """

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="doubts")
    reason = models.TextField(help_text="What happened to the assessment.")
    raised_at = models.DateTimeField(default=timezone.now)
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kept_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="Why the credential stays.")

    class Meta:
        """One open doubt for one credential and cause; a decision has a person and a reason."""

        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "reason"], condition=Q(kept_at__isnull=True), name="certificates_one_open_doubt"
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True, kept_by__isnull=True, note="")
                | (Q(kept_at__isnull=False, kept_by__isnull=False) & ~Q(note="")),
                name="certificates_doubt_decision_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"doubt about {self.credential_id}"
