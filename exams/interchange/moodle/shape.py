"""What Moodle XML holds of an item."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from exams.interchange.findings import Changes
from exams.interchange.fitting import LeftOutError
from exams.interchange.letters import mixed_for_files
from exams.interchange.number_answers import shaped_number
from exams.interchange.numbers import exact_text
from exams.interchange.tags import taggable
from exams.interchange.texts import collapsed
from exams.interchange.tree import ExchangeItem
from exams.interchange.weights import shaped_choices
from exams.rules.item_kinds import ItemKind, ScoringRule

ELSEWHERE = {
    ScoringRule.CONCORDANT_PAIRS: "options at their right places count, not pairs in the right order",
}


def shaped(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Return an item as Moodle XML will hold it. Raises `LeftOutError`."""
    if item.kind is ItemKind.HOTSPOT:
        raise LeftOutError("Moodle XML has no question that asks for a place on a picture by areas with points.")
    item = taggable(collapsed(item, changes), changes)
    if item.picture is not None and "]" in item.picture.alt + item.picture.caption:
        raise LeftOutError("the words for its picture hold square brackets, which its form of Markdown cannot.")
    if item.kind in (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_RESPONSE):
        item = shaped_choices(item, changes)
    if item.kind is ItemKind.NUMERIC:
        item = _number(item, changes)
    if item.scoring in ELSEWHERE:
        changes.add("scored_otherwise", f"Moodle scores it otherwise: {ELSEWHERE[item.scoring]}.")
    if item.kind is ItemKind.MATCHING and item.scoring is ScoringRule.ALL_OR_NOTHING:
        changes.add("scored_otherwise", "Moodle scores it otherwise: every right line earns a share.")
    if item.kind is ItemKind.MATCHING and len({prompt.text for prompt in item.prompts}) < len(item.prompts):
        raise LeftOutError("two of its lines have the same text.")
    return mixed_for_files(item, changes)


def _number(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    if item.scoring is ScoringRule.UNIT:
        for name, factor in item.parameters["factors"].items():
            if Decimal(factor) <= 0 or exact_text(1 / Fraction(factor)) is None:
                raise LeftOutError(f"the unit {name} has a factor whose inverse is no decimal number.")
        factors = {name: str(exact_text(Fraction(factor))) for name, factor in item.parameters["factors"].items()}
        if factors != dict(item.parameters["factors"]):
            changes.add("numbers_rewritten", "Factors are written in their shortest form.")
        return replace(item, parameters={**item.parameters, "factors": factors})
    item = shaped_number(item, changes)
    if item.key["unit"]:
        changes.add("unit_optional", "Moodle does not show the unit beside the box. Name it in the question.")
    return item
