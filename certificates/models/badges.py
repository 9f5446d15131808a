"""Badges, the keys that signed them, and the lists that say which were taken back."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from certificates.models.credentials import Credential
from certificates.models.evidential import Evidential
from certificates.rules.badges.status_list import LENGTH, Purpose


class BadgeKey(Evidential):
    """The public half of a key that signed badges. The private half never comes near the database."""

    multikey = models.CharField(max_length=64, unique=True, help_text="The public key as multibase text.")
    label = models.CharField(max_length=200, help_text="The subject of the certificate beside the key.")
    is_development = models.BooleanField()
    first_used_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.label} ({self.multikey[:12]})"


class Badge(Evidential):
    """The Open Badge of a credential: signed once, with its place in the status lists, the same bytes for ever."""

    credential = models.OneToOneField(Credential, on_delete=models.PROTECT, related_name="badge")
    content = models.BinaryField(help_text="The signed credential as canonical JSON (RFC 8785).")
    sha256 = models.CharField(max_length=64, unique=True)
    key = models.ForeignKey(BadgeKey, on_delete=models.PROTECT, related_name="badges")
    status_list = models.PositiveIntegerField(help_text="Number of the list that holds its bits.")
    status_index = models.PositiveIntegerField(help_text="Place in the list, drawn at random.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Each place of a list belongs to one badge."""

        constraints = [
            models.UniqueConstraint(fields=["status_list", "status_index"], name="certificates_one_badge_per_place"),
            models.CheckConstraint(
                condition=Q(status_list__gte=1, status_index__lt=LENGTH), name="certificates_badge_place_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"badge of {self.credential_id}"


class StatusList(models.Model):
    """A signed status list as it is served now. It is made again from the register; it is no evidence itself."""

    purpose = models.CharField(max_length=16, choices=[(purpose.value, purpose.value) for purpose in Purpose])
    number = models.PositiveIntegerField()
    content = models.BinaryField(help_text="The signed list as canonical JSON (RFC 8785).")
    key = models.ForeignKey(BadgeKey, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        """One list of a number for each purpose."""

        constraints = [
            models.UniqueConstraint(fields=["purpose", "number"], name="certificates_one_status_list"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} list {self.number}"
