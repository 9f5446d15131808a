"""Views about accounts that django-allauth does not have."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from lms.accounts.actions import change_details
from lms.accounts.forms import AccountDetailsForm
from lms.accounts.models import User
from lms.accounts.permissions import Permission, public, requires
from lms.accounts.requests import PersonRequest
from lms.accounts.roles import DESCRIPTIONS
from lms.accounts.sessions import mark_seen, no_sign_of_life, seconds_left


@requires(Permission.ACCOUNT_READ)
def account(request: HttpRequest) -> HttpResponse:
    """Show what we hold about the person, and where each part is changed."""
    person = cast(User, request.user)
    roles = [description for role, description in DESCRIPTIONS.items() if role in person.roles]
    return render(request, "accounts/account.html", {"roles": roles, "second_factor": is_mfa_enabled(person)})


@requires(Permission.ACCOUNT_READ)
@reauthentication_required
def details(request: HttpRequest) -> HttpResponse:
    """Let people change their name and time zone, after they have shown again who they are."""
    person = cast(User, request.user)
    initial = {"full_name": person.full_name, "time_zone": person.time_zone}
    form = AccountDetailsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if change_details(person=person, by=person, **form.cleaned_data):
            messages.success(request, "Your details are changed.")
        return redirect("accounts:account")
    return render(request, "accounts/details.html", {"form": form})


@requires(Permission.ACCOUNT_READ, api=True)
@no_sign_of_life
@require_http_methods(["GET", "POST"])
def session(request: PersonRequest) -> JsonResponse:
    """Say how long the session lasts; POST is a sign of life, GET only looks."""
    now = timezone.now()
    if request.method == "POST":
        mark_seen(request.session, request.user, now)
    return JsonResponse({"left": seconds_left(request.session, now)})


@requires(Permission.PAGES_EDIT)
def cms_door(request: HttpRequest) -> HttpResponse:
    """Stand in for Wagtail's log-in page: strangers go to the one door, editors on to the CMS, others get 403.

    Wagtail sends signed-in people without its rights to log in again; without this view they would go in circles.
    """
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted if safe else "wagtailadmin_home")


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose security token is out of date; typed answers are kept by the page that sent it."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": "token_out_of_date", "detail": "Load a fresh token and send again."}, status=403)
    return render(request, "403_csrf.html", status=403)
