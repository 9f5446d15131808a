"""The calendar of the site: one day for everybody, wherever they are."""

from datetime import date, datetime

from django.utils import timezone


def site_day(moment: datetime | None = None) -> date:
    """Return the day of a moment (of now without one) in the zone of the site, `DISPLAY_TIME_ZONE`.

    Days that are decided for somebody else (from when a grant or a qualification holds) go by it. A plain
    `localdate()` answers for the clock of whoever has the page open, which may be a day ahead or behind.
    """
    return timezone.localdate(moment, timezone.get_default_timezone())
