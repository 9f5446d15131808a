"""How long somebody has to finish a programme."""

import calendar
from datetime import date


def last_day(start: date, months: int) -> date:
    """Return the day `months` later, or the last of its month where it has no such day.

    24 months from 26 November 2026 end on 26 November 2028; one month from 31 January 2027 on 28 February 2027.
    """
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
