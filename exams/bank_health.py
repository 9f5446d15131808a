"""What the bank has against what a blueprint needs."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from exams.models import Blueprint, Exam
from exams.pool import Pool, need_of, pool_of
from exams.rules.assembly_facts import PRETEST, SCORED, PoolItem
from exams.rules.form_need import FormNeed, Span

LEVELS = ("recall", "apply", "judge")
# Forms that share few items, and retakes on a form of their own, need the length of several forms.
ENOUGH_FOR = 3


@dataclass(frozen=True)
class Supply:
    """How many items one demand asks for, how many the bank has, and how many of these the exposure cap keeps away."""

    asked: Span
    has: int
    capped: int = 0

    @property
    def available(self) -> int:
        """How many a new form may take up."""
        return self.has - self.capped

    @property
    def lacks(self) -> int:
        """How many are missing for one form."""
        return max(0, self.asked.least - self.available)

    @property
    def forms(self) -> int | None:
        """How many forms could be made that share no item; None when nothing is asked."""
        return self.available // self.asked.least if self.asked.least else None

    @property
    def is_thin(self) -> bool:
        """Whether it is enough for a form and too little for forms that share few items."""
        return not self.lacks and self.forms is not None and self.forms < ENOUGH_FOR

    @property
    def least_cap(self) -> int | None:
        """Below which exposure cap, in percent, forms per attempt must run out of items."""
        return -(-100 * self.asked.least // self.has) if self.has and self.asked.least else None


@dataclass(frozen=True)
class AreaSupply:
    """One content area: in all, and by level in the order of `LEVELS`; a level without demand has only a count."""

    code: str
    title: str
    whole: Supply
    levels: tuple[Supply | int, ...]

    @property
    def by_level(self) -> tuple[tuple[str, Supply | int], ...]:
        """Each level by name with what it asks and has."""
        return tuple(zip(LEVELS, self.levels, strict=True))


@dataclass(frozen=True)
class Health:
    """The bank against one blueprint."""

    areas: tuple[AreaSupply, ...]
    kinds: tuple[tuple[str, Supply], ...]
    pretest: Supply
    length: int
    least_cap: int

    @property
    def shortages(self) -> tuple[str, ...]:
        """What is missing for a single form, in words."""
        return tuple(_shortages(self))


def health_of(blueprint: Blueprint, exam: Exam | None) -> Health:
    """Compare the bank with a blueprint, in a few queries however large the bank."""
    return compare(need_of(blueprint), pool_of(blueprint, exam))


def compare(need: FormNeed, pool: Pool) -> Health:
    """Count what each demand has."""
    scored = [item for item in pool.items if SCORED in item.sections]
    areas = []
    for area in need.areas:
        inside = [item for item in scored if item.area == area.code]
        by_level = Counter(item.level for item in inside)
        levels = tuple(
            _supply(area.levels[level], (item for item in inside if item.level == level))
            if level in area.levels
            else by_level[level]
            for level in LEVELS
        )
        areas.append(AreaSupply(area.code, area.title, _supply(area.span, inside), levels))
    kinds = tuple(
        (kind.replace("_", " "), _supply(span, (item for item in scored if item.kind == kind)))
        for kind, span in need.kinds.items()
    )
    tried = [
        item for item in pool.items if PRETEST in item.sections and item.area in {area.code for area in need.areas}
    ]
    cells = [supply for area in areas for supply in (area.whole, *area.levels) if isinstance(supply, Supply)]
    return Health(
        areas=tuple(areas),
        kinds=kinds,
        pretest=_supply(Span(need.pretest, need.pretest), tried),
        length=need.length,
        least_cap=max((supply.least_cap or 0 for supply in cells), default=0),
    )


def _supply(asked: Span, items: Iterable[PoolItem]) -> Supply:
    held = list(items)
    return Supply(asked, len(held), sum(item.capped for item in held))


def _shortages(health: Health) -> Iterator[str]:
    for area in health.areas:
        named = [("", area.whole), *area.by_level]
        for level, supply in named:
            if isinstance(supply, Supply) and supply.lacks:
                yield _sentence(f"{area.code} {level}".strip(), supply)
    yield from (_sentence(kind.capitalize(), supply) for kind, supply in health.kinds if supply.lacks)
    if health.pretest.lacks:
        yield _sentence("Pretest items", health.pretest)


def _sentence(what: str, supply: Supply) -> str:
    cap = f" after exposure cap ({supply.capped} kept away)" if supply.capped else ""
    return f"{what}: {supply.asked} asked, {supply.available} available{cap}."
