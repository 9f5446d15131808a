"""Rows of learning: programmes, admission, enrolments, pages, progress."""

from courses.models.applications import Application, ApplicationState, Degree, DegreeField, Tasks
from courses.models.outline import outline_of, outline_under
from courses.models.pages import CoursePage, LessonPage, LoadedPage, ModulePage, RenderedLesson, ReviewStatus
from courses.models.programmes import Enrolment, Pathway, Programme
from courses.models.progress import Bookmark, LessonCompletion

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
    "LoadedPage",
    "ModulePage",
    "Pathway",
    "Programme",
    "RenderedLesson",
    "ReviewStatus",
    "Tasks",
    "outline_of",
    "outline_under",
]
