"""A small site of its own for questions with figures and places; runs inside a process of the site."""

from content.drawing import draw
from courses.models import Enrolment, Programme
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from lms.demo.people import PASSWORD
from tests.content.drawing.test_makers import ENTRIES
from tests.factories.bank import MATCHING, ORDERING
from tests.factories.exams import complete_course, make_exam, numeric_material

TRACES = {
    "file": "figures/a.svg",
    "alt": "Ten numbered sweeps with a scale bar.",
    "caption": "Ten single pulses at one intensity.",
}


def set_up() -> None:
    """Make two people, an exam with a figure, an order and a match, and let the trainee be ready for it."""
    people = {}
    for email, role in (("ada@example.org", Role.TRAINEE), ("eve@example.org", Role.EXAM_ADMIN)):
        people[role] = create_person(email=email, full_name=email.partition("@")[0].title(), password=PASSWORD, by=None)
        grant_role(person=people[role], role=role, by=None)
    programme = Programme.objects.create(code="pictures", title="Pictures", curriculum_version="2026.1")
    complete_course(
        Enrolment.objects.create(
            person=people[Role.TRAINEE], programme=programme, curriculum_version="2026.1", pathway="academic"
        )
    )
    key = {"value": "6", "tolerance": "0", "unit": "responses"}
    stem = "Ten pulses were given.\n\nHow many responses reach 50 µV?"
    drawing = draw(next(entry for entry in ENTRIES if entry.file == "mep-a.svg"))
    make_exam(
        3,
        programme=programme,
        items=[numeric_material("D1-031", stem=stem, key=key, figure=TRACES), ORDERING, MATCHING],
        drawings={"D1-031": drawing.svg.encode()},
    )
