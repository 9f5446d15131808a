from pathlib import Path
from typing import Any

import pytest
import yaml

from exams.rules.rubrics import content_digest, rubric_from
from tests.factories.practicals import rubric_content, station

MATERIAL = Path(__file__).parents[3] / "content" / "material" / "practicals" / "tms-technician.yaml"


def test_the_programme_rubric_has_the_sixteen_stations_of_the_curriculum() -> None:
    rubric = rubric_from(yaml.safe_load(MATERIAL.read_text()))
    assert rubric.codes == tuple(f"P{number:02}" for number in range(1, 17))
    assert [row.code for row in rubric.stations if row.physician_required] == ["P08", "P09", "P12"]
    assert all(row.critical_failures for row in rubric.stations)
    assert rubric.passing_level == 3


@pytest.mark.parametrize(
    "content",
    [
        rubric_content(stations=0),
        rubric_content(passing_level=9),
        {**rubric_content(), "stations": [station("P01"), station("P01")]},
        {**rubric_content(), "stations": [{**station("P01"), "criteria": []}]},
        {**rubric_content(), "stations": [{"code": "P01"}]},
        {**rubric_content(), "entrustment_levels": [{"level": 1, "name": "x"}]},
        {"code": "x"},
    ],
)
def test_a_rubric_that_contradicts_itself_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        rubric_from(content)


def test_the_digest_follows_the_content_and_not_the_number_its_author_gave() -> None:
    same, other = rubric_content(version=2), rubric_content(title="Another title")
    assert content_digest(same) == content_digest(rubric_content())
    assert content_digest(other) != content_digest(rubric_content())


def test_stations_are_chosen_in_the_order_of_doing() -> None:
    rubric = rubric_from(rubric_content(stations=3))
    assert [row.code for row in rubric.chosen(["P03", "P01"])] == ["P01", "P03"]
