"""What a logged session may say, and counts against the requirement."""

from dataclasses import replace
from datetime import date

import pytest

from exams.rules.practicum import (
    REQUIREMENTS,
    LoggedSession,
    Protocol,
    SessionKind,
    fault_of,
    is_complete,
    standings,
    too_early,
)

ENROLLED, TODAY = date(2026, 9, 20), date(2026, 11, 26)
DRILL = LoggedSession(SessionKind.DRILL, 2026, 11)
DONE = LoggedSession(SessionKind.SUPERVISED, 2026, 11, 1, Protocol.HIGH_FREQUENCY)


@pytest.mark.parametrize(
    ("session", "code"),
    [
        (DONE, None),
        (DRILL, None),
        (replace(DONE, year=2026, month=9), None),
        (replace(DONE, year=2026, month=8), "bad_month"),
        (replace(DONE, year=2026, month=12), "bad_month"),
        (replace(DONE, patient=None), "no_patient"),
        (replace(DONE, patient=0), "no_patient"),
        (replace(DONE, patient=99), None),
        (replace(DONE, patient=448812), "no_patient"),  # a record number is no count
        (replace(DONE, protocol=None), "no_protocol"),
        (replace(DONE, kind=SessionKind.OBSERVED), None),
        (replace(DONE, kind=SessionKind.OBSERVED, remap=True), "steps_while_watching"),
        (replace(DRILL, patient=1), "drill_with_patient"),
        (replace(DRILL, head_measurement=True), "drill_with_patient"),
    ],
)
def test_faults(session, code):
    fault = fault_of(session, enrolled=ENROLLED, today=TODAY)
    assert (fault.code if fault else None) == code


def whole_log() -> list[LoggedSession]:
    """Just enough of everything: 5 watched, 10 supervised, 5 alone; patients 1 to 5, two protocols, a drill."""
    log = [replace(DONE, kind=SessionKind.OBSERVED) for _ in range(5)]
    log += [replace(DONE, patient=n % 5 + 1, head_measurement=True, motor_threshold=n < 3) for n in range(10)]
    log += [replace(DONE, kind=SessionKind.INDEPENDENT, protocol=Protocol.LOW_FREQUENCY) for _ in range(5)]
    log[-1] = replace(log[-1], remap=True)
    return [*log, DRILL]


def test_just_enough_is_complete_and_each_piece_less_is_not():
    log = whole_log()
    lines = {line.code: (line.done, line.needed) for line in standings(log)}
    # The numbers of the curriculum, written down once more.
    assert lines == {
        "observed": (5, 5),
        "supervised": (10, 10),
        "independent": (5, 5),
        "total": (20, 20),
        "patients": (5, 5),
        "protocols": (2, 2),
        "theta_burst": (0, 1),
        "motor_threshold": (3, 3),
        "head_measurement": (10, 10),
        "drill": (1, 1),
        "remap": (1, 1),
    }
    assert is_complete(standings(log))
    for place in range(len(log)):
        assert not is_complete(standings(log[:place] + log[place + 1 :])), place


def test_nothing_logged_and_order_of_parts():
    assert [line.done for line in standings([])] == [0] * len(REQUIREMENTS)
    log = whole_log()
    assert too_early(SessionKind.OBSERVED, []) == too_early(SessionKind.DRILL, []) == ""
    assert too_early(SessionKind.SUPERVISED, log[:3]) == "3 of 5 sessions observed are confirmed so far."
    assert too_early(SessionKind.SUPERVISED, log[:5]) == ""
    assert too_early(SessionKind.INDEPENDENT, log[:9]) == (
        "4 of 10 sessions under direct supervision are confirmed so far."
    )
    assert too_early(SessionKind.INDEPENDENT, log[:15]) == ""
