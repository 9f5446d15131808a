"""Dates and times as people read them: "21 November 2026, 14:03 (UTC+1)"."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


def offset_text(moment: datetime) -> str:
    """Return the zone of an aware moment as "UTC", "UTC+1" or "UTC-3:30"."""
    offset = moment.utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    if not minutes:
        return "UTC"
    sign, (hours, rest) = "+" if minutes > 0 else "-", divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def day_text(day: date) -> str:
    """Return "21 November 2026"."""
    return f"{day.day} {day:%B %Y}"


def moment_text(moment: datetime) -> str:
    """Return "21 November 2026, 14:03 (UTC+1)" in the active time zone."""
    local = timezone.localtime(moment)
    return f"{day_text(local)}, {local:%H:%M} ({offset_text(local)})"


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Show a moment with its machine-readable twin."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), moment_text(value))


@register.filter
def exact_moment(value: datetime | None) -> SafeString | str:
    """Show a moment to the second where the seconds matter: "21 November 2026, 14:03:27 (UTC+1)"."""
    if value is None or not value.second:
        return moment(value)
    local = timezone.localtime(value)
    text = f"{day_text(local)}, {local:%H:%M:%S} ({offset_text(local)})"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def moment_from(value: datetime | None) -> SafeString | str:
    """Show from when something is possible, without seconds: the next whole minute, never one that is too early."""
    if value is None:
        return ""
    past = timedelta(seconds=value.second, microseconds=value.microsecond)
    return moment(value - past + timedelta(minutes=1) if past else value)


@register.filter
def clock(value: datetime | None) -> SafeString | str:
    """Show the time of the day of a moment: "09:00 (UTC+1)"."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), plain_clock(value))


@register.filter
def day(value: date | None) -> SafeString | str:
    """Show a day with its machine-readable twin."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), day_text(value))


@register.filter
def plain_moment(value: datetime) -> str:
    """Write a moment in a text without markup, such as a mail."""
    return moment_text(value)


@register.filter
def plain_clock(value: datetime) -> str:
    """Write the time of the day of a moment in a text without markup: "09:00 (UTC+1)"."""
    local = timezone.localtime(value)
    return f"{local:%H:%M} ({offset_text(local)})"


@register.filter
def plain_day(value: date) -> str:
    """Write a day, or that of a moment, in a text without markup."""
    return day_text(timezone.localtime(value) if isinstance(value, datetime) else value)
