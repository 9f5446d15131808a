"""Rows of assessment: the item bank, blueprints, forms, attempts, and the practical."""

from exams.models.accommodations import Accommodation, Ground, adjustments_of, adjustments_on
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
from exams.models.blueprints import Blueprint, BlueprintArea
from exams.models.events import AttemptEvent, AttemptEventKind
from exams.models.exam_forms import Exam, ExamForm, FormItem, Release, Section
from exams.models.items import Item, ItemDrawing, ItemVersion
from exams.models.policies import ExamPolicy, ExamPolicyChange, SafeExamBrowserFile, policy_of
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
    "Accommodation",
    "Acknowledgement",
    "Attempt",
    "AttemptEvent",
    "AttemptEventKind",
    "AttemptState",
    "Blueprint",
    "BlueprintArea",
    "Exam",
    "ExamForm",
    "ExamPolicy",
    "ExamPolicyChange",
    "FormItem",
    "Ground",
    "Item",
    "ItemDrawing",
    "ItemReview",
    "ItemVersion",
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
    "SafeExamBrowserFile",
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
    "adjustments_of",
    "adjustments_on",
    "facts_in_file",
    "policy_of",
    "practical_outcome",
]
