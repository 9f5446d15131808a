"""Until when one may appeal, and who may not decide."""

from datetime import UTC, datetime, timedelta

import pytest

from exams.rules.appeal_policy import Involvement, appeal_until, is_late, objections_to

OUT = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


def test_the_last_moment_still_counts():
    last = datetime(2026, 4, 27, 12, 0, tzinfo=UTC)  # thirty days of 24 hours, across a change of clocks
    assert appeal_until(OUT, days=30) == last
    assert not is_late(OUT, days=30, now=last)
    assert is_late(OUT, days=30, now=last + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("person", "name", "code"),
    [
        (1, "Ada", "is_candidate"),
        (2, "Xenia", "released_it"),
        (3, "Rolf", "decided_before"),
        (4, "walt  AUTHOR", "wrote_it"),
        (5, "Paula", "reviewed_it"),
        (6, "Mara", "marked_it"),
    ],
)
def test_whoever_had_a_part_does_not_decide(person, name, code):
    involved = Involvement(1, released_by={2}, decided_by={3}, authors=["Walt Author"], reviewers={5}, marked_by={6})
    assert [objection.code for objection in objections_to(person, name, involved)] == [code]


def test_somebody_uninvolved_decides():
    assert objections_to(9, "Nora", Involvement(1, {2}, {3}, ["Walt Author"], {5})) == ()
