"""What speaks against a planned practical."""

from datetime import UTC, date, datetime

import pytest

from exams.rules.scheduling import CONFIRMABLE, Appointment, objections

ADA, BEN, INES, OMAR = 1, 2, 3, 4
NAMES = {ADA: "Ada", BEN: "Ben", INES: "Ines", OMAR: "Omar"}


def sitting(
    trainee: int, assessor: int, hours: str = "9-10", place: str = "Room 2", device: str = "Coil A", day: int = 2
):
    """A sitting in March, "9-10" or untimed with ""."""
    starts, ends = (
        (datetime(2026, 3, day, int(hour), tzinfo=UTC) for hour in hours.split("-")) if hours else (None, None)
    )
    people = {assessor: NAMES[assessor], trainee: NAMES[trainee]}
    return Appointment(people, date(2026, 3, day), starts, ends, place, device, f"at {hours}")


def found(planned, *others, exam_passed=True):
    seen = objections(planned, others, trainee_name="Ada", exam_passed=exam_passed)
    return [(objection.code, objection.refuses) for objection in seen]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (sitting(BEN, INES), [("person_busy", True)]),
        (sitting(ADA, OMAR), [("person_busy", True)]),
        (sitting(INES, OMAR), [("person_busy", True)]),  # the assessor is assessed herself
        (sitting(BEN, INES, "8-9"), []),
        (sitting(BEN, INES, "10-11"), []),
        (sitting(BEN, INES, day=3), []),
        (sitting(BEN, OMAR), [("place_busy", True)]),
        (sitting(BEN, OMAR, place=" room  2"), [("place_busy", True)]),
        (sitting(BEN, OMAR, place="Room 3"), [("device_busy", True)]),
        (sitting(BEN, OMAR, place="Room 3", device="Coil B"), []),
        (sitting(BEN, OMAR, place="Room 3", device="no  device"), []),
        (sitting(BEN, OMAR, "11-12"), []),
        (sitting(BEN, INES, ""), [("same_day", False)]),
        (sitting(BEN, OMAR, ""), []),
        (sitting(BEN, INES, "", day=3), []),
    ],
)
def test_another_sitting(other, expected):
    assert found(sitting(ADA, INES), other) == expected


def test_two_stations_without_a_device_share_none():
    planned, other = sitting(ADA, INES, device="No device"), sitting(BEN, OMAR, place="Room 3", device="No device")
    assert found(planned, other) == []


def test_one_minute_is_an_overlap():
    assert found(sitting(ADA, INES, "9-11"), sitting(BEN, INES, "10-12")) == [("person_busy", True)]
    assert found(sitting(ADA, INES, "9-12"), sitting(BEN, INES, "10-11")) == [("person_busy", True)]


def test_an_exam_not_passed():
    assert found(sitting(ADA, INES), exam_passed=False) == [("exam_not_passed", False)]


def test_what_can_be_confirmed_is_exactly_what_does_not_refuse():
    others = [sitting(BEN, INES), sitting(BEN, OMAR), sitting(BEN, OMAR, place="x"), sitting(BEN, INES, "")]
    everything = found(sitting(ADA, INES), *others, exam_passed=False)
    of_the_rubric = {"physician_needed", "repeat_needed"}  # said by exams.actions.fitness
    assert {code for code, refuses in everything if not refuses} | of_the_rubric == CONFIRMABLE
    assert [code for code, refuses in everything if refuses] == ["person_busy", "place_busy", "device_busy"]


def test_the_sentence_names_who_where_and_when():
    [objection] = objections(sitting(ADA, INES), [sitting(BEN, INES)], trainee_name="Ada", exam_passed=True)
    assert objection.sentence == "Ines: in another practical at 9-10, Room 2."


def test_the_same_sentence_is_said_once():
    twice_in_one_room = [sitting(BEN, INES, ""), sitting(OMAR, INES, "")]
    assert found(sitting(ADA, INES), *twice_in_one_room) == [("same_day", False)]
    elsewhere_too = [*twice_in_one_room, sitting(BEN, INES, "", place="Room 3")]
    assert found(sitting(ADA, INES), *elsewhere_too) == [("same_day", False), ("same_day", False)]
