"""What waits for a review: lessons and items in one list, facts that nobody has verified first.

All rows are read at once in a fixed number of queries, then sorted here: the order depends on the facts inside the
lessons. Stems and keys of items are not read.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from wagtail.models import WorkflowState

from content.models.pages import address_of
from content.rules.reviews import ReviewFacts, due_on, is_reviewed
from courses.models import LessonPage, LessonReview
from exams.bank import newest_versions
from exams.models import ItemReview, facts_in_file
from lms.accounts.models import User
from lms.accounts.permissions import Permission, scope_of

SOON = timedelta(days=60)


class ReviewState(TextChoices):
    """Parts of the board beside "to do"."""

    OVERDUE = "overdue", "Overdue"
    SOON = "soon", "Due within 60 days"
    UNREVIEWED = "unreviewed", "Without a medical review"
    REVIEWED = "reviewed", "With a medical review"
    ALL = "all", "All"


@dataclass(frozen=True)
class Row:
    """One lesson or item as the board shows it. `unverified` and `reported` count its facts of that certainty."""

    kind: str
    code: str
    title: str
    area: str
    due: date
    reviewed: bool
    days_left: int
    link: str = ""
    unverified: int = 0
    reported: int = 0
    lesson_id: int | None = None
    waiting: bool = False

    @property
    def overdue(self) -> bool:
        """Say whether the day has passed by which it was to be checked again."""
        return self.days_left < 0

    @property
    def soon(self) -> bool:
        """Say whether it is due within the next 60 days."""
        return 0 <= self.days_left <= SOON.days

    @property
    def order(self) -> tuple[int, date, str]:
        """The place on the board: unverified facts, then reported ones, then the rest; each by the day it is due."""
        weakest = 0 if self.unverified else 1 if self.reported else 2
        return weakest, self.due, self.code

    def stands_in(self, state: str) -> bool:
        """Say whether the row belongs to a part of the board; "" is what has to be done."""
        return {
            ReviewState.OVERDUE.value: self.overdue,
            ReviewState.SOON.value: self.soon,
            ReviewState.UNREVIEWED.value: not self.reviewed,
            ReviewState.REVIEWED.value: self.reviewed,
            ReviewState.ALL.value: True,
        }.get(state, self.overdue or self.soon or not self.reviewed)


@dataclass(frozen=True)
class Counts:
    """The numbers at the top of the board, over everything."""

    total: int
    overdue: int
    soon: int
    unreviewed: int
    unverified: int


def rows_for(person: User, today: date) -> list[Row]:
    """Return all live lessons and newest item versions in the order of the board, with links for the person."""
    return sorted([*_lessons(person, today), *_items(person, today)], key=lambda row: row.order)


def counts_of(rows: list[Row]) -> Counts:
    """Count what the rows hold."""
    return Counts(
        total=len(rows),
        overdue=sum(row.overdue for row in rows),
        soon=sum(row.soon for row in rows),
        unreviewed=sum(not row.reviewed for row in rows),
        unverified=sum(bool(row.unverified) for row in rows),
    )


def _lessons(person: User, today: date) -> list[Row]:
    edits = scope_of(person, Permission.PAGES_EDIT) is not None
    columns = ("pk", "code", "title", "url_path", "review_by", "live_revision_id", "body")
    pages = list(LessonPage.objects.live().values_list(*columns))
    reviews = LessonReview.objects.facts_by_revision(page[5] for page in pages)
    active = WorkflowState.objects.active().filter(base_content_type__model="page")
    waiting = set(active.values_list("object_id", flat=True))
    rows = []
    for pk, code, title, url_path, review_by, revision, body in pages:
        known = reviews.get(revision, [])
        due = due_on(review_by, known)
        facts = certainties_in(body.raw_data)
        rows.append(
            Row(
                kind="lesson",
                code=code,
                title=title,
                area=code.partition("-")[0],
                due=due,
                reviewed=is_reviewed(known),
                days_left=(due - today).days,
                link=reverse("wagtailadmin_pages:edit", args=[pk]) if edits else address_of(url_path),
                unverified=facts["unverified"],
                reported=facts["reported"],
                lesson_id=pk,
                waiting=str(pk) in waiting,
            )
        )
    return rows


def certainties_in(blocks: Any) -> Counter[str]:
    """Count the facts of a lesson by their certainty, from its blocks as they are stored."""
    return Counter(block["value"]["certainty"] for block in blocks if block["type"] == "fact")


def _items(person: User, today: date) -> list[Row]:
    opens = scope_of(person, Permission.BANK_READ) is not None
    columns = ("item__code", "kind", "content_area", "review_by", "verified_on", "created_at", "reviews")
    versions = list(newest_versions().select_related("item").only(*columns))
    here: dict[int, list[ReviewFacts]] = {}
    for review in ItemReview.objects.filter(version__in=newest_versions().values("pk")):
        here.setdefault(review.version_id, []).append(review.facts)
    rows = []
    for version in versions:
        known = [*facts_in_file(version), *here.get(version.pk, [])]
        due = due_on(version.check_by, known)
        code = version.item.code
        rows.append(
            Row(
                kind="item",
                code=code,
                title=version.kind.replace("_", " ").capitalize(),
                area=version.content_area,
                due=due,
                reviewed=is_reviewed(known),
                days_left=(due - today).days,
                link=reverse("exams:bank_item", args=[code]) if opens else "",
            )
        )
    return rows
