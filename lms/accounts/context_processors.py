"""What every page knows about the person who looks at it."""

from typing import Any

from django.http import HttpRequest

from lms.accounts.roles import Role


def person(request: HttpRequest) -> dict[str, Any]:
    """Give templates the roles of the signed-in person, read only where a template asks."""
    return {"held_roles": lambda: getattr(request.user, "roles", frozenset()), "Role": Role}
