"""Forms per attempt from the bank that ships. Run inside the measured site (`manage.py shell`)."""

import json
import time
from io import StringIO

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Enrolment, Pathway, Programme
from exams.actions import attempts
from exams.actions.attempt_forms import plan_form
from exams.models import Exam
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from tests.benchmarks.seed import SHIPPED, make_forms_per_attempt
from tests.factories.exams import complete_course


def measure(count: int) -> None:
    """Make `count` forms and start as many attempts with forms of their own; print CPU milliseconds of this process."""
    call_command("load_material", stdout=StringIO())
    make_forms_per_attempt()
    exam = Exam.objects.select_related("active_form__blueprint", "assembly_policy__blueprint").get(code=SHIPPED)
    people = [_candidate(number) for number in range(count + 1)]
    first = _milliseconds(lambda: plan_form(exam=exam, person=people[0].person))
    forms = [_milliseconds(lambda: plan_form(exam=exam, person=people[0].person)) for _ in range(count)]
    starts = []
    for enrolment in people[1:]:
        with CaptureQueriesContext(connection) as queries:
            starts.append(_milliseconds(lambda enrolment=enrolment: _start(enrolment, exam)))
    facts = {"first": first, "forms": forms, "starts": starts, "queries": len(queries)}
    print(json.dumps(facts))  # noqa: T201 - read by the measuring side


def _start(enrolment: Enrolment, exam: Exam) -> None:
    attempts.start(enrolment=enrolment, exam=exam, honour_accepted=True, by=enrolment.person)


def _candidate(number: int) -> Enrolment:
    person = create_person(email=f"c{number}@example.org", full_name=f"Candidate {number}", password=None, by=None)
    grant_role(person=person, role=Role.TRAINEE, by=None)
    enrolment = Enrolment.objects.create(
        person=person,
        programme=Programme.objects.get(code="tms-technician"),
        curriculum_version="2026.1",
        pathway=Pathway.ACADEMIC,
    )
    return complete_course(enrolment)


def _milliseconds(act) -> float:
    begun = time.process_time()
    act()
    return 1000 * (time.process_time() - begun)
