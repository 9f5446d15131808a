"""Sending mails: plain text with a fixed Message-ID, and calendar files where they tell of appointments."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.mime.text import MIMEText
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from lms.accounts.models import User
from lms.mail.rules.calendar_files import CalendarEntry, Method, Party, calendar_file, published_calendar


@dataclass(frozen=True)
class Invitation:
    """An appointment that goes with a mail, and what the reader's calendar does with it."""

    entry: CalendarEntry
    method: Method


def address(name: str, **arguments: Any) -> str:
    """Return the full address of a page."""
    return settings.SITE_URL + reverse(name, kwargs=arguments)


def host() -> str:
    """Return the host's name, which makes the ids of mails and appointments unique in the world."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def file_of(entry: CalendarEntry, method: Method, person: User) -> str:
    """Write the calendar file of an appointment of a person."""
    attendee = Party(person.full_name, person.email)
    return calendar_file(entry, method, stamped_at=timezone.now(), organiser=_organiser(), attendee=attendee)


def published_file(entries: Sequence[CalendarEntry]) -> str:
    """Write one calendar file of several appointments, for somebody to take into a calendar by hand."""
    return published_calendar(entries, stamped_at=timezone.now(), organiser=_organiser())


def _organiser() -> Party:
    name, mailbox = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return Party(name or mailbox, mailbox)


def send(
    template: str,
    number: str,
    person: User,
    subject: str,
    facts: dict[str, Any],
    invitations: Sequence[Invitation] = (),
) -> None:
    """Send a mail with times on the reader's clock; a mail sent twice is one mail for its reader by its Message-ID.

    `number` names the piece of news. An invitation file holds one appointment, for calendars take in only the first of
    a file (RFC 5546 asks the same): a mail about several days brings several files.
    """
    with timezone.override(person.zone):
        body = render_to_string(template, {"person": person} | facts)
    message = EmailMessage(subject, body, to=[person.email], headers={"Message-ID": f"<{number}@{host()}>"})
    for place, invitation in enumerate(invitations, start=1):
        name = "appointment.ics" if len(invitations) == 1 else f"appointment-{place}.ics"
        message.attach(_calendar_part(invitation, person, name))
    message.send()


def _calendar_part(invitation: Invitation, person: User, name: str) -> MIMEText:
    """Return the file as a part that mail programmes know as an invitation: its type names the method."""
    part = MIMEText(file_of(invitation.entry, invitation.method, person), "calendar", "utf-8")
    part.set_param("method", invitation.method.value)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part
