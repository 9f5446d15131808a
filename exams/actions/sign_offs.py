"""Signing a practical, correcting a signed record, and the trainee's acknowledgement."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from exams.actions.appointment_news import tell_of_record
from exams.actions.fitness import refuse_unfit_now
from exams.actions.occupancy import let_go
from exams.actions.overrides import overrides_shown
from exams.actions.practicals import demand_assessor, elsewhere, not_open
from exams.errors import IncompleteRecordError, PracticalError
from exams.models import Acknowledgement, SignOff, Sitting, SittingState, StationResult, practical_outcome
from exams.rules import practical as rules
from exams.rules.practical_record import (
    FIRST_PREVIOUS,
    Entry,
    Party,
    RecordFacts,
    challenge_of,
    digest_of,
    entries_of,
    meaning_of,
    record_bytes,
    signature_digest,
)
from exams.rules.practical_saves import Save, clean_text, fault_of
from exams.signals import pass_in_doubt, requirement_met
from exams.verification import signature_facts
from lms.accounts.errors import ProofError
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.accounts.proofs import Given, Proof, prove
from lms.audit.actions import record
from lms.audit.verbs import Verb


@dataclass(frozen=True)
class Draft:
    """A record as it would be signed now; a correction names the version it `corrects` and its `changes` by field."""

    payload: bytes
    judgements: tuple[rules.StationJudgement, ...]
    outcome: str
    corrects: SignOff | None = None
    reason: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """1, or one more than the version that is corrected."""
        return self.corrects.version + 1 if self.corrects else 1

    @property
    def digest(self) -> str:
        """The digest that a summary page shows and that signing demands."""
        return digest_of(self.payload)


@dataclass(frozen=True)
class Identity:
    """When the assessor confirmed both identities, and what entitled them; here, or on a device without a network."""

    confirmed_at: datetime
    qualification: str
    qualified_by: str


def prove_signer(person: User, given: Given, digest: str) -> Proof:
    """Check that it is the signer; a passkey answers to the digest of the record. Raises `PracticalError`."""
    try:
        return prove(person, given, challenge=challenge_of(digest))
    except ProofError as refusal:
        raise PracticalError(refusal.code, refusal.sentence) from refusal


def draft_record(sitting: Sitting) -> Draft:
    """Put together the record of an open sitting. Raises `IncompleteRecordError` with the list of gaps."""
    rows = sitting.observations.all()
    return _draft(sitting, [Entry(row.field, row.value, row.seq, row.saved_at) for row in rows])


def draft_correction(sign_off: SignOff, changes: Mapping[str, str], reason: str) -> Draft:
    """Put together the next version of a signed record: the old entries with some changed.

    Raises `PracticalError`: no_reason, nothing_changed, or the fault of a value; `IncompleteRecordError` for gaps.
    """
    if not clean_text(reason):
        raise PracticalError("no_reason", "Say why the record is corrected.")
    sitting = sign_off.sitting
    entries = {entry.field: entry for entry in entries_of(sign_off.content)}
    changed = _changed_entries(sitting, entries, changes)
    if not changed:
        raise PracticalError("nothing_changed", "Nothing differs from the signed record.")
    draft = _draft(sitting, list((entries | changed).values()), corrects=sign_off, reason=clean_text(reason))
    return replace(draft, changes={name: entry.value for name, entry in changed.items()})


def sign_off(*, sitting: Sitting, by: User, digest: str, given: Given, nonce: uuid.UUID) -> SignOff:
    """Sign the record of a sitting, whose digest the signer was shown, by passkey or password.

    The same `nonce` again returns the first signature. Raises `PracticalError`: those of `prove`, already_signed,
    sitting_cancelled, not_opened, stale_digest, nonce_reused; `UnfitError` when the signer is not qualified any more or
    has a conflict; `IncompleteRecordError` for gaps.
    """
    demand_assessor(sitting, by)
    if earlier := signed_before(nonce, by, sitting, digest):
        return earlier
    try:
        proof = prove_signer(by, given, digest)
        with transaction.atomic():
            _close(sitting, by)
            refuse_unfit_now(sitting, by)
            return sign_draft(sitting, draft_record(sitting), by=by, shown=digest, proof=proof, nonce=nonce)
    except PracticalError:
        if earlier := signed_before(nonce, by, sitting, digest):  # the other tap of a double tap was faster
            return earlier
        raise


def correct(
    *,
    sign_off: SignOff,
    changes: Mapping[str, str],
    reason: str,
    by: User,
    digest: str,
    given: Given,
    nonce: uuid.UUID,
) -> SignOff:
    """Sign a new version of a record that cites the old one; the old one stays as it is.

    Raises as `sign_off`, and `PracticalError`: not_the_latest, no_reason, nothing_changed.
    """
    sitting = sign_off.sitting
    demand_assessor(sitting, by)
    if earlier := signed_before(nonce, by, sitting, digest):
        return earlier
    try:
        proof = prove_signer(by, given, digest)
        with transaction.atomic():
            refuse_unfit_now(sitting, by)
            draft = draft_correction(sign_off, changes, reason)
            return sign_draft(sitting, draft, by=by, shown=digest, proof=proof, nonce=nonce)
    except PracticalError:
        if earlier := signed_before(nonce, by, sitting, digest):  # the other tap of a double tap was faster
            return earlier
        raise


@transaction.atomic
def acknowledge(*, sign_off: SignOff, by: User, agrees: bool, remark: str = "") -> Acknowledgement:
    """Note that the trainee has read a signed record; a repeat returns the first note.

    Raises `PracticalError`: not_your_record, remark_needed.
    """
    demand(by, Permission.PRACTICAL_READ)
    remark = clean_text(remark)
    if sign_off.sitting.enrolment.person_id != by.pk:
        raise PracticalError("not_your_record", "Only the trainee can acknowledge this record.")
    if not agrees and not remark:
        raise PracticalError("remark_needed", "Write a remark, or choose that you agree.")
    note, created = Acknowledgement.objects.get_or_create(
        sign_off=sign_off, defaults={"person": by, "agrees": agrees, "remark": remark}
    )
    if created:
        record(Verb.PRACTICAL_ACKNOWLEDGED, by=by, target=sign_off, data={"agrees": agrees})
    return note


def draft_sealed(sitting: Sitting, entries: Sequence[Entry], identity: Identity, sealed: Mapping[str, object]) -> Draft:
    """Put together the record that a device must have sealed, from its entries and what the server holds.

    Raises `IncompleteRecordError` with the list of gaps.
    """
    return _draft(sitting, entries, identity=identity, sealed=sealed)


def _draft(
    sitting: Sitting,
    entries: Sequence[Entry],
    corrects: SignOff | None = None,
    reason: str = "",
    identity: Identity | None = None,
    sealed: Mapping[str, object] | None = None,
) -> Draft:
    values = {entry.field: entry.value for entry in entries if entry.value}
    if gaps := rules.missing(sitting.rubric, sitting.stations, values):
        raise IncompleteRecordError(gaps)
    judged = rules.judgements(sitting.rubric, sitting.stations, values)
    outcome = values[rules.OUTCOME_FIELD]
    facts = facts_of(sitting, identity or _identity(sitting), entries, judged, outcome)
    facts = replace(facts, sealed=sealed or {})
    if corrects:
        facts = replace(facts, version=corrects.version + 1, corrects=corrects.digest, reason=reason)
    return Draft(record_bytes(facts), judged, outcome, corrects, reason)


def _identity(sitting: Sitting) -> Identity:
    if sitting.opened_at is None:
        raise PracticalError("not_opened", "Confirm who is assessed before signing.")
    return Identity(sitting.opened_at, sitting.qualification, str(sitting.qualified_by_id or ""))


def facts_of(
    sitting: Sitting,
    identity: Identity,
    entries: Sequence[Entry],
    judged: tuple[rules.StationJudgement, ...],
    outcome: str,
    *,
    has_overrides: bool = True,
) -> RecordFacts:
    """Return what the first version of the record of a sitting says; `has_overrides` False saves looking for them."""
    trainee, version = sitting.trainee, sitting.rubric_version
    return RecordFacts(
        sitting=str(sitting.pk),
        version=1,
        programme=sitting.enrolment.programme.code,
        trainee=Party(str(trainee.public_id), clean_text(trainee.full_name)),
        assessor=Party(str(sitting.assessor.public_id), clean_text(sitting.assessor.full_name)),
        qualification=identity.qualification,
        rubric_code=version.rubric.code,
        rubric_version=version.number,
        rubric_digest=version.digest,
        stations=sitting.stations,
        date=sitting.scheduled_for.isoformat(),
        place=sitting.place,
        device=sitting.device,
        simulated=sitting.simulated,
        identity_confirmed_at=identity.confirmed_at,
        entries=entries,
        judgements=judged,
        outcome=outcome,
        qualified_by=identity.qualified_by,
        device_family=sitting.device_family,
        overrides=tuple(overrides_shown(sitting)) if has_overrides else (),
        rates_again=str(sitting.rates_again_id or ""),
        adjudicates=sitting.adjudicates,
    )


def _changed_entries(sitting: Sitting, entries: Mapping[str, Entry], changes: Mapping[str, str]) -> dict[str, Entry]:
    """Return the entries that really change. They carry no time of their own: that of the signature holds."""
    permitted = rules.permitted_values(sitting.rubric, sitting.stations)
    changed = {}
    for name, typed in changes.items():
        before = entries.get(name, Entry(name, "", 0, None))
        value = clean_text(typed)
        if value == before.value:
            continue
        if fault := fault_of(Save(name, before.seq + 1, value), permitted):
            raise PracticalError(fault, f"The entry for {name} cannot be taken.")
        changed[name] = Entry(name, value, before.seq + 1, None)
    return changed


def signed_before(nonce: uuid.UUID, by: User, sitting: Sitting, digest: str) -> SignOff | None:
    """Return what this very request signed earlier. Raises `PracticalError` when the nonce was for something else."""
    earlier = SignOff.objects.filter(nonce=nonce).first()
    if earlier is None:
        return None
    if (earlier.signer_id, earlier.sitting_id, earlier.digest) != (by.pk, sitting.pk, digest):
        raise PracticalError("nonce_reused", "This form was used before for something else. Load the page again.")
    return earlier


def _close(sitting: Sitting, by: User) -> None:
    """Turn an open sitting into a signed one; the row count decides between two who try."""
    moment = timezone.now()
    closed = Sitting.objects.filter(
        pk=sitting.pk, assessor=by, state=SittingState.OPEN, opened_at__isnull=False, checkout__isnull=True
    ).update(state=SittingState.SIGNED, signed_at=moment, rev=F("rev") + 1)
    if closed:
        let_go(sitting)
        return
    sitting.refresh_from_db()
    if sitting.is_open and sitting.checkout_id:
        raise elsewhere()
    if sitting.is_open:
        raise PracticalError("not_opened", "Confirm who is assessed before signing.")
    raise not_open(sitting)


def sign_draft(sitting: Sitting, draft: Draft, *, by: User, shown: str, proof: Proof, nonce: uuid.UUID) -> SignOff:
    """Store one signed version, inside the transaction of whoever closed the sitting.

    Raises `PracticalError`: stale_digest, not_the_latest.
    """
    if draft.digest != shown:
        raise PracticalError("stale_digest", "The record has changed since you saw it. Read it again, then sign.")
    row = SignOff(
        sitting=sitting,
        version=draft.version,
        record=draft.payload,
        digest=draft.digest,
        outcome=draft.outcome,
        signer=by,
        printed_name=clean_text(by.full_name),
        auth_method=proof.method,
        authenticated_at=proof.at,
        assertion=proof.assertion,
        meaning=meaning_of(draft.version),
        nonce=nonce,
        corrects=draft.corrects,
        reason=draft.reason,
    )
    # The event comes first: it waits for the head of the audit chain, so signatures of one person form one line too.
    verb = Verb.PRACTICAL_CORRECTED if draft.corrects else Verb.PRACTICAL_SIGNED
    record(verb, by=by, target=row, data={"sitting": str(sitting.pk), "version": row.version, "digest": row.digest})
    _append_to_chain(row, by)
    StationResult.objects.bulk_create(
        StationResult(
            sign_off=row, station=judged.station, level=judged.level, critical=judged.critical, met=judged.met
        )
        for judged in draft.judgements
    )
    tell_of_record(row)
    _tell_what_follows(sitting)
    return row


def _tell_what_follows(sitting: Sitting) -> None:
    """Tell that the practical is passed now, or that a second rating took away what a certificate may rest on."""
    outcome = practical_outcome(sitting.enrolment)
    if outcome.passed:
        requirement_met.send(sender=SignOff, enrolment=sitting.enrolment)
    elif sitting.rates_again_id:
        for hint in outcome.hints or ("By a second rating the practical is not passed any more.",):
            pass_in_doubt.send(sender=SignOff, enrolment=sitting.enrolment, reason=hint)


def _append_to_chain(row: SignOff, by: User) -> None:
    """Link a signature to its signer's last one and store it. A version that somebody else signed first is refused."""
    last = SignOff.objects.filter(signer=by).order_by("-chain_number").first()
    row.chain_number = last.chain_number + 1 if last else 1
    row.previous_digest = last.signature_digest if last else FIRST_PREVIOUS
    row.signed_at = timezone.now()
    row.signature_digest = signature_digest(signature_facts(row))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as fault:
        raise PracticalError("not_the_latest", "Somebody signed a newer version meanwhile. Read it first.") from fault
