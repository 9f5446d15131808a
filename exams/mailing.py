"""Sending the mails of exams, from this package's own texts."""

from typing import Any

from lms.accounts.models import User
from lms.mail.sending import Invitation, address, file_of, host
from lms.mail.sending import send as send_mail

__all__ = ["Invitation", "address", "file_of", "host", "send"]


def send(
    kind: str, number: str, person: User, subject: str, facts: dict[str, Any], invitation: Invitation | None = None
) -> None:
    """Send the mail of a kind; a mail sent twice is one mail for its reader by its Message-ID."""
    invitations = (invitation,) if invitation else ()
    send_mail(f"exams/mail/{kind}.txt", f"{kind}.{number}", person, subject, facts, invitations)
