"""What each person sees first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lms.accounts.permissions import Permission, requires


@requires(Permission.HOME_READ)
def home(request: HttpRequest) -> HttpResponse:
    """Show the next thing to do for each role that the person holds."""
    return render(request, "dashboard/home.html")
