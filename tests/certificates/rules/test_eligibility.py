import pytest

from certificates.rules.eligibility import decide
from tests.factories.certificates import evidence


def test_complete_evidence_is_eligible() -> None:
    assert decide(evidence()).eligible
    assert decide(evidence()).missing == ()


@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"course_completed_on": None}, "course", "Complete every lesson."),
        ({"exam_passed_on": None}, "exam", "Pass the exam."),
        (
            {"practical_passed_on": None, "stations_passed": 14},
            "practical",
            "14 of 16 stations are passed. Pass every station in one practical.",
        ),
        ({"practical_passed_on": None, "stations_passed": 0}, "practical", "Pass the practical with an instructor."),
        ({"stations_passed": 0, "stations_total": 0}, "practical", "Pass the practical with an instructor."),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, object], code: str, sentence: str) -> None:
    [missing] = decide(evidence(**changes)).missing
    assert (missing.code, missing.sentence) == (code, sentence)


def test_a_passed_practical_with_a_station_open_is_not_enough() -> None:
    assert [item.code for item in decide(evidence(stations_passed=15)).missing] == ["practical"]
