"""What hangs on a pass in packages above: they say so here, and exams ask before a pass is put in doubt.

What is put in doubt before anything hangs on it is told by `passes_in_doubt`, to whoever builds on it later.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from courses.models import Enrolment
from exams.assessor_reading import practicals_in_doubt
from exams.models import Attempt, Score


@dataclass(frozen=True)
class Consequence:
    """One thing that rests on the pass of an enrolment, in words, such as a certificate by its number."""

    enrolment: uuid.UUID
    words: str


Finder = Callable[[Collection[uuid.UUID]], list[Consequence]]
_finders: list[Finder] = []


def knows_consequences(finder: Finder) -> Finder:
    """Register a function that finds what rests on the passes of these enrolments."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def consequences_for(enrolments: Collection[uuid.UUID]) -> list[Consequence]:
    """Return all that rests on the passes of these enrolments."""
    return [found for finder in _finders for found in finder(enrolments)] if enrolments else []


def doubt_in_words(attempt: Attempt) -> str:
    """Say why the pass of an attempt is in doubt."""
    return f"A key of {attempt.exam.title}, attempt {attempt.number}, was corrected. Scored anew it does not pass."


def passes_in_doubt(enrolment: Enrolment) -> list[str]:
    """Say of each pass that counts why it is in doubt: an exam scored anew, a practical with a withdrawn assessor."""
    return [*_exams_in_doubt(enrolment), *practicals_in_doubt(enrolment)]


def _exams_in_doubt(enrolment: Enrolment) -> list[str]:
    """Say it of each required exam whose attempt does not pass as scored now."""
    newest = Score.objects.filter(attempt=OuterRef("pk")).order_by("-number").values("passed")[:1]
    rows = (
        Attempt.objects.passed_by(enrolment)
        .filter(exam__is_required=True)
        .annotate(passes_now=Subquery(newest))
        .filter(passes_now=False)
    )
    return [doubt_in_words(attempt) for attempt in rows.select_related("exam").order_by("number", "pk")]
