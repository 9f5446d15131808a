"""Which device holds a sitting: taken along ahead of the day, taken over by another, taken back to work online."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from exams.actions.practicals import demand_assessor
from exams.errors import PracticalError
from exams.models import CheckoutEnd, FieldCheckout, FieldDevice, SealedRecord, Sitting, SittingState
from exams.rules.practical_saves import clean_text
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

DAYS_AHEAD = 7
MOST_SITTINGS = 60


@dataclass(frozen=True)
class AssignedList:
    """What a device may take along: the sittings bound to it, and those that another device holds."""

    held: tuple[Sitting, ...]
    elsewhere: tuple[Sitting, ...]


def demand_usable(device: FieldDevice, by: User, moment: datetime) -> None:
    """Raise `PracticalError` unless the device is this person's, not revoked and not expired."""
    demand(by, Permission.PRACTICAL_SIGN)
    if device.person_id != by.pk:
        raise PracticalError("not_your_device", "This device was enrolled by somebody else.")
    if not device.is_usable(moment):
        raise PracticalError(
            "device_ended", "This device is not enrolled any more. Enrol it again on your account page."
        )


@transaction.atomic
def take_along(*, device: FieldDevice, by: User) -> AssignedList:
    """Bind the assessor's open sittings of the next seven days to a device, and return them; safe to repeat.

    What another device holds stays there; what was sealed and waits for a signature or a decision is not
    handed out again. Raises `PracticalError`: not_your_device, device_ended.
    """
    now = timezone.now()
    demand_usable(device, by, now)
    FieldDevice.objects.filter(pk=device.pk, revoked_at__isnull=True).update(contact_at=now)
    last_day = site_day() + timedelta(days=DAYS_AHEAD)
    rows = Sitting.objects.to_assess_by(by).filter(state=SittingState.OPEN, scheduled_for__lte=last_day)
    for row in rows.filter(checkout__isnull=True)[:MOST_SITTINGS]:
        _bind(row, device, by)
    sealed = SealedRecord.objects.waiting().filter(checkout__isnull=False)
    rows = rows.exclude(checkout__in=sealed.values("checkout"))
    rows = rows.with_people().select_related("checkout__device").prefetch_related("observations")
    listed = list(rows.order_by("scheduled_for", "starts_at", "enrolment__person__full_name")[:MOST_SITTINGS])
    held = tuple(row for row in listed if row.checkout and row.checkout.device_id == device.pk)
    return AssignedList(held, tuple(row for row in listed if row not in held))


@transaction.atomic
def take_over(*, sitting: Sitting, by: User, reason: str, device: FieldDevice | None = None) -> FieldCheckout | None:
    """Take a sitting from the device that holds it: to another device, or (with none) back to work online.

    What the first device sends afterwards is kept and applied by nobody but the registrar. Repeated for the device that
    holds it already, it changes nothing. Raises `PracticalError`: no_reason, not_your_device, device_ended, closed.
    """
    demand_assessor(sitting, by)
    if device is not None:
        demand_usable(device, by, timezone.now())
    why = clean_text(reason)
    if not why:
        raise PracticalError("no_reason", "Say why the sitting is taken from the device that holds it.")
    if not Sitting.objects.filter(pk=sitting.pk, state=SittingState.OPEN).update(rev=F("rev") + 1):
        raise PracticalError("closed", "This sitting is signed or cancelled already.")
    sitting.refresh_from_db()
    live = FieldCheckout.objects.filter(sitting=sitting, ended_at__isnull=True)
    if device is not None and (held := live.filter(device=device).first()):
        return held
    end_checkouts(live, CheckoutEnd.TAKEN_OVER if device else CheckoutEnd.RELEASED, by=by, reason=why)
    sitting.refresh_from_db()
    return _bind(sitting, device, by) if device else None


def end_checkouts(rows: QuerySet[FieldCheckout], end: CheckoutEnd, *, by: User, reason: str = "") -> None:
    """End live checkouts, inside the transaction of whoever has a reason to; their sittings can be worked on again."""
    for checkout in list(rows.select_related("sitting")):
        changed = FieldCheckout.objects.filter(pk=checkout.pk, ended_at__isnull=True).update(
            ended_at=timezone.now(), end=end, reason=reason, ended_by=by
        )
        opened = Sitting.objects.filter(pk=checkout.sitting_id, checkout=checkout, state=SittingState.OPEN)
        if changed and opened.update(checkout=None, rev=F("rev") + 1):
            data = {"device": str(checkout.device_id), "checkout": str(checkout.pk), "end": end.value, "reason": reason}
            record(Verb.SITTING_TAKEN_BACK, by=by, target=checkout.sitting, data=data)


def _bind(sitting: Sitting, device: FieldDevice, by: User) -> FieldCheckout | None:
    """Bind a free, open sitting to a device; None when somebody else was faster."""
    with transaction.atomic():
        free = Sitting.objects.filter(pk=sitting.pk, state=SittingState.OPEN, checkout__isnull=True)
        if not free.update(rev=F("rev") + 1):  # takes the lock of the row, before the checkout that it will name
            return None
        checkout = FieldCheckout.objects.create(sitting=sitting, device=device)
        free.update(checkout=checkout)
    data = {"device": str(device.pk), "checkout": str(checkout.pk)}
    record(Verb.SITTING_CHECKED_OUT, by=by, target=sitting, data=data)
    return checkout
