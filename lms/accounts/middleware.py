"""Small middlewares: when a request arrived, its id, how long a session lasts, and the person's clock."""

import re
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lms.accounts.sessions import clock_of, is_due, mark_seen
from lms.audit.request_ids import current_request_id

CallNext = Callable[[HttpRequest], HttpResponse]
ZONE_COOKIE = "time_zone"
SAFE_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,30}){0,2}\Z")
SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")


class RequestReceivedMiddleware:
    """Outermost: takes the receive time that deadlines are compared with (R-6) and gives the request an id (S-36)."""

    def __init__(self, get_response: CallNext) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Stamp the request, and name it in the answer."""
        request.received_at = timezone.now()  # type: ignore[attr-defined]
        offered = request.headers.get("X-Request-Id", "")
        request_id = offered if SAFE_REQUEST_ID.match(offered) else uuid.uuid4().hex
        token = current_request_id.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            current_request_id.reset(token)
        response["X-Request-Id"] = request_id
        return response


class SessionTimeMiddleware:
    """Ends sessions in which nothing happened for too long, and notes signs of life (S-17)."""

    def __init__(self, get_response: CallNext) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Sign a person out whose session is over; the next page says so."""
        if request.user.is_authenticated:
            clock = clock_of(request.session)
            if clock and clock.is_over(timezone.now()):
                logout(request)
                messages.info(request, "You were signed out because nothing had happened for a while. Sign in again.")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *arguments: Any) -> None:
        """Note a sign of life, unless the view only looks at the clock."""
        if not request.user.is_authenticated or getattr(view, "no_sign_of_life", False):
            return
        now = timezone.now()
        if is_due(request.session, now):
            mark_seen(request.session, request.user, now)


def zone_of_browser(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """Return the zone that the browser's cookie names; None without one, or when nobody knows it."""
    name = unquote(request.COOKIES.get(ZONE_COOKIE, ""))
    if not SAFE_ZONE.match(name):
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


class PersonMiddleware:
    """Shows times in the zone that a person chose, else in the browser's, else in the site's.

    It also keeps the pages of signed-in people out of shared caches.
    """

    def __init__(self, get_response: CallNext) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the zone for this request only."""
        timezone.deactivate()
        if zone := getattr(request.user, "zone", None) or zone_of_browser(request):
            timezone.activate(zone)
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response
