"""Says in words what an order for forms lacks."""

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from exams.rules.assembly_facts import PRETEST, SCORED, Family, PoolItem, Shortage
from exams.rules.assembly_program import ANY_LEVEL, Programme
from exams.rules.form_need import Area, Span

NEGLIGIBLE = 1e-6


def shortages(programme: Programme, values: Any) -> tuple[Shortage, ...]:
    """Return what the cheapest solution of an elastic programme pays for, grouped by what it is about."""
    missed: dict[Family, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    abouts: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for slack in programme.slacks:
        amount = float(values[slack.column])
        if amount > NEGLIGIBLE:
            key, about = _group(programme, slack.family, slack.about)
            abouts[slack.family, key] = about
            missed[slack.family][key] += amount  # type: ignore[assignment]
    found = [
        _SENTENCES[family](programme, abouts[family, key], amount)
        for family in Family
        for key, amount in missed[family].items()
    ]
    return tuple(sorted(found, key=lambda shortage: (list(Family).index(shortage.family), shortage.sentence)))


def nothing_found(seconds: float) -> Shortage:
    """Return the report of a search that neither found a form nor could prove that there is none."""
    sentence = f"No form was found within {seconds:g} seconds, and it is not proved that there is none. Try again."
    return Shortage(Family.TIME, 0, sentence)


def _group(programme: Programme, family: Family, about: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """Return by what slacks of one family are put together, and what the sentence needs."""
    if family is Family.EXPOSURE:
        item, section, _ = about
        area, level = _cell_of(programme, item) if section == SCORED else (None, ANY_LEVEL)
        return (area.code if area else PRETEST, level), (area, level)
    if family in (Family.LEVEL, Family.AREA):
        area, level, _ = about
        return (area.code, level), (area, level)
    if family is Family.OVERLAP:
        return about[:1] if about[0] == "seen" else about, about
    if family in (Family.PRETEST, Family.WORDS, Family.ENEMIES):
        return (), about
    return about[:1], about


def _cell_of(programme: Programme, item: PoolItem) -> tuple[Area, str]:
    area = next(area for area in programme.need.areas if area.code == item.area)
    return area, item.level if item.level in area.levels else ANY_LEVEL


def _items(number: int) -> str:
    return f"{number} item{'' if number == 1 else 's'}"


def _where(area: Area, level: str) -> str:
    return f"Content area {area.code}, {level}" if level else f"Content area {area.code}"


def _span(area: Area, level: str) -> Span:
    return area.levels[level] if level else area.span


def _asked(programme: Programme, area: Area, level: str) -> str:
    asked = _span(area, level)
    return (
        f"{asked} asked" if programme.order.forms == 1 else f"{asked} asked for each of {programme.order.forms} forms"
    )


def _count(programme: Programme, area: Area, level: str, *, within_cap: bool) -> int:
    pool = programme.order.pool
    return sum(
        programme.usable(item, SCORED) and not (within_cap and pool[item].capped)
        for item in programme.by_cell[area.code, level]
    )


def _cell(programme: Programme, about: tuple[Any, ...], amount: float) -> Shortage:
    area, level = about
    lacks = round(amount)
    has = _count(programme, area, level, within_cap=False)
    words = f"{_where(area, level)}: {_asked(programme, area, level)}, {has} in the bank"
    words += f", which leaves {_items(lacks)} too few"
    if has >= _span(area, level).least * programme.order.forms:
        words += " beside the other demands"
    return Shortage(Family.LEVEL if level else Family.AREA, lacks, f"{words}.")


def _exposure(programme: Programme, about: tuple[Any, ...], amount: float) -> Shortage:
    area, level = about
    lacks = round(amount)
    if area is None:
        words = f"Pretest items: {programme.need.pretest} asked, {_items(lacks)} too few after exposure cap"
    else:
        has = _count(programme, area, level, within_cap=True)
        words = f"{_where(area, level)}: {_asked(programme, area, level)}, {has} available after exposure cap"
    return Shortage(Family.EXPOSURE, lacks, f"{words}.")


def _kind(programme: Programme, about: tuple[Any, ...], amount: float) -> Shortage:
    kind, span, _ = about
    words = f"Kind {kind.replace('_', ' ')}: {span} asked, which the other demands miss by {round(amount)}."
    return Shortage(Family.KIND, round(amount), words)


def _pretest(programme: Programme, about: tuple[Any, ...], amount: float) -> Shortage:
    words = f"Pretest items: {programme.need.pretest} asked, {_items(round(amount))} too few beside the scored ones."
    return Shortage(Family.PRETEST, round(amount), words)


def _enemies(programme: Programme, about: tuple[Any, ...], amount: float) -> Shortage:
    number = round(amount)
    words = f"Enemies: {about[0]} and {about[1]} would both be needed on one form"
    if number > 1:
        words += f", and {number - 1} more pair{'' if number == 2 else 's'}"
    return Shortage(Family.ENEMIES, number, f"{words}.")


def _sets(programme: Programme, about: tuple[Any, ...], amount: float) -> Shortage:
    words = f"Set {about[0]} travels together, and would have to be split by {_items(round(amount))}."
    return Shortage(Family.SETS, round(amount), words)


def _overlap(programme: Programme, about: tuple[Any, ...], amount: float) -> Shortage:
    other = "with a form seen before" if about[0] == "seen" else f"of forms {about[0] + 1} and {about[1] + 1}"
    lacks = round(amount)
    words = f"Overlap {other}: at most {programme.order.overlap} asked, {_items(lacks)} more would be needed."
    return Shortage(Family.OVERLAP, lacks, words)


def _words(programme: Programme, about: tuple[Any, ...], amount: float) -> Shortage:
    words = f"Words: at most {programme.need.word_limit} asked, {round(amount)} more would be needed."
    return Shortage(Family.WORDS, round(amount), words)


def _key_balance(programme: Programme, about: tuple[Any, ...], amount: float) -> Shortage:
    lacks = max(1, round(amount / 100))
    share = f"at most {programme.need.key_percent} % of the single-choice items"
    words = f"Keys at {about[0].upper()}: {share} asked, {_items(lacks)} more would be needed."
    return Shortage(Family.KEY_BALANCE, lacks, words)


_SENTENCES: dict[Family, Callable[[Programme, tuple[Any, ...], float], Shortage]] = {
    Family.AREA: _cell,
    Family.LEVEL: _cell,
    Family.KIND: _kind,
    Family.PRETEST: _pretest,
    Family.ENEMIES: _enemies,
    Family.SETS: _sets,
    Family.EXPOSURE: _exposure,
    Family.OVERLAP: _overlap,
    Family.WORDS: _words,
    Family.KEY_BALANCE: _key_balance,
}
