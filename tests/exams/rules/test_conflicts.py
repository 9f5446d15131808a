from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.conflicts import Encounters, Relationship, all_conflicts, conflict, conflicts_at_stations
from exams.rules.scheme import NO_RULES, SchemeRules

MANAGER = Relationship(7, 9, "direct manager")


@pytest.mark.parametrize(
    ("assessor", "trainee", "declared", "code"),
    [
        (7, 7, [], "conflict_self"),
        (7, 9, [], None),
        (7, 9, [MANAGER], "conflict_relationship"),
        (9, 7, [MANAGER], "conflict_relationship"),
        (7, 8, [MANAGER], None),
        (8, 9, [MANAGER], None),
    ],
)
def test_self_and_declared_relationships_conflict(
    assessor: int, trainee: int, declared: list[Relationship], code: str | None
) -> None:
    found = conflict(assessor, trainee, declared)
    assert (found.code if found else None) == code


def test_the_reason_names_the_kind() -> None:
    found = conflict(9, 7, [MANAGER])
    assert found is not None
    assert "direct manager" in found.sentence


PEOPLE = st.integers(1, 4)


@given(PEOPLE, PEOPLE, st.lists(st.builds(Relationship, PEOPLE, PEOPLE, st.just("relative"))))
def test_a_conflict_holds_in_both_directions(one: int, other: int, declared: list[Relationship]) -> None:
    assert (conflict(one, other, declared) is None) == (conflict(other, one, declared) is None)


SCHEME = SchemeRules(months_after_training=24, other_assessor_after_failure=True)


@pytest.mark.parametrize(
    ("trained", "day", "found"),
    [
        (date(2026, 3, 1), date(2028, 3, 31), ["conflict_trained"]),
        (date(2026, 3, 1), date(2028, 4, 1), []),
        (None, date(2026, 3, 1), []),
    ],
)
def test_who_trained_somebody_waits_two_years(trained: date | None, day: date, found: list[str]) -> None:
    met = conflicts_at_stations(Encounters(trained_until=trained), SCHEME, ["P01"], day)
    assert [one.code for one in met] == found


@pytest.mark.parametrize(
    ("stations", "day", "found"),
    [
        (["P01", "P02"], date(2026, 3, 2), ["conflict_examined"]),
        (["P01", "P02"], date(2026, 3, 1), []),  # the retry on the same day
        (["P02"], date(2026, 3, 2), []),
    ],
)
def test_who_saw_the_failed_try_does_not_see_the_next(stations: list[str], day: date, found: list[str]) -> None:
    encounters = Encounters(failures=(("P01", date(2026, 3, 1)),))
    assert [one.code for one in conflicts_at_stations(encounters, SCHEME, stations, day)] == found


def test_a_scheme_without_these_rules_asks_for_neither() -> None:
    encounters = Encounters(date(2026, 3, 1), (("P01", date(2026, 3, 1)),))
    assert list(conflicts_at_stations(encounters, NO_RULES, ["P01"], date(2026, 3, 2))) == []


def test_what_nobody_can_allow_has_no_key() -> None:
    relative = Relationship(7, 9, "relative", "relative")
    manager = Relationship(7, 9, "direct manager", "line_manager")
    assert [one.key for one in all_conflicts(7, 7, [])] == [""]
    assert [one.key for one in all_conflicts(7, 9, [relative])] == [""]
    assert [one.key for one in all_conflicts(7, 9, [manager])] == ["relationship:line_manager"]
    assert [one.key for one in all_conflicts(7, 9, [manager, relative])] == ["", "relationship:line_manager"]
