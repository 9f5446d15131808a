"""Which attempt a request is about, and whether its browser session is the one that may answer."""

import uuid
from datetime import timedelta

from django.http import Http404
from django.utils import timezone

from exams.actions import attempts
from exams.models import Attempt
from exams.rules.attempt_policy import is_overdue
from lms.accounts import sessions
from lms.accounts.requests import PersonRequest

TOKENS = "exam_tokens"
AFTER_DEADLINE = timedelta(minutes=10)  # for answers that waited for a network, and for reading the result


def remember_token(request: PersonRequest, attempt: Attempt) -> None:
    """Let this browser session answer the attempt; tokens of earlier attempts are forgotten.

    The session lasts as long as the attempt: reading one question for an hour must not sign the candidate out.
    """
    request.session[TOKENS] = {str(attempt.pk): attempt.token}
    sessions.hold(request.session, attempt.deadline + AFTER_DEADLINE)


def token_of(request: PersonRequest, attempt_id: uuid.UUID) -> str:
    """Return the token that this session holds for an attempt, or an empty text."""
    return str(request.session.get(TOKENS, {}).get(str(attempt_id), ""))


def get_attempt(request: PersonRequest, attempt_id: uuid.UUID, *, with_result: bool = False) -> Attempt:
    """Return an attempt that the person may see. Whoever meets one whose time is over closes it first.

    `with_result` reads the score that counts along, which pages of the exam room have no use for. Raises `Http404` for
    unknown attempts and those of others alike.
    """
    visible = Attempt.objects.visible_to(request.user, request.scope).select_related("exam__policy", "enrolment")
    if with_result:
        visible = visible.select_related("result__released_score", "form")
    attempt = visible.filter(pk=attempt_id).first()
    if attempt is None:
        raise Http404
    now = timezone.now()
    if attempt.is_running and is_overdue(attempt.deadline, now):
        attempts.close_if_overdue(attempt_id=attempt.pk, now=now)
        attempt = visible.get(pk=attempt_id)
    return attempt
