"""The plan of a circuit as people read it: who is where at which bell, and what has to be mended before it can be."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from courses.models import Enrolment
from exams.models import Accommodation, standings_of
from exams.rules.accommodations import Adjustments
from exams.rules.assessors import DeviceFamily, Task, what_is_lacking
from exams.rules.attempt_policy import allowance
from exams.rules.circuits import Circuit, CircuitFault, NobodyMayAssess, Post, bells, plan_circuit
from lms.accounts.models import DeclaredRelationship, User

ONE_MINUTE = timedelta(minutes=1)


class CircuitProblems(Exception):
    """Why there is no plan: sentences for whoever plans."""

    def __init__(self, sentences: Sequence[str]) -> None:
        """Keep the sentences."""
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True)
class Stop:
    """One cell of a timetable: the station and room, the candidate and the assessor there."""

    station: str
    room: str
    assessor: str
    candidate: str


@dataclass(frozen=True)
class Rotation:
    """What goes on between two bells, in the order of the timetable's names; None is a rest, or a free station."""

    begins: datetime
    ends: datetime
    break_minutes: int
    by_candidate: tuple[Stop | None, ...]
    by_station: tuple[Stop | None, ...]


@dataclass(frozen=True)
class Turn:
    """One visit by the keys of its people, for turning the plan into sittings."""

    begins: datetime
    ends: datetime
    station: str
    candidate: str
    assessor: str
    room: str
    device: str


@dataclass(frozen=True)
class Timetable:
    """A circuit as it is read: names of the candidates, codes of the stations, every rotation, and every visit."""

    candidates: tuple[str, ...]
    stations: tuple[str, ...]
    rotations: tuple[Rotation, ...]
    minutes: int
    visits: tuple[Turn, ...]


@dataclass(frozen=True)
class CircuitDay:
    """What is planned: stations with people by the text of their ids, candidates, the day and its hours.

    `rooms` and `devices` have the words for those of a station; `break_after` and `break_minutes` are 0 without one.
    """

    posts: tuple[Post, ...]
    candidates: tuple[Enrolment, ...]
    people: Mapping[str, User]
    rooms: Mapping[str, str]
    devices: Mapping[str, str]
    family: DeviceFamily
    begins: datetime
    change_minutes: int
    break_after: int = 0
    break_minutes: int = 0

    @property
    def day(self) -> date:
        """The day of the first bell, on the clock of whoever plans."""
        return self.begins.date()

    def breaks(self, rotations: int) -> dict[int, int]:
        """Return the minutes of each break by the number of rotations after which it comes; none after the last."""
        if not (self.break_after and self.break_minutes):
            return {}
        return dict.fromkeys(range(self.break_after, rotations, self.break_after), self.break_minutes)


def timetable(day: CircuitDay) -> Timetable:
    """Plan a day. Raises `CircuitProblems`: people who are not qualified, whom nobody may assess, or no plan at all."""
    if not day.posts:
        raise CircuitProblems(["Name an assessor for at least one station."])
    if problems := list(_unqualified(day)):
        raise CircuitProblems(problems)
    names = {str(row.pk): row.person.full_name for row in day.candidates}
    try:
        circuit = plan_circuit(day.posts, list(names), conflicts=_conflicts(day))
    except NobodyMayAssess as fault:
        sentence = f"Nobody at {fault.station} may assess {names[fault.candidate]}. Name another stand-in there."
        raise CircuitProblems([sentence]) from fault
    except CircuitFault as fault:
        raise CircuitProblems([str(fault)]) from fault
    return _written(day, circuit, names)


def _unqualified(day: CircuitDay) -> Iterator[str]:
    """Say who is named for a station and may not assess it that day, and why. One query."""
    standings = standings_of([person.pk for person in day.people.values()])
    programme = day.candidates[0].programme_id
    for post in day.posts:
        for key in filter(None, (post.assessor, post.stand_in)):
            person = day.people[key]
            task = Task(programme, (post.station,), day.family, day.day)
            if lacking := what_is_lacking(standings[person.pk], task):
                words = "; ".join(lack.sentence for lack in lacking)
                yield f"{person.full_name} may not assess {post.station}: {words}."


def _conflicts(day: CircuitDay) -> Collection[tuple[str, str]]:
    """Return who may not assess which candidate: themselves, or with a declared relationship (S-7). One query."""
    assessors = {person.pk: key for key, person in day.people.items()}
    candidates = {row.person_id: str(row.pk) for row in day.candidates}
    everybody = [*assessors, *candidates]
    declared = DeclaredRelationship.objects.filter(person__in=everybody, other__in=everybody, ended_at__isnull=True)
    pairs = [(person, person) for person in everybody] + list(declared.values_list("person", "other"))
    either_way = {*pairs, *((other, person) for person, other in pairs)}
    return {
        (assessors[assessor], candidates[candidate])
        for assessor, candidate in either_way
        if assessor in assessors and candidate in candidates
    }


def _minutes(day: CircuitDay) -> int:
    """Return the minutes between two bells: the longest station, for whoever has most time granted. One query."""
    people = [row.person_id for row in day.candidates]
    holding = Accommodation.objects.holding(day.day).filter(person__in=people)
    longest = max(post.minutes for post in day.posts)
    times = [
        allowance(minutes=longest, multiplier=one.multiplier, extra_minutes=one.extra_minutes)
        for one in (Adjustments(), *(row.adjustments for row in holding))
    ]
    return ceil(max(times) / ONE_MINUTE)


def _written(day: CircuitDay, circuit: Circuit, names: Mapping[str, str]) -> Timetable:
    minutes, breaks = _minutes(day), day.breaks(circuit.rotations)
    rings = bells(
        circuit.rotations, begins=day.begins, minutes=minutes, change_minutes=day.change_minutes, breaks=breaks
    )
    stops = {
        (visit.candidate, visit.rotation): Stop(
            visit.station,
            day.rooms.get(visit.station, ""),
            day.people[visit.assessor].full_name,
            names[visit.candidate],
        )
        for visit in circuit.visits
    }
    at_station = {(stop.station, turn): stop for (_, turn), stop in stops.items()}
    codes = tuple(post.station for post in day.posts)
    rotations = (
        Rotation(
            begins,
            ends,
            breaks.get(turn + 1, 0),
            tuple(stops.get((key, turn)) for key in names),
            tuple(at_station.get((code, turn)) for code in codes),
        )
        for turn, (begins, ends) in enumerate(rings)
    )
    visits = tuple(
        Turn(
            *rings[visit.rotation],
            station=visit.station,
            candidate=visit.candidate,
            assessor=visit.assessor,
            room=day.rooms.get(visit.station, ""),
            device=day.devices.get(visit.station, ""),
        )
        for visit in circuit.visits
    )
    return Timetable(tuple(names.values()), codes, tuple(rotations), minutes, visits)
