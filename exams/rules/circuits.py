"""A circuit of stations (OSCE): every candidate visits every station once, all change at the same bell.

A plan is a 0/1 programme over candidate × station × rotation. In one rotation a candidate, an assessor, a room and a
device are each at one station at most; a station is visited by one candidate at a time, as its assessor is. Where the
assessor of a station may not assess a candidate (S-7), the station's stand-in does, and is busy there meanwhile.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from exams.rules.assembly_solver import Row, solve

SECONDS = 5.0
SPARE_ROTATIONS = 4  # beyond the fewest that could do, before the planner gives up
LARGEST = 40  # stations, and candidates


@dataclass(frozen=True)
class Post:
    """One station as it stands on the day. An empty `stand_in`, `room` or `device` means none, or that none is shared.

    People are whatever names them; the same value is the same person, room or device.
    """

    station: str
    minutes: int
    assessor: str
    stand_in: str = ""
    room: str = ""
    device: str = ""


@dataclass(frozen=True, order=True)
class Visit:
    """One candidate at one station in one rotation, numbered from 0, with who assesses there."""

    rotation: int
    station: str
    candidate: str
    assessor: str


@dataclass(frozen=True)
class Circuit:
    """All visits in order, and the number of rotations."""

    visits: tuple[Visit, ...]
    rotations: int


class CircuitFault(ValueError):
    """No such plan, and why in a sentence."""


class NobodyMayAssess(CircuitFault):
    """Neither the assessor of a station nor its stand-in may assess one of the candidates."""

    def __init__(self, station: str, candidate: str) -> None:
        """Keep both, for whoever has to name them."""
        super().__init__(f"Nobody at {station} may assess {candidate}. Name another stand-in there.")
        self.station, self.candidate = station, candidate


def plan_circuit(
    posts: Sequence[Post], candidates: Sequence[str], *, conflicts: Collection[tuple[str, str]] = ()
) -> Circuit:
    """Plan the fewest rotations in which everybody visits every station once.

    `conflicts` holds (assessor, candidate) pairs that may not meet. Raises `CircuitFault`: nothing to plan, too much,
    no plan found within a few rotations of the fewest; and `NobodyMayAssess`.
    """
    if not posts or not candidates:
        raise CircuitFault("A circuit needs at least one station and one candidate.")
    if max(len(posts), len(candidates)) > LARGEST:
        raise CircuitFault(f"A circuit has at most {LARGEST} stations and {LARGEST} candidates.")
    pairs = list(_pairs(posts, candidates, frozenset(conflicts)))
    fewest = max(Counter(resource for pair in pairs for resource in pair.resources).values())
    for rotations in range(fewest, fewest + SPARE_ROTATIONS + 1):
        if plan := _arranged(pairs, rotations):
            return Circuit(tuple(sorted(plan)), rotations)
    raise CircuitFault(
        "No plan was found. Give a shared room, device or assessor fewer stations, or name another stand-in."
    )


def bells(
    rotations: int,
    *,
    begins: datetime,
    minutes: int,
    change_minutes: int,
    breaks: Mapping[int, int] | None = None,
) -> list[tuple[datetime, datetime]]:
    """Return start and end of every rotation.

    `minutes` is the time at a station, `change_minutes` the way to the next; `breaks` has the minutes of a break by the
    number of rotations after which it comes (counted from 1). A break takes the place of the change.
    """
    pauses, moment, found = breaks or {}, begins, []
    for number in range(1, rotations + 1):
        end = moment + timedelta(minutes=minutes)
        found.append((moment, end))
        moment = end + timedelta(minutes=pauses.get(number, change_minutes))
    return found


@dataclass(frozen=True)
class _Pair:
    candidate: str
    post: Post
    assessor: str

    @property
    def resources(self) -> set[tuple[str, str]]:
        """What one rotation has once; a station goes by itself, whoever assesses there."""
        named = {"room": self.post.room, "device": self.post.device}
        people = {("station", self.post.station), ("candidate", self.candidate), ("assessor", self.assessor)}
        return people | {(kind, name) for kind, name in named.items() if name}


def _pairs(posts: Sequence[Post], candidates: Sequence[str], conflicts: Collection[tuple[str, str]]) -> Iterator[_Pair]:
    for candidate in candidates:
        for post in posts:
            allowed = [name for name in (post.assessor, post.stand_in) if name and (name, candidate) not in conflicts]
            if not allowed:
                raise NobodyMayAssess(post.station, candidate)
            yield _Pair(candidate, post, allowed[0])


def _arranged(pairs: Sequence[_Pair], rotations: int) -> list[Visit] | None:
    """Give each pair one of so many rotations, or None when that cannot be or was not found in time.

    Column i·rotations + t says whether pair i meets in rotation t. The first candidate's order is fixed: any plan is
    still one when its rotations change places, so that nothing is lost and the search is short.
    """
    column = [range(number * rotations, (number + 1) * rotations) for number in range(len(pairs))]
    rows = [Row(dict.fromkeys(places, 1.0), 1, 1) for places in column]
    users: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, pair in enumerate(pairs):
        for resource in sorted(pair.resources):
            users[resource].append(number)
    for numbers in users.values():
        if len(numbers) > 1:
            rows += [Row({column[number][turn]: 1.0 for number in numbers}, 0, 1) for turn in range(rotations)]
    first = [number for number, pair in enumerate(pairs) if pair.candidate == pairs[0].candidate]
    rows += [Row({column[number][turn]: 1.0}, 1, 1) for turn, number in enumerate(first)]
    count = len(pairs) * rotations
    # Early rotations are cheaper, so that spare ones stay at the end of the day.
    costs = [float(turn) for _ in pairs for turn in range(rotations)]
    found = solve(rows, costs=costs, whole=[1.0] * count, upper=[1.0] * count, seconds=SECONDS, gap=1.0)
    if found.values is None:
        return None
    return [
        Visit(turn, pair.post.station, pair.candidate, pair.assessor)
        for number, pair in enumerate(pairs)
        for turn in range(rotations)
        if found.values[column[number][turn]] > 0.5
    ]
