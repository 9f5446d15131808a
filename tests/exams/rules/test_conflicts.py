import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.conflicts import Relationship, conflict

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
