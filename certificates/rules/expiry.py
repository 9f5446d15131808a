"""When people are told that a certificate ends. The one place that decides."""

from datetime import date, timedelta
from enum import StrEnum


class Notice(StrEnum):
    """What is told, in the order in which it comes due."""

    IN_60_DAYS = "in_60_days"
    IN_30_DAYS = "in_30_days"
    IN_7_DAYS = "in_7_days"
    EXPIRED = "expired"


DAYS_AHEAD = {Notice.IN_7_DAYS: 7, Notice.IN_30_DAYS: 30, Notice.IN_60_DAYS: 60}  # the nearest first
FURTHEST = timedelta(days=60)
TOLD_UNTIL = timedelta(days=30)  # an end longer ago than this is no news


def notice_due(last_day: date, today: date) -> Notice | None:
    """Return what is to be told on a day about a certificate that is good until the end of `last_day`.

    Only the nearest notice is due: whoever missed the one of 60 days, because the workers stood still or the
    certificate was awarded later, is not told of it on the day of the next. Valid until 30 June: 1 May is the first day
    of the 60, 31 May of the 30, 23 June of the 7, and from 1 to 30 July it is told as expired.
    """
    left = last_day - today
    if left < timedelta():
        return Notice.EXPIRED if -left <= TOLD_UNTIL else None
    return next((notice for notice, days in DAYS_AHEAD.items() if left <= timedelta(days=days)), None)
