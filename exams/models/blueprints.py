"""Blueprints: how many items of each content area make a form, how long it takes, what passes."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from exams.rules.scaled_score import Scale


class Blueprint(models.Model):
    """One version of a blueprint. Rows are added, never changed: results keep pointing at the one they used."""

    code = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64, help_text="SHA-256 over the material without its version number.")
    title = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField(help_text="Time for one attempt without accommodation.")
    pretest_count = models.PositiveSmallIntegerField(default=0)
    cut_raw = models.DecimalField(max_digits=7, decimal_places=2, help_text="Points at or above which one passes.")
    cut_method = models.CharField(max_length=64)
    cut_note = models.TextField(blank=True, help_text="Markdown: where the number comes from.")
    honour_statement = models.TextField(help_text="Markdown.")
    honour_html = models.TextField()
    allows_published_items = models.BooleanField(
        default=True, help_text="Whether its forms may hold items that anybody can read."
    )
    scale_lowest = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Scaled score of no points.")
    scale_cut = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Scaled score of the cut.")
    scale_highest = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Scaled score of all points.")
    scored_count = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Where areas are ranges; otherwise they add up to it."
    )
    kinds: "models.JSONField[Any, Any]" = models.JSONField(
        default=dict, help_text="Least and most scored items of each kind."
    )
    word_limit = models.PositiveIntegerField(null=True, blank=True, help_text="Words of a whole form.")
    key_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Largest share of single-choice items with their key at one place."
    )
    exposure_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Items that this share of attempts saw stay off new forms."
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Versions are numbered; time, cut and scale are real."""

        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="exams_blueprint_version"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="exams_blueprint_has_time"),
            models.CheckConstraint(condition=models.Q(cut_raw__gt=Decimal(0)), name="exams_blueprint_has_cut"),
            models.CheckConstraint(
                condition=models.Q(scale_lowest__isnull=True, scale_cut__isnull=True, scale_highest__isnull=True)
                | models.Q(scale_cut__gt=models.F("scale_lowest"), scale_highest__gte=models.F("scale_cut")),
                name="exams_blueprint_scale_rises",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} version {self.version}"

    @property
    def cut_is_provisional(self) -> bool:
        """Whether its cut waits for a panel: the method says so."""
        return self.cut_method.strip().casefold() == "provisional"

    @property
    def scale(self) -> Scale | None:
        """The scale of its results, or None when they are told in points."""
        if self.scale_lowest is None or self.scale_cut is None or self.scale_highest is None:
            return None
        return Scale(self.scale_lowest, self.scale_cut, self.scale_highest)


class BlueprintArea(models.Model):
    """How many scored items of one content area a form holds."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="areas")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)
    title = models.CharField(max_length=200)
    scored = models.PositiveSmallIntegerField()
    scored_most = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Only where `scored` is a least.")
    levels: "models.JSONField[Any, Any]" = models.JSONField(
        default=dict, help_text="Least and most scored items of each level."
    )

    class Meta:
        """An area stands once in a blueprint."""

        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["blueprint", "code"], name="exams_area_once")]

    def __str__(self) -> str:
        return f"{self.code} ({self.scored})"


class BlueprintMinimum(models.Model):
    """Points that one area, or a group of them, must reach by itself, beside the cut for the whole."""

    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="minimums")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    areas: "models.JSONField[Any, Any]" = models.JSONField(help_text="Codes of the areas.")
    points = models.DecimalField(max_digits=7, decimal_places=2)

    class Meta:
        """A minimum asks for something."""

        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["blueprint", "position"], name="exams_minimum_position"),
            models.CheckConstraint(condition=models.Q(points__gt=Decimal(0)), name="exams_minimum_asks"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.points}"
