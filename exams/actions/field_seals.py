"""Taking in what a device sealed: every byte is kept, the checks say what becomes of it, and a receipt goes back."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from exams.actions.fitness import Duty, refuse_early_try, refuse_unfit, refuse_unfit_now
from exams.actions.sign_offs import Draft, Identity, draft_sealed
from exams.errors import PracticalError
from exams.models import FieldCheckout, FieldDevice, SealedRecord, SealVerdict, Sitting
from exams.receipts import receipt_for
from exams.rules.field_seals import (
    CLOCK_TOLERANCE,
    Arrival,
    Objection,
    SealedFacts,
    objection_to,
    read_sealed,
    seal_holds,
)
from exams.rules.practical import permitted_values
from exams.rules.practical_record import FIRST_PREVIOUS, digest_of
from exams.rules.practical_saves import Save, clean_text, fault_of
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

LARGEST_RECORD = 1024 * 1024
LONGEST_SIGNATURE = 200
LONGEST_ANSWER = 10_000
NOT_AS_GIVEN = "The record does not say what the server says about this sitting."


@dataclass(frozen=True)
class Delivery:
    """One sealed record on its way in. `replaced` says that the device sealed the same sitting again later."""

    payload: bytes
    signature: str
    passkey: str = ""
    replaced: bool = False


@dataclass(frozen=True)
class _Finding:
    verdict: SealVerdict
    objection: Objection | None = None


def receive(*, device: FieldDevice, by: User, delivery: Delivery, received_at: datetime) -> SealedRecord:
    """Keep what a device of this person sent, with the verdict of the checks and a receipt; a repeat is the same row.

    Nothing is signed here. Raises `PracticalError`: not_your_device, too_large.
    """
    demand(by, Permission.PRACTICAL_SIGN)
    if device.person_id != by.pk:
        raise PracticalError("not_your_device", "This device was enrolled by somebody else.")
    sizes = (len(delivery.payload), len(delivery.signature), len(delivery.passkey))
    if any(size > most for size, most in zip(sizes, (LARGEST_RECORD, LONGEST_SIGNATURE, LONGEST_ANSWER), strict=True)):
        raise PracticalError("too_large", "This record is too large to be one.")
    try:
        facts = read_sealed(delivery.payload)
    except ValueError:
        facts = None
    with transaction.atomic():
        FieldDevice.objects.select_for_update().get(pk=device.pk)  # seals of one device come in one after the other
        digest = digest_of(delivery.payload)
        number = facts.seal.number if facts and facts.seal.number < 2**31 else 0
        if earlier := SealedRecord.objects.filter(device=device, number=number, digest=digest).first():
            return earlier
        return _keep(device, by, delivery, facts, number, received_at)


def _keep(
    device: FieldDevice, by: User, delivery: Delivery, facts: SealedFacts | None, number: int, received_at: datetime
) -> SealedRecord:
    sitting = _sitting_of(facts, by)
    checkout = _checkout_of(facts, device, sitting)
    digest = digest_of(delivery.payload)
    finding = _judge(device, delivery, facts, sitting, checkout, received_at)
    row = SealedRecord.objects.create(
        device=device,
        sitting=sitting,
        checkout=checkout,
        number=number,
        payload=delivery.payload,
        digest=digest,
        signature=delivery.signature,
        passkey=delivery.passkey,
        verdict=finding.verdict,
        code=finding.objection.code if finding.objection else "",
        sentence=finding.objection.sentence if finding.objection else "",
        sealed_at=facts.seal.sealed_at if facts else None,
        received_at=received_at,
        receipt=receipt_for(
            device=str(device.pk), number=number, digest=digest, verdict=finding.verdict, received_at=received_at
        ),
    )
    data = {"device": str(device.pk), "number": number, "digest": digest, "verdict": str(row.verdict), "code": row.code}
    record(Verb.SEAL_RECEIVED, by=by, target=row, data=data)
    return row


def _sitting_of(facts: SealedFacts | None, by: User) -> Sitting | None:
    try:
        key = uuid.UUID(facts.sitting) if facts else None
    except ValueError:
        return None
    return Sitting.objects.with_people().filter(pk=key, assessor=by).first() if key else None


def _checkout_of(facts: SealedFacts | None, device: FieldDevice, sitting: Sitting | None) -> FieldCheckout | None:
    if facts is None or sitting is None:
        return None
    known = {str(row.pk): row for row in FieldCheckout.objects.filter(sitting=sitting, device=device)}
    return known.get(facts.seal.checkout)


def _judge(
    device: FieldDevice,
    delivery: Delivery,
    facts: SealedFacts | None,
    sitting: Sitting | None,
    checkout: FieldCheckout | None,
    received_at: datetime,
) -> _Finding:
    if facts is None:
        return _refuse("unreadable", "These bytes are not a sealed record.")
    if not seal_holds(device.public_key, delivery.payload, delivery.signature):
        return _refuse("bad_seal", "The seal does not match the record. It was altered, or sealed by another device.")
    if facts.seal.device != str(device.pk):
        return _refuse("other_device", "The record names another device than the one that sealed it.")
    if sitting is None:
        return _refuse("unknown_sitting", "There is no such sitting of this assessor.")
    arrival = _arrival(device, facts, delivery, sitting, checkout, received_at)
    objection = objection_to(facts.seal, arrival)
    if delivery.replaced and (objection is None or objection.code == "closed"):
        return _Finding(SealVerdict.REPLACED)
    objection = objection or content_objection(sitting, facts, delivery.payload)
    return _Finding(SealVerdict.REVIEW, objection) if objection else _Finding(SealVerdict.SOUND)


def _refuse(code: str, sentence: str) -> _Finding:
    return _Finding(SealVerdict.REFUSED, Objection(code, sentence))


def _arrival(
    device: FieldDevice,
    facts: SealedFacts,
    delivery: Delivery,
    sitting: Sitting,
    checkout: FieldCheckout | None,
    received_at: datetime,
) -> Arrival:
    kept = SealedRecord.objects.filter(device=device).exclude(verdict=SealVerdict.REFUSED)
    before = (
        kept.filter(number=facts.seal.number - 1).order_by("received_at").first() if facts.seal.number > 1 else None
    )
    first = FIRST_PREVIOUS if facts.seal.number == 1 else None
    others = SealedRecord.objects.candidates(sitting)
    others = others.exclude(checkout=checkout) if checkout else others
    return Arrival(
        received_at=received_at,
        previous_digest=before.digest if before else first,
        number_taken=kept.filter(number=facts.seal.number).exists(),
        issued_at=checkout.issued_at if checkout else None,
        checkout_end=str(checkout.end) if checkout else "",
        device_revoked=device.revoked_at is not None,
        device_expires_at=device.expires_at,
        open=sitting.is_open,
        other_versions=others.exists(),
    )


def content_objection(sitting: Sitting, facts: SealedFacts, payload: bytes) -> Objection | None:
    """Return what speaks against the content of a sealed record: asked on arrival, and again when it is signed."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: rebuilt(sitting, facts, payload),
        lambda: demand_fit(sitting, facts),
    )
    for check in checks:
        try:
            check()
        except PracticalError as refusal:
            return Objection(refusal.code, refusal.sentence)
    return None


