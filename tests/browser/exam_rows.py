"""A small exam of its own for the rows of the exam room, and people who sit down at it. Runs inside the site."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from courses.models import Enrolment, Pathway, Programme
from exams.actions import saving
from exams.models import Attempt, Exam, Response
from lms.accounts.actions import create_person, grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.demo.people import PASSWORD
from tests.factories.exam_access import grant_to, set_policy
from tests.factories.exams import complete_course, make_exam, multiple_material, numeric_material

CODE, CLOSING = "rows-exam", "closing-exam"
SCORED, PRETEST = 6, 2


def rows_exam(code: str = CODE) -> Exam:
    """Return the exam, made if it is not there yet: six scored items, two tried out, sixty minutes."""
    if not Exam.objects.filter(code=code).exists():
        facts = {"title": "Rows", "curriculum_version": "1"}
        programme, _ = Programme.objects.get_or_create(code="rows", defaults=facts)
        items = [multiple_material("R1-901", content_area="D1"), numeric_material("R1-902", content_area="D1")]
        make_exam(SCORED, PRETEST, programme=programme, code=code, items=items)
    return Exam.objects.get(code=code)


def officer() -> User:
    """Return somebody who runs exams."""
    known = User.objects.filter(email="rows-officer@example.org").first()
    if known is None:
        known = create_person(email="rows-officer@example.org", full_name="Olga Officer", password=None, by=None)
        grant_role(person=known, role=Role.EXAM_ADMIN, by=None)
    return known


def grant_time(key: str) -> None:
    """Grant somebody half as much time again, before they start."""
    grant_to(User.objects.get(email=f"{key}@example.org"), officer())


def close_in(minutes: int) -> str:
    """Let an exam of sixty minutes of its own close so soon; returns when."""
    closes_at = timezone.now() + timedelta(minutes=minutes)
    return set_policy(rows_exam(CLOSING), officer(), closes_at=closes_at).closes_at.isoformat()


def sit_down(key: str) -> str:
    """Make somebody who may start the exam now; returns their address."""
    rows_exam()
    person = create_person(email=f"{key}@example.org", full_name=f"{key.title()} Row", password=PASSWORD, by=None)
    grant_role(person=person, role=Role.TRAINEE, by=None)
    programme = Programme.objects.get(code="rows")
    enrolment = Enrolment.objects.create(
        person=person, programme=programme, curriculum_version="1", pathway=Pathway.ACADEMIC
    )
    complete_course(enrolment)
    return person.email


def attempt_of(key: str) -> Attempt:
    """Return somebody's attempt."""
    return Attempt.objects.get(enrolment__person=User.objects.get(email=f"{key}@example.org"))


def time_left(key: str, seconds: int) -> str:
    """Let the attempt end so many seconds from now, as if it had started earlier; returns the deadline."""
    attempt = attempt_of(key)
    now = timezone.now()
    length = attempt.deadline - attempt.started_at
    attempt.deadline = now + timedelta(seconds=seconds)
    attempt.started_at = attempt.deadline - length
    attempt.save(update_fields=["deadline", "started_at"])
    return attempt.deadline.isoformat()


def save_elsewhere(key: str, position: int, option: str, seq: int) -> None:
    """Store an answer under a number of its own, as another page of the same person would."""
    attempt = attempt_of(key)
    answer = saving.Save(position=position, seq=seq, value=[option])
    person = attempt.enrolment.person
    saving.save(attempt_id=attempt.pk, token=attempt.token, answer=answer, by=person, received_at=timezone.now())


def answers_of(key: str) -> dict[str, Any]:
    """Return the answers that the server holds, by place; places that were seen and left empty have none."""
    rows = Response.objects.filter(attempt=attempt_of(key), seq__gt=0)
    return {str(row.position): row.value for row in rows if row.value is not None}


def state_of(key: str) -> dict[str, Any]:
    """Return state, end and points of an attempt."""
    attempt = attempt_of(key)
    score = attempt.released_score
    return {
        "state": attempt.state,
        "at_deadline": attempt.submitted_at == attempt.deadline,
        "raw": str(Decimal(score.raw).normalize()) if score else None,
    }
