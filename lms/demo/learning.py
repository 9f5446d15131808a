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


def begin_course(enrolment: Enrolment, *, lessons: int) -> int:
    """Let the trainee complete the first so many lessons, and return how many the course has."""
    outline = [lesson for module in outline_of(enrolment.programme) for lesson in module.lessons]
    for lesson in outline[:lessons]:
        complete_lesson(enrolment=enrolment, lesson_code=lesson.code, by=enrolment.person)
    return len(outline)


def finish_course(enrolment: Enrolment) -> int:
    """Let the trainee complete every lesson in order, and return how many there are."""
    count = sum(len(module.lessons) for module in outline_of(enrolment.programme))
    if enrolment.course_completed_at is None:
        begin_course(enrolment, lessons=count)
        enrolment.refresh_from_db()
    if enrolment.course_completed_at is None:
        raise StepFailed(f"{count} lessons were completed, yet the course is not.")
    return count
