"""The same answers for machines."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from certificates.limits import limited
from certificates.rules.validity import Status
from certificates.verification import look_up
from certificates.views.public import read_upload
from lms.accounts.permissions import public


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
    answer = read_upload(request)
    if answer is None:
        detail = "Send the PDF or badge as multipart field 'file', or a badge as field 'badge'."
        return _json({"code": "no_file", "detail": detail}, status=400)
    return _json(answer.as_data(), status=413 if answer.code == "too_large" else 200)


def _json(data: dict[str, Any], status: int) -> JsonResponse:
    response = JsonResponse(data, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
