"""Rows of assessment: the item bank, blueprints, forms, attempts, and the practical."""

from exams.models.accommodations import Accommodation, Ground, adjustments_of, adjustments_on
from exams.models.analyses import FormAnalysis
from exams.models.appeals import Appeal, AppealEvent, AppealStep
from exams.models.assembly import (
    AssemblyPolicy,
    FormAct,
    FormChange,
    FormMode,
    FormUse,
    ItemExposure,
    assembly_policy_of,
    blueprint_of,
)
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
from exams.models.authoring import BlindAnswer, ItemComment, ItemDecision, KeyRead, ReviewAssignment
from exams.models.blueprints import Blueprint, BlueprintArea, BlueprintMinimum
from exams.models.events import AttemptEvent, AttemptEventKind
from exams.models.evidence import EvidencePack
from exams.models.exam_forms import Exam, ExamForm, FormItem, FormKind, FormStatus, Release, Section
from exams.models.exam_sessions import Booking, BookingState, ExamSession
from exams.models.item_imports import ImportState, ItemImport
from exams.models.items import Item, ItemDrawing, ItemSet, ItemVersion
from exams.models.key_changes import KeyChange
from exams.models.marking import Mark, MarkingChange, MarkingTask, related_to
from exams.models.mocks import MockExam, MockQuestion, MockState
from exams.models.panels import (
    CutAdoption,
    PanelAnswer,
    PanelJudge,
    PanelMethod,
    PanelRating,
    PanelRound,
    StandardSettingPanel,
)
from exams.models.policies import ExamPolicy, ExamPolicyChange, SafeExamBrowserFile, policy_of
from exams.models.practicals import (
    Acknowledgement,
    Observation,
    ObservationLog,
    Qualification,
    Rubric,
    RubricVersion,
    SignedPractical,
    SignOff,
    Sitting,
    SittingState,
    StationResult,
    StrayObservation,
    practical_outcome,
    signed_practicals,
)
from exams.models.practicum import PracticumDecision, PracticumEntry, PracticumVerdict, ReturnReason
from exams.models.results import Result, ResultEvent
from exams.models.reviews import ItemReview, facts_in_file
from exams.models.signals import IntegritySignal, Presence, SignalKind
from exams.models.studies import Study, StudyKind, StudyRequest, StudyState

__all__ = [
    "Accommodation",
    "Acknowledgement",
    "Appeal",
    "AppealEvent",
    "AppealStep",
    "AssemblyPolicy",
    "Attempt",
    "AttemptEvent",
    "AttemptEventKind",
    "AttemptState",
    "BlindAnswer",
    "Blueprint",
    "BlueprintArea",
    "BlueprintMinimum",
    "Booking",
    "BookingState",
    "CutAdoption",
    "EvidencePack",
    "Exam",
    "ExamForm",
    "ExamPolicy",
    "ExamPolicyChange",
    "ExamSession",
    "FormAct",
    "FormAnalysis",
    "FormChange",
    "FormItem",
    "FormKind",
    "FormMode",
    "FormStatus",
    "FormUse",
    "Ground",
    "ImportState",
    "IntegritySignal",
    "Item",
    "ItemComment",
    "ItemDecision",
    "ItemDrawing",
    "ItemExposure",
    "ItemImport",
    "ItemReview",
    "ItemSet",
    "ItemVersion",
    "KeyChange",
    "KeyRead",
    "Mark",
    "MarkingChange",
    "MarkingTask",
    "MockExam",
    "MockQuestion",
    "MockState",
    "Observation",
    "ObservationLog",
    "PanelAnswer",
    "PanelJudge",
    "PanelMethod",
    "PanelRating",
    "PanelRound",
    "PracticumDecision",
    "PracticumEntry",
    "PracticumVerdict",
    "Presence",
    "Qualification",
    "Release",
    "Response",
    "ResponseLog",
    "Result",
    "ResultEvent",
    "ReturnReason",
    "ReviewAssignment",
    "Rubric",
    "RubricVersion",
    "SafeExamBrowserFile",
    "Score",
    "Section",
    "SignOff",
    "SignalKind",
    "SignedPractical",
    "Sitting",
    "SittingState",
    "StandardSettingPanel",
    "StationResult",
    "StrayObservation",
    "StrayReason",
    "StraySave",
    "Study",
    "StudyKind",
    "StudyRequest",
    "StudyState",
    "VoidKind",
    "adjustments_of",
    "adjustments_on",
    "assembly_policy_of",
    "blueprint_of",
    "facts_in_file",
    "policy_of",
    "practical_outcome",
    "related_to",
    "signed_practicals",
]
