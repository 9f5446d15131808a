"""Whether what was read is an item of ours: by the reader that all items go through, and the limits of the pages."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from content.rules.areas import inside_drawing
from exams.errors import MaterialError
from exams.interchange.findings import Changes, RefusedItemError, UnsupportedItemError
from exams.interchange.letters import has_quiet_ids, with_letters
from exams.interchange.pictures import size_of
from exams.interchange.tree import ExchangeItem
from exams.rules.item_kinds import ItemKind
from exams.rules.item_material import ItemMaterial, Level, read_item
from exams.rules.scoring import area_of

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
DATE = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MOST_OPTIONS = 10
WITH_ORDER = (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_RESPONSE, ItemKind.MATCHING)
MOST_PROMPTS = 10
LONGEST = {"stem": 6000, "rationale": 6000, "content_area": 8, "item_set": 64}
LONGEST_OPTION = 2000
LONGEST_UNIT = 32


@dataclass(frozen=True)
class Defaults:
    """What stands in for facts that a file does not give; all are needed before an item can be stored.

    When its facts were checked is not among them: whoever takes a file in has checked nothing.
    """

    content_area: str = ""
    level: str = ""
    review_by: str = ""


# For the check alone, where nothing is stored yet.
ANY = Defaults("D1", Level.RECALL.value, "2000-01-02")


def material_of(item: ExchangeItem, defaults: Defaults, *, code: str) -> dict[str, Any]:
    """Return an item as a mapping like one of material. `code` is the one it will have."""
    content: dict[str, Any] = {
        "code": code,
        "content_area": item.content_area or defaults.content_area,
        "level": item.level or defaults.level,
        "type": item.kind.value,
        "stem": item.stem,
        "key": item.key,
        "scoring": item.scoring.value,
        "scoring_parameters": dict(item.parameters),
        "rationale": item.rationale,
        "sources": list(item.sources),
        "enemies": list(item.enemies),
        "fixed_order": item.fixed_order,
        "words": item.words,
        "item_set": item.item_set,
        "options": [asdict(option) for option in item.options],
        "prompts": [asdict(prompt) for prompt in item.prompts],
        "regions": [asdict(region) for region in item.regions],
        "review_status": "unreviewed",
        "verified_on": item.verified_on,
        "review_by": item.review_by or defaults.review_by,
    }
    if item.picture is not None:
        content["figure"] = {"alt": item.picture.alt, "caption": item.picture.caption}
    return content


def read_material(item: ExchangeItem, defaults: Defaults, *, code: str) -> ItemMaterial:
    """Read an item as the bank's own reader does. Raises `MaterialError`."""
    return read_item(material_of(item, defaults, code=code), item.picture.content if item.picture else None)


def checked(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Return the item as the bank can take it, with quiet ids and sound facts; whatever that changes is said.

    Raises `RefusedItemError` and `UnsupportedItemError`.
    """
    _check_texts(item)
    _check_counts(item)
    item = _sound_facts(item, changes)
    try:
        read_material(item, ANY, code="X")
    except MaterialError as error:
        raise RefusedItemError(error.code, error.sentence.removeprefix("Item X: ").capitalize()) from error
    _check_places(item)
    if not has_quiet_ids(item):
        changes.add("ids_renamed", "Options and lines got new ids, for candidates see them and they must tell nothing.")
        item = with_letters(item, by_lot=not item.fixed_order)
    return item


def _texts(item: ExchangeItem) -> Iterable[str]:
    yield from (item.stem, item.rationale, item.item_set, *item.sources, *item.enemies)
    yield from (text for option in item.options for text in (option.id, option.text, option.reason))
    yield from (text for prompt in item.prompts for text in (prompt.id, prompt.text))
    yield from (region.label for region in item.regions)
    yield from (item.picture.alt, item.picture.caption) if item.picture else ()
    yield from _strings(item.key)
    yield from _strings(item.parameters)


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        yield from (str(name) for name in value)
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value


def _check_texts(item: ExchangeItem) -> None:
    for text in _texts(item):
        if "\ufffd" in text:
            raise RefusedItemError(
                "text_broken", "A text holds the sign � : it was broken before. Export it anew in the right encoding."
            )
        if UNSTORABLE.search(text):
            raise RefusedItemError("text_broken", "A text holds control characters. Take them out.")
    if not item.stem.strip():
        raise RefusedItemError("no_stem", "There is no question text.")
    for name, most in LONGEST.items():
        if len(getattr(item, name)) > most:
            raise RefusedItemError("text_too_long", f"Its {name.replace('_', ' ')} is longer than {most} characters.")
    _check_choices(item)
    if isinstance(item.key, Mapping) and len(str(item.key.get("unit", ""))) > LONGEST_UNIT:
        raise RefusedItemError("text_too_long", f"Its unit is longer than {LONGEST_UNIT} characters.")


def _check_choices(item: ExchangeItem) -> None:
    if any(len(text) > LONGEST_OPTION for option in item.options for text in (option.text, option.reason)):
        raise RefusedItemError("text_too_long", f"An option is longer than {LONGEST_OPTION} characters.")
    if not all(text.strip() for text in [*(o.text for o in item.options), *(p.text for p in item.prompts)]):
        raise RefusedItemError("empty_option", "An option or a line has no text.")
    texts = [option.text for option in item.options]
    if len(set(texts)) != len(texts):
        raise RefusedItemError("options_same", "Two options have the same text.")


def _check_counts(item: ExchangeItem) -> None:
    if len(item.options) > MOST_OPTIONS or len(item.prompts) > MOST_PROMPTS:
        raise UnsupportedItemError("too_many_options", f"It has more than {MOST_OPTIONS} options or lines.")


def _sound_facts(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    if item.level and item.level not in {level.value for level in Level}:
        changes.add("fact_dropped", f"The level “{item.level[:20]}” is not known here.")
        item = replace(item, level="")
    for name in ("verified_on", "review_by"):
        if (day := getattr(item, name)) and not DATE.fullmatch(day):
            changes.add("fact_dropped", f"“{day[:20]}” is not a day.")
            no_day: dict[str, Any] = {name: ""}
            item = replace(item, **no_day)
    if item.fixed_order and item.kind not in WITH_ORDER:
        changes.add("order_dropped", "This kind of question has no order of options to keep.")
        item = replace(item, fixed_order=False)
    return item


def _check_places(item: ExchangeItem) -> None:
    """Areas and regions lie on the picture, and the picture has a size that pixels can be counted in."""
    if item.kind is not ItemKind.HOTSPOT or item.picture is None:
        return
    size = size_of(item.picture)
    if size is None:
        raise RefusedItemError("picture_without_size", "The drawing of a hotspot needs a viewBox that begins at 0 0.")
    try:
        areas = [area_of(area) for area in item.key["areas"]]
        inside = all(inside_drawing(area, size) for area in areas)
    except (ValueError, ZeroDivisionError) as error:
        raise RefusedItemError("area_unusable", f"An area cannot be read: {error}.") from error
    if not inside:
        raise RefusedItemError("area_outside", f"An area lies outside the picture, {size[0]:g} by {size[1]:g}.")
    if any(not (0 <= float(r.x) <= size[0] and 0 <= float(r.y) <= size[1]) for r in item.regions):
        raise RefusedItemError("area_outside", f"A region lies outside the picture, {size[0]:g} by {size[1]:g}.")
