"""What the clock starts."""

import logging
from typing import Any

from certificates.actions import issue_if_eligible
from certificates.errors import IssuanceError
from certificates.models import Kind
from courses.models import Enrolment
from lms.jobs.registry import every, handles

logger = logging.getLogger(__name__)

every(kind="credential.consider_all", hours=24)


@handles("credential.consider_all")
def consider_open_enrolments(payload: dict[str, Any]) -> None:
    """Ask for every open enrolment with a finished course whether its certificate is due.

    News that got lost costs a day, never a certificate. One that cannot be issued does not stop the others.
    """
    open_enrolments = (
        Enrolment.objects.filter(closed_at__isnull=True, course_completed_at__isnull=False)
        .exclude(credentials__kind=Kind.COMPLETION)
        .select_related("person", "programme")
    )
    for enrolment in open_enrolments.iterator(chunk_size=200):
        try:
            issue_if_eligible(enrolment=enrolment)
        except IssuanceError as error:
            logger.error("A certificate could not be issued.", extra={"code": error.code})
