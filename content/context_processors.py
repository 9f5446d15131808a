"""What every page knows about the organisation."""

from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from content.models import OrganisationSettings, PrivacyPage

PRIVACY_KEY = "privacy_address"
PRIVACY_SECONDS = 30


def privacy_address() -> str:
    """Return the address of the privacy page; empty while it is not published.

    Kept in this process for half a minute, so that pages without an account cost no query for it.
    """
    kept: str | None = caches["local"].get(PRIVACY_KEY)
    if kept is None:
        page = PrivacyPage.objects.live().only("url_path").first()
        kept = page.address if page else ""
        caches["local"].set(PRIVACY_KEY, kept, PRIVACY_SECONDS)
    return kept


def organisation(request: HttpRequest) -> dict[str, Any]:
    """Give templates the organisation and its privacy page, read only where a template asks."""
    return {"organisation": SimpleLazyObject(OrganisationSettings.current), "privacy_address": privacy_address}
