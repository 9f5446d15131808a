"""What the clock starts."""

import logging

from celery import shared_task

from certificates.actions import issue_if_eligible
from certificates.errors import IssuanceError
from certificates.models import Kind
from courses.models import Enrolment

logger = logging.getLogger(__name__)


@shared_task(name="certificates.consider_open_enrolments")
def consider_open_enrolments() -> int:
    """Ask for every open enrolment without certificate whether one is due, and return how many were issued.

    Runs nightly: news that got lost costs a day, never a certificate. One that cannot be issued does not stop others.
    """
    open_enrolments = (
        Enrolment.objects.filter(closed_at__isnull=True, course_completed_at__isnull=False)
        .exclude(credentials__kind=Kind.COMPLETION)
        .select_related("person", "programme")
    )
    issued = 0
    for enrolment in open_enrolments.iterator(chunk_size=200):
        try:
            issued += issue_if_eligible(enrolment=enrolment) is not None
        except IssuanceError as error:
            logger.error("A certificate could not be issued.", extra={"code": error.code})
    return issued
