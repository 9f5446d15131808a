"""What certificates listen to: whenever a requirement may have been met, ask whether the certificate is due."""

import uuid
from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from certificates.actions import issue_if_eligible, raise_doubt
from certificates.models import Credential
from courses.models import Enrolment
from courses.signals import course_completed
from exams.consequences import Consequence, knows_consequences
from exams.signals import pass_in_doubt, requirement_met
from lms.jobs.actions import enqueue
from lms.jobs.registry import handles


@receiver(course_completed)
@receiver(requirement_met)
def consider_later(sender: Any, enrolment: Enrolment, **_: Any) -> None:
    """Add a job in the transaction of the news. Each piece of news asks once more; asking is harmless."""
    key = f"credential.consider:{enrolment.pk}:{uuid.uuid4()}"
    enqueue("credential.consider", key=key, payload={"enrolment": str(enrolment.pk)})


@handles("credential.consider")
def consider(payload: dict[str, Any]) -> None:
    """Award the certificate if it is due."""
    enrolment = Enrolment.objects.select_related("person", "programme").get(pk=payload["enrolment"])
    issue_if_eligible(enrolment=enrolment)


@receiver(pass_in_doubt)
def put_in_doubt(sender: Any, enrolment: Enrolment, reason: str, **_: Any) -> None:
    """Put the credential that rests on this pass on the registrar's list."""
    raise_doubt(enrolment=enrolment, reason=reason)


@knows_consequences
def credentials_of(enrolments: Collection[uuid.UUID]) -> list[Consequence]:
    """Name the credentials in force that rest on the passes of these enrolments."""
    rows = Credential.objects.standing().filter(enrolment__in=enrolments).order_by("number")
    return [Consequence(row.enrolment_id, f"Certificate {row.public_number} of {row.holder_name}") for row in rows]
