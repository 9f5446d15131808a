"""Two people who run exams, and results made by the real actions."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from courses.models import Enrolment, Pathway, Programme
from exams.actions import attempts
from exams.actions.saving import Save, save
from exams.models import Attempt, Exam, FormItem
from lms.approvals.actions import confirm
from lms.approvals.models import Proposal
from lms.jobs.models import Job, JobState
from lms.jobs.registry import handler_for
from tests.factories.exams import complete_course, start_attempt


def enrol(person: Any, programme: Programme) -> Enrolment:
    """Put a person into the programme unless they are in it, with the course completed."""
    facts = {"curriculum_version": "2026.1", "pathway": Pathway.ACADEMIC}
    enrolment, _ = Enrolment.objects.get_or_create(person=person, programme=programme, defaults=facts)
    return complete_course(enrolment)


def sit(enrolment: Enrolment, exam: Exam, answers: Iterable[Any]) -> Attempt:
    """Answer the questions in order (None leaves one out), and submit."""
    attempt = start_attempt(enrolment, exam)
    give(attempt, answers)
    return hand_in(attempt)


def give(attempt: Attempt, answers: Iterable[Any]) -> None:
    """Save answers to the first questions of an open attempt."""
    facts = {"attempt_id": attempt.pk, "token": attempt.token, "by": attempt.enrolment.person}
    for position, value in enumerate(answers, start=1):
        if value is not None:
            save(answer=Save(position, 1, list(value)), received_at=timezone.now(), **facts)


def hand_in(attempt: Attempt) -> Attempt:
    """Submit an open attempt."""
    person = attempt.enrolment.person
    return attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=person, received_at=timezone.now())


def version_at(exam: Exam, position: int) -> Any:
    """The item version at a place of the active form."""
    return FormItem.objects.get(form=exam.active_form, position=position).version


def run_jobs(*kinds: str) -> int:
    """Do what waits of these kinds, delayed jobs and what they add included, and return how many."""
    done = 0
    while job := Job.objects.filter(kind__in=kinds, state=JobState.WAITING).order_by("created_at").first():
        handler_for(job.kind)(job.payload)
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE, finished_at=timezone.now())
        done += 1
    return done


def agree(proposal: Proposal, by: Any, *kinds: str) -> None:
    """Let a second person confirm, and the workers do it."""
    confirm(proposal_id=proposal.pk, by=by)
    run_jobs(*kinds)
