"""How long candidates spent on an item, as far as stored saves can tell.

A browser saves when an answer changes and when a question is left, and only the moments at which saves arrived count as
evidence. So the time from one save to the next, or from the start to the first, belongs to the question that was
saved at its end; times of one question are added up. What comes after the last save belongs to no question. A stretch
in which the attempt was paused is left out. A connection that was lost makes one long stretch and some short ones:
medians bear that, means would not, so there are none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np

TAIL = 90


@dataclass(frozen=True)
class TimeSpent:
    """Seconds on one item: the median and the 90th percentile over `n` attempts that saved something there."""

    n: int
    median: float
    p90: float


def seconds_by_place(
    started: datetime, saves: Iterable[tuple[int, datetime]], pauses: Sequence[datetime]
) -> dict[int, float]:
    """Return the seconds spent at each place of one attempt; `saves` are places and moments in their order.

    Started at 0, saved place 1 after 40 s, place 2 after 60 s and place 1 again after 65 s: 45 s and 20 s.
    """
    found: dict[int, float] = {}
    for (_, before), (place, after) in pairwise([(0, started), *saves]):
        if not any(before <= pause <= after for pause in pauses):
            found[place] = found.get(place, 0.0) + max(0.0, (after - before).total_seconds())
    return found


def time_spent(seconds: Sequence[float]) -> TimeSpent | None:
    """Sum up one item over attempts; percentiles between two values are interpolated. None when there are none."""
    if not seconds:
        return None
    median, tail = np.percentile(np.asarray(seconds, dtype=np.float64), [50, TAIL])
    return TimeSpent(len(seconds), round(float(median), 1), round(float(tail), 1))
