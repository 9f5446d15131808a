"""Checking the whole log: every entry, hash, checkpoint and published file anew, against each other and the register.

What is reported is the first thing that does not hold, in the order of the log: what follows from it would only hide
it.
"""

import itertools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from certificates.errors import RegisterError
from certificates.log_keys import trusted_log_keys
from certificates.models import Badge, CertificateFile, Credential, LogCheckpoint, LogEntry, TileRoot
from certificates.register.entering import called_for, credentials_without_entry
from certificates.register.outside import outside_file
from certificates.register.signing import known_outside
from certificates.rules.tlog.entries import Entry, LogEvent
from certificates.rules.tlog.growing import Completed, GrowingTree
from certificates.rules.tlog.hashing import fold, leaf_hash
from certificates.rules.tlog.notes import Checkpoint, NoteError, VerifierKey, open_note
from certificates.rules.tlog.tiles import WIDTH, Tile, bundle

AT_ONCE = 2000  # entries that are compared with the register together
MISSING_COUNTED = 1000
SAID = {
    LogEvent.ISSUE: "issued",
    LogEvent.REVOKE: "revoked",
    LogEvent.SUSPEND: "suspended",
    LogEvent.RESUME: "given back after a suspension",
    LogEvent.REPLACE: "replaced",
}


class UnsoundError(Exception):
    """The first thing of the log that does not hold."""


@dataclass
class Audit:
    """What was checked, and the first fault, if there is one."""

    entries: int = 0
    checkpoints: int = 0
    published: int = 0
    without_credential: int = 0
    not_entered: int = 0
    fault: str = ""


def audit_log() -> Audit:
    """Check all of the log. Never raises for what it finds."""
    auditor = _Auditor()
    try:
        auditor.run()
    except (UnsoundError, RegisterError) as fault:
        auditor.audit.fault = str(fault)
    return auditor.audit


