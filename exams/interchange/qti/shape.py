"""What QTI holds of an item: everything, some of it as facts that only this system reads."""

from exams.interchange.findings import Changes
from exams.interchange.texts import collapsed
from exams.interchange.tree import ExchangeItem
from exams.rules.item_kinds import ItemKind, ScoringRule

ELSEWHERE = {
    ScoringRule.PER_OPTION: "only the whole right selection earns the point",
    ScoringRule.POSITIONS: "only the whole right order earns the point",
    ScoringRule.CONCORDANT_PAIRS: "only the whole right order earns the point",
    ScoringRule.UNIT: "only the number with its unit exactly as in the key earns the point",
    ScoringRule.BANDS: "only the number of the key earns the point",
    ScoringRule.WILDCARD: "stars in accepted texts stand for themselves",
    ScoringRule.NESTED_BEST: "areas that lie in each other add up, to the score of the best",
}


def shaped(item: ExchangeItem, changes: Changes) -> ExchangeItem:
    """Return the item as it is, and say what other systems will make of it."""
    if item.scoring in ELSEWHERE:
        changes.add("scored_otherwise", f"Other systems score it otherwise: {ELSEWHERE[item.scoring]}.")
    if item.kind is ItemKind.ESSAY:
        changes.add(
            "rubric_hidden", "Other systems show the guidance to markers, but not the criteria with their points."
        )
    return collapsed(item, changes)
