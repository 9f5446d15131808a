"""Checking signed practical records: bytes, digests, chains and derived results are computed again from scratch.

The same for what devices sealed without a network: the bytes as received, the seal over them, the chain of each device.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from exams.models import SealedRecord, SealVerdict, SignOff, StationResult
from exams.rules import practical as rules
from exams.rules.field_seals import read_sealed, seal_holds
from exams.rules.practical_record import (
    FIRST_PREVIOUS,
    SignatureFacts,
    challenge_of,
    digest_of,
    entries_of,
    read_record,
    signature_digest,
)
from lms.accounts import passkeys


@dataclass(frozen=True)
class SignOffFault:
    """One signed version that does not hold, and why."""

    sign_off: str
    reason: str


def signature_facts(row: SignOff) -> SignatureFacts:
    """Return what the signature of a row covers."""
    return SignatureFacts(
        record_digest=row.digest,
        sitting=str(row.sitting_id),
        version=row.version,
        signer=str(row.signer.public_id),
        printed_name=row.printed_name,
        meaning=row.meaning,
        auth_method=row.auth_method,
        authenticated_at=row.authenticated_at,
        signed_at=row.signed_at,
        chain_number=row.chain_number,
        previous=row.previous_digest,
        assertion=row.assertion,
    )


def faults_of(row: SignOff) -> Iterator[str]:
    """Yield what does not hold in one signed version: its bytes, what it says of itself, its signature, its results."""
    if digest_of(row.payload) != row.digest:
        yield "the record does not match its digest"
    if signature_digest(signature_facts(row)) != row.signature_digest:
        yield "the signature does not match what it covers"
    if row.assertion and (fault := passkeys.fault_of(row.assertion, challenge_of(digest_of(row.payload)), row.signer)):
        yield fault
    try:
        record = read_record(row.payload)
    except ValueError as fault:
        yield str(fault)
        return
    said = (record["sitting"], record["version"], record["assessor"]["id"], record["meaning"], record["outcome"])
    if said != (str(row.sitting_id), row.version, str(row.signer.public_id), row.meaning, row.outcome):
        yield "the record belongs to another sitting, version or signer"
    if record["corrects"] != (row.corrects.digest if row.corrects else None) or record["reason"] != row.reason:
        yield "the record does not cite the version that it corrects"
    if not _results_follow(row, record):
        yield "the station results do not follow from the record"
    if "sealed" in record:
        yield from _seal_faults_of(row)


def _seal_faults_of(row: SignOff) -> Iterator[str]:
    """Yield what does not hold between a record that says it was sealed on a device, and what the device sent."""
    sealed = SealedRecord.objects.filter(signature_row__sign_off=row).select_related("device").first()
    if sealed is None:
        yield "the record says that a device sealed it, and no seal is kept"
    elif sealed.bytes != row.payload or sealed.sitting_id != row.sitting_id:
        yield "the record is not what the device sealed"
    else:
        yield from seal_faults(sealed)


def seal_faults(row: SealedRecord) -> Iterator[str]:
    """Yield what does not hold in one sealed record: digest, seal, what it says. Refused ones claim nothing."""
    if digest_of(row.bytes) != row.digest:
        yield "the sealed record does not match its digest"
    if row.verdict == SealVerdict.REFUSED:
        return
    if not seal_holds(row.device.public_key, row.bytes, row.signature):
        yield "the seal of the device does not match the record"
    try:
        facts = read_sealed(row.bytes)
    except ValueError as fault:
        yield str(fault)
        return
    said = (facts.sitting, facts.seal.device, facts.seal.number, facts.seal.sealed_at)
    if said != (str(row.sitting_id), str(row.device_id), row.number, row.sealed_at):
        yield "the sealed record belongs to another sitting, device or number"


def verify_seals() -> list[SignOffFault]:
    """Check everything that devices sealed, and the chain of each; an empty list means that all holds.

    A gap or a fork of a chain that was found on arrival stands in the verdict and is no fault here.
    """
    faults = []
    digests: dict[object, dict[int, set[str]]] = {}
    rows = SealedRecord.objects.select_related("device").order_by("device_id", "number", "received_at")
    for row in rows.iterator(chunk_size=500):
        faults += [SignOffFault(f"seal {row.pk}", reason) for reason in seal_faults(row)]
        if row.verdict == SealVerdict.REFUSED:
            continue
        chain = digests.setdefault(row.device_id, {0: {FIRST_PREVIOUS}})
        if row.verdict != SealVerdict.REVIEW and not _continues(row, chain):
            faults.append(SignOffFault(f"seal {row.pk}", "it does not continue the device's seal before it"))
        chain.setdefault(row.number, set()).add(row.digest)
    return faults


def _continues(row: SealedRecord, chain: dict[int, set[str]]) -> bool:
    try:
        seal = read_sealed(row.bytes).seal
    except ValueError:
        return False
    return seal.previous in chain.get(seal.number - 1, set())


def verify_sign_offs() -> list[SignOffFault]:
    """Check every signed version and every signer's chain; an empty list means that all holds."""
    faults = []
    previous: dict[int, tuple[int, str]] = {}
    rows = SignOff.objects.select_related("signer", "corrects", "sitting__rubric_version").prefetch_related("results")
    for row in rows.order_by("signer_id", "chain_number").iterator(chunk_size=500):
        number, digest = previous.get(row.signer_id, (0, FIRST_PREVIOUS))
        if (row.chain_number, row.previous_digest) != (number + 1, digest):
            faults.append(SignOffFault(str(row.pk), "it does not continue the signer's signature before it"))
        faults += [SignOffFault(str(row.pk), reason) for reason in faults_of(row)]
        previous[row.signer_id] = (row.chain_number, row.signature_digest)
    return faults


def _results_follow(row: SignOff, record: dict[str, object]) -> bool:
    """Judge the stations again from the signed entries and compare with the record and with the stored results."""
    values = {entry.field: entry.value for entry in entries_of(record)}
    sitting = row.sitting
    expected = rules.judgements(sitting.rubric, sitting.stations, values)
    stored = {_judgement(result) for result in row.results.all()}
    said = [
        {"station": judged.station, "level": judged.level, "critical": judged.critical, "met": judged.met}
        for judged in expected
    ]
    return stored == set(expected) and record["judgements"] == said


def _judgement(result: StationResult) -> rules.StationJudgement:
    return rules.StationJudgement(result.station, result.level, result.critical, result.met)
