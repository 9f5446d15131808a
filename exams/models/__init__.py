"""Rows of assessment: the item bank, blueprints, forms, attempts, and the practical."""

from exams.models.assembly import (
    AssemblyPolicy,
    FormChange,
    FormMode,
    ItemExposure,
    PoolForm,
    policy_of,
)
from exams.models.attempts import (
    Attempt,
    AttemptState,
    Response,
    ResponseLog,
    Score,
    StrayReason,
    StraySave,
)
from exams.models.blueprints import Blueprint, BlueprintArea
from exams.models.exam_forms import Exam, ExamForm, FormItem, FormKind, FormStatus, Section
from exams.models.items import Item, ItemDrawing, ItemVersion
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
    "AssemblyPolicy",
    "Attempt",
    "AttemptState",
    "Blueprint",
    "BlueprintArea",
    "Exam",
    "ExamForm",
    "FormChange",
    "FormItem",
    "FormKind",
    "FormMode",
    "FormStatus",
    "Item",
    "ItemDrawing",
    "ItemExposure",
    "ItemReview",
    "ItemVersion",
    "Observation",
    "ObservationLog",
    "PoolForm",
    "Qualification",
    "Response",
    "ResponseLog",
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
    "policy_of",
    "practical_outcome",
]