class _Auditor:
    """Walks along the entries, with everything that stands beside them."""

    def __init__(self) -> None:
        self.audit = Audit()
        self.tree = GrowingTree()
        self.bundle: list[bytes] = []
        self.keys: list[VerifierKey] = trusted_log_keys()
        self.checkpoints: Iterator[LogCheckpoint] = LogCheckpoint.objects.order_by("size").iterator(AT_ONCE)
        self.checkpoint = next(self.checkpoints, None)
        self.signed = 0  # entries under the checkpoints so far
        self.last_signed = LogCheckpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0

    def run(self) -> None:
        """Check everything. Raises `UnsoundError` or `RegisterError` at the first fault."""
        outside = known_outside()
        self.audit.published = outside.size if outside else 0
        rows = LogEntry.objects.order_by("index").iterator(AT_ONCE)
        for part in _batched(rows):
            register = _Register(part)
            for entry in part:
                self._entry(entry, register)
        if self.checkpoint is not None:
            raise UnsoundError(f"Entry {self.tree.size} is missing: a checkpoint speaks of {self.checkpoint.size}.")
        if self.signed and outside is None:
            raise UnsoundError("The published checkpoint is missing from the storage.")
        self.audit.not_entered = len(credentials_without_entry(MISSING_COUNTED))

    def _entry(self, entry: LogEntry, register: "_Register") -> None:
        if entry.index != self.tree.size:
            raise UnsoundError(f"Entry {self.tree.size} is missing.")
        content = bytes(entry.content)
        if leaf_hash(content) != bytes(entry.leaf_hash):
            raise UnsoundError(f"Entry {entry.index} does not match its hash.")
        if fault := register.fault_of(entry, content):
            raise UnsoundError(f"Entry {entry.index} {fault}")
        self.audit.without_credential += not register.knows(entry)
        self.bundle.append(content)
        for completed in self.tree.append(bytes(entry.leaf_hash)):
            self._full_tile(completed)
        if self.checkpoint is not None and self.checkpoint.size == self.tree.size:
            self._signed(self.checkpoint)
        if self.tree.size == self.audit.published:
            self._open_files()
        if len(self.bundle) == WIDTH:
            self.bundle = []
        self.audit.entries += 1

    def _full_tile(self, completed: Completed) -> None:
        tile = completed.tile
        if tile.end <= self.last_signed:
            kept = TileRoot.objects.filter(level=(tile.level or 0) + 1, index=tile.index)
            value = kept.values_list("hash", flat=True).first()
            if value is None or bytes(value) != fold(completed.hashes):
                raise UnsoundError(f"Entry {self.tree.size - 1} ends a tile, {tile.path}, whose kept hash is another.")
        if tile.end <= self.audit.published:
            self._published(tile, b"".join(completed.hashes))
            if tile.level == 0:
                self._published(Tile(None, tile.index), bundle(self.bundle))

    def _signed(self, row: LogCheckpoint) -> None:
        try:
            text, _ = open_note(row.note, self.keys)
            signed = Checkpoint.from_text(text)
        except NoteError as error:
            raise UnsoundError(f"The checkpoint at {row.size} does not hold: {error}") from error
        if (signed.size, signed.root) != (row.size, bytes(row.root)) or row.previous_size != self.signed:
            raise UnsoundError(f"The checkpoint at {row.size} is not the one that was signed.")
        if signed.root != self.tree.root():
            raise UnsoundError(
                f"Entry {self.signed} or one after it up to {row.size - 1} was changed: they do not lead to the root "
                "that was signed over them."
            )
        self.signed = row.size
        self.audit.checkpoints += 1
        self.checkpoint = next(self.checkpoints, None)

    def _open_files(self) -> None:
        """Compare the files of unfinished tiles, which the published checkpoint calls for."""
        for unfinished in self.tree.open_tiles():
            self._published(unfinished.tile, b"".join(unfinished.hashes))
        if len(self.bundle) < WIDTH and self.bundle:
            self._published(Tile(None, self.tree.size // WIDTH, len(self.bundle)), bundle(self.bundle))

    def _published(self, tile: Tile, content: bytes) -> None:
        found = outside_file(f"tile/{tile.path}")
        if found != content:
            state = "missing" if found is None else "another than the entries call for"
            first = tile.start * WIDTH ** (tile.level or 0)
            raise UnsoundError(f"The published file tile/{tile.path}, from entry {first} on, is {state}.")


class _Register:
    """What the register says about the credentials of some entries."""

    def __init__(self, entries: Sequence[LogEntry]) -> None:
        ids = {entry.credential_id for entry in entries}
        self._known = set(Credential.objects.filter(pk__in=ids).values_list("pk", flat=True))
        self._badges = dict(Badge.objects.filter(credential__in=ids).values_list("credential", "sha256"))
        self._files: set[tuple[uuid.UUID, str]] = set(
            CertificateFile.objects.filter(credential__in=ids).values_list("credential", "sha256")
        )
        self._told = {due.key for due in called_for(ids)}

    def knows(self, entry: LogEntry) -> bool:
        """Say whether the register still holds the credential."""
        return entry.credential_id in self._known

    def fault_of(self, entry: LogEntry, content: bytes) -> str:
        """Return what an entry says that the register does not, or nothing."""
        try:
            said = Entry.from_bytes(content)
        except ValueError:
            return "is not written as entries are."
        credential = entry.credential_id
        if entry.event != said.event.value:
            return f"says {said.event.value}, and the row beside it {entry.event}."
        if not self.knows(entry):
            return ""
        if self._badges.get(credential) != said.credential_sha256:
            return "names another badge than the register."
        if (credential, said.pdf_sha256) not in self._files:
            return "names a PDF that the register does not hold."
        if entry.key not in self._told:
            return f"says that a certificate was {SAID[said.event]}, and the register does not."
        return ""


def _batched(rows: Iterator[LogEntry]) -> Iterator[list[LogEntry]]:
    while part := list(itertools.islice(rows, AT_ONCE)):
        yield part
