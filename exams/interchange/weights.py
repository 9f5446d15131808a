"""Choices as percentages of the points, as Moodle has them, and back to a rule of ours."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from exams.interchange.findings import Changes, RefusedItemError
from exams.interchange.fitting import LeftOutError
from exams.interchange.tree import ExchangeItem
from exams.rules.item_kinds import RULES_OF_KIND, ItemKind, ScoringRule

# One part of so many, as Moodle writes it.
SHARES = {
    1: "100",
    2: "50",
    3: "33.33333",
    4: "25",
    5: "20",
    6: "16.66667",
    7: "14.28571",
    8: "12.5",
    9: "11.11111",
    10: "10",
}
ELSEWHERE = {
    ScoringRule.ALL_OR_NOTHING: "a part of the right selection earns a part of the points",
    ScoringRule.PER_OPTION: "right options that are left out and wrong ones that are chosen count otherwise",
}


def percents_of(item: ExchangeItem) -> dict[str, str]:
    """Return what each option is worth in percent."""
    if item.scoring is ScoringRule.FRACTIONS_SUM:
        return {option.id: str(item.parameters["fractions"].get(option.id, "0")) for option in item.options}
    share = SHARES[len(item.key)]
    wrong = {
        ScoringRule.MATCH_CORRECT: "0",
        ScoringRule.ALL_OR_NOTHING: "-100",
        ScoringRule.PLUS_MINUS_FLOOR0: f"-{share}",
        ScoringRule.PER_OPTION: f"-{share}",
    }[item.scoring]
    return {option.id: share if option.id in item.key else wrong for option in item.options}


def shaped_choices(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Return a choice as percentages hold it. Raises `LeftOutError`."""
    if item.scoring is ScoringRule.QTI_MAP_RESPONSE:
        raise LeftOutError("it is scored by points with bounds, which percentages cannot hold.")
    if item.scoring in ELSEWHERE:
        changes.add("scored_otherwise", f"Other systems score it otherwise: {ELSEWHERE[item.scoring]}.")
    if item.scoring is ScoringRule.FRACTIONS_SUM:
        fractions = percents_of(item)
        if fractions != dict(item.parameters["fractions"]):
            changes.add("spelled_out", "Options without a percentage got 0 %, which is the same.")
        item = replace(item, parameters={"fractions": fractions})
        earning = tuple(sorted(option for option, percent in fractions.items() if Decimal(percent) > 0))
        if earning != tuple(sorted(item.key)):
            changes.add("key_spelled_out", "Its key is the options that earn points.")
            item = replace(item, key=earning)
    return item


def item_of_percents(item: ExchangeItem, percents: Mapping[str, str], rule: str, changes: Changes) -> ExchangeItem:
    """Return the item with key and rule that its percentages mean; `rule` is what a tag says, "" for none."""
    right = tuple(sorted(option for option, percent in percents.items() if Decimal(percent) > 0))
    if item.kind is ItemKind.SINGLE_CHOICE:
        if [percents[option] for option in right] not in (["100"], ["100.0"]) and not _is_whole(percents, right):
            raise RefusedItemError(
                "key_missing", "A single choice needs exactly one option with 100 %, all others below."
            )
        if any(Decimal(percent) < 0 for percent in percents.values()):
            changes.add("penalty_dropped", "Wrong options took points away. Here they earn nothing.")
        return replace(item, key=right, scoring=ScoringRule.MATCH_CORRECT)
    summed = replace(item, key=right, scoring=ScoringRule.FRACTIONS_SUM, parameters={"fractions": dict(percents)})
    known = {known.value for known in RULES_OF_KIND[item.kind]} - {ScoringRule.QTI_MAP_RESPONSE, summed.scoring}
    if rule in known and len(right) in SHARES:
        ruled = replace(summed, scoring=ScoringRule(rule), parameters={})
        if percents_of(ruled) == dict(percents):
            return ruled
    if rule and rule != summed.scoring:
        changes.add("rule_lost", f"It was scored by {rule[:40]}, but its percentages do not fit that.")
    return summed


def _is_whole(percents: Mapping[str, str], right: tuple[str, ...]) -> bool:
    return len(right) == 1 and Decimal(percents[right[0]]) == 100
