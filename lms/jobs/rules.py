"""When a failed job is tried again, and when periodic work comes round."""

from datetime import UTC, datetime, timedelta

FIRST_DELAY_SECONDS = 2
LONGEST_DELAY_SECONDS = 15 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def retry_delay(attempts: int) -> timedelta:
    """Return the pause after the given number of attempts (1 or more): 2 s, 8 s, 32 s … at most 15 minutes."""
    exponent = min(attempts - 1, 10)  # beyond that the longest pause holds anyway
    return timedelta(seconds=min(FIRST_DELAY_SECONDS * 4**exponent, LONGEST_DELAY_SECONDS))


def next_slot(now: datetime, every_seconds: int) -> datetime:
    """Return the first whole multiple of the period (counted from 1970, UTC) that lies after `now`.

    With 1800 seconds, 10:07 gives 10:30 and 10:30 gives 11:00, on every machine alike.
    """
    passed = (now - _EPOCH) // timedelta(seconds=every_seconds)
    return _EPOCH + timedelta(seconds=every_seconds) * (passed + 1)


def next_try_of_periodic(now: datetime, every_seconds: int, attempts: int) -> datetime:
    """Return when periodic work that failed is tried again: after the usual pause, but no later than its next slot."""
    return min(now + retry_delay(attempts), next_slot(now, every_seconds))
