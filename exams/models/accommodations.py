"""Accommodations: what one person gets at every exam, so that it measures knowledge and not something else."""

from datetime import date, datetime
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.rules.accommodations import Adjustments
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Scope


class Ground(models.TextChoices):
    """On what the decision rests. Deliberately coarse: no diagnosis, nothing about health is kept (S-35)."""

    DOCUMENT = "document", "A document was seen and given back"
    EARLIER = "earlier", "Granted before, here or by another examining body"
    LANGUAGE = "language", "The exam is not in the person’s first language"
    OTHER = "other", "Agreed after a conversation"


class AccommodationQuerySet(models.QuerySet["Accommodation"]):
    """Named reads of accommodations."""

    def visible_to(self, person: User, scope: Scope) -> "AccommodationQuerySet":
        """Narrow to what a person may see: own rows, or all."""
        return self if scope is Scope.ALL else self.filter(person=person)

    def standing(self) -> "AccommodationQuerySet":
        """Rows that nobody has ended; their days may still be to come or be over."""
        return self.filter(ended_at__isnull=True)

    def holding(self, day: date) -> "AccommodationQuerySet":
        """Rows that hold on a day of the site's calendar."""
        return self.standing().filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class Accommodation(models.Model):
    """One grant. Rows are added and ended, never edited; another grant is another row."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="accommodations")
    multiplier = models.DecimalField(max_digits=4, decimal_places=2, default=Decimal(1), help_text="Of the base time.")
    extra_minutes = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))
    break_minutes = models.PositiveSmallIntegerField(default=0, help_text="Of breaks in all; the clock stops in them.")
    large_print = models.BooleanField(default=False)
    separate_room = models.BooleanField(default=False)
    reader = models.BooleanField(default=False)
    ground = models.CharField(max_length=12, choices=Ground.choices)
    valid_from = models.DateField(help_text="First day, by the calendar of the site.")
    valid_until = models.DateField(null=True, blank=True, help_text="Last day; empty: until it is ended.")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AccommodationQuerySet.as_manager()

    class Meta:
        """One that stands for each person; never less time; it gives something."""

        ordering = ["-granted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="exams_one_standing_accommodation"
            ),
            models.CheckConstraint(
                condition=Q(multiplier__gte=Decimal(1), multiplier__lte=Decimal(5), extra_minutes__gte=Decimal(0)),
                name="exams_accommodation_never_less_time",
            ),
            models.CheckConstraint(
                condition=Q(multiplier__gt=Decimal(1))
                | Q(extra_minutes__gt=Decimal(0))
                | Q(break_minutes__gt=0)
                | Q(large_print=True)
                | Q(separate_room=True)
                | Q(reader=True),
                name="exams_accommodation_gives_something",
            ),
            models.CheckConstraint(condition=Q(ground__in=Ground.values), name="exams_accommodation_known_ground"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="exams_accommodation_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="exams_accommodation_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"accommodation {self.pk} of {self.person_id}"

    @property
    def adjustments(self) -> Adjustments:
        """What it gives, as the rules see it."""
        return Adjustments(
            multiplier=self.multiplier,
            extra_minutes=self.extra_minutes,
            break_minutes=self.break_minutes,
            large_print=self.large_print,
            separate_room=self.separate_room,
            reader=self.reader,
        )


def adjustments_of(person: User, moment: datetime) -> Adjustments:
    """Return what a person gets at a moment; nothing special without a grant. One query."""
    return adjustments_on(person, site_day(moment))


def adjustments_on(person: User, day: date) -> Adjustments:
    """Return what a person gets on a day of the site's calendar. One query."""
    holding = Accommodation.objects.holding(day).filter(person=person).first()
    return holding.adjustments if holding else Adjustments()