def rebuilt(sitting: Sitting, facts: SealedFacts, payload: bytes) -> Draft:
    """Make the record anew from its entries and what the server holds; it has to be the bytes that were sealed.

    Raises `PracticalError`: not_as_given, clock, the fault of an entry; `IncompleteRecordError` for gaps.
    """
    permitted = permitted_values(sitting.rubric, sitting.stations)
    for entry in facts.entries:
        fault = fault_of(Save(entry.field, entry.seq, entry.value), permitted)
        if fault or clean_text(entry.value) != entry.value or entry.saved_at is None:
            raise PracticalError(fault or "not_as_given", f"The entry for {entry.field} cannot be taken.")
    identity = Identity(facts.confirmed_at, facts.qualification, facts.qualified_by)
    if sitting.opened_at is not None:
        identity = Identity(sitting.opened_at, sitting.qualification, str(sitting.qualified_by_id or ""))
    elif facts.confirmed_at > facts.seal.sealed_at + CLOCK_TOLERANCE:
        raise PracticalError("clock", "By the clock of the device it was sealed before anybody was confirmed.")
    draft = draft_sealed(sitting, facts.entries, identity, facts.raw_seal)
    if draft.payload != payload:
        raise PracticalError("not_as_given", NOT_AS_GIVEN)
    return draft


def demand_fit(sitting: Sitting, facts: SealedFacts) -> None:
    """Ask whether the assessor may assess, as of the day that the device claims and as of now (offline.md 5.4).

    Raises `UnfitError`, `PracticalError`: basis_not_held, too_early, too_many_tries.
    """
    claimed = Duty.of(sitting, site_day(facts.seal.sealed_at))
    held = refuse_unfit(assessor=sitting.assessor, duty=claimed, basis=facts.qualification)
    refuse_unfit_now(sitting, sitting.assessor)
    if sitting.opened_at is not None:
        return
    if facts.qualified_by not in {one.key for one in held}:
        raise PracticalError("basis_not_held", "The record names a qualification that the assessor did not hold.")
    if sitting.rates_again_id is None:
        refuse_early_try(claimed)
