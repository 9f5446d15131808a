"""What the clock starts."""

import logging
from typing import Any

from certificates.actions import issue_if_eligible
from certificates.badges import LIST_IS_MADE_EVERY, publish_all_status_lists
from certificates.errors import IssuanceError
from certificates.models import Credential, Kind
from certificates.news import announce_ends
from certificates.register.entering import credentials_without_entry, enter_due
from certificates.register.publishing import bring_up_to_date
from certificates.watching import forget_old_watches
from courses.models import Enrolment
from lms.jobs.actions import enqueue_all
from lms.jobs.registry import every, handles

logger = logging.getLogger(__name__)

BADGES_AT_ONCE = 5000
ENTRIES_AT_ONCE = 500  # each such step is one transaction

every(kind="credential.consider_all", hours=24)
every(kind="certificate.badge_all", hours=1)
every(kind="certificate.expiry_news", hours=24)
every(kind="certificate.forget_watches", hours=24)
every(kind="certificate.log_all", hours=1)
every(kind="certificate.status_lists", seconds=int(LIST_IS_MADE_EVERY.total_seconds()))


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


@handles("certificate.badge_all")
def make_missing_badges(payload: dict[str, Any]) -> None:
    """Put the making of a badge on the list for credentials that have none: those awarded before there were badges."""
    without = Credential.objects.filter(badge__isnull=True).order_by("issued_at").values_list("pk", flat=True)
    jobs = {f"certificate.badge:{pk}": {"credential": str(pk)} for pk in without[:BADGES_AT_ONCE]}
    enqueue_all("certificate.badge", jobs)


@handles("certificate.log_all")
def enter_what_is_missing(payload: dict[str, Any]) -> None:
    """Enter what is not in the log: certificates from before there was one. Then sign and publish what is left.

    Safe to run twice and at the same time: what an entry tells of is unique.
    """
    while enter_due(credentials_without_entry(ENTRIES_AT_ONCE)):
        pass  # until a step finds nothing more to enter
    bring_up_to_date()


@handles("certificate.status_lists")
def renew_status_lists(payload: dict[str, Any]) -> None:
    """Sign every status list anew: a signed one holds for a day."""
    publish_all_status_lists()


@handles("certificate.expiry_news")
def tell_of_ends(payload: dict[str, Any]) -> None:
    """Tell holders and those who watch which certificates end soon or have ended."""
    announce_ends()


@handles("certificate.forget_watches")
def forget_watches(payload: dict[str, Any]) -> None:
    """Forget addresses that need not be told of anything any more."""
    forget_old_watches()
