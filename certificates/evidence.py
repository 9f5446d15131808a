"""Gathering the facts about an enrolment that a certificate rests on."""

from datetime import date, datetime

from django.utils import timezone

from certificates.rules.eligibility import Evidence
from courses.models import Enrolment
from exams.models import Attempt, practical_outcome


def gather(enrolment: Enrolment) -> Evidence:
    """Read what the enrolment has earned so far; an attempt or a practical counts with its present outcome."""
    first_passed = Attempt.objects.passed_by(enrolment).order_by("submitted_at").first()
    practical = practical_outcome(enrolment)
    return Evidence(
        course_completed_on=_day(enrolment.course_completed_at),
        exam_passed_on=_day(first_passed.submitted_at) if first_passed else None,
        practical_passed_on=_day(practical.signed_at) if practical.passed else None,
        stations_passed=practical.stations_passed,
        stations_total=practical.stations_total,
    )


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment, timezone.get_default_timezone()) if moment else None
