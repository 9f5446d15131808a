"""What assembly reads: which item versions a new form may take up, what a blueprint demands, what was given out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Max, OuterRef, Subquery, Sum, When

from exams.models import Blueprint, Exam, ExamForm, FormItem, ItemExposure, ItemVersion
from exams.models.items import ItemVersionQuerySet
from exams.rules.assembly_facts import PRETEST, SCORED, PoolItem
from exams.rules.form_faults import PlacedItem
from exams.rules.form_need import Area, FormNeed, Span
from exams.rules.item_material import ItemKind
from exams.rules.item_workflow import USABLE_IN
from exams.rules.wording import count_words

# Before so many attempts a share of them says nothing, and the first ones would shut out all their items.
FEWEST_ATTEMPTS = 30
FACTS = (
    "pk",
    "item_id",
    "item__code",
    "item__in_published_bank",
    "content_area",
    "level",
    "kind",
    "stem",
    "options",
    "prompts",
    "key",
    "enemies",
    "set_code",
    "as_scored",
    "as_pretest",
)

OPEN_TO: tuple[str, ...] = ("pk", "as_scored", "as_pretest")


@dataclass(frozen=True)
class Pool:
    """The items that forms of a blueprint may take up, and the version of each by its code."""

    items: tuple[PoolItem, ...]
    versions: dict[str, int]


def usable_versions() -> ItemVersionQuerySet:
    """Return one version of each item that a new form may take up; `as_scored`, `as_pretest` say in which sections.

    An operational version goes before one in pretest of the same item; of each, the newest. What the statuses allow
    stands in `exams.rules.item_workflow.USABLE_IN`.
    """
    published = ItemVersion.objects.filter(item=OuterRef("item"), status__in=USABLE_IN[PRETEST])
    # "operational" comes before "pretest" in the alphabet too.
    first = published.order_by("status", "-number").values("pk")[:1]
    may = {section: Case(When(status__in=USABLE_IN[section], then=True), default=False) for section in USABLE_IN}
    return ItemVersion.objects.filter(pk=Subquery(first)).annotate(as_scored=may[SCORED], as_pretest=may[PRETEST])


def pool_of(blueprint: Blueprint, exam: Exam | None = None) -> Pool:
    """Read the pool of a blueprint, in two queries; with an exam, how often it gave each item out counts."""
    usable = usable_versions().order_by("item__code")
    if not blueprint.allows_published_items:
        usable = usable.filter(item__in_published_bank=False)
    given = exposure_shares(exam) if exam else {}
    rows = [dict(zip(FACTS, row, strict=True)) for row in usable.values_list(*FACTS)]
    items = tuple(_pool_item(row, given.get(row["item_id"], 0.0), blueprint) for row in rows)
    return Pool(items, {row["item__code"]: row["pk"] for row in rows})


def _pool_item(row: dict[str, Any], exposure: float, blueprint: Blueprint) -> PoolItem:
    cap = blueprint.exposure_percent
    return PoolItem(
        code=row["item__code"],
        area=row["content_area"],
        level=row["level"],
        kind=row["kind"],
        words=count_words(row["stem"], row["options"], row["prompts"]),
        key_place=key_place(row["kind"], row["options"], row["key"]),
        enemies=frozenset(row["enemies"]),
        set_code=row["set_code"],
        sections=frozenset(
            section for section, open in ((SCORED, row["as_scored"]), (PRETEST, row["as_pretest"])) if open
        ),
        exposure=exposure,
        capped=cap is not None and exposure > 0 and 100 * exposure >= cap,
    )


def key_place(kind: str, options: Sequence[dict[str, str]], key: Any) -> str:
    """Return the letter of the place at which a single choice has its key as written; empty for other kinds."""
    if kind != ItemKind.SINGLE_CHOICE:
        return ""
    return "abcdefghij"[[option["id"] for option in options].index(key[0])]


def exposure_shares(exam: Exam) -> dict[int, float]:
    """Return which share of the counted attempts saw each item, whatever its version; empty while attempts are few."""
    counted = ItemExposure.objects.filter(exam=exam, attempts__gte=FEWEST_ATTEMPTS).values("version__item")
    shares = counted.annotate(given=Sum("administrations"), attempts=Max("attempts"))
    return {
        item: given / attempts for item, given, attempts in shares.values_list("version__item", "given", "attempts")
    }


def need_of(blueprint: Blueprint) -> FormNeed:
    """Return what a blueprint demands of its forms, in one query."""
    areas = tuple(
        Area(area.code, area.title, area.scored, area.scored_most, _spans(area.levels))
        for area in blueprint.areas.all()
    )
    return FormNeed(
        length=blueprint.scored_count or sum(area.scored for area in areas),
        areas=areas,
        pretest=blueprint.pretest_count,
        kinds=_spans(blueprint.kinds),
        word_limit=blueprint.word_limit,
        key_percent=blueprint.key_percent,
        exposure_percent=blueprint.exposure_percent,
    )


def _spans(stored: dict[str, list[int]]) -> dict[str, Span]:
    return {name: Span(*limits) for name, limits in stored.items()}


def placed_items(entries: Iterable[tuple[ItemVersion, str]]) -> list[PlacedItem]:
    """Return what the check of a form needs to know of its items (with `item` read along) and their sections."""
    entries = list(entries)
    members = _members_of({version.set_code for version, _ in entries} - {""})
    return [
        PlacedItem(
            code=version.item.code,
            content_area=version.content_area,
            section=section,
            enemies=frozenset(version.enemies),
            is_published=version.item.in_published_bank,
            level=version.level,
            kind=version.kind,
            words=count_words(version.stem, version.options, version.prompts),
            key_place=key_place(version.kind, version.options, version.key),
            set_members=members.get(version.set_code, frozenset()),
        )
        for version, section in entries
    ]


def outdated_in(form: ExamForm) -> list[str]:
    """Return the codes of items that a draft holds in a version, or a section, that new forms may not take up."""
    places = list(FormItem.objects.filter(form=form).values_list("version", "version__item__code", "section"))
    closed = closed_to_new_forms((version, section) for version, _, section in places)
    return sorted(code for version, code, section in places if (version, section) in closed)


def closed_to_new_forms(placements: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return those pairs of a version's id and a section that new forms may not take up, in one query."""
    wanted = set(placements)
    usable = usable_versions().filter(pk__in={version for version, _ in wanted})
    allowed = {pk: {SCORED: scored, PRETEST: tried} for pk, scored, tried in usable.values_list(*OPEN_TO)}
    return {(version, section) for version, section in wanted if not allowed.get(version, {}).get(section)}


def _members_of(sets: set[str]) -> dict[str, frozenset[str]]:
    """Return the codes of the items of each set."""
    if not sets:
        return {}
    members: dict[str, set[str]] = {}
    for code, item in usable_versions().filter(set_code__in=sets).values_list("set_code", "item__code"):
        members.setdefault(code, set()).add(item)
    return {code: frozenset(items) for code, items in members.items()}
