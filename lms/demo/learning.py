"""The first part of the story: admission and the course, by the real actions."""

from datetime import timedelta

from django.utils import timezone

from courses.actions.admission import admit, submit_application
from courses.actions.lessons import complete_lesson
from courses.models import Application, Degree, DegreeField, Enrolment, Programme, Tasks, outline_of
from courses.rules.admission import CODE_OF_CONDUCT_VERSION, Facts
from lms.accounts.models import User
from lms.demo.story import StepFailed

PROGRAMME = "tms-technician"


def enrol(trainee: User, *, registrar: User) -> Enrolment:
    """Let a trainee apply by pathway A and the registrar admit, unless that happened in an earlier run."""
    programme = Programme.objects.get(code=PROGRAMME)
    enrolled = Enrolment.objects.filter(person=trainee, programme=programme, closed_at__isnull=True).first()
    if enrolled:
        return enrolled
    waiting = Application.objects.waiting().filter(person=trainee, programme=programme).first()
    application = waiting or submit_application(programme=programme, facts=_facts(), by=trainee)
    return admit(application=application, documents_seen=True, by=registrar)


def _facts() -> Facts:
    return Facts(
        pathway="academic",
        is_adult=True,
        bls_valid_until=timezone.localdate() + timedelta(days=365),
        conduct_version=CODE_OF_CONDUCT_VERSION,
        can_do_tasks=Tasks.YES.value,
        degree=Degree.BACHELOR.value,
        degree_field=DegreeField.PSYCHOLOGY.value,
    )


def finish_course(enrolment: Enrolment) -> int:
    """Let the trainee complete every lesson in order, and return how many there are."""
    lessons = [lesson for module in outline_of(enrolment.programme) for lesson in module.lessons]
    if enrolment.course_completed_at is None:
        for lesson in lessons:
            complete_lesson(enrolment=enrolment, lesson_code=lesson.code, by=enrolment.person)
        enrolment.refresh_from_db()
    if enrolment.course_completed_at is None:
        raise StepFailed(f"{len(lessons)} lessons were completed, yet the course is not.")
    return len(lessons)
