"""Circuits: no clash, nobody twice, nothing missed, as few rotations as can be."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.rules.circuits import LARGEST, Circuit, CircuitFault, Post, bells, plan_circuit

NINE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def posts_of(count: int, **shared: str) -> list[Post]:
    """Return stations with an assessor, a room and a device each, but for what is shared."""
    own = [{"assessor": f"A{n}", "room": f"room {n}", "device": f"coil {n}"} for n in range(count)]
    return [Post(station=f"P{n:02}", minutes=10, **(facts | shared)) for n, facts in enumerate(own)]


def clashes(plan: Circuit, posts: Sequence[Post]) -> list[str]:
    """Look at every rotation and list whatever is needed twice in it."""
    by_station = {post.station: post for post in posts}
    found = []
    for turn in range(plan.rotations):
        visits = [visit for visit in plan.visits if visit.rotation == turn]
        for kind, names in {
            "candidate": [visit.candidate for visit in visits],
            "station": [visit.station for visit in visits],
            "assessor": [visit.assessor for visit in visits],
            "room": [by_station[visit.station].room for visit in visits],
            "device": [by_station[visit.station].device for visit in visits],
        }.items():
            found += [f"{turn}: {kind} {name}" for name, times in Counter(names).items() if name and times > 1]
    return found


def complete(plan: Circuit, posts: Sequence[Post], candidates: Sequence[str]) -> bool:
    met = Counter((visit.candidate, visit.station) for visit in plan.visits)
    return met == Counter(product(candidates, [post.station for post in posts]))


def test_sixteen_stations_for_twelve_candidates() -> None:
    posts, people = posts_of(16), [f"C{n}" for n in range(12)]
    plan = plan_circuit(posts, people)
    assert plan.rotations == 16
    assert complete(plan, posts, people)
    assert clashes(plan, posts) == []


@settings(max_examples=25)
@given(
    stations=st.integers(1, 7),
    candidates=st.integers(1, 7),
    assessors=st.integers(1, 7),
    rooms=st.integers(1, 7),
    data=st.data(),
)
def test_no_plan_has_a_clash(stations: int, candidates: int, assessors: int, rooms: int, data: st.DataObject) -> None:
    people = [f"C{n}" for n in range(candidates)]
    names = [f"A{n}" for n in range(assessors)]
    posts = [Post(f"P{n}", 10, f"A{n % assessors}", stand_in="A-spare", room=f"R{n % rooms}") for n in range(stations)]
    conflicts = data.draw(st.sets(st.sampled_from(list(product(names, people))), max_size=5))
    plan = plan_circuit(posts, people, conflicts=conflicts)
    assert complete(plan, posts, people)
    assert clashes(plan, posts) == []
    assert not {(visit.assessor, visit.candidate) for visit in plan.visits} & conflicts
    busiest = Counter(post.room for post in posts).most_common(1)[0][1] * candidates
    assert plan.rotations >= max(stations, candidates, busiest)


@pytest.mark.parametrize(
    ("stations", "candidates", "shared", "fewest"),
    [
        (1, 5, {}, 5),
        (5, 1, {}, 5),
        (4, 4, {}, 4),
        (4, 3, {"assessor": "Ines"}, 12),  # one assessor walks along: one candidate, one station at a time
        (3, 4, {"device": "the only coil"}, 12),
    ],
)
def test_the_fewest_rotations(stations: int, candidates: int, shared: dict[str, str], fewest: int) -> None:
    posts = posts_of(stations, **shared)
    assert plan_circuit(posts, [f"C{n}" for n in range(candidates)]).rotations == fewest


def test_where_the_assessor_may_not_the_stand_in_does_and_is_missed_elsewhere() -> None:
    posts = [Post("P1", 10, "Ines", stand_in="Noor"), Post("P2", 10, "Noor")]
    plan = plan_circuit(posts, ["Ada", "Ben"], conflicts={("Ines", "Ada")})
    assert {(visit.station, visit.assessor) for visit in plan.visits if visit.candidate == "Ada"} == {
        ("P1", "Noor"),
        ("P2", "Noor"),
    }
    assert plan.rotations == 3  # Noor assesses Ada twice and Ben once, each time alone
    assert clashes(plan, posts) == []


def test_a_candidate_whom_nobody_may_assess_is_named() -> None:
    posts = [Post("P1", 10, "Ines", stand_in="Noor")]
    with pytest.raises(CircuitFault, match="Nobody at P1 may assess Ada"):
        plan_circuit(posts, ["Ada"], conflicts={("Ines", "Ada"), ("Noor", "Ada")})


@pytest.mark.parametrize(
    ("stations", "candidates", "words"),
    [(0, 3, "at least one"), (3, 0, "at least one"), (LARGEST + 1, 1, "at most 40"), (1, LARGEST + 1, "at most 40")],
)
def test_what_is_no_circuit_is_refused(stations: int, candidates: int, words: str) -> None:
    with pytest.raises(CircuitFault, match=words):
        plan_circuit(posts_of(stations), [f"C{n}" for n in range(candidates)])


def test_bells_leave_time_to_walk_and_to_rest() -> None:
    rings = bells(4, begins=NINE, minutes=12, change_minutes=3, breaks={2: 20})
    assert [f"{start:%H:%M} {end:%H:%M}" for start, end in rings] == [
        "09:00 09:12",
        "09:15 09:27",
        "09:47 09:59",
        "10:02 10:14",
    ]
