"""Which scoring rules people write here, and what of an item stays as its file had it because its rule came in one."""

from collections.abc import Mapping
from typing import Any

from exams.rules.item_kinds import ScoringRule

WITHOUT_PARAMETERS = frozenset(
    {
        ScoringRule.MATCH_CORRECT,
        ScoringRule.ALL_OR_NOTHING,
        ScoringRule.PLUS_MINUS_FLOOR0,
        ScoringRule.PER_OPTION,
        ScoringRule.TOLERANCE_ABSOLUTE,
        ScoringRule.TOLERANCE_RELATIVE_PERCENT,
        ScoringRule.EXACT,
        ScoringRule.POSITIONS,
        ScoringRule.CONCORDANT_PAIRS,
        ScoringRule.PER_PAIR,
        ScoringRule.NESTED_BEST,
        ScoringRule.NORMALISED_EQUAL,
        ScoringRule.WILDCARD,
        ScoringRule.MANUAL,
    }
)
# What belongs to a key: parts of an item's content that stay as they are where people cannot write the scoring rule.
KEY_PARTS = ("options", "prompts", "regions", "key", "scoring", "scoring_parameters", "words", "fixed_order", "figure")


def is_written_here(rule: ScoringRule) -> bool:
    """Say whether people write items of this rule; others need parameters, which come in files only."""
    return rule in WITHOUT_PARAMETERS


def changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the parts that an edit may not change and does: contents as `content_of` gives them.

    All that belongs to the key of an item whose rule came in a file; of all others the rule, when it would become one
    that only files bring.
    """
    old, new = ScoringRule(before["scoring"]), ScoringRule(after["scoring"])
    if is_written_here(old):
        return [] if is_written_here(new) else ["scoring"]
    return [part for part in KEY_PARTS if (before.get(part) or None) != (after.get(part) or None)]
