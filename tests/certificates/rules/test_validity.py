from datetime import UTC, date, datetime

import pytest

from certificates.rules.validity import Status, status_of

NOON = datetime(2027, 6, 30, 12, tzinfo=UTC)


def status(**changes: object) -> Status:
    facts = {"awarded_on": date(2026, 11, 14), "valid_until": None, "revoked_at": None, "now": NOON}
    return status_of(**(facts | changes))  # type: ignore[arg-type]


def test_no_award_is_unknown() -> None:
    assert status(awarded_on=None, revoked_at=NOON) is Status.UNKNOWN


def test_without_end_date_it_stays_valid() -> None:
    assert status(now=datetime(2090, 1, 1, tzinfo=UTC)) is Status.VALID


@pytest.mark.parametrize(
    ("last_day", "expected"),
    [(date(2027, 6, 30), Status.VALID), (date(2027, 6, 29), Status.EXPIRED), (date(2027, 7, 1), Status.VALID)],
)
def test_good_on_the_whole_last_day(last_day: date, expected: Status) -> None:
    assert status(valid_until=last_day) is expected


def test_revocation_outweighs_expiry() -> None:
    assert status(valid_until=date(2027, 1, 1), revoked_at=NOON) is Status.REVOKED


def test_a_revocation_counts_from_its_moment() -> None:
    assert status(revoked_at=datetime(2027, 6, 30, 12, 0, 1, tzinfo=UTC)) is Status.VALID


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"suspended_at": NOON}, Status.SUSPENDED),
        ({"suspended_at": NOON, "valid_until": date(2027, 1, 1)}, Status.SUSPENDED),
        ({"replaced_at": NOON, "suspended_at": NOON}, Status.SUPERSEDED),
        ({"replaced_at": NOON, "valid_until": date(2027, 1, 1)}, Status.SUPERSEDED),
        ({"revoked_at": NOON, "replaced_at": NOON, "suspended_at": NOON}, Status.REVOKED),
        ({"suspended_at": datetime(2027, 6, 30, 12, 0, 1, tzinfo=UTC)}, Status.VALID),
        ({"replaced_at": datetime(2027, 6, 30, 12, 0, 1, tzinfo=UTC)}, Status.VALID),
    ],
)
def test_what_outweighs_what(facts: dict[str, object], expected: Status) -> None:
    assert status(**facts) is expected
