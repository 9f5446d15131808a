from pathlib import Path

import pytest
import yaml

from courses.models import Enrolment, Programme
from exams.errors import PracticalError
from exams.models import RubricVersion, Sitting
from exams.practical_loading import load_practical
from tests.factories.practicals import make_rubric, rubric_content

pytestmark = pytest.mark.django_db
MATERIAL = Path(__file__).parents[2] / "content" / "material" / "practicals" / "tms-technician.yaml"


def test_the_real_material_loads_once(programme: Programme) -> None:
    content = yaml.safe_load(MATERIAL.read_text())
    first = load_practical(content)
    assert load_practical(content) == first
    assert (first.number, len(first.plain.stations)) == (2, 16)


def test_changed_content_is_a_new_version_and_the_used_one_stays(sitting: Sitting, enrolment: Enrolment) -> None:
    used = RubricVersion.objects.filter(pk=sitting.rubric_version_id).values().get()
    newer = make_rubric(enrolment, passing_level=4)
    assert (newer.number, newer.plain.passing_level) == (2, 4)
    assert RubricVersion.objects.filter(pk=sitting.rubric_version_id).values().get() == used
    assert sitting.rubric.passing_level == 3


def test_the_author_may_jump_ahead_with_the_number(enrolment: Enrolment) -> None:
    make_rubric(enrolment)
    assert make_rubric(enrolment, version=7, title="Seven").number == 7
    assert make_rubric(enrolment, version=7, title="Seven and a half").number == 8


@pytest.mark.parametrize(
    ("changes", "code"), [({"programme": "nursing"}, "unknown_programme"), ({"stations": 0}, "bad_rubric")]
)
def test_what_cannot_be_loaded_is_refused(programme: Programme, changes: dict[str, object], code: str) -> None:
    with pytest.raises(PracticalError) as refusal:
        load_practical(rubric_content(**changes))  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert not RubricVersion.objects.exists()
