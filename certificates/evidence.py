"""Gathering the facts about an enrolment that a certificate rests on."""

from datetime import date, datetime

from certificates.rules.eligibility import Evidence
from courses.models import Enrolment
from exams.models import practical_outcome, required_exams_passed_at
from lms.accounts.days import site_day


def gather(enrolment: Enrolment) -> Evidence:
    """Read what the enrolment has earned so far; an attempt or a practical counts with its present outcome."""
    practical = practical_outcome(enrolment)
    return Evidence(
        course_completed_on=_day(enrolment.course_completed_at),
        exam_passed_on=_day(required_exams_passed_at(enrolment)),
        practical_passed_on=_day(practical.signed_at) if practical.passed else None,
        stations_passed=practical.stations_passed,
        stations_total=practical.stations_total,
        practical_hints=practical.hints,
    )


def _day(moment: datetime | None) -> date | None:
    return site_day(moment) if moment else None
