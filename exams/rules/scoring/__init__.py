"""From an answer and a key to points. One module for each family of rules; this is what the others use of them.

Rules and their names follow exams.md 3.1 to 3.8.
"""

from exams.rules.scoring.answers import (
    LONGEST_NUMBER,
    AnswerState,
    Value,
    answer_state,
    parse_number,
    parse_point,
    placed_options,
    points_of,
    split_number,
    word_count,
)
from exams.rules.scoring.keys import (
    AreasKey,
    ChoiceKey,
    FractionsKey,
    Key,
    ManualKey,
    MappingKey,
    NumberBand,
    NumberKey,
    OrderKey,
    PairsKey,
    TextKey,
)
from exams.rules.scoring.reading import area_of, read_key
from exams.rules.scoring.right import right_answer
from exams.rules.scoring.scorer import (
    SCORER,
    AwaitingMarking,
    GivenAnswer,
    needs_marking,
    outcome,
    points,
    stored_points,
)

__all__ = [
    "LONGEST_NUMBER",
    "SCORER",
    "AnswerState",
    "AreasKey",
    "AwaitingMarking",
    "ChoiceKey",
    "FractionsKey",
    "GivenAnswer",
    "Key",
    "ManualKey",
    "MappingKey",
    "NumberBand",
    "NumberKey",
    "OrderKey",
    "PairsKey",
    "TextKey",
    "Value",
    "answer_state",
    "area_of",
    "needs_marking",
    "outcome",
    "parse_number",
    "parse_point",
    "placed_options",
    "points",
    "points_of",
    "read_key",
    "right_answer",
    "split_number",
    "stored_points",
    "word_count",
]
