"""The request as views behind `requires` see it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from lms.accounts.models import User
    from lms.accounts.permissions import Scope


class PersonRequest(HttpRequest):
    """A request of a signed-in person: `scope` says how far the permission reaches, `received_at` when it arrived."""

    user: "User"
    scope: "Scope"
    received_at: datetime
