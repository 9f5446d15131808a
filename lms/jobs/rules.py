"""When a failed job is tried again."""

from datetime import timedelta

FIRST_DELAY_SECONDS = 2
LONGEST_DELAY_SECONDS = 15 * 60


def retry_delay(attempts: int) -> timedelta:
    """Return the pause after the given number of attempts (1 or more): 2 s, 8 s, 32 s … at most 15 minutes."""
    return timedelta(seconds=min(FIRST_DELAY_SECONDS * 4 ** (attempts - 1), LONGEST_DELAY_SECONDS))
