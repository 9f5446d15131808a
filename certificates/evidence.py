"""Gathering the facts about enrolments that a certificate rests on."""

import uuid
from collections.abc import Collection
from datetime import date, datetime

from certificates.rules.eligibility import Evidence
from courses.models import Enrolment
from exams.models import required_exams_passed, signed_practicals
from lms.accounts.days import site_day


def gather(enrolment: Enrolment) -> Evidence:
    """Read what the enrolment has earned so far; an attempt or a practical counts with its present outcome."""
    return gather_all([enrolment])[enrolment.pk]


def gather_all(enrolments: Collection[Enrolment]) -> dict[uuid.UUID, Evidence]:
    """Read what many enrolments have earned, by their keys, with a number of queries that does not grow with them."""
    exams = required_exams_passed(enrolments)
    practicals = signed_practicals(enrolments)
    found = {}
    for enrolment in enrolments:
        practical = practicals[enrolment.pk].outcome
        found[enrolment.pk] = Evidence(
            course_completed_on=_day(enrolment.course_completed_at),
            exam_passed_on=_day(exams[enrolment.pk]),
            practical_passed_on=_day(practical.signed_at) if practical.passed else None,
            stations_passed=practical.stations_passed,
            stations_total=practical.stations_total,
            practical_hints=practical.hints,
        )
    return found


def _day(moment: datetime | None) -> date | None:
    return site_day(moment) if moment else None
