"""Views about accounts that django-allauth does not have."""

import re
import uuid
from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from lms.accounts.actions import change_details, end_role, grant_role
from lms.accounts.errors import RoleError
from lms.accounts.forms import AccountDetailsForm
from lms.accounts.models import User
from lms.accounts.permissions import Permission, public, requires
from lms.accounts.requests import PersonRequest
from lms.accounts.roles import DESCRIPTIONS, Role
from lms.accounts.sessions import mark_seen, no_sign_of_life, seconds_left

PEOPLE_ON_A_PAGE = 50
SECRET_FIELDS = re.compile("password", re.IGNORECASE)


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
    """Say how long the session lasts and whose it is; POST is a sign of life, GET only looks."""
    now = timezone.now()
    if request.method == "POST":
        mark_seen(request.session, request.user, now)
    return JsonResponse({"left": seconds_left(request.session, now), "person": str(request.user.public_id)})


@requires(Permission.ROLE_GRANT)
@require_safe
def people(request: PersonRequest) -> HttpResponse:
    """Find people by name or address, with the roles they hold; without a search, everybody of the staff."""
    text = request.GET.get("q", "").strip()[:120]
    found = User.objects.holding_roles()
    named = Q(full_name__icontains=text) | Q(email__icontains=text)
    found = found.filter(named) if text else found.of_the_staff()
    page = Paginator(found.order_by("full_name", "pk"), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"page": page, "q": text})


@requires(Permission.ROLE_GRANT)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def roles_of(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """Grant and end the roles of one person, after showing again who one is."""
    person = get_object_or_404(User, public_id=public_id)
    if request.method == "POST":
        return _change_role(request, person)
    grants = person.role_grants.select_related("granted_by").order_by("-granted_at")
    page = {
        "person": person,
        "is_self": person.pk == request.user.pk,
        "roles": [(role, description, role in person.roles) for role, description in DESCRIPTIONS.items()],
        "grants": [(grant, DESCRIPTIONS[Role(grant.role)]) for grant in grants],
    }
    return render(request, "accounts/roles.html", page)


def _change_role(request: PersonRequest, person: User) -> HttpResponse:
    back = redirect("accounts:roles_of", public_id=person.public_id)
    wanted, act = request.POST.get("role", ""), request.POST.get("act", "")
    if wanted not in set(Role) or act not in ("grant", "end"):
        return HttpResponseBadRequest("The form was incomplete. Load the page again.")
    role = Role(wanted)
    try:
        if act == "grant":
            grant_role(person=person, role=role, by=request.user)
            messages.success(request, f"{person.full_name} is now {DESCRIPTIONS[role].name.lower()}.")
        else:
            end_role(person=person, role=role, by=request.user)
            messages.success(request, f"{person.full_name} is no longer {DESCRIPTIONS[role].name.lower()}.")
    except RoleError as error:
        messages.error(request, error.sentence)
    return back


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
    """Answer a form whose security token is out of date: offer to send again what was typed, with one click.

    Only what a page of this site sent is offered. Else a page elsewhere could have its own form confirmed here.
    """
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": "token_out_of_date", "detail": "Load a fresh token and send again."}, status=403)
    from_here = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    page = {"kept": _typed(request.POST) if from_here else [], "files": bool(request.FILES)}
    response = render(request, "403_csrf.html", page, status=403)
    add_never_cache_headers(response)
    return response


def _typed(form: QueryDict) -> list[tuple[str, str]]:
    """Return names and values of a form, without its old token and without what is secret."""
    return [
        (name, value)
        for name, values in form.lists()
        if name != "csrfmiddlewaretoken" and not SECRET_FIELDS.search(name)
        for value in values
    ]
