"""Signing checkpoints: only what continues the last one, in the database and outside it.

A signed checkpoint cannot be taken back. So before anything is signed, the new tree has to prove that it begins with
the old one, and the copy outside the database has to be one of ours that the database still knows: a database that was
set back to an earlier state is told by it.
"""

import logging

from django.db import IntegrityError, transaction

from certificates.checkpoints import checkpoint as kill_point
from certificates.errors import RegisterError
from certificates.log_keys import LogIdentity, log_identity, origin, trusted_log_keys
from certificates.models import LogCheckpoint, LogEntry, LogKey
from certificates.register.kept import keep_tile_roots, log_tree, newest_checkpoint, next_index
from certificates.register.outside import outside_note
from certificates.rules.tlog.hashing import EMPTY_ROOT
from certificates.rules.tlog.notes import Checkpoint, NoteError, open_note, sign_note
from certificates.rules.tlog.proofs import consistency_holds
from certificates.rules.tlog.tree import MissingHashError
from lms.audit.actions import record
from lms.audit.verbs import Verb

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 65_536  # entries under one checkpoint, so that a large batch needs little memory
TRIES = 5  # each lost one means that another worker signed meanwhile


def sign_checkpoint() -> LogCheckpoint | None:
    """Sign what was entered since the last checkpoint; return the newest one, or None while the log is empty.

    Two workers never continue the same checkpoint: the second finds out at a unique constraint, and looks again.
    Raises `RegisterError` when the log does not continue what was signed before; then nothing is signed.
    """
    identity = log_identity()
    for _ in range(TRIES):
        known_outside()
        try:
            return _continue(identity)
        except IntegrityError:
            logger.info("Another worker signed a checkpoint meanwhile; looking again.")
    raise IntegrityError("The log got new checkpoints each time that one was to be signed.")


def known_outside() -> LogCheckpoint | None:
    """Return the row of the checkpoint that lies outside the database, None when none was published yet.

    Raises `RegisterError` when the one outside is not ours, or the database does not know it.
    """
    note = outside_note()
    if note is None:
        return None
    try:
        text, _ = open_note(note, trusted_log_keys())
        outside = Checkpoint.from_text(text)
    except NoteError as error:
        raise RegisterError("outside_not_ours", f"The checkpoint in the storage is not ours: {error}") from error
    row = LogCheckpoint.objects.filter(size=outside.size).first()
    if row is None or bytes(row.root) != outside.root:
        raise RegisterError(
            "outside_unknown",
            f"The storage holds a signed checkpoint of {outside.size} entries that the database does not know. "
            "Was the database set back? Nothing is signed until it is whole again: see docs/register.md.",
        )
    return row


@transaction.atomic
def _continue(identity: LogIdentity) -> LogCheckpoint | None:
    last = newest_checkpoint()
    old = last.size if last else 0
    size = min(next_index(), old + MOST_AT_ONCE)
    if size == old:
        return last
    if size < old:
        raise RegisterError("entries_missing", f"The last checkpoint has {old} entries, the database only {size}.")
    try:
        keep_tile_roots(old, size)
        root = log_tree().root(size)
        _demand_consistency(last, size, root)
    except MissingHashError as error:
        raise RegisterError("entries_missing", f"The log is not whole: {error} Nothing is signed.") from error
    note = sign_note(Checkpoint(origin(), size, root).to_text(), identity.verifier, identity.private_key.sign)
    key = _key_row(identity)
    signed = LogCheckpoint.objects.create(size=size, previous_size=old, root=root, note=note, key=key)
    data = {"size": size, "root": root.hex(), "key": key.pk}
    record(Verb.REGISTER_SIGNED, by=None, target=signed, data=data)
    kill_point("before_log_commit")
    return signed


def _demand_consistency(last: LogCheckpoint | None, size: int, root: bytes) -> None:
    """Demand that the new tree begins with the last one, as an auditor would who has both checkpoints."""
    old, old_root = (last.size, _signed_root(last)) if last else (0, EMPTY_ROOT)
    proof = log_tree().consistency_proof(old, size) if old else []
    if not consistency_holds(old=old, new=size, old_root=old_root, new_root=root, proof=proof):
        raise RegisterError(
            "inconsistent",
            f"The log does not continue its checkpoint at {old}: an entry was changed. Nothing is signed.",
        )


def _signed_root(row: LogCheckpoint) -> bytes:
    """Return the root that was signed, not the one in the column beside it."""
    try:
        text, _ = open_note(row.note, trusted_log_keys())
        signed = Checkpoint.from_text(text)
    except NoteError as error:
        raise RegisterError("inconsistent", f"The last checkpoint of the log does not hold: {error}") from error
    if (signed.size, signed.root) != (row.size, bytes(row.root)):
        raise RegisterError("inconsistent", "The last checkpoint of the log is not the one that was signed.")
    return signed.root


def unsigned_entries() -> bool:
    """Say whether the log has entries that no checkpoint covers."""
    last = newest_checkpoint()
    return LogEntry.objects.filter(index__gte=last.size if last else 0).exists()


def _key_row(identity: LogIdentity) -> LogKey:
    row, _ = LogKey.objects.get_or_create(
        verifier=identity.verifier.to_text(),
        defaults={"label": identity.label[:200], "is_development": identity.is_development},
    )
    return row
