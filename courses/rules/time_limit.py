"""How long somebody has to finish a programme."""

import calendar
from datetime import date, timedelta


def last_day(start: date, months: int) -> date:
    """Return the day `months` later, or the last of its month where it has no such day.

    24 months from 26 November 2026 end on 26 November 2028; one month from 31 January 2027 on 28 February 2027.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def last_overdue_start(today: date, months: int) -> date:
    """Return the latest start whose last day is behind us: who started then or earlier is overdue.

    With 24 months, on 27 November 2028 it is 26 November 2026; on 1 March 2027 with one month it is 31 January 2027,
    for that time ended on 28 February.
    """
    years, month = divmod(today.month - 1 - months, 12)
    year = today.year + years
    start = date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
    while last_day(start, months) >= today:
        start -= timedelta(days=1)
    return start
