"""Views about accounts that django-allauth does not have."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from lms.accounts.permissions import public


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose security token is out of date; typed answers are kept by the page that sent it."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": "token_out_of_date", "detail": "Load a fresh token and send again."}, status=403)
    return render(request, "403_csrf.html", status=403)
