"""Sessions of the practicum log, through the real actions."""

import uuid
from typing import Any

from django.utils import timezone

from courses.models import Enrolment
from exams.actions.practicum import log_session
from exams.models import PracticumEntry
from exams.rules.practicum import LoggedSession, Protocol, SessionKind
from lms.accounts.models import User


def session(kind: str = "supervised", **changes: Any) -> LoggedSession:
    """A session of this month with patient 1 at 10 Hz; a drill has neither."""
    today = timezone.localdate()
    facts: dict[str, Any] = {"kind": SessionKind(kind), "year": today.year, "month": today.month}
    if kind != "drill":
        facts |= {"patient": 1, "protocol": Protocol.HIGH_FREQUENCY}
    return LoggedSession(**(facts | changes))


def log_one(enrolment: Enrolment, supervisor: User, logged: LoggedSession | None = None) -> PracticumEntry:
    """Log a session of the enrolled person."""
    return log_session(
        enrolment=enrolment,
        session=logged or session(),
        supervisor=supervisor,
        nonce=uuid.uuid4(),
        by=enrolment.person,
    )
