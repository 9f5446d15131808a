"""Sending the mails of exams: plain text with a fixed Message-ID, and a calendar file where they are appointments."""

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

from exams.rules.calendar_files import CalendarEntry, Method, Party, calendar_file
from lms.accounts.models import User


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
    name, mailbox = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return calendar_file(
        entry,
        method,
        stamped_at=timezone.now(),
        organiser=Party(name or mailbox, mailbox),
        attendee=Party(person.full_name, person.email),
    )


def send(
    kind: str, number: str, person: User, subject: str, facts: dict[str, Any], invitation: Invitation | None = None
) -> None:
    """Send a mail with times on the reader's clock; a mail sent twice is one mail for its reader by its Message-ID."""
    with timezone.override(person.zone):
        body = render_to_string(f"exams/mail/{kind}.txt", {"person": person} | facts)
    headers = {"Message-ID": f"<{kind}.{number}@{host()}>"}
    message = EmailMessage(subject, body, to=[person.email], headers=headers)
    if invitation:
        message.attach(_calendar_part(invitation, person))
    message.send()


def _calendar_part(invitation: Invitation, person: User) -> MIMEText:
    """Return the file as a part that mail programmes know as an invitation: its type names the method."""
    part = MIMEText(file_of(invitation.entry, invitation.method, person), "calendar", "utf-8")
    part.set_param("method", invitation.method.value)
    part.add_header("Content-Disposition", "attachment", filename="appointment.ics")
    return part
