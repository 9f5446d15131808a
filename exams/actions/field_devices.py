"""Devices for work without a network: enrolled by their person, revoked by their person or by the clock."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from exams.actions.field_checkouts import end_checkouts
from exams.errors import PracticalError
from exams.models import ENROLLED_FOR, CheckoutEnd, FieldDevice
from exams.rules.field_seals import is_device_key
from exams.rules.practical_saves import clean_text
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

MOST_DEVICES = 10
LONGEST_LABEL = 60


def enrol_device(*, by: User, label: str, public_key: str) -> FieldDevice:
    """Enrol a device of one's own by its public key, for 30 days. The caller has asked who the person is just now.

    The same key again returns the device that it made. Raises `PracticalError`: no_label, bad_key, key_taken,
    too_many_devices.
    """
    demand(by, Permission.PRACTICAL_SIGN)
    name = clean_text(label)[:LONGEST_LABEL]
    if not name:
        raise PracticalError("no_label", "Give the device a name, so that you know it again in the list.")
    if not is_device_key(public_key):
        raise PracticalError("bad_key", "This device did not make a usable key. Try again with another browser.")
    if earlier := FieldDevice.objects.filter(public_key=public_key).first():
        if earlier.person_id == by.pk and earlier.is_usable(timezone.now()):
            return earlier
        raise PracticalError("key_taken", "This key was enrolled before. Enrol the device again with a new one.")
    try:
        return _enrol(by, name, public_key)
    except IntegrityError as fault:
        raise PracticalError("key_taken", "This key was enrolled before. Enrol the device again.") from fault


@transaction.atomic
def _enrol(by: User, name: str, public_key: str) -> FieldDevice:
    now = timezone.now()
    if FieldDevice.objects.of(by).filter(revoked_at__isnull=True, expires_at__gt=now).count() >= MOST_DEVICES:
        raise PracticalError("too_many_devices", f"You have {MOST_DEVICES} devices. Revoke one that you do not use.")
    device = FieldDevice.objects.create(person=by, label=name, public_key=public_key, expires_at=now + ENROLLED_FOR)
    record(Verb.FIELD_DEVICE_ENROLLED, by=by, target=device, data={"label": name})
    return device


@transaction.atomic
def revoke_device(*, device: FieldDevice, by: User) -> FieldDevice:
    """Revoke a device of one's own, and take back what it holds; a repeat changes nothing.

    What it sealed before and sends later is kept, and waits for the registrar. Raises `PracticalError` not_your_device.
    """
    demand(by, Permission.PRACTICAL_SIGN)
    if device.person_id != by.pk:
        raise PracticalError("not_your_device", "Only the person who enrolled a device can revoke it.")
    if FieldDevice.objects.filter(pk=device.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        record(Verb.FIELD_DEVICE_REVOKED, by=by, target=device)
        end_checkouts(device.checkouts.filter(ended_at__isnull=True), CheckoutEnd.REVOKED, by=by)
    device.refresh_from_db()
    return device
