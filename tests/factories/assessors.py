"""People who may assess the practical."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from exams.models import AssessorQualification, Origin, Qualification
from exams.rules.assessors import DeviceFamily
from lms.accounts.models import User


def qualify(person: User, **changes: Any) -> AssessorQualification:
    """Let somebody assess everything, long ago and for long, unless they are qualified already."""
    if not changes and (found := AssessorQualification.objects.filter(person=person).first()):
        return found
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "basis": Qualification.PHYSICIAN,
        "device_families": [family.value for family in DeviceFamily],
        "valid_from": today - timedelta(days=300),
        "valid_until": today + timedelta(days=600),
        "calibrated_on": today,
        "origin": Origin.CARRIED_OVER,
        "note": "For tests.",
    }
    return AssessorQualification.objects.create(person=person, **facts | changes)
