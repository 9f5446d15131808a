"""Offering slots for practicals, and withdrawing them."""

import uuid
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from exams.errors import PracticalError
from exams.models import ProviderSite, SittingRequest, Slot, approvals_at, standings_of
from exams.rules.assessors import DeviceFamily
from exams.rules.practical_saves import clean_text
from exams.rules.sites import approved_on
from exams.rules.slots import LONGEST, MOST_WEEKS, SHORTEST, first_overlap, series
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import day_text, moment_text


@dataclass(frozen=True)
class Offer:
    """What an assessor offers, once or each week: on the clock of the site, or without one on `zone`."""

    first: date
    starts: time
    minutes: int
    place: str
    device: str
    device_family: DeviceFamily
    simulated: bool
    zone: ZoneInfo
    weeks: int = 1
    site: ProviderSite | None = None
    most_stations: int | None = None
    books_at_once: bool = False


@transaction.atomic
def publish_slots(*, offer: Offer, by: User, nonce: uuid.UUID) -> list[Slot]:
    """Offer a slot, or one a week. The same nonce again returns what it published.

    Raises `PracticalError`: bad_length, bad_weeks, slot_passed, not_qualified, not_at_site, own_overlap.
    """
    demand(by, Permission.SLOT_OFFER)
    if earlier := list(Slot.objects.filter(series=nonce, assessor=by)):
        return earlier
    _demand_sensible(offer)
    zone = offer.site.zone if offer.site else offer.zone
    spans = series(first=offer.first, starts=offer.starts, minutes=offer.minutes, weeks=offer.weeks, zone=zone)
    if spans[0].starts <= timezone.now():
        raise PracticalError("slot_passed", "This time has passed. Choose a later day or time.")
    days = [span.starts.date() for span in spans]
    _demand_fit(offer, by, days)
    list(User.objects.select_for_update().filter(pk=by.pk).values_list("pk"))  # against another offer of theirs
    own = Slot.objects.standing().filter(assessor=by, starts_at__lt=spans[-1].ends, ends_at__gt=spans[0].starts)
    if found := first_overlap(spans, [slot.span for slot in own]):
        when = moment_text(found[1].starts)
        raise PracticalError("own_overlap", f"You offer a slot at that time already, from {when}. Withdraw it first.")
    slots = Slot.objects.bulk_create(
        Slot(
            assessor=by,
            site=offer.site,
            starts_at=span.starts,
            ends_at=span.ends,
            time_zone=zone.key,
            place=clean_text(offer.place),
            device=clean_text(offer.device),
            device_family=offer.device_family,
            simulated=offer.simulated,
            most_stations=offer.most_stations,
            books_at_once=offer.books_at_once,
            series=nonce,
        )
        for span in spans
    )
    data = {"slots": len(slots), "starts_at": spans[0].starts.isoformat(), "minutes": offer.minutes}
    record(Verb.SLOT_PUBLISHED, by=by, target=slots[0], data=data)
    return slots


@transaction.atomic
def withdraw_slot(*, slot: Slot, by: User, later_too: bool = False) -> int:
    """Withdraw an own slot, with `later_too` also the later ones of its series that nobody took; return how many.

    Raises `PracticalError`: not_yours, slot_taken, slot_gone.
    """
    demand(by, Permission.SLOT_OFFER)
    if slot.assessor_id != by.pk:
        raise PracticalError("not_yours", "This is the slot of somebody else.")
    rows = Slot.objects.standing().filter(series=slot.series, starts_at__gte=slot.starts_at)
    found = list((rows if later_too else rows.filter(pk=slot.pk)).select_for_update().order_by("starts_at", "pk"))
    if slot.pk not in {row.pk for row in found}:
        raise PracticalError("slot_gone", "This slot was withdrawn already.")
    taken = set(SittingRequest.objects.standing().filter(slot__in=found).values_list("slot", flat=True))
    if slot.pk in taken:
        raise PracticalError("slot_taken", "Somebody asked for this slot. Decline the request or cancel the practical.")
    free = [row.pk for row in found if row.pk not in taken]
    Slot.objects.filter(pk__in=free).update(withdrawn_at=timezone.now())
    record(Verb.SLOT_WITHDRAWN, by=by, target=slot, data={"slots": len(free)})
    return len(free)


def _demand_sensible(offer: Offer) -> None:
    if not SHORTEST <= offer.minutes <= LONGEST:
        raise PracticalError("bad_length", f"A slot has {SHORTEST} to {LONGEST} minutes.")
    if not 1 <= offer.weeks <= MOST_WEEKS:
        raise PracticalError("bad_weeks", f"A series has 1 to {MOST_WEEKS} weeks.")


def _demand_fit(offer: Offer, by: User, days: list[date]) -> None:
    """Ask what can be asked before anybody is named: qualified for the kind of device, and approved at the site."""
    standings = standings_of([by.pk])[by.pk]
    for day in days:
        if not any(
            one.withdrawn_on is None
            and one.valid_from <= day <= min(one.valid_until, one.calibration_due)
            and offer.device_family in one.families
            for one in standings
        ):
            sentence = (
                f"You are not qualified to assess with this kind of device on {day_text(day)}. Ask the registrar."
            )
            raise PracticalError("not_qualified", sentence)
    if offer.site is None:
        return
    approvals = approvals_at(offer.site, [by.pk])[by.pk]
    for day in days:
        if not approved_on(approvals, day):
            raise PracticalError("not_at_site", f"You are not approved at {offer.site.name} on {day_text(day)}.")
