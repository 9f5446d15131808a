"""Rows of assessment: the item bank, blueprints, forms, attempts, and the practical."""

from exams.models.attempts import (
    Attempt,
    AttemptState,
    Response,
    ResponseLog,
    Score,
    StrayReason,
    StraySave,
)
from exams.models.authoring import BlindAnswer, ItemComment, ItemDecision, KeyRead, ReviewAssignment
from exams.models.blueprints import Blueprint, BlueprintArea
from exams.models.exam_forms import Exam, ExamForm, FormItem, Section
from exams.models.items import Item, ItemDrawing, ItemSet, ItemVersion
from exams.models.practicals import (
    Acknowledgement,
    Observation,
    ObservationLog,
    Qualification,
    Rubric,
    RubricVersion,
    SignOff,
    Sitting,
    SittingState,
    StationResult,
    StrayObservation,
    practical_outcome,
)
from exams.models.reviews import ItemReview, facts_in_file

__all__ = [
    "Acknowledgement",
    "Attempt",
    "AttemptState",
    "BlindAnswer",
    "Blueprint",
    "BlueprintArea",
    "Exam",
    "ExamForm",
    "FormItem",
    "Item",
    "ItemComment",
    "ItemDecision",
    "ItemDrawing",
    "ItemReview",
    "ItemSet",
    "ItemVersion",
    "KeyRead",
    "Observation",
    "ObservationLog",
    "Qualification",
    "Response",
    "ResponseLog",
    "ReviewAssignment",
    "Rubric",
    "RubricVersion",
    "Score",
    "Section",
    "SignOff",
    "Sitting",
    "SittingState",
    "StationResult",
    "StrayObservation",
    "StrayReason",
    "StraySave",
    "facts_in_file",
    "practical_outcome",
]
