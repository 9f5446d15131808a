"""Which attempt or mock exam a request is about, and whether its browser session is the one that may answer."""

import uuid
from datetime import timedelta

from django.http import Http404, JsonResponse
from django.utils import timezone

from exams.actions import attempts, mocks
from exams.models import Attempt, MockExam
from exams.rules.attempt_policy import is_overdue
from lms.accounts import sessions
from lms.accounts.requests import PersonRequest

Held = Attempt | MockExam  # what one browser session at a time may answer
TOKENS = "exam_tokens"
AFTER_DEADLINE = timedelta(minutes=10)  # for answers that waited for a network, and for reading the result


def remember_token(request: PersonRequest, held: Held) -> None:
    """Let this browser session answer an attempt or a mock exam; tokens of earlier ones are forgotten.

    The session lasts as long as the attempt: reading one question for an hour must not sign the candidate out.
    """
    request.session[TOKENS] = {str(held.pk): held.token}
    sessions.hold(request.session, held.deadline + AFTER_DEADLINE)


def holds(request: PersonRequest, held: Held) -> bool:
    """Whether this browser session is the one that may answer."""
    return token_of(request, held.pk) == held.token


def token_of(request: PersonRequest, attempt_id: uuid.UUID) -> str:
    """Return the token that this session holds for an attempt, or an empty text."""
    return str(request.session.get(TOKENS, {}).get(str(attempt_id), ""))


def shut_to(request: PersonRequest, held: Held) -> JsonResponse | None:
    """Return why the questions are not handed out to this session's script, or None when they are."""
    if not held.is_open or timezone.now() > held.deadline:
        return JsonResponse({"code": "closed", "detail": "This attempt is closed."}, status=409)
    if not holds(request, held):
        return JsonResponse({"code": "superseded", "detail": "This attempt goes on at another device."}, status=409)
    return None


def get_attempt(request: PersonRequest, attempt_id: uuid.UUID, *, with_result: bool = False) -> Attempt:
    """Return an attempt that the person may see. Whoever meets one whose time is over closes it first.

    `with_result` reads the score that counts along, which pages of the exam room have no use for. Raises `Http404` for
    unknown attempts and those of others alike.
    """
    visible = Attempt.objects.visible_to(request.user, request.scope).select_related("exam__policy", "enrolment")
    if with_result:
        visible = visible.select_related("result__released_score", "form__blueprint")
    attempt = visible.filter(pk=attempt_id).first()
    if attempt is None:
        raise Http404
    now = timezone.now()
    if attempt.is_running and is_overdue(attempt.deadline, now):
        attempts.close_if_overdue(attempt_id=attempt.pk, now=now)
        attempt = visible.get(pk=attempt_id)
    return attempt


def get_mock(request: PersonRequest, mock_id: uuid.UUID) -> MockExam:
    """Return a mock exam of the person's own, closed first when its time is over.

    Raises `Http404` for unknown ones and those of others alike, whatever role asks.
    """
    own = MockExam.objects.of(request.user).select_related("exam__programme", "enrolment", "blueprint")
    mock = own.filter(pk=mock_id).first()
    if mock is None:
        raise Http404
    now = timezone.now()
    if mock.is_open and is_overdue(mock.deadline, now):
        mocks.close_if_overdue(mock_id=mock.pk, now=now)
        mock = own.get(pk=mock_id)
    return mock
