"""Rows of learning: programmes, admission, enrolments, pages, progress."""

from courses.models.applications import Application, ApplicationState, Degree, DegreeField, Tasks
from courses.models.medical_review import MedicalReviewTask, reason_against_reviewing
from courses.models.outline import outline_of, outline_under
from courses.models.pages import CoursePage, LessonPage, LoadedPage, ModulePage, RenderedLesson
from courses.models.practice import PracticeAnswer, PracticeRun
from courses.models.programmes import Enrolment, Pathway, Programme
from courses.models.progress import Bookmark, LessonCompletion
from courses.models.reviews import LessonReview
from courses.models.seminars import (
    MarkedBy,
    PlaceState,
    Seminar,
    SeminarAttendance,
    SeminarBooking,
    SeminarSession,
    SeminarState,
)

__all__ = [
    "Application",
    "ApplicationState",
    "Bookmark",
    "CoursePage",
    "Degree",
    "DegreeField",
    "Enrolment",
    "LessonCompletion",
    "LessonPage",
    "LessonReview",
    "LoadedPage",
    "MarkedBy",
    "MedicalReviewTask",
    "ModulePage",
    "Pathway",
    "PlaceState",
    "PracticeAnswer",
    "PracticeRun",
    "Programme",
    "RenderedLesson",
    "Seminar",
    "SeminarAttendance",
    "SeminarBooking",
    "SeminarSession",
    "SeminarState",
    "Tasks",
    "outline_of",
    "outline_under",
    "reason_against_reviewing",
]
