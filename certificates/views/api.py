"""The same answers for machines."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from certificates.limits import limited
from certificates.rules.validity import Status
from certificates.verification import look_up, too_large
from certificates.views.public import read_upload
from lms.accounts.permissions import public

DESCRIPTION = Path(__file__).resolve().parents[1] / "openapi.yaml"
KEPT_FOR = 3600  # seconds


@public
@require_GET
@limited
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Answer what the register says about a number; 404 with status `unknown` when it holds none."""
    answer = look_up(number)
    return _json(answer.as_data(), status=404 if answer.status is Status.UNKNOWN else 200)


@public
@csrf_exempt  # changes nothing
@require_POST
@limited
def verify(request: HttpRequest) -> HttpResponse:
    """Answer about an uploaded PDF or badge (multipart field `file`), or about a badge as text (field `badge`)."""
    try:
        answer = read_upload(request)
    except RequestDataTooBig:
        answer = too_large(int(request.META.get("CONTENT_LENGTH") or 0))
    except (MultiPartParserError, SuspiciousOperation):
        detail = "The form could not be read. Send it as multipart/form-data."
        return _json({"code": "not_readable", "detail": detail}, status=400)
    if answer is None:
        detail = "Send the PDF or badge as multipart field 'file', or a badge as field 'badge'."
        return _json({"code": "no_file", "detail": detail}, status=400)
    return _json(answer.as_data(), status=413 if answer.code == "too_large" else 200)


@public
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """Serve the description of this interface (OpenAPI 3.1) with the address of this site."""
    response = JsonResponse(description() | {"servers": [{"url": settings.SITE_URL}]})
    response["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    response["Access-Control-Allow-Origin"] = "*"  # tools that read it run in browsers
    return response


@cache
def description() -> dict[str, Any]:
    """Return the description as it is kept beside the code."""
    described: dict[str, Any] = yaml.safe_load(DESCRIPTION.read_text())
    return described


def _json(data: dict[str, Any], status: int) -> JsonResponse:
    response = JsonResponse(data, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
