"""The slots that an assessor offers for practicals."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams.actions.slots import Offer, publish_slots, withdraw_slot
from exams.errors import PracticalError
from exams.models import ProviderSite, SiteAssessor, SittingRequest, Slot
from exams.models.slots import STANDING
from exams.slot_forms import OfferForm
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
FIELDS_OF_REFUSALS = {
    "bad_length": "minutes",
    "bad_weeks": "weeks",
    "slot_passed": "first",
    "not_qualified": "device_family",
    "not_at_site": "site",
    "own_overlap": "starts",
}


@requires(Permission.SLOT_OFFER)
@require_safe
def slots(request: PersonRequest) -> HttpResponse:
    """List the own slots that are to come, and how many requests wait."""
    own = Slot.objects.standing().filter(assessor=request.user, ends_at__gt=timezone.now()).select_related("site")
    page = Paginator(own, PAGE_SIZE).get_page(request.GET.get("page"))
    taken = SittingRequest.objects.filter(slot__in=[slot.pk for slot in page.object_list], state__in=STANDING)
    by_slot = {row.slot_id: row for row in taken.with_people()}
    rows = [{"slot": slot, "request": by_slot.get(slot.pk)} for slot in page.object_list]
    waiting = SittingRequest.objects.waiting().filter(assessor=request.user).count()
    return render(request, "exams/slots/list.html", {"page": page, "rows": rows, "waiting": waiting})


@requires(Permission.SLOT_OFFER)
@require_http_methods(["GET", "POST"])
def slot_publish(request: PersonRequest) -> HttpResponse:
    """Offer a slot, or one a week."""
    form = OfferForm(request.POST or None, sites=_sites_of(request.user), initial={"first": timezone.localdate()})
    if form.is_bound and form.is_valid():
        try:
            made = publish_slots(offer=_offer(form), by=request.user, nonce=form.cleaned_data["nonce"])
        except PracticalError as refusal:
            field = FIELDS_OF_REFUSALS.get(refusal.code)
            form.add_error(field if field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, f"{len(made)} slot{'' if len(made) == 1 else 's'} offered.")
            return redirect("exams:slots")
    return render(request, "exams/slots/publish.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.SLOT_OFFER)
@require_POST
def slot_withdraw(request: PersonRequest, slot_id: uuid.UUID) -> HttpResponse:
    """Withdraw a slot, or it and the later ones of its series."""
    slot = get_object_or_404(Slot, pk=slot_id, assessor=request.user)
    try:
        count = withdraw_slot(slot=slot, by=request.user, later_too=request.POST.get("later") == "yes")
    except PracticalError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{count} slot{'' if count == 1 else 's'} withdrawn.")
    return redirect("exams:slots")


def _sites_of(person: User) -> list[ProviderSite]:
    """Return the sites where somebody is approved, now or later; one query."""
    rows = SiteAssessor.objects.filter(person=person, ended_on__isnull=True, approved_until__gte=site_day())
    return list(ProviderSite.objects.filter(pk__in=rows.values("site")))


def _offer(form: OfferForm) -> Offer:
    given: dict[str, Any] = dict(form.cleaned_data)
    site = given.get("site")
    names = ("first", "starts", "minutes", "weeks", "device", "device_family", "simulated", "most_stations")
    return Offer(
        place=f"{site.name}, {given['place']}" if site else given["place"],
        site=site,
        zone=timezone.get_current_timezone(),
        books_at_once=given["books_at_once"],
        **{name: given[name] for name in names},
    )
