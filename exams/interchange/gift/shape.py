"""What GIFT holds of an item."""

from dataclasses import replace

from exams.interchange.findings import Changes
from exams.interchange.fitting import LeftOutError
from exams.interchange.letters import mixed_for_files
from exams.interchange.number_answers import shaped_number
from exams.interchange.tags import HOLDABLE, taggable
from exams.interchange.texts import collapsed, star_texts
from exams.interchange.tree import ExchangeItem
from exams.interchange.weights import shaped_choices
from exams.rules.item_kinds import ItemKind, ScoringRule

WITHOUT = {
    ItemKind.HOTSPOT: "GIFT has no question with a picture.",
    ItemKind.ORDERING: "GIFT has no question that asks for an order.",
    ItemKind.ESSAY: "GIFT has no place for the guidance and the rubric of markers.",
}
ARROW = "->"


def shaped(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Return an item as GIFT will hold it. Raises `LeftOutError`."""
    if item.kind in WITHOUT:
        raise LeftOutError(WITHOUT[item.kind])
    if item.picture is not None:
        raise LeftOutError("GIFT has no pictures, and the question needs its own.")
    item = taggable(collapsed(item, changes), changes)
    if item.kind in (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_RESPONSE):
        item = shaped_choices(item, changes)
    elif item.kind is ItemKind.NUMERIC:
        item = _number(item, changes)
    elif item.kind is ItemKind.SHORT_TEXT:
        _check_texts(item)
    elif item.kind is ItemKind.MATCHING:
        _check_pairs(item, changes)
    item = _without_reasons(item, changes)
    return mixed_for_files(item, changes)


def _number(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    if item.scoring is ScoringRule.UNIT:
        raise LeftOutError("GIFT has no units, and here the unit is part of the answer.")
    if item.key["unit"] and not HOLDABLE.fullmatch(item.key["unit"]):
        raise LeftOutError("its unit cannot be written in a tag.")
    if item.key["unit"]:
        changes.add("unit_hidden", "Other systems do not show the unit beside the box. Name it in the question.")
    return shaped_number(item, changes)


def _check_texts(item: ExchangeItem) -> None:
    if any(ARROW in text or text.startswith(("%", "[")) for text in star_texts(item)):
        raise LeftOutError("an accepted text holds -> or begins with % or [, which GIFT would read otherwise.")
    if any(text.casefold() in ("t", "f", "true", "false") for text in star_texts(item)):
        raise LeftOutError("an accepted text is the word true or false, which GIFT would read otherwise.")


def _check_pairs(item: ExchangeItem, changes: Changes) -> None:
    texts = [*(prompt.text for prompt in item.prompts), *(option.text for option in item.options)]
    if any(ARROW in text or text.startswith(("%", "[")) for text in texts):
        raise LeftOutError("a line holds -> or begins with % or [, which GIFT would read otherwise.")
    if len({prompt.text for prompt in item.prompts}) < len(item.prompts):
        raise LeftOutError("two of its lines have the same text.")
    if item.scoring is ScoringRule.ALL_OR_NOTHING:
        changes.add("scored_otherwise", "Other systems score it otherwise: every right line earns a share.")


def _without_reasons(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    if item.kind is not ItemKind.MATCHING or not any(option.reason for option in item.options):
        return item
    changes.add("reasons_lost", "The reasons for its options are not kept.")
    return replace(item, options=tuple(replace(option, reason="") for option in item.options))
