"""Rows of assessment: the item bank, blueprints, forms, attempts, and the practical."""

from exams.models.appeals import Appeal, AppealEvent, AppealStep
from exams.models.attempts import (
    Attempt,
    AttemptState,
    Response,
    ResponseLog,
    Score,
    StrayReason,
    StraySave,
    VoidKind,
)
from exams.models.blueprints import Blueprint, BlueprintArea, BlueprintMinimum
from exams.models.events import AttemptEvent, AttemptEventKind
from exams.models.exam_forms import Exam, ExamForm, FormItem, Release, Section
from exams.models.items import Item, ItemDrawing, ItemVersion
from exams.models.key_changes import KeyChange
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
from exams.models.results import Result, ResultEvent
from exams.models.reviews import ItemReview, facts_in_file

__all__ = [
    "Acknowledgement",
    "Appeal",
    "AppealEvent",
    "AppealStep",
    "Attempt",
    "AttemptEvent",
    "AttemptEventKind",
    "AttemptState",
    "Blueprint",
    "BlueprintArea",
    "BlueprintMinimum",
    "Exam",
    "ExamForm",
    "FormItem",
    "Item",
    "ItemDrawing",
    "ItemReview",
    "ItemVersion",
    "KeyChange",
    "Observation",
    "ObservationLog",
    "Qualification",
    "Release",
    "Response",
    "ResponseLog",
    "Result",
    "ResultEvent",
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
    "VoidKind",
    "facts_in_file",
    "practical_outcome",
]
