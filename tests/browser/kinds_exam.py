"""A small site of its own for pictures to point at, short texts and essays; runs inside a process of the site."""

from courses.models import Enrolment, Programme
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from lms.demo.people import PASSWORD
from tests.factories.bank import ESSAY, HOTSPOT, SHORT_TEXT, UNIT
from tests.factories.exams import complete_course, make_exam, multiple_material

WIDTH, HEIGHT = 440, 520
DRAWING = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><title>Head</title>
<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>
<path d="M205 40L220 14L235 40" fill="none" stroke="#33424d" stroke-width="3"/>
<ellipse cx="220" cy="265" rx="170" ry="228" fill="#f7efe6" stroke="#33424d" stroke-width="3"/>
<path d="M220 40V492M50 262H390" stroke="#8a97a3" stroke-width="2" stroke-dasharray="6 6"/>
<circle cx="220" cy="262" r="6" fill="#33424d"/>
<text x="230" y="252" font-family="sans-serif" font-size="20" fill="#33424d">Cz</text></svg>"""
HEAD = HOTSPOT | {
    "stem": "The vertex is marked Cz.\n\nMark where you place the centre of the coil to begin the search.",
    "figure": {
        "file": "figures/head.svg",
        "alt": "A head from above, nose up, the patient's left on the left. The vertex is marked Cz.",
        "caption": "The head from above.",
    },
    "regions": [
        {"id": "a", "label": "5 cm from Cz towards the nose", "x": 220, "y": 211.4},
        {"id": "b", "label": "5 cm from Cz towards the right ear", "x": 261.7, "y": 262},
        {"id": "c", "label": "5 cm from Cz towards the left ear", "x": 178.3, "y": 262},
        {"id": "d", "label": "5 cm from Cz towards the back", "x": 220, "y": 312.6},
    ],
    "key": {
        "areas": [
            {"shape": "circle", "x": 178.3, "y": 262, "radius": 12, "score": "1"},
            {"shape": "circle", "x": 178.3, "y": 262, "radius": 20, "score": "0.5"},
        ]
    },
}


def set_up() -> None:
    """Make trainees who are ready for an exam with a picture, a word, a number with its unit, boxes, an essay."""
    programme = Programme.objects.create(code="kinds", title="Kinds", curriculum_version="2026.1")
    for name in ("ada", "ben", "zoe", "eve", "una"):
        person = create_person(email=f"{name}@example.org", full_name=name.title(), password=PASSWORD, by=None)
        grant_role(person=person, role=Role.TRAINEE, by=None)
        complete_course(
            Enrolment.objects.create(
                person=person, programme=programme, curriculum_version="2026.1", pathway="academic"
            )
        )
    make_exam(
        4,
        1,
        programme=programme,
        items=[HEAD, SHORT_TEXT, UNIT, multiple_material("D1-108", scoring="per_option"), ESSAY],
        drawings={HEAD["code"]: DRAWING.encode()},
    )
