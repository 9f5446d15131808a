"""Proving to others, and to ourselves, that a certificate stands in the log."""

import uuid
from dataclasses import dataclass

from certificates.log_keys import trusted_log_keys
from certificates.models import Badge, LogCheckpoint, LogEntry
from certificates.register.kept import log_tree, newest_checkpoint
from certificates.rules.tlog.entries import Entry, LogEvent
from certificates.rules.tlog.hashing import leaf_hash
from certificates.rules.tlog.notes import Checkpoint, open_note, proof_file
from certificates.rules.tlog.proofs import inclusion_holds
from certificates.rules.tlog.tree import MissingHashError


@dataclass(frozen=True)
class Inclusion:
    """Where the entry of an issue stands, in a log of which size, and whether the log proves it."""

    index: int
    size: int
    proven: bool


def inclusion_of(credential: uuid.UUID, *, pdf_sha256: str = "") -> Inclusion | None:
    """Prove as a stranger would that the log holds the issue of a credential, with this PDF if one is named.

    The entry is hashed anew and has to name the badge of the register, the proof has to lead to the root, and the root
    has to be signed. None while there is no such entry under a checkpoint: new ones are signed within minutes.
    """
    checkpoint = newest_checkpoint()
    entry = _issue(credential, checkpoint, pdf_sha256) if checkpoint else None
    if checkpoint is None or entry is None:
        return None
    badge = Badge.objects.filter(credential=credential).values_list("sha256", flat=True).first()
    try:
        names_badge = Entry.from_bytes(bytes(entry.content)).credential_sha256 == badge
        proven = names_badge and _is_proven(entry, checkpoint)
    except (ValueError, MissingHashError):  # a note, an entry or a hash that is not as we wrote it
        proven = False
    return Inclusion(entry.index, checkpoint.size, proven)


def proof_for(credential: uuid.UUID) -> str | None:
    """Return the `.tlog-proof` of the newest issue of a credential, None while no checkpoint covers it."""
    checkpoint = newest_checkpoint()
    entry = _issue(credential, checkpoint, "") if checkpoint else None
    if checkpoint is None or entry is None:
        return None
    proof = log_tree().inclusion_proof(entry.index, checkpoint.size)
    return proof_file(index=entry.index, proof=proof, checkpoint=checkpoint.note, entry=bytes(entry.content))


def _issue(credential: uuid.UUID, checkpoint: LogCheckpoint, pdf_sha256: str) -> LogEntry | None:
    rows = LogEntry.objects.filter(credential=credential, event=LogEvent.ISSUE.value, index__lt=checkpoint.size)
    entries = list(rows.order_by("-index"))
    return next((row for row in entries if pdf_sha256.encode() in bytes(row.content)), None)


def _is_proven(entry: LogEntry, checkpoint: LogCheckpoint) -> bool:
    text, _ = open_note(checkpoint.note, trusted_log_keys())
    signed = Checkpoint.from_text(text)
    return inclusion_holds(
        leaf=leaf_hash(bytes(entry.content)),
        index=entry.index,
        size=signed.size,
        proof=log_tree().inclusion_proof(entry.index, signed.size),
        root=signed.root,
    )
