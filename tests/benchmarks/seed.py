"""What stands in the database while the server is measured. Run inside the measured site (`manage.py shell`)."""

import json
import time
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from certificates import rendering, signing
from certificates.issuer_keys import signing_identity
from courses.models import Enrolment, LessonPage, Pathway, Programme
from exams.actions.form_uses import PolicyWish, set_policy
from exams.models import Exam, FormItem, FormMode
from lms.accounts.actions import create_person, grant_role
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.factories.certificates import credential, record, signed_file
from tests.factories.exams import complete_course, make_exam

EXAM = "measured-exam"
ITEMS = 40
SHIPPED = "tms-technician-written"


def seed(people: int) -> None:
    """Load the material that ships, add an exam of 40 items, `people` enrolled trainees with sessions, a certificate.

    Prints what the measuring side needs to know as one line of JSON.
    """
    call_command("load_material", stdout=StringIO())
    programme = Programme.objects.get(code="tms-technician")
    make_exam(ITEMS, programme=programme, code=EXAM, items=None)
    sessions = [_session(_trainee(programme, number).person) for number in range(people)]
    issued = credential(Enrolment.objects.order_by("enrolled_at")[0])
    signed_file(issued)
    lesson = LessonPage.objects.live().order_by("path")[3]
    facts: dict[str, Any] = {
        "sessions": sessions,
        "lesson": lesson.url_path.removeprefix("/home"),
        "number": issued.public_number,
    }
    print(json.dumps(facts))  # noqa: T201 - read by the measuring side


def seed_hall(people: int, *, own_forms: bool) -> None:
    """Load the material that ships, and seat `people` at one exam: 40 items for all, or a form of 120 for each (LOFT).

    Prints sessions, exam and number of items as one line of JSON.
    """
    call_command("load_material", stdout=StringIO())
    programme = Programme.objects.get(code="tms-technician")
    if own_forms:
        items = make_forms_per_attempt()
    else:
        items = ITEMS
        make_exam(items, programme=programme, code=EXAM, items=None)
    sessions = [_session(_trainee(programme, number).person) for number in range(people)]
    facts = {"sessions": sessions, "exam": SHIPPED if own_forms else EXAM, "items": items}
    print(json.dumps(facts))  # noqa: T201 - read by the measuring side


def make_forms_per_attempt() -> int:
    """Let the exam that ships make a form for each attempt; returns how many items one has."""
    admin = create_person(email="admin@example.org", full_name="Admin", password=None, by=None)
    grant_role(person=admin, role=Role.EXAM_ADMIN, by=None)
    exam = Exam.objects.select_related("active_form__blueprint").get(code=SHIPPED)
    set_policy(exam=exam, wish=PolicyWish(FormMode.PER_ATTEMPT, True, 60, 365), by=admin)
    return FormItem.objects.filter(form=exam.active_form).count()


def _trainee(programme: Programme, number: int) -> Enrolment:
    person = create_person(email=f"t{number}@example.org", full_name=f"Trainee {number}", password=None, by=None)
    grant_role(person=person, role=Role.TRAINEE, by=None)
    enrolment = Enrolment.objects.create(
        person=person, programme=programme, curriculum_version="2026.1", pathway=Pathway.ACADEMIC
    )
    return complete_course(enrolment)


def _session(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def certificates(count: int) -> None:
    """Render and sign `count` certificates in this process and print the CPU seconds that took, warm."""
    identity = signing_identity()

    def make(number: int) -> None:
        statement = record(holder=f"Ada Lovelace {number}")
        pdf = rendering.render(statement, development=identity.is_development)
        signing.sign(pdf, record=statement, identity=identity, moment=timezone.now())

    rendering.warm_up()
    for number in range(3):
        make(number)
    begun = time.process_time()
    for number in range(count):
        make(number)
    print(json.dumps({"cpu_seconds": time.process_time() - begun, "count": count}))  # noqa: T201
