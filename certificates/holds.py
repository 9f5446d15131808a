"""Holding a certificate back before it is issued, and letting it go."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from certificates.errors import HoldError
from certificates.models import Credential, IssuanceHold, Kind
from courses.models import Enrolment
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue


def is_held(enrolment: Enrolment) -> bool:
    """Whether a registrar holds the certificate of an enrolment back."""
    return IssuanceHold.objects.filter(enrolment=enrolment, released_at__isnull=True).exists()


@transaction.atomic
def hold(*, enrolment: Enrolment, reason: str, by: User) -> IssuanceHold:
    """Let no certificate be issued for an enrolment until the hold is released.

    Raises `PermissionDenied`, or `HoldError`: `no_reason`, `held_already`, `issued_already`.
    """
    demand(by, Permission.CERTIFICATE_ISSUE)
    if not reason.strip():
        raise HoldError("no_reason", "Say why nothing is issued for now.")
    held = IssuanceHold(enrolment=enrolment, reason=reason.strip(), placed_by=by)
    try:
        with transaction.atomic():
            held.save(force_insert=True)
    except IntegrityError as error:
        raise HoldError("held_already", "This certificate is held back already.") from error
    record(Verb.CERTIFICATE_HELD, by=by, target=enrolment, data={"hold": held.pk})
    # The event made this transaction wait for an award that was under way; an award does the same before it is final.
    if Credential.objects.filter(enrolment=enrolment, kind=Kind.COMPLETION).exists():
        raise HoldError("issued_already", "This certificate was issued already. You can suspend it instead.")
    return held


@transaction.atomic
def release(*, held: IssuanceHold, note: str, by: User) -> IssuanceHold:
    """End a hold; the certificate is issued at once if everything is there.

    Raises `PermissionDenied`, or `HoldError`: `no_reason`, `released_already`, `own_certificate`.
    """
    demand(by, Permission.CERTIFICATE_ISSUE)
    if held.enrolment.person_id == by.pk:
        raise HoldError("own_certificate", "This is your own certificate. Somebody else has to do this.")
    if not note.strip():
        raise HoldError("no_reason", "Say why the certificate may be issued now.")
    still_held = IssuanceHold.objects.filter(pk=held.pk, released_at__isnull=True)
    if not still_held.update(released_by=by, released_at=timezone.now(), note=note.strip()):
        raise HoldError("released_already", "This hold was released already.")
    held.refresh_from_db()
    record(Verb.CERTIFICATE_HOLD_RELEASED, by=by, target=held.enrolment, data={"hold": held.pk})
    key = f"credential.consider:{held.enrolment_id}:hold-{held.pk}"
    enqueue("credential.consider", key=key, payload={"enrolment": str(held.enrolment_id)})
    return held
