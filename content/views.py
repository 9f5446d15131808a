"""What the content package answers itself; pages are answered by Wagtail."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from content.models import OrganisationSettings
from lms.accounts.permissions import public


@public
@cache_control(public=True, max_age=300)
def brand_css(request: HttpRequest) -> HttpResponse:
    """Give the accent colours of the organisation as a style sheet."""
    return HttpResponse(OrganisationSettings.current().brand_css(), content_type="text/css")
