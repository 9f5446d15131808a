"""Moments as people read them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from lms.look.templatetags.moments import moment_from, plain_day


@pytest.mark.parametrize(
    ("second", "microsecond", "words"),
    [
        (55, 0, "11 December 2026, 00:00 (UTC)"),
        (0, 0, "10 December 2026, 23:59 (UTC)"),
        (0, 1, "11 December 2026, 00:00"),
    ],
)
def test_from_when_is_never_told_too_early(second: int, microsecond: int, words: str) -> None:
    assert words in moment_from(datetime(2026, 12, 10, 23, 59, second, microsecond, tzinfo=UTC))


def test_the_day_of_a_moment_in_a_mail_is_that_of_the_clock_in_force() -> None:
    late = datetime(2026, 12, 10, 23, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert plain_day(late) == "11 December 2026"
        assert plain_day(date(2026, 12, 10)) == "10 December 2026"
    with timezone.override(UTC):
        assert plain_day(late) == "10 December 2026"
