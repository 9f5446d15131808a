"""What every page knows about the organisation."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from content.models import OrganisationSettings


def organisation(request: HttpRequest) -> dict[str, Any]:
    """Give templates the organisation, read only where a template asks."""
    return {"organisation": SimpleLazyObject(OrganisationSettings.current)}
