"""Whether a form keeps to its blueprint, whoever put it together."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exams.rules.form_need import FormNeed


@dataclass(frozen=True)
class PlacedItem:
    """What the check of a form needs to know of one item in it; `set_members` are all items of its set."""

    code: str
    content_area: str
    section: str
    enemies: frozenset[str]
    is_published: bool = False
    level: str = ""
    kind: str = ""
    words: int = 0
    key_place: str = ""
    set_members: frozenset[str] = frozenset()


def form_faults(items: Sequence[PlacedItem], need: FormNeed, *, allows_published: bool = True) -> list[str]:
    """Say where a form does not keep to its blueprint; an empty list means that it does.

    Source: exams.md 1.1 (enemies, sets), 1.2 (counts by area and level, pretest items apart), 4.9 (kinds, words, key
    balance).
    """
    faults = [f"{code} stands {count} times" for code, count in Counter(i.code for i in items).items() if count > 1]
    faults += _count_faults([item for item in items if item.section == "scored"], need)
    tried = sum(item.section == "pretest" for item in items)
    if tried != need.pretest:
        faults.append(f"it has {tried} pretest items, not {need.pretest}")
    published = sorted(item.code for item in items if item.is_published)
    if published and not allows_published:
        faults.append(f"its blueprint forbids published items, which anybody can read: {', '.join(published)}")
    return [*faults, *_limit_faults(items, need), *_company_faults(items)]


def _count_faults(scored: Sequence[PlacedItem], need: FormNeed) -> Iterator[str]:
    by_area = Counter(item.content_area for item in scored)
    by_level = Counter((item.content_area, item.level) for item in scored)
    for area in need.areas:
        if by_area[area.code] not in area.span:
            yield f"{area.code} has {by_area[area.code]} scored items, not {area.span}"
    yield from (
        f"{code} is not an area of the blueprint" for code in sorted(set(by_area) - {a.code for a in need.areas})
    )
    for area in need.areas:
        for level, span in area.levels.items():
            if by_level[area.code, level] not in span:
                yield f"{area.code} has {by_level[area.code, level]} scored items to {level}, not {span}"
    ranges = any(area.most is not None for area in need.areas)
    if ranges and len(scored) != need.length:
        yield f"it has {len(scored)} scored items, not {need.length}"
    by_kind = Counter(item.kind for item in scored)
    for kind, span in need.kinds.items():
        if by_kind[kind] not in span:
            yield f"it has {by_kind[kind]} scored items of kind {kind.replace('_', ' ')}, not {span}"


def _limit_faults(items: Sequence[PlacedItem], need: FormNeed) -> Iterator[str]:
    words = sum(item.words for item in items)
    if need.word_limit is not None and words > need.word_limit:
        yield f"it has {words} words, more than {need.word_limit}"
    if need.key_percent is not None:
        keys = Counter(item.key_place for item in items if item.key_place)
        for place, count in sorted(keys.items()):
            if 100 * count > need.key_percent * keys.total():
                share = f"{count} of {keys.total()} single-choice items have their key at {place.upper()}"
                yield f"{share}, more than {need.key_percent} %"


def _company_faults(items: Sequence[PlacedItem]) -> Iterator[str]:
    codes = {item.code for item in items}
    pairs = {tuple(sorted((item.code, enemy))) for item in items for enemy in item.enemies & codes}
    yield from (f"{one} and {other} must not share a form" for one, other in sorted(pairs) if one != other)
    sections = {item.code: item.section for item in items}
    torn = {
        tuple(sorted(item.set_members))
        for item in items
        if any(sections.get(member) != item.section for member in item.set_members)
    }
    yield from (f"{', '.join(members)} are one set and stand together or not at all" for members in sorted(torn))
