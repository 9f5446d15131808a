"""Who is qualified to assess: scope, kind of device, days, training and yearly calibration.

Source: curriculum.md section 4 (sign-off) and exams.md section 5 (assignment check). Asked when a sitting is assigned,
opened and signed. One qualification has to meet every condition: a valid one for other stations and an expired one for
these do not add up.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

CALIBRATION_DAYS = 365
LONGEST_VALID_DAYS = 3 * 366


class DeviceFamily(StrEnum):
    """Kinds of device that are assessed apart: deep TMS and neuronavigation are endorsed separately."""

    FIGURE_EIGHT = "figure_eight"
    DEEP = "deep"
    NAVIGATED = "navigated"


FAMILY_WORDS = {
    DeviceFamily.FIGURE_EIGHT: "Figure-of-eight coil",
    DeviceFamily.DEEP: "Deep TMS with an H-coil",
    DeviceFamily.NAVIGATED: "Neuronavigated coil",
}


@dataclass(frozen=True)
class Standing:
    """One qualification of a person. `programme` None and empty `stations` mean all of them.

    `carried_over` marks one that was taken over from before qualifications were kept: nothing is known of its training,
    and its first day stands for the calibration.
    """

    key: str
    basis: str
    programme: int | None
    stations: frozenset[str]
    families: frozenset[str]
    valid_from: date
    valid_until: date
    trained_on: date | None
    calibrated_on: date | None
    carried_over: bool = False
    withdrawn_on: date | None = None

    @property
    def calibration_due(self) -> date:
        """The last day on which the calibration holds: a year, counted as 365 days."""
        return (self.calibrated_on or self.valid_from) + timedelta(days=CALIBRATION_DAYS)


@dataclass(frozen=True)
class Task:
    """What somebody is to assess: which programme and stations, with which kind of device (None: not stated), when."""

    programme: int
    stations: tuple[str, ...]
    family: DeviceFamily | None
    day: date


@dataclass(frozen=True)
class Lack:
    """One condition that is not met; the sentence goes on after "may not assess this: "."""

    code: str
    sentence: str


def lacks(standing: Standing, task: Task) -> tuple[Lack, ...]:
    """Return every condition that one qualification does not meet for a task; empty when it is enough."""
    return tuple(_lacks(standing, task))


def sufficient(standings: Iterable[Standing], task: Task) -> tuple[Standing, ...]:
    """Return the qualifications that are enough for a task."""
    return tuple(standing for standing in standings if not lacks(standing, task))


def what_is_lacking(standings: Iterable[Standing], task: Task) -> tuple[Lack, ...]:
    """Return why nobody with these qualifications may assess a task; empty when one of them is enough.

    Of several, the one that lacks least is named, and of equals the one that ends last: it is the one to mend.
    """
    judged = [(lacks(standing, task), standing) for standing in standings]
    if not judged:
        return (Lack("not_qualified", "no qualification as an assessor is recorded"),)
    return min(judged, key=lambda pair: (len(pair[0]), -pair[1].valid_until.toordinal()))[0]


def _lacks(standing: Standing, task: Task) -> Iterator[Lack]:
    if standing.withdrawn_on is not None:
        yield Lack("qualification_withdrawn", f"the qualification was withdrawn on {_words(standing.withdrawn_on)}")
        return
    if task.day < standing.valid_from:
        yield Lack("qualification_not_yet", f"the qualification begins on {_words(standing.valid_from)}")
    if task.day > standing.valid_until:
        yield Lack("qualification_ended", f"the qualification ended on {_words(standing.valid_until)}")
    if standing.programme not in (None, task.programme):
        yield Lack("other_programme", "the qualification is for another programme")
    missing = [code for code in task.stations if standing.stations and code not in standing.stations]
    if missing:
        yield Lack("station_not_in_scope", f"the qualification does not cover {', '.join(missing)}")
    if task.family is not None and task.family not in standing.families:
        words = FAMILY_WORDS[task.family]
        yield Lack("device_not_in_scope", f"the qualification does not cover this kind of device ({words})")
    if standing.trained_on is None and not standing.carried_over:
        yield Lack("no_training", "no assessor training is recorded")
    if standing.trained_on is not None and standing.trained_on > task.day:
        yield Lack("no_training", f"the assessor training is only on {_words(standing.trained_on)}")
    if task.day > standing.calibration_due:
        yield Lack("calibration_due", f"the yearly calibration was due on {_words(standing.calibration_due)}")


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
