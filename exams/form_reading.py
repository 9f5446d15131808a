"""A form as exam administrators read it: items in order, counts against the blueprint, what differs from another."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from exams.corrections import Correction, corrections_on
from exams.form_choice import items_by_form
from exams.models import Exam, ExamForm, FormItem, Item, ItemVersion
from exams.pool import exposure_shares, need_of, outdated_in, placed_items
from exams.rules.form_faults import PlacedItem, form_faults
from exams.rules.form_need import FormNeed, Span
from exams.rules.key_changes import KeyPolicy


@dataclass(frozen=True)
class FormRow:
    """One place of a form. `exposure` is the share of attempts that saw the item, in percent, None while unknown."""

    position: int
    version: ItemVersion
    facts: PlacedItem
    exposure: int | None
    corrections: tuple[Correction, ...] = ()

    @property
    def kind(self) -> str:
        """The kind in words."""
        return self.facts.kind.replace("_", " ")

    @property
    def is_removed(self) -> bool:
        """Whether it was taken out of scoring; every other correction after that would have brought it back."""
        return bool(self.corrections) and self.corrections[-1].change.policy == KeyPolicy.REMOVE


@dataclass(frozen=True)
class Count:
    """How many the blueprint asks for, and how many there are."""

    name: str
    asked: Span
    has: int

    @property
    def holds(self) -> bool:
        """Whether it is met."""
        return self.has in self.asked


@dataclass(frozen=True)
class FormReport:
    """A form with all that is counted about it."""

    rows: tuple[FormRow, ...]
    counts: tuple[Count, ...]
    words: int
    word_limit: int | None
    keys: tuple[tuple[str, int], ...]
    key_percent: int | None
    faults: tuple[str, ...]
    enemies: tuple[str, ...]
    published: int
    outdated: tuple[str, ...]

    @property
    def corrected(self) -> list[FormRow]:
        """Places of which the key was corrected."""
        return [row for row in self.rows if row.corrections]


def report_of(form: ExamForm, exam: Exam | None) -> FormReport:
    """Read a form with its items, in a few queries however long it is."""
    places = list(FormItem.objects.filter(form=form).select_related("version__item").order_by("position"))
    facts = placed_items((place.version, place.section) for place in places)
    given = exposure_shares(exam) if exam else {}
    need = need_of(form.blueprint)
    corrected = corrections_on(places)
    rows = tuple(
        FormRow(
            place.position,
            place.version,
            fact,
            round(100 * given[place.version.item_id]) if place.version.item_id in given else None,
            tuple(corrected.get(place.version_id, ())),
        )
        for place, fact in zip(places, facts, strict=True)
    )
    keys = Counter(fact.key_place for fact in facts if fact.key_place)
    outside = {enemy for fact in facts for enemy in fact.enemies} - {fact.code for fact in facts}
    return FormReport(
        rows=rows,
        counts=tuple(_counts(facts, need)),
        words=sum(fact.words for fact in facts),
        word_limit=need.word_limit,
        keys=tuple(sorted((place.upper(), count) for place, count in keys.items())),
        key_percent=need.key_percent,
        faults=tuple(form_faults(facts, need, allows_published=form.blueprint.allows_published_items)),
        enemies=tuple(sorted(outside)),
        published=sum(fact.is_published for fact in facts),
        outdated=() if form.is_locked else tuple(outdated_in(form)),
    )


def _counts(facts: Sequence[PlacedItem], need: FormNeed) -> list[Count]:
    scored = [fact for fact in facts if fact.section == "scored"]
    counts = [Count("Scored items", Span(need.length, need.length), len(scored))]
    counts.append(Count("Pretest items", Span(need.pretest, need.pretest), len(facts) - len(scored)))
    for area in need.areas:
        inside = [fact for fact in scored if fact.content_area == area.code]
        counts.append(Count(f"{area.code} {area.title}", area.span, len(inside)))
        counts += [
            Count(f"{area.code}, {level}", span, sum(fact.level == level for fact in inside))
            for level, span in area.levels.items()
        ]
    return counts + [
        Count(kind.replace("_", " ").capitalize(), span, sum(fact.kind == kind for fact in scored))
        for kind, span in need.kinds.items()
    ]


@dataclass(frozen=True)
class Difference:
    """What two forms share, and what stands in one of them only; codes of items."""

    other: ExamForm
    shared: tuple[str, ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]


def difference(form: ExamForm, other: ExamForm) -> Difference:
    """Compare the items of two forms, whatever their versions and places, in two queries."""
    items = items_by_form([form.pk, other.pk])
    here, there = items[form.pk], items[other.pk]
    codes = dict(Item.objects.filter(pk__in=here | there).values_list("pk", "code"))

    def named(some: set[int]) -> tuple[str, ...]:
        return tuple(sorted(codes[item] for item in some))

    return Difference(other, named(here & there), named(here - there), named(there - here))
