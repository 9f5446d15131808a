"""What the clock does about accounts: sessions that are over leave nothing behind."""

from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings

from lms.jobs.registry import every, handles

every(kind="sessions.clear", hours=24)


@handles("sessions.clear")
def clear_sessions(payload: dict[str, Any]) -> None:
    """Remove sessions that ended, and the device and network address that were noted with them."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    for noted in UserSession.objects.iterator(chunk_size=500):
        noted.purge()
