"""Mails to candidates: that a result is out, that an appeal was decided. No score, no reasons, only where to read."""

from typing import Any

from exams.mailing import address, send
from exams.models import Appeal, Attempt
from lms.jobs.registry import handles

RESULT_MAIL = "exams.result_mail"
APPEAL_MAIL = "exams.appeal_mail"


@handles(RESULT_MAIL)
def mail_result(payload: dict[str, Any]) -> None:
    """Tell the candidate that a result can be read. The mail tells neither the decision nor the points."""
    attempt = Attempt.objects.select_related("exam", "enrolment__person").get(pk=payload["attempt"])
    facts = {"attempt": attempt, "address": address("exams:result", attempt_id=attempt.pk)}
    subject = f"Your result is ready: {attempt.exam.title}"
    send("result", f"{attempt.pk}.{payload['number']}", attempt.enrolment.person, subject, facts)


@handles(APPEAL_MAIL)
def mail_decision(payload: dict[str, Any]) -> None:
    """Tell the candidate that an appeal was decided, and whether the score changed; the reasons stand on the page."""
    appeal = Appeal.objects.select_related("attempt__exam", "opened_by").get(pk=payload["appeal"])
    facts = {
        "appeal": appeal,
        "changed": appeal.changed_score(),
        "address": address("exams:appeal", appeal_id=appeal.pk),
    }
    send("appeal", str(appeal.pk), appeal.opened_by, f"Your appeal was decided: {appeal.attempt.exam.title}", facts)
