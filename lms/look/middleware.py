"""Headers that tell the browser what a page may do (S-20, S-21)."""

from collections.abc import Callable

from csp.constants import HEADER, SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponse, HttpResponseBase

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
