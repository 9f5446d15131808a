"""Mails to candidates: that a result is out, that an appeal was decided. No score, no reasons, only where to read."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from exams.models import Appeal, Attempt
from lms.accounts.models import User
from lms.jobs.registry import handles

RESULT_MAIL = "exams.result_mail"
APPEAL_MAIL = "exams.appeal_mail"


@handles(RESULT_MAIL)
def mail_result(payload: dict[str, Any]) -> None:
    """Tell the candidate that a result can be read. The mail tells neither the decision nor the points."""
    attempt = Attempt.objects.select_related("exam", "enrolment__person").get(pk=payload["attempt"])
    facts = {"attempt": attempt, "address": _address("exams:result", attempt_id=attempt.pk)}
    subject = f"Your result is ready: {attempt.exam.title}"
    _send("result", f"{attempt.pk}.{payload['number']}", attempt.enrolment.person, subject, facts)


@handles(APPEAL_MAIL)
def mail_decision(payload: dict[str, Any]) -> None:
    """Tell the candidate that an appeal was decided; the decision and its reasons stand on the page."""
    appeal = Appeal.objects.select_related("attempt__exam", "opened_by").get(pk=payload["appeal"])
    facts = {"appeal": appeal, "address": _address("exams:appeal", appeal_id=appeal.pk)}
    _send("appeal", str(appeal.pk), appeal.opened_by, f"Your appeal was decided: {appeal.attempt.exam.title}", facts)


def _address(name: str, **arguments: Any) -> str:
    return settings.SITE_URL + reverse(name, kwargs=arguments)


def _send(kind: str, number: str, person: User, subject: str, facts: dict[str, Any]) -> None:
    """Send a plain mail with a fixed Message-ID, so that a mail sent twice is one mail for its reader."""
    host = urlsplit(settings.SITE_URL).hostname
    body = render_to_string(f"exams/mail/{kind}.txt", {"person": person} | facts)
    headers = {"Message-ID": f"<{kind}.{number}@{host}>"}
    EmailMessage(subject, body, to=[person.email], headers=headers).send()
