"""The 0/1 programme of form assembly: columns and rows (exams.md 4.9).

There are two columns for each item and form: taken as scored, taken as pretest. With `elastic` every demand may be
missed at a cost, so that there is always a solution, and what it pays for is what stands in the way.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from exams.rules.assembly_facts import PRETEST, SCORED, Family, Objective, Order
from exams.rules.assembly_solver import INFINITE, Row, Solution, solve
from exams.rules.form_need import Area, Span
from exams.rules.form_order import share_of

SECTIONS = (SCORED, PRETEST)
# What missing a demand by one costs. A missing item costs a little more than a demand that keeps existing items away,
# so that the report names the cap or the pair of enemies rather than an empty shelf.
MISSING_ITEM, MISSING_WORD, MISSING_PERCENT, MISSED = 1.1, 0.02, 0.01, 1.0
ANY_LEVEL = ""


@dataclass(frozen=True)
class Slack:
    """A column that pays for a missed demand of a family; `about` names what it speaks of."""

    family: Family
    about: tuple[Any, ...]
    column: int


class Programme:
    """Builds the columns and rows of one order, and solves them."""

    def __init__(self, order: Order, *, elastic: bool = False) -> None:
        self.order = order
        self.need = order.need
        self.elastic = elastic
        self.rows: list[Row] = []
        self.slacks: list[Slack] = []
        self.size = order.forms * 2 * len(order.pool)
        self.costs: dict[int, float] = {}
        self.whole = set(range(self.size))
        self._phantoms: dict[tuple[int, str], list[tuple[str, int]]] = defaultdict(list)
        for form in range(order.forms):
            if elastic:
                self._add_phantoms(form)
            self._add_counts(form)
            self._add_company(form)
            self._add_bounds(form)
            self._add_seen(form)
        self._add_shared()
        self._add_costs()

    def column(self, form: int, section: str, item: int) -> int:
        """Return the column that takes an item as scored or as pretest."""
        return (form * 2 + SECTIONS.index(section)) * len(self.order.pool) + item

    def new_column(self, cost: float = 0.0) -> int:
        """Add a column with a cost."""
        self.size += 1
        self.costs[self.size - 1] = cost
        return self.size - 1

    def chosen(self, values: Any, form: int, section: str) -> list[int]:
        """Return the items that a solution takes."""
        first = self.column(form, section, 0)
        return [item for item in range(len(self.order.pool)) if values[first + item] > 0.5]

    def usable(self, item: int, section: str) -> bool:
        """Whether a form may take an item in this section, the exposure cap aside."""
        return section in self.order.pool[item].sections and self.order.pool[item].area in self._area_codes

    @cached_property
    def by_cell(self) -> dict[tuple[str, str], list[int]]:
        """Items by area and level, and by area and any level."""
        cells: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, item in enumerate(self.order.pool):
            cells[item.area, item.level].append(index)
            cells[item.area, ANY_LEVEL].append(index)
        return cells

    def _add(
        self,
        family: Family | None,
        about: tuple[Any, ...],
        terms: dict[int, float],
        span: tuple[float, float],
        cost: float = MISSED,
    ) -> None:
        """Add a demand; one of a family may be missed when the programme is elastic."""
        if self.elastic and family is not None:
            for sign, bound in ((1.0, span[0]), (-1.0, span[1])):
                if abs(bound) != INFINITE:
                    column = self.new_column(cost)
                    terms = terms | {column: sign}
                    self.slacks.append(Slack(family, about, column))
        self.rows.append(Row(terms, *span))

    def _add_phantoms(self, form: int) -> None:
        """Let items that nobody has written yet fill gaps; each is a shortage."""
        for area in self.need.areas:
            for level in [*area.levels, *([ANY_LEVEL] if area.leaves_levels_open else [])]:
                column = self.new_column(MISSING_ITEM)
                self.whole.add(column)
                self._phantoms[form, area.code].append((level, column))
                family = Family.LEVEL if level else Family.AREA
                self.slacks.append(Slack(family, (area, level, form), column))

    def _add_counts(self, form: int) -> None:
        scored = {code: self.columns(form, SCORED, self.by_cell[code, ANY_LEVEL]) for code in self._area_codes}
        total: dict[int, float] = {}
        for area in self.need.areas:
            phantoms = {column: 1.0 for _, column in self._phantoms[form, area.code]}
            terms = scored[area.code] | phantoms
            self._add_hard(terms, area.span)
            total |= terms
            for level, span in area.levels.items():
                self._add_level(form, area, level, span)
        self._add_hard(total, Span(self.need.length, self.need.length))
        tried = self.columns(form, PRETEST, range(len(self.order.pool)))
        self._add(Family.PRETEST, (form,), tried, (self.need.pretest, self.need.pretest))

    def _add_level(self, form: int, area: Area, level: str, span: Span) -> None:
        phantoms = {column: 1.0 for of, column in self._phantoms[form, area.code] if of == level}
        self._add_hard(self.columns(form, SCORED, self.by_cell[area.code, level]) | phantoms, span)

    def _add_hard(self, terms: dict[int, float], span: Span) -> None:
        """Demand a count that phantoms can always fill."""
        self._add(None, (), terms, (span.least, span.most))

    @cached_property
    def _area_codes(self) -> list[str]:
        return [area.code for area in self.need.areas]

    def columns(self, form: int, section: str, items: Iterable[int]) -> dict[int, float]:
        """Return a term of 1 for each of the items in one section."""
        first = self.column(form, section, 0)
        return {first + item: 1.0 for item in items}

    def both(self, form: int, weights: dict[int, float]) -> dict[int, float]:
        """Return terms for items whichever their section."""
        return {self.column(form, s, item): weight for s in SECTIONS for item, weight in weights.items()}

    def _add_company(self, form: int) -> None:
        """Take each item once, no two enemies, and sets whole."""
        pool = self.order.pool
        for item in range(len(pool)):
            if all(self.usable(item, section) for section in SECTIONS):
                self._add(None, (), self.both(form, {item: 1.0}), (0, 1))
        for one, other in self.enemy_pairs:
            terms = self.both(form, {one: 1.0, other: 1.0})
            self._add(Family.ENEMIES, (pool[one].code, pool[other].code, form), terms, (0, 1))
        for one, other in self.set_links:
            for section in SECTIONS:
                terms = {self.column(form, section, one): 1.0, self.column(form, section, other): -1.0}
                self._add(Family.SETS, (pool[one].set_code, form), terms, (0, 0))

    def _add_bounds(self, form: int) -> None:
        for kind, span in self.need.kinds.items():
            items = [index for index, item in enumerate(self.order.pool) if item.kind == kind]
            self._add(Family.KIND, (kind, span, form), self.columns(form, SCORED, items), (span.least, span.most))
        if self.need.word_limit is not None:
            words = self.words(form)
            self._add(Family.WORDS, (form,), words, (-INFINITE, self.need.word_limit), MISSING_WORD)
        if self.need.key_percent is not None:
            self._add_key_balance(form, self.need.key_percent)

    def words(self, form: int) -> dict[int, float]:
        """Return the words of a form."""
        return self.both(form, {index: float(item.words) for index, item in enumerate(self.order.pool)})

    def _add_key_balance(self, form: int, percent: int) -> None:
        """Demand 100 × keys at one place ≤ percent × all single choices, which needs no division."""
        single = [index for index, item in enumerate(self.order.pool) if item.key_place]
        for place in sorted({self.order.pool[index].key_place for index in single}):
            weights = {i: 100.0 * (self.order.pool[i].key_place == place) - percent for i in single}
            terms = self.both(form, weights)
            self._add(Family.KEY_BALANCE, (place, form), terms, (-INFINITE, 0), MISSING_PERCENT)

    def _add_seen(self, form: int) -> None:
        if self.order.overlap is None:
            return
        for seen in self.order.seen:
            items = {i: 1.0 for i, item in enumerate(self.order.pool) if item.code in seen}
            self._add(Family.OVERLAP, ("seen", form), self.both(form, items), (0, self.order.overlap))

    def _add_shared(self) -> None:
        """Bound what any two forms share: z ≥ taken by one + taken by the other − 1, Σ z ≤ overlap."""
        if self.order.overlap is None:
            return
        for one, other in combinations(range(self.order.forms), 2):
            shared: dict[int, float] = {}
            for item in range(len(self.order.pool)):
                column = self.new_column()
                shared[column] = 1.0
                taken = self.both(one, {item: 1.0}) | self.both(other, {item: 1.0})
                self._add(None, (), taken | {column: -1.0}, (-INFINITE, 1))
            self._add(Family.OVERLAP, (one, other), shared, (0, self.order.overlap))

    @cached_property
    def enemy_pairs(self) -> list[tuple[int, int]]:
        """Pairs of items that must not share a form; naming it on one side is enough."""
        index = {item.code: number for number, item in enumerate(self.order.pool)}
        named = ((index[i.code], index[enemy]) for i in self.order.pool for enemy in i.enemies if enemy in index)
        return sorted({(min(pair), max(pair)) for pair in named if pair[0] != pair[1]})

    @cached_property
    def set_links(self) -> list[tuple[int, int]]:
        """Each member of a set with the first one."""
        first: dict[str, int] = {}
        links = []
        for index, item in enumerate(self.order.pool):
            if item.set_code and first.setdefault(item.set_code, index) != index:
                links.append((first[item.set_code], index))
        return links

    def _add_costs(self) -> None:
        if self.elastic:
            self._charge_for_capped()
            return
        for form in range(self.order.forms):
            for index, item in enumerate(self.order.pool):
                for section in SECTIONS:
                    weight = share_of(self.order.seed, "weight", form, section, item.code) + item.exposure
                    self.costs[self.column(form, section, index)] = weight
        if self.order.objective is Objective.ALIKE and self.order.forms > 1:
            self._charge_for_differences()

    def _charge_for_capped(self) -> None:
        for form in range(self.order.forms):
            for index, item in enumerate(self.order.pool):
                for section in SECTIONS if item.capped else ():
                    column = self.column(form, section, index)
                    self.costs[column] = MISSED
                    self.slacks.append(Slack(Family.EXPOSURE, (item, section, form), column))

    def _charge_for_differences(self) -> None:
        """Charge the spread of words between the forms, and that of each kind as much as ten words."""
        forms = range(self.order.forms)
        self._charge_for_spread([self.words(form) for form in forms], 0.2)
        for kind in sorted({item.kind for item in self.order.pool}):
            items = [index for index, item in enumerate(self.order.pool) if item.kind == kind]
            self._charge_for_spread([self.columns(form, SCORED, items) for form in forms], 2.0)

    def _charge_for_spread(self, amounts: list[dict[int, float]], cost: float) -> None:
        highest, lowest = self.new_column(cost), self.new_column(-cost)
        for amount in amounts:
            self._add(None, (), amount | {highest: -1.0}, (-INFINITE, 0))
            self._add(None, (), amount | {lowest: -1.0}, (0, INFINITE))

    def solve(self) -> Solution:
        """Return the cheapest choice within the gap, or within the time; an elastic programme is solved to its end."""
        takes = [
            float(self.usable(item, section) and (self.elastic or not self.order.pool[item].capped))
            for section in SECTIONS
            for item in range(len(self.order.pool))
        ]
        return solve(
            self.rows,
            costs=[self.costs.get(column, 0.0) for column in range(self.size)],
            whole=[float(column in self.whole) for column in range(self.size)],
            upper=takes * self.order.forms + [INFINITE] * (self.size - len(takes) * self.order.forms),
            seconds=self.order.seconds,
            gap=0.0 if self.elastic else self.order.gap,
            rounds=self.order.forms == 1 and not self.elastic,
        )
