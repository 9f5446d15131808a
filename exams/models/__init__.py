"""Rows of assessment: the item bank, blueprints, forms, attempts."""

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
from exams.models.exam_forms import Exam, ExamForm, FormItem, Section
from exams.models.items import Item, ItemVersion

__all__ = [
    "Attempt",
    "AttemptState",
    "Blueprint",
    "BlueprintArea",
    "Exam",
    "ExamForm",
    "FormItem",
    "Item",
    "ItemVersion",
    "Response",
    "ResponseLog",
    "Score",
    "Section",
    "StrayReason",
    "StraySave",
]
