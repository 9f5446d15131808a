"""Who may read a lesson, and where they stand. Used by the guard of the pages and by the views beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from content.rules.reviews import ReviewFacts, due_on, is_reviewed
from courses.models import (
    CoursePage,
    Enrolment,
    LessonCompletion,
    LessonPage,
    LessonReview,
    Programme,
    outline_of,
    outline_under,
)
from courses.rules.progress import LessonFacts, LessonStanding, ModuleFacts, ModuleStanding, Progress, progress_of
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, scope_of


@dataclass(frozen=True)
class Reader:
    """Somebody who may read the lessons of a programme. Staff read without an enrolment."""

    person: User
    enrolment: Enrolment | None
    progress: Progress


@dataclass(frozen=True)
class ReviewStanding:
    """Who reviewed a lesson as it stands, and when it is to be checked again."""

    reviews: tuple[ReviewFacts, ...]
    due: date
    overdue: bool

    @property
    def is_reviewed(self) -> bool:
        """Say whether a TMS physician read this wording for what is medically right."""
        return is_reviewed(self.reviews)


@dataclass(frozen=True)
class Reading:
    """A page of a course as one reader finds it: what its template shows beside the words of the page."""

    course: CoursePage
    progress: Progress
    reader: Reader | None = None
    module: ModuleStanding | None = None
    lesson: LessonStanding | None = None
    previous: LessonFacts | None = None
    following: LessonFacts | None = None
    body: str = ""
    review: ReviewStanding | None = None
    reviewed_lessons: int = 0

    @property
    def enrolment(self) -> Enrolment | None:
        """The reader's enrolment; staff have none."""
        return self.reader.enrolment if self.reader else None


def reading_of_lesson(page: LessonPage, course: CoursePage, reader: Reader, body: str) -> Reading:
    """Put together what a lesson's page shows."""
    module, lesson = reader.progress.standing_of(page.code) or (None, None)
    previous, following = reader.progress.neighbours_of(page.code)
    review = review_of_lesson(page)
    return Reading(course, reader.progress, reader, module, lesson, previous, following, body, review)


def review_of_lesson(page: LessonPage) -> ReviewStanding:
    """Return who reviewed the live revision of a lesson, in one query."""
    found = LessonReview.objects.facts_by_revision([page.live_revision_id])
    reviews = tuple(found.get(page.live_revision_id, ()))
    due = due_on(page.review_by, reviews)
    return ReviewStanding(reviews, due, overdue=timezone.localdate() > due)


def reviewed_among(lessons: Sequence[LessonStanding]) -> int:
    """Count the lessons whose live wording has a medical review, in one query."""
    found = LessonReview.objects.facts_by_revision(standing.lesson.revision for standing in lessons)
    return sum(is_reviewed(reviews) for reviews in found.values())


def reader_of(person: User, course: CoursePage) -> Reader | None:
    """Return the person as a reader, or None for those who are neither enrolled nor hold a wide `COURSE_READ`."""
    scope = scope_of(person, Permission.COURSE_READ)
    if scope is None:
        return None
    enrolment = open_enrolment(person, course.programme_id)
    if enrolment is None and scope is Scope.OWN:
        return None
    return Reader(person, enrolment, standing_under(course, enrolment))


def open_enrolment(person: User, programme_id: int) -> Enrolment | None:
    """Return the person's open enrolment in a programme, with programme and bookmark."""
    rows = Enrolment.objects.filter(person=person, programme=programme_id, closed_at__isnull=True)
    return rows.select_related("programme", "bookmark").first()


def standing_in(programme: Programme, enrolment: Enrolment | None) -> Progress:
    """Return where an enrolment stands in a programme; without one, where everybody begins."""
    return _standing(outline_of(programme), enrolment)


def standing_under(course: CoursePage, enrolment: Enrolment | None) -> Progress:
    """Return the same for a course page at hand, one query less."""
    return _standing(outline_under(course.path), enrolment)


def _standing(outline: tuple[ModuleFacts, ...], enrolment: Enrolment | None) -> Progress:
    if enrolment is None:
        return progress_of(outline, frozenset())
    codes = LessonCompletion.objects.open().filter(enrolment=enrolment).values_list("lesson_code", flat=True)
    bookmark = getattr(enrolment, "bookmark", None)
    return progress_of(outline, frozenset(codes), bookmark.lesson_code if bookmark else "")


def course_above(path: str, levels: int) -> CoursePage:
    """Return the course page that stands so many levels above the tree path of a page, without its texts."""
    columns = ("path", "title", "url_path", "programme")
    course: CoursePage = CoursePage.objects.only(*columns).get(path=path[: -levels * CoursePage.steplen])
    return course
