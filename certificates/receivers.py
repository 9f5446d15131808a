"""What certificates listen to: whenever a requirement may have been met, ask whether the certificate is due."""

import uuid
from typing import Any

from django.dispatch import receiver

from certificates.actions import issue_if_eligible
from courses.models import Enrolment
from courses.signals import course_completed
from exams.signals import requirement_met
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
