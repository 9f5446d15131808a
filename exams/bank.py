"""What stands in the item bank, counted: by content area, and how much of what counts can be read by anybody."""

from dataclasses import dataclass, replace

from django.db.models import Case, Count, Exists, OuterRef, Q, Subquery, Value, When

from content.rules.reviews import ReviewFacts
from exams.models import BlueprintArea, Exam, ItemReview, ItemVersion, Section, facts_in_file
from exams.models.items import ItemVersionQuerySet
from exams.rules.item_workflow import USABLE_IN
from exams.rules.similar_stems import Likeness, likenesses


@dataclass(frozen=True)
class Openness:
    """How many scored items of an exam's active form there are, and how many of them stand in a published bank."""

    title: str
    scored: int
    published: int

    @property
    def sentence(self) -> str:
        """Say it in words."""
        return f"{self.title}: {self.published} of {self.scored} scored items are published, so anybody can read them."


def openness() -> list[Openness]:
    """Count for every exam that has an active form, in one query."""
    scored = Q(active_form__form_items__section=Section.SCORED)
    in_open = scored & Q(active_form__form_items__version__item__in_published_bank=True)
    counted = Exam.objects.filter(active_form__isnull=False).annotate(
        scored=Count("active_form__form_items", filter=scored),
        published=Count("active_form__form_items", filter=in_open),
    )
    return [Openness(*row) for row in counted.order_by("title").values_list("title", "scored", "published")]


@dataclass(frozen=True)
class AreaCount:
    """One content area of the bank: its items by their newest versions."""

    area: str
    items: int
    figures: int
    published: int
    unreviewed: int
    title: str = ""


def area_counts(versions: ItemVersionQuerySet | None = None) -> list[AreaCount]:
    """Count versions by content area, by default the newest ones in use; titles are those of the newest blueprint."""
    titles = dict(BlueprintArea.objects.order_by("blueprint__version").values_list("code", "title"))
    counted = (
        (newest_versions() if versions is None else versions)
        .order_by()
        .values("content_area")
        .annotate(
            items=Count("pk"),
            figures=Count("pk", filter=Q(drawing__isnull=False)),
            published=Count("pk", filter=Q(item__in_published_bank=True)),
            unreviewed=Count("pk", filter=Q(medically_reviewed=False)),
        )
    )
    fields = ("content_area", "items", "figures", "published", "unreviewed")
    rows = counted.order_by("content_area").values_list(*fields)
    return [replace(AreaCount(*row), title=titles.get(row[0], "")) for row in rows]


def newest_versions() -> ItemVersionQuerySet:
    """Return the newest published version of every item; `medically_reviewed` says whether a physician read it."""
    newest = ItemVersion.objects.filter(item=OuterRef("item"), published_at__isnull=False).order_by("-number")
    return with_medical_review(ItemVersion.objects.filter(pk=Subquery(newest.values("pk")[:1])))


def with_medical_review(versions: ItemVersionQuerySet) -> ItemVersionQuerySet:
    """Annotate versions with `medically_reviewed`: whether a physician read them."""
    in_product = Exists(ItemReview.objects.medical().filter(version=OuterRef("pk")))
    # The reader lets a file say "reviewed" only with a physician's medical review in it.
    reviewed = Case(When(Q(review_status="reviewed") | in_product, then=Value(True)), default=Value(False))
    return versions.annotate(medically_reviewed=reviewed)


def newest_usable(section: str) -> ItemVersionQuerySet:
    """Return the newest version of every item that a new form may hold in a section ("scored" or "pretest").

    What the statuses allow stands in `USABLE_IN`. An older version in use counts as long as no newer one has come as
    far. Assembly, where one version of an item stands for both sections, reads `exams.pool.usable_versions`.
    """
    statuses = USABLE_IN[section]
    newest = ItemVersion.objects.filter(item=OuterRef("item"), status__in=statuses).order_by("-number")
    return ItemVersion.objects.filter(pk=Subquery(newest.values("pk")[:1]))


def reviews_of(version: ItemVersion) -> tuple[ReviewFacts, ...]:
    """Return who reviewed a version: those its file names, then those who did it here."""
    here = ItemReview.objects.filter(version=version).order_by("reviewed_on", "pk")
    return (*facts_in_file(version), *(review.facts for review in here))


def stems_like(version: ItemVersion) -> list[Likeness]:
    """Return other items whose newest version asks nearly the same, in one query; by code, their words stay away."""
    newest = ItemVersion.objects.filter(item=OuterRef("item")).order_by("-number")
    others = ItemVersion.objects.filter(pk=Subquery(newest.values("pk")[:1])).exclude(item=version.item_id)
    return likenesses(version.stem, dict(others.values_list("item__code", "stem")))
