"""Which site a request is about, remembered for half a minute."""

from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from wagtail.models import Site

SITE_SECONDS = 30


class SiteMiddleware:
    """Spares the pages beneath the home page the two queries by which Wagtail finds the site and its home page.

    Only where the tree begins is taken from memory; the home page itself, and every page beneath it, is read anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Do nothing by itself."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Put the site where `Site.find_for_request` keeps it."""
        match = request.resolver_match
        if match is not None and match.view_name == "wagtail_serve" and args != ("",):
            request._wagtail_site = _site_of(request)  # type: ignore[attr-defined]


def _site_of(request: HttpRequest) -> Site | None:
    key = f"site:{request.get_host()}"
    site: Site | None = caches["local"].get(key)
    if site is None:
        site = Site.find_for_request(request)
        if site is not None:
            site.root_page = site.root_page.specific
            caches["local"].set(key, site, SITE_SECONDS)
    return site
