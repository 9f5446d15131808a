"""Rows of assessment: the item bank, blueprints, forms, attempts, and the practical."""

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
from exams.models.exam_sessions import Booking, BookingState, ExamSession
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
from exams.models.results import Result, ResultEvent
from exams.models.reviews import ItemReview, facts_in_file
from exams.models.signals import IntegritySignal, Presence, SignalKind

__all__ = [
    "Acknowledgement",
    "Attempt",
    "AttemptEvent",
    "AttemptEventKind",
    "AttemptState",
    "Blueprint",
    "BlueprintArea",
    "Booking",
    "BookingState",
    "Exam",
    "ExamForm",
    "ExamSession",
    "FormItem",
    "IntegritySignal",
    "Item",
    "ItemDrawing",
    "ItemReview",
    "ItemVersion",
    "Observation",
    "ObservationLog",
    "Presence",
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
    "SignalKind",
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
