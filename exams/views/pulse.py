"""The exam room's sign of life, answered with where the attempt stands."""

import uuid
from datetime import timedelta

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from exams.actions.presence import Pulse, Standing, hear
from exams.errors import AttemptError
from exams.forms import read_pulse
from exams.models import AttemptState
from exams.views.browsers import client_address
from exams.views.room import bad_request
from exams.views.sessions import AFTER_DEADLINE, get_attempt
from lms.accounts import sessions
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

LONGEST_BROWSER = 400
PAUSE_HOLD = timedelta(minutes=30)  # longer than two signs of life, however long the pause lasts
HOLD_STEP = timedelta(minutes=5)


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_POST
def pulse(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Take a sign of life with what the browser noticed; answer state, deadline and time, always equally short."""
    try:
        token, place, noticed = read_pulse(request.body)
        standing = hear(
            attempt_id=attempt_id,
            token=token,
            pulse=Pulse(
                place=place,
                noticed=noticed,
                address=client_address(request),
                browser=request.headers.get("User-Agent", "")[:LONGEST_BROWSER],
                received_at=request.received_at,
            ),
            by=request.user,
        )
    except AttemptError as error:
        if error.code == "unknown_attempt":
            raise Http404 from error
        get_attempt(request, attempt_id)  # somebody else's attempt stays unknown, whatever was sent
        return bad_request(error)
    _hold_session(request, standing)
    return JsonResponse({"state": standing.state, "deadline": standing.deadline, "server_time": timezone.now()})


def _hold_session(request: PersonRequest, standing: Standing) -> None:
    """Let the session last as long as the attempt, also when it was paused or got time since it began."""
    if standing.state == AttemptState.PAUSED:
        sessions.hold(request.session, request.received_at + PAUSE_HOLD, at_least=HOLD_STEP)
    elif standing.state == AttemptState.STARTED:
        sessions.hold(request.session, standing.deadline + AFTER_DEADLINE)
