"""The item bank: an item is an identity, everything that can be seen or scored sits in its versions."""

from datetime import date
from typing import Any

from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils import timezone

from exams.rules.item_material import ItemKind, Level, ReviewStatus, ScoringRule
from exams.rules.item_workflow import PUBLISHED, STATUS_WORDS, UNFINISHED, ItemStatus
from lms.accounts.models import User
from lms.accounts.permissions import Scope

UNFINISHED_VALUES = sorted(status.value for status in UNFINISHED)
SVG = "image/svg+xml"
PUBLISHED_VALUES = sorted(status.value for status in PUBLISHED)


class ItemSet(models.Model):
    """What is known of a set: items that share a stimulus and travel together (exams.md 1.1), by `set_code`."""

    code = models.SlugField(max_length=32, unique=True)
    title = models.CharField(max_length=200, help_text="What the items share.")
    scored_independently = models.BooleanField(
        default=False, help_text="No: answers depend on each other, so reliability counts the set as one."
    )
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.code


class Item(models.Model):
    """One question over all its versions, known by a code that is never given away to candidates."""

    code = models.CharField(max_length=32, unique=True)
    in_published_bank = models.BooleanField(
        default=False, help_text="Anybody can read it, for instance in the source code. Never taken back."
    )
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.code


class ItemDrawing(models.Model):
    """One figure of items, by its digest. Rows are added, never changed; a changed figure is another row.

    Drawings of the material are SVG and lie in the row; pictures that authors upload lie in the private storage.
    """

    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the bytes.")
    media_type = models.CharField(max_length=32, default=SVG)
    svg = models.BinaryField(null=True)
    storage_name = models.CharField(max_length=255, blank=True, help_text="Where an uploaded picture lies.")
    width = models.PositiveSmallIntegerField(null=True, help_text="In pixels of the picture, or of the viewBox.")
    height = models.PositiveSmallIntegerField(null=True)

    class Meta:
        """The bytes lie in one place."""

        constraints = [
            models.CheckConstraint(
                condition=Q(svg__isnull=False, storage_name="", media_type=SVG)
                | (Q(svg__isnull=True) & ~Q(storage_name="") & ~Q(media_type=SVG)),
                name="exams_itemdrawing_one_place",
            )
        ]

    def __str__(self) -> str:
        return self.digest[:12]

    @property
    def content(self) -> bytes:
        """The bytes. Raises `OSError` when the storage does not have them."""
        if self.svg is not None:
            return bytes(self.svg)
        with storages["private"].open(self.storage_name) as stored:
            return bytes(stored.read())

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, where both are known."""
        return (self.width, self.height) if self.width and self.height else None

    @property
    def facts(self) -> str:
        """What tells this figure from another one, in words."""
        kind = self.media_type.removeprefix("image/").removesuffix("+xml").upper()
        size = f"{self.width} × {self.height} pixels, " if self.size else ""
        return f"{size}{kind}, fingerprint {self.digest[:12]}"


class ItemVersionQuerySet(models.QuerySet["ItemVersion"]):
    """Named reads of the bank."""

    def visible_to(self, person: User, scope: Scope) -> "ItemVersionQuerySet":
        """Narrow to what a person may read: all, or all versions of own items and of those they review."""
        if scope is Scope.ALL:
            return self
        own = ItemVersion.objects.filter(author=person).values("item")
        return self.filter(Q(item__in=own) | Q(item__in=ItemVersion.objects.assigned_to(person).values("item")))

    def assigned_to(self, person: User) -> "ItemVersionQuerySet":
        """Narrow to versions that wait for this person's review."""
        waiting = [ItemStatus.REVIEW.value, ItemStatus.PRETEST.value]
        return self.filter(assignments__reviewer=person, assignments__ended_at__isnull=True, status__in=waiting)


