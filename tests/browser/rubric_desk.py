"""A small site of its own for people who write rubrics; runs inside a process of the site."""

from exams.models import RubricDraft, RubricVersion
from exams.practical_loading import load_practical
from lms.accounts.actions import create_person, grant_role
from lms.accounts.roles import Role
from lms.demo.people import PASSWORD
from tests.conftest import make_programme
from tests.factories.practicals import rubric_content
from tests.factories.rubrics import sound_stations


def set_up() -> None:
    """Make two exam administrators and a rubric of two stations."""
    for key, name in (("xenia", "Xenia Admin"), ("yara", "Yara Second")):
        person = create_person(email=f"{key}@example.org", full_name=name, password=PASSWORD, by=None)
        grant_role(person=person, role=Role.EXAM_ADMIN, by=None)
    load_practical(rubric_content(programme=make_programme().code) | {"stations": sound_stations(2)})


def stored() -> dict[str, object]:
    """Tell what the draft holds of its first station."""
    first = RubricDraft.objects.get().content["stations"][0]
    return {"title": first["title"], "criteria": [[row["code"], row["text"]] for row in first["criteria"]]}


def in_force() -> list[object]:
    """Tell the newest version and the title of its first station."""
    newest = RubricVersion.objects.order_by("-number").first()
    return [newest.number, newest.plain.stations[0].title] if newest else []
