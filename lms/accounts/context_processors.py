"""What every page knows about the person who looks at it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from lms.accounts.roles import Role
from lms.accounts.sessions import seconds_left

# Templates call whatever is callable, so that of an enumeration itself they would read nothing.
ROLES = {role.name: role for role in Role}


def person(request: HttpRequest) -> dict[str, Any]:
    """Give templates roles and session of the signed-in person, read only where a template asks."""
    return {
        "held_roles": lambda: getattr(request.user, "roles", frozenset()),
        "Role": ROLES,
        "session_left": lambda: seconds_left(request.session, timezone.now()),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
    }