class ItemVersion(models.Model):
    """One wording of an item with its key. Frozen in the database once `locked_at` is set, when a form takes it up.

    Columns under "shown" reach candidates; all others never leave the scorer and the author's own pages (S-11).
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64, help_text="SHA-256 over all that the author wrote.")
    # Shown.
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in ItemKind])
    stem_html = models.TextField(help_text="Made from the stem once, sanitised; what candidates of this version see.")
    options: "models.JSONField[Any, Any]" = models.JSONField(default=list, help_text="Id and text of each option.")
    unit = models.CharField(max_length=32, blank=True, help_text="Unit of a numeric answer.")
    prompts: "models.JSONField[Any, Any]" = models.JSONField(default=list, help_text="What targets are matched to.")
    drawing = models.ForeignKey(ItemDrawing, null=True, blank=True, on_delete=models.PROTECT, related_name="versions")
    figure_alt = models.TextField(blank=True, help_text="The drawing in words, without the key.")
    figure_caption = models.TextField(blank=True)
    fixed_order = models.BooleanField(default=False, help_text="The options have a natural order.")
    regions: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, help_text="Labelled points of a hotspot, in pixels of its drawing."
    )
    answer_form: "models.JSONField[Any, Any]" = models.JSONField(
        default=dict, help_text="How the answer is given: unit typed, decimal comma, about how many words."
    )
    # Kept.
    stem = models.TextField(help_text="Markdown.")
    key: "models.JSONField[Any, Any]" = models.JSONField(help_text="Option ids, or named parts.")
    scoring = models.CharField(max_length=32, choices=[(rule.value, rule.value) for rule in ScoringRule])
    scoring_parameters: "models.JSONField[Any, Any]" = models.JSONField(
        default=dict, help_text="What the rule needs besides the key; numbers are text."
    )
    reasons: "models.JSONField[Any, Any]" = models.JSONField(default=dict, help_text="Why each option is right or not.")
    rationale = models.TextField(help_text="Markdown.")
    content_area = models.CharField(max_length=8)
    level = models.CharField(max_length=8, choices=[(level.value, level.value) for level in Level])
    sources: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    enemies: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, help_text="Codes that must not share a form."
    )
    status = models.CharField(
        max_length=12,
        choices=[(status.value, status.value) for status in ItemStatus],
        default=ItemStatus.DRAFT.value,
        help_text="The one column that moves on after the rest is frozen.",
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: from material."
    )
    set_code = models.CharField(
        max_length=64, blank=True, help_text="Items of one set share a stimulus and travel together."
    )
    review_status = models.CharField(max_length=12, choices=[(status.value, status.value) for status in ReviewStatus])
    authors: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    reviews: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, help_text="Who, in which role, when, for what."
    )
    verified_on = models.DateField(null=True, blank=True, help_text="Empty: nobody has compared its facts yet.")
    review_by = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True, help_text="From then on forms may take it up.")
    locked_at = models.DateTimeField(null=True, blank=True, help_text="When the first form took it up.")

    objects = ItemVersionQuerySet.as_manager()

    class Meta:
        """Versions are numbered; only a published one can be in use; one at a time is being written."""

        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="exams_itemversion_number"),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | Q(published_at__isnull=False),
                name="exams_itemversion_locked_is_published",
            ),
            models.CheckConstraint(
                condition=Q(drawing__isnull=True) | ~Q(figure_alt=""), name="exams_itemversion_drawing_has_words"
            ),
            models.CheckConstraint(
                condition=Q(status__in=UNFINISHED_VALUES, published_at__isnull=True)
                | Q(status__in=PUBLISHED_VALUES, published_at__isnull=False)
                | Q(status=ItemStatus.RETIRED.value),
                name="exams_itemversion_status",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(status__in=UNFINISHED_VALUES), name="exams_itemversion_one_unfinished"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} version {self.number}"

    @property
    def status_word(self) -> str:
        """The status as people read it."""
        return STATUS_WORDS[ItemStatus(self.status)]

    @property
    def check_by(self) -> date:
        """The day by which its facts are to be checked: the one it was made on while nobody has done so."""
        return self.review_by if self.verified_on else timezone.localdate(self.created_at)

    @property
    def is_unfinished(self) -> bool:
        """Whether its words may still change."""
        return self.status in UNFINISHED
