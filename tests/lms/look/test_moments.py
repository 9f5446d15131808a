"""Moments as people read them."""

from datetime import UTC, datetime

import pytest

from lms.look.templatetags.moments import moment_from


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
