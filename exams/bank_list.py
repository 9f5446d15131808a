"""The list of the bank: one row for each item a person may read, searched and filtered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from content.rules.reviews import AGAIN_AFTER
from exams.bank import with_medical_review
from exams.models import ItemReview, ItemVersion
from exams.models.items import ItemVersionQuerySet
from exams.rules.item_material import ItemKind, Level
from exams.rules.item_workflow import STATUS_WORDS
from lms.accounts.models import User
from lms.accounts.permissions import Scope

MARKS = {
    "figure": "With a figure",
    "published": "Published: anybody can read it",
    "unreviewed": "Not reviewed by a TMS physician",
    "due": "Check overdue or due within 60 days",
}
SOON = timedelta(days=60)
KIND_WORDS = {kind.value: kind.value.replace("_", " ").capitalize() for kind in ItemKind}


@dataclass(frozen=True)
class Choice:
    """One choice of a filter."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class BankFilter:
    """What somebody asked for; empty fields ask for everything."""

    q: str = ""
    area: str = ""
    level: str = ""
    kind: str = ""
    status: str = ""
    mark: str = ""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "BankFilter":
        """Read a query string. Words that no filter knows find nothing, they are no error."""
        fields = ("q", "area", "level", "kind", "status", "mark")
        return cls(**{name: str(query.get(name, "")).replace("\x00", "").strip()[:100] for name in fields})

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked for but an area."""
        return any((self.q, self.level, self.kind, self.status, self.mark))

    def selects(self, areas: list[str]) -> list[tuple[str, str, list[Choice]]]:
        """Return the filters as name, label and choices."""
        offered: list[tuple[str, str, dict[str, str]]] = [
            ("area", "Area", {area: area for area in areas}),
            ("level", "Level", {level.value: level.value.capitalize() for level in Level}),
            ("kind", "Kind", KIND_WORDS),
            ("status", "Status", {status.value: words for status, words in STATUS_WORDS.items()}),
            ("mark", "Other", MARKS),
        ]
        return [
            (name, label, [Choice(value, words, value == getattr(self, name)) for value, words in choices.items()])
            for name, label, choices in offered
        ]


def listed(person: User, scope: Scope, asked: BankFilter) -> ItemVersionQuerySet:
    """Return the newest version of each item that a person may read; with a status asked for, the newest of that."""
    every = visible = ItemVersion.objects.visible_to(person, scope)
    if asked.status:
        visible = visible.filter(status=asked.status)
    newest = visible.filter(item=OuterRef("item")).order_by("-number")
    return narrowed(every.filter(pk=Subquery(newest.values("pk")[:1])), asked).order_by("item__code")


def narrowed(versions: ItemVersionQuerySet, asked: BankFilter) -> ItemVersionQuerySet:
    """Keep the versions that a filter asks for; its status is left to whoever chose the versions."""
    rows = with_medical_review(versions)
    exact = {"content_area": asked.area, "level": asked.level, "kind": asked.kind}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if asked.q:
        rows = rows.filter(Q(item__code__icontains=asked.q) | Q(stem__icontains=asked.q))
    return _marked(rows, asked.mark)


def _marked(rows: ItemVersionQuerySet, mark: str) -> ItemVersionQuerySet:
    if mark == "figure":
        return rows.filter(drawing__isnull=False)
    if mark == "published":
        return rows.filter(item__in_published_bank=True)
    if mark == "unreviewed":
        return rows.filter(Q(("medically_reviewed", False)))
    if mark == "due":
        # A medical review here puts the check off by a year (content.rules.reviews).
        latest = timezone.localdate() + SOON
        fresh = ItemReview.objects.medical().filter(version=OuterRef("pk"), reviewed_on__gt=latest - AGAIN_AFTER)
        return rows.filter(~Exists(fresh)).filter(Q(review_by__lte=latest) | Q(verified_on__isnull=True))
    return rows
