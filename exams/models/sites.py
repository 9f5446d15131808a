"""Sites of providers where trainees learn on the job, and the assessors approved there."""

import uuid
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from courses.models import Enrolment
from exams.rules.sites import Approval, approved_on


class ProviderSite(models.Model):
    """A provider's clinic where trainees learn on the job (pathway C)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=50, unique=True)
    place = models.CharField(max_length=120, help_text="Address or town.")
    time_zone = models.CharField(max_length=64)
    contact = models.CharField(max_length=200, help_text="Name, and mail or telephone.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """By name."""

        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The clock on the wall there; UTC when the stored zone no longer exists."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo("UTC")


class SiteAssessor(models.Model):
    """An assessor approved for a site, from one day until another. Added, and ended once; never edited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    site = models.ForeignKey(ProviderSite, on_delete=models.PROTECT, related_name="assessors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="site_approvals")
    approved_from = models.DateField()
    approved_until = models.DateField(help_text="Last day.")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True, blank=True, help_text="First day on which it no longer holds.")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Days in order; nobody approves themselves; who ended it is known."""

        ordering = ["person__full_name", "approved_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_until__gte=F("approved_from")), name="exams_site_assessor_days"
            ),
            models.CheckConstraint(condition=~Q(approved_by=F("person")), name="exams_site_assessor_not_own"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_by__isnull=False),
                name="exams_site_assessor_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.site_id}"

    @property
    def facts(self) -> Approval:
        """The approval as the rules know it."""
        return Approval(self.approved_from, self.approved_until, self.ended_on)


class SitePlacement(models.Model):
    """A trainee on the job at a site: whoever assesses or supervises them there is approved for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="placements")
    site = models.ForeignKey(ProviderSite, on_delete=models.PROTECT, related_name="placements")
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        """One site at a time."""

        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(ended_at__isnull=True), name="exams_one_site_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="exams_placement_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} at {self.site_id}"


def placement_of(enrolment: Enrolment) -> SitePlacement | None:
    """Return where a trainee is on the job now and since when, or None; one query."""
    return SitePlacement.objects.filter(enrolment=enrolment, ended_at__isnull=True).select_related("site").first()


def site_of(enrolment: Enrolment) -> ProviderSite | None:
    """Return the site where a trainee is on the job now, or None; one query."""
    placement = placement_of(enrolment)
    return placement.site if placement else None


def approvals_at(site: ProviderSite, people: Collection[int] | None = None) -> dict[int, list[Approval]]:
    """Return the approvals at a site by person, of everybody without `people`; one query."""
    rows = SiteAssessor.objects.filter(site=site)
    found: dict[int, list[Approval]] = defaultdict(list)
    for row in rows if people is None else rows.filter(person__in=people):
        found[row.person_id].append(row.facts)
    return found


def barred_by_site(person: int, days: Mapping[uuid.UUID, date]) -> dict[uuid.UUID, str]:
    """Return, by enrolment, the site where somebody is not approved on the day named; a constant number of queries."""
    placed = SitePlacement.objects.filter(enrolment__in=days, ended_at__isnull=True).select_related("site")
    approvals: dict[uuid.UUID, list[Approval]] = defaultdict(list)
    for row in SiteAssessor.objects.filter(person=person, site__in=[row.site_id for row in placed]):
        approvals[row.site_id].append(row.facts)
    return {
        row.enrolment_id: row.site.name
        for row in placed
        if not approved_on(approvals[row.site_id], days[row.enrolment_id])
    }


def approved_people(site: ProviderSite, day: date) -> set[int]:
    """Return who is approved at a site on a day; one query."""
    return {person for person, approvals in approvals_at(site).items() if approved_on(approvals, day)}
