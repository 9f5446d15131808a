"""Headers that tell the browser what a page may do (S-20, S-21), and a page for whoever opens what only forms open."""

from collections.abc import Callable

from csp.constants import HEADER, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import Resolver404, resolve

CMS_PREFIX = "/cms/"
# Wagtail's page editor injects inline styles and start scripts, and shows previews in a frame of its own origin.
CMS_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-ancestors": [SELF],
}
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, a looser one for Wagtail's editor."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the header. A preview in the CMS is a page answered inside an answer: the outer address decides."""
        if request.path_info.startswith(CMS_PREFIX):
            response.headers.pop(HEADER, None)
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Choose the policy by the address."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(CMS_PREFIX):
            parts.replace = {**(parts.replace or {}), **CMS_POLICY}
        return parts


class BrowserFeaturesMiddleware:
    """Switches off device features that no page uses, and keeps our answers out of other sites' pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers, unless a view has set its own."""
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class OnlyForFormsMiddleware:
    """Answers with a page where a browser asks to show an address that only takes what a form sends.

    It happens after signing in again: what was sent is gone, and the browser is led back to where it went. Scripts and
    other programs, which do not ask for a page, get the bare refusal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the page in place of an empty refusal; status and the methods that are allowed stay."""
        response = self.get_response(request)
        is_refused = isinstance(response, HttpResponseNotAllowed) and request.method in ("GET", "HEAD")
        if not is_refused or "text/html" not in request.headers.get("Accept", ""):
            return response
        page = render(request, "405.html", {"back": page_above(request.path_info)}, status=405)
        page["Allow"] = response["Allow"]
        return page


def page_above(path: str) -> str:
    """Return the address of the nearest page of ours above an address, or "" when there is none."""
    parts = path.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        try:
            match = resolve(above)
        except Resolver404:
            continue
        if match.view_name != "wagtail_serve":  # it takes every address, whether there is such a page or not
            return above
    return ""
