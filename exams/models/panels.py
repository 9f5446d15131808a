"""Where a cut comes from: panels of judges, their rounds and ratings, and what the board adopted.

Rows are added, never changed; a round moves once, when it is closed.
"""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.models.analyses import FormAnalysis
from exams.models.blueprints import Blueprint
from exams.models.exam_forms import ExamForm
from lms.accounts.models import User
from lms.accounts.permissions import Scope
from lms.approvals.models import Proposal


class PanelMethod(models.TextChoices):
    """How the judges go about it."""

    ANGOFF = "angoff", "Modified Angoff"
    EBEL = "ebel", "Ebel"
    HOFSTEE = "hofstee", "Hofstee"
    BEUK = "beuk", "Beuk"

    @property
    def judges_items(self) -> bool:
        """Whether judges look at item by item; otherwise they judge the whole form."""
        return self in (PanelMethod.ANGOFF, PanelMethod.EBEL)

    @property
    def uses_scores(self) -> bool:
        """Whether the scores of candidates have a say in the cut."""
        return not self.judges_items

    @property
    def fewest_rounds(self) -> int:
        """Rounds before a cut may be adopted; modified Angoff has at least two (exams.md 4.3)."""
        return 2 if self is PanelMethod.ANGOFF else 1


class StandardSettingPanelQuerySet(models.QuerySet["StandardSettingPanel"]):
    """Named reads of panels."""

    def visible_to(self, person: User, scope: Scope) -> "StandardSettingPanelQuerySet":
        """Narrow to the panels that a person is a judge of, or all."""
        return self if scope is Scope.ALL else self.filter(judges__person=person)


class StandardSettingPanel(models.Model):
    """People who judge what somebody just good enough can do, by one method; on one locked form."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.ForeignKey(ExamForm, on_delete=models.PROTECT, related_name="panels")
    method = models.CharField(max_length=8, choices=PanelMethod.choices, default=PanelMethod.ANGOFF)
    borderline = models.TextField(help_text="Who is just good enough, in the words that all judges work from.")
    places: "models.JSONField[Any, Any]" = models.JSONField(help_text="Places of the items that count, in order.")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)

    objects = StandardSettingPanelQuerySet.as_manager()

    class Meta:
        """Newest first."""

        ordering = ["-opened_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(borderline=""), name="exams_panel_says_who")]

    def __str__(self) -> str:
        return f"panel on {self.form_id} from {self.opened_at:%Y-%m-%d}"

    @property
    def way(self) -> PanelMethod:
        """The method with what it asks for."""
        return PanelMethod(self.method)


class PanelJudge(models.Model):
    """One person who judges; what they bring along, and how they were trained for it."""

    panel = models.ForeignKey(StandardSettingPanel, on_delete=models.PROTECT, related_name="judges")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    background = models.CharField(max_length=200, help_text="Why this person can judge: profession, years, setting.")
    training = models.CharField(max_length=500, help_text="How and when they were trained in the method.")
    named_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order of naming; one seat per person."""

        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "person"], name="exams_judge_once"),
            models.CheckConstraint(condition=~Q(background="") & ~Q(training=""), name="exams_judge_is_described"),
        ]

    def __str__(self) -> str:
        return f"judge {self.person_id} of {self.panel_id}"


class PanelRound(models.Model):
    """One round of ratings, given alone. Frozen in the database once it is closed; then everybody sees the spread."""

    panel = models.ForeignKey(StandardSettingPanel, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    shown = models.ForeignKey(
        FormAnalysis,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The analysis whose p the judges saw in this round; empty when they saw none.",
    )
    scores: "models.JSONField[Any, Any]" = models.JSONField(
        null=True,
        blank=True,
        help_text="Hofstee, Beuk: persons by points and the most points, as results stood when it was closed.",
    )
    note = models.TextField(blank=True, help_text="What was discussed before it.")
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Rounds are numbered; one is open at a time; somebody closed it."""

        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "number"], name="exams_round_number"),
            models.UniqueConstraint(fields=["panel"], condition=Q(closed_at__isnull=True), name="exams_round_open"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="exams_round_closed_by",
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.number} of {self.panel_id}"

    @property
    def is_open(self) -> bool:
        """Whether judges may still rate."""
        return self.closed_at is None


class PanelRating(models.Model):
    """What one judge said of one item: of 100 borderline candidates, so many answer it right.

    Each change is a row of its own; the highest `seq` counts. 0 is the value carried over from the round before.
    A closed round takes no more of them.
    """

    round = models.ForeignKey(PanelRound, on_delete=models.PROTECT, related_name="ratings")
    judge = models.ForeignKey(PanelJudge, on_delete=models.PROTECT, related_name="ratings")
    position = models.PositiveSmallIntegerField()
    seq = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField()
    rated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Changes are numbered; a share is a share."""

        ordering = ["round", "judge", "position", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["round", "judge", "position", "seq"], name="exams_panelrating_seq"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="exams_panelrating_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} for {self.position} by {self.judge_id}"


class PanelAnswer(models.Model):
    """What one judge said where no share of an item is asked: a cell of Ebel, a limit of Hofstee, a wish of Beuk.

    `about` and `value` are those of `exams.rules.psychometrics.standard_setting.answers`. Numbered and closed as
    ratings are.
    """

    round = models.ForeignKey(PanelRound, on_delete=models.PROTECT, related_name="answers")
    judge = models.ForeignKey(PanelJudge, on_delete=models.PROTECT, related_name="answers")
    about = models.CharField(max_length=32)
    seq = models.PositiveIntegerField()
    value = models.CharField(max_length=24)
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Changes are numbered; nobody says nothing."""

        ordering = ["round", "judge", "about", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["round", "judge", "about", "seq"], name="exams_panelanswer_seq"),
            models.CheckConstraint(condition=~Q(about="") & ~Q(value=""), name="exams_panelanswer_says"),
        ]

    def __str__(self) -> str:
        return f"{self.value} for {self.about} by {self.judge_id}"


class CutAdoption(models.Model):
    """The cut that the board made of a panel's, with its reason. It made the next version of the blueprint.

    `steps` is how many standard errors of the judges the board went up or down from what the panel recommends; None
    when it chose another value.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    panel = models.OneToOneField(StandardSettingPanel, on_delete=models.PROTECT, related_name="adoption")
    round = models.ForeignKey(PanelRound, on_delete=models.PROTECT, related_name="+")
    recommended = models.DecimalField(max_digits=9, decimal_places=4, help_text="Points, by the last round.")
    error = models.DecimalField(
        max_digits=9,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Standard error of the judges, points; empty where the method has none.",
    )
    steps = models.SmallIntegerField(null=True, blank=True)
    cut_raw = models.DecimalField(max_digits=7, decimal_places=2, help_text="Points at or above which one passes.")
    reason = models.TextField(help_text="Of the board.")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="+")
    replaced = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="+")
    made = models.OneToOneField(Blueprint, on_delete=models.PROTECT, related_name="adoption")
    adopted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A panel's cut is adopted once."""

        constraints = [models.CheckConstraint(condition=Q(cut_raw__gt=0), name="exams_adoption_has_cut")]

    def __str__(self) -> str:
        return f"{self.cut_raw} from {self.panel_id}"
