"""The kinds of items and the rules that score them (exams.md 3.1 to 3.8)."""

from enum import StrEnum


class ItemKind(StrEnum):
    """What a candidate does: choose, choose several, type a number, order, match, point, write a word, write a text."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_RESPONSE = "multiple_response"
    NUMERIC = "numeric"
    ORDERING = "ordering"
    MATCHING = "matching"
    HOTSPOT = "hotspot"
    SHORT_TEXT = "short_text"
    ESSAY = "essay"


class ScoringRule(StrEnum):
    """How an answer becomes points; see `scoring`."""

    MATCH_CORRECT = "match_correct"
    ALL_OR_NOTHING = "all_or_nothing"
    PLUS_MINUS_FLOOR0 = "plus_minus_floor0"
    PER_OPTION = "per_option"
    QTI_MAP_RESPONSE = "qti_map_response"
    FRACTIONS_SUM = "fractions_sum"
    TOLERANCE_ABSOLUTE = "tolerance_absolute"
    TOLERANCE_RELATIVE_PERCENT = "tolerance_relative_percent"
    UNIT = "unit"
    BANDS = "bands"
    EXACT = "exact"
    POSITIONS = "positions"
    CONCORDANT_PAIRS = "concordant_pairs"
    PER_PAIR = "per_pair"
    NESTED_BEST = "nested_best"
    QTI_MAP_RESPONSE_POINT = "qti_map_response_point"
    NORMALISED_EQUAL = "normalised_equal"
    WILDCARD = "wildcard"
    MANUAL = "manual"


RULES_OF_KIND: dict[ItemKind, frozenset[ScoringRule]] = {
    ItemKind.SINGLE_CHOICE: frozenset({ScoringRule.MATCH_CORRECT}),
    ItemKind.MULTIPLE_RESPONSE: frozenset(
        {
            ScoringRule.ALL_OR_NOTHING,
            ScoringRule.PLUS_MINUS_FLOOR0,
            ScoringRule.PER_OPTION,
            ScoringRule.QTI_MAP_RESPONSE,
            ScoringRule.FRACTIONS_SUM,
        }
    ),
    ItemKind.NUMERIC: frozenset(
        {
            ScoringRule.TOLERANCE_ABSOLUTE,
            ScoringRule.TOLERANCE_RELATIVE_PERCENT,
            ScoringRule.UNIT,
            ScoringRule.BANDS,
        }
    ),
    ItemKind.ORDERING: frozenset({ScoringRule.EXACT, ScoringRule.POSITIONS, ScoringRule.CONCORDANT_PAIRS}),
    ItemKind.MATCHING: frozenset({ScoringRule.PER_PAIR, ScoringRule.ALL_OR_NOTHING}),
    ItemKind.HOTSPOT: frozenset({ScoringRule.NESTED_BEST, ScoringRule.QTI_MAP_RESPONSE_POINT}),
    ItemKind.SHORT_TEXT: frozenset({ScoringRule.NORMALISED_EQUAL, ScoringRule.WILDCARD}),
    ItemKind.ESSAY: frozenset({ScoringRule.MANUAL}),
}
