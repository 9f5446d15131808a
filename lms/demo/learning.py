"""The first part of the story: admission and the course."""

from django.db import transaction
from django.utils import timezone

from courses.models import Enrolment, Pathway, Programme
from courses.signals import course_completed
from lms.accounts.models import User
from lms.audit.actions import record
from lms.audit.verbs import Verb

PROGRAMME = "tms-technician"


@transaction.atomic
def enrol(person: User) -> Enrolment:
    """Enrol a trainee in the programme. Stands in for applying and admitting until those are actions."""
    programme = Programme.objects.get(code=PROGRAMME)
    enrolment, created = Enrolment.objects.get_or_create(
        person=person,
        programme=programme,
        closed_at=None,
        defaults={"curriculum_version": programme.curriculum_version, "pathway": Pathway.ACADEMIC},
    )
    if created:
        record(Verb.ENROLMENT_CREATED, by=None, target=enrolment)
    return enrolment


@transaction.atomic
def finish_course(enrolment: Enrolment) -> None:
    """Complete the course. Stands in for completing each lesson until that is an action."""
    completed = Enrolment.objects.filter(pk=enrolment.pk, course_completed_at__isnull=True).update(
        course_completed_at=timezone.now()
    )
    enrolment.refresh_from_db()
    if completed:
        record(Verb.COURSE_COMPLETED, by=enrolment.person, target=enrolment)
        course_completed.send(sender=Enrolment, enrolment=enrolment)
