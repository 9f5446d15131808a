"""Sites of providers: the list, and one site with its approved assessors and its trainees."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from courses.models import Enrolment, Pathway
from exams.actions import sites as actions
from exams.errors import PracticalError
from exams.models import ProviderSite, SiteAssessor, SitePlacement
from exams.site_forms import ApproveForm, PlaceForm, SiteForm
from lms.accounts.days import site_day
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

MOST_ROWS = 200
FIELDS_OF_REFUSALS = {
    "site_exists": "name",
    "own_approval": "person",
    "not_an_assessor": "person",
    "days_reversed": "until",
    "too_long": "until",
    "not_on_the_job": "enrolment",
    "placed_already": "enrolment",
    "enrolment_closed": "enrolment",
}


@requires(Permission.SITES_MANAGE)
@require_http_methods(["GET", "POST"])
def sites(request: PersonRequest) -> HttpResponse:
    """List the sites, and trainees on the job who have none; record another site."""
    form = SiteForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.create_site(by=request.user, **form.cleaned_data)
        except PracticalError as refusal:
            form.add_error(FIELDS_OF_REFUSALS.get(refusal.code), refusal.sentence)
        else:
            messages.success(request, f"{made.name} is recorded. Approve its assessors next.")
            return redirect("exams:site", made.pk)
    today = site_day()
    holds = Q(assessors__approved_from__lte=today, assessors__approved_until__gte=today)
    holds &= Q(assessors__ended_on__isnull=True) | Q(assessors__ended_on__gt=today)
    rows = ProviderSite.objects.annotate(
        approved=Count("assessors__person", filter=holds, distinct=True),
        placed=Count("placements", filter=Q(placements__ended_at__isnull=True), distinct=True),
    )
    somewhere = SitePlacement.objects.filter(enrolment=OuterRef("pk"), ended_at__isnull=True)
    on_the_job = Enrolment.objects.filter(pathway=Pathway.PROVIDER, closed_at__isnull=True).exclude(Exists(somewhere))
    page = {
        "rows": rows[:MOST_ROWS],
        "without": on_the_job.select_related("person", "programme").order_by("person__full_name")[:MOST_ROWS],
        "form": form,
    }
    return render(request, "exams/sites/list.html", page, status=422 if form.errors else 200)


@requires(Permission.SITES_MANAGE)
@require_http_methods(["GET", "POST"])
def site(request: PersonRequest, site_id: uuid.UUID) -> HttpResponse:
    """Show one site; approve an assessor or end an approval, place a trainee or end a placement."""
    row = get_object_or_404(ProviderSite, pk=site_id)
    act, data = request.POST.get("act"), request.POST or None
    approve = ApproveForm(data if act == "approve" else None, by=request.user)
    place = PlaceForm(data if act == "place" else None, site=row)
    if act and _done(request, row, act, approve, place):
        return redirect("exams:site", row.pk)
    today = site_day()
    approvals = SiteAssessor.objects.filter(site=row).select_related("person", "approved_by", "ended_by")
    placements = SitePlacement.objects.filter(site=row, ended_at__isnull=True)
    used: forms.Form = place if act == "place" else approve
    page: dict[str, Any] = {
        "site": row,
        "approvals": [{"row": one, "holds": one.facts.holds_between(today, today)} for one in approvals[:MOST_ROWS]],
        "placements": placements.select_related("enrolment__person", "enrolment__programme")[:MOST_ROWS],
        "approve": approve,
        "place": place,
        "used": used,
        "today": today,
    }
    return render(request, "exams/sites/site.html", page, status=422 if used.errors else 200)


def _done(request: PersonRequest, site: ProviderSite, act: str, approve: ApproveForm, place: PlaceForm) -> bool:
    """Do one act of the page; False when its form has to be shown again."""
    form = {"approve": approve, "place": place}.get(act)
    if form is not None and not form.is_valid():
        return False
    try:
        messages.success(request, _act(request, site, act, approve, place))
    except PracticalError as refusal:
        if form is not None:
            form.add_error(FIELDS_OF_REFUSALS.get(refusal.code), refusal.sentence)
            return False
        messages.error(request, refusal.sentence)
    return True


def _act(request: PersonRequest, site: ProviderSite, act: str, approve: ApproveForm, place: PlaceForm) -> str:
    if act == "approve":
        made = actions.approve_assessor(site=site, by=request.user, **approve.cleaned_data)
        return f"{made.person.full_name} is approved."
    if act == "place":
        placed = actions.place_trainee(site=site, enrolment=place.cleaned_data["enrolment"], by=request.user)
        return f"{placed.enrolment.person.full_name} learns on the job here."
    named = request.POST.get("row", "")
    if act == "end":
        approval = get_object_or_404(SiteAssessor.objects.select_related("person"), site=site, pk=_key(named))
        actions.end_approval(approval=approval, by=request.user)
        return f"{approval.person.full_name} is not approved here any more."
    placements = SitePlacement.objects.select_related("enrolment__person")
    placement = get_object_or_404(placements, site=site, pk=_key(named))
    actions.end_placement(placement=placement, by=request.user)
    return f"{placement.enrolment.person.full_name} does not learn here any more."


def _key(text: str) -> uuid.UUID | None:
    """Read a row's key; None, which no row has, for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
