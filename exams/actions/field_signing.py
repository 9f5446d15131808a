"""A sealed record becomes a signed one: the assessor shows who they are over the very digest that was sealed."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from exams.actions.field_seals import demand_fit, rebuilt
from exams.actions.practicals import demand_assessor, not_open
from exams.actions.sign_offs import prove_signer, sign_draft, signed_before
from exams.errors import PracticalError
from exams.models import SealDecision, SealedRecord, SealSignature, SealVerdict, SignOff, Sitting, SittingState
from exams.rules.field_seals import SealedFacts, read_sealed
from exams.rules.practical_saves import clean_text
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.accounts.proofs import Given
from lms.audit.actions import record
from lms.audit.verbs import Verb


@dataclass(frozen=True)
class _Act:
    """One try to sign a sealed record."""

    sealed: SealedRecord
    sitting: Sitting
    facts: SealedFacts
    allowed: bool


def sign_sealed(*, sealed: SealedRecord, by: User, digest: str, given: Given, nonce: uuid.UUID) -> SignOff:
    """Sign the record that a device sealed, in the bytes as sealed; the digest is the one the signer was shown.

    The same `nonce` again returns the first signature. Raises `PracticalError`: those of `prove`, not_signable,
    two_versions, already_signed, sitting_cancelled, taken_over, stale_digest, nonce_reused and what speaks against the
    content; `UnfitError` when the signer was not qualified then, is not now, or has a conflict.
    """
    if sealed.sitting is None:
        raise PracticalError("not_signable", "This record belongs to no sitting. It cannot be signed.")
    sitting = sealed.sitting
    demand_assessor(sitting, by)
    if earlier := signed_before(nonce, by, sitting, digest):
        return earlier
    act = _Act(sealed, sitting, read_sealed(sealed.bytes), _is_allowed(sealed))
    try:
        proof = prove_signer(by, given, digest)
        with transaction.atomic():
            draft = rebuilt(sitting, act.facts, sealed.bytes)
            demand_fit(sitting, act.facts)
            _close(act, by)
            row = sign_draft(sitting, draft, by=by, shown=digest, proof=proof, nonce=nonce)
            SealSignature.objects.create(sealed=sealed, sign_off=row)
            return row
    except PracticalError:
        if earlier := signed_before(nonce, by, sitting, digest):  # the other tap of a double tap was faster
            return earlier
        raise


@transaction.atomic
def decide_seal(*, sealed: SealedRecord, by: User, allows: bool, reason: str) -> SealDecision:
    """Decide that a sealed record may be signed after all, or is set aside; once, with a reason.

    Of two versions of one sitting at most one can be allowed. Raises `PracticalError`: own_record, no_reason,
    not_waiting, sitting_cancelled, another_allowed.
    """
    demand(by, Permission.SITTING_ASSIGN)
    why = clean_text(reason)
    if not why:
        raise PracticalError("no_reason", "Say why.")
    if sealed.sitting is None or sealed.verdict not in (SealVerdict.REVIEW, SealVerdict.SOUND):
        raise PracticalError("not_waiting", "There is nothing to decide about this record.")
    if by.pk in (sealed.sitting.assessor_id, sealed.sitting.trainee.pk):
        raise PracticalError("own_record", "Somebody else has to decide about a record of your own sitting.")
    Sitting.objects.select_for_update().get(pk=sealed.sitting.pk)
    if SealSignature.objects.filter(sealed=sealed).exists() or SealDecision.objects.filter(sealed=sealed).exists():
        raise PracticalError("not_waiting", "Somebody has decided about this record already.")
    others = SealDecision.objects.filter(sealed__sitting=sealed.sitting, allows=True)
    if allows and sealed.sitting.state == SittingState.CANCELLED:
        sentence = "This sitting was cancelled, so no record of it can be signed. Set it aside; it is kept."
        raise PracticalError("sitting_cancelled", sentence)
    if allows and (others.exists() or sealed.sitting.state != SittingState.OPEN):
        raise PracticalError("another_allowed", "Another record of this sitting counts already. Set this one aside.")
    made = SealDecision.objects.create(sealed=sealed, allows=allows, reason=why, by=by)
    record(Verb.SEAL_DECIDED, by=by, target=sealed, data={"allows": allows, "reason": why})
    return made


def _is_allowed(sealed: SealedRecord) -> bool:
    """Whether the registrar has allowed it. Raises `PracticalError` for what cannot be signed as it stands."""
    decision = SealDecision.objects.filter(sealed=sealed).first()
    if decision is not None and not decision.allows:
        raise PracticalError("not_signable", f"The registrar has set this record aside: {decision.reason}")
    if decision is None and sealed.verdict != SealVerdict.SOUND:
        raise PracticalError("not_signable", f"This record cannot be signed yet. {sealed.sentence}".strip())
    return decision is not None


def _close(act: _Act, by: User) -> None:
    """Turn the open sitting into a signed one; the row count decides between two who try.

    Unless the registrar chose this version, the device must still hold the sitting, and no other version may wait.
    """
    sitting, facts = act.sitting, act.facts
    moment = timezone.now()
    rows = Sitting.objects.filter(pk=sitting.pk, assessor=by, state=SittingState.OPEN)
    if not act.allowed:
        rows = rows.filter(checkout=act.sealed.checkout)
    values = {"state": SittingState.SIGNED, "signed_at": moment, "rev": F("rev") + 1}
    if sitting.opened_at is None:
        opened = {"opened_at": facts.confirmed_at, "qualification": facts.qualification}
        values |= opened | {"qualified_by": uuid.UUID(facts.qualified_by)}
    if not rows.update(**values):
        sitting.refresh_from_db()
        if sitting.is_open:
            raise PracticalError("taken_over", "The sitting was taken from this device meanwhile. Ask the registrar.")
        raise not_open(sitting)
    sitting.refresh_from_db()
    rivals = SealedRecord.objects.candidates(sitting).exclude(pk=act.sealed.pk)
    newer = rivals.filter(device=act.sealed.device, number__gt=act.sealed.number, checkout=act.sealed.checkout)
    if newer.exists() and not act.allowed:
        raise PracticalError("not_signable", "This device has sealed a newer version. Sign that one.")
    if rivals.exclude(checkout=act.sealed.checkout).exists() and not act.allowed:
        sentence = "Another device has sealed a record of this sitting too. The registrar decides which one counts."
        raise PracticalError("two_versions", sentence)
