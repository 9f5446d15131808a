"""Signed notes, checkpoints and proof files as text. Sources: C2SP `signed-note`, `tlog-checkpoint`, `tlog-proof`."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.rules.tlog.hashing import HASH_LENGTH

ED25519 = b"\x01"
KEY_LENGTH = 32  # bytes
ID_LENGTH = 4  # bytes
LONGEST_NOTE = 64 * 1024  # characters
MOST_SIGNATURES = 16
SIGNATURE_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<value>[A-Za-z0-9+/]+={0,2})\n")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
PROOF_HEADER = "c2sp.org/tlog-proof@v1"
DECIMAL = re.compile("0|[1-9][0-9]{0,18}", re.ASCII)


class NoteError(ValueError):
    """A note is not well formed, or no known key signed it."""


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a log's key with the name under which it signs."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:ID_LENGTH]

    def to_text(self) -> str:
        """Write the key as Go's `note` package and its followers do: name, id and key, with a plus between them."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(ED25519 + self.public_key)}"

    @classmethod
    def from_text(cls, text: str) -> "VerifierKey":
        """Read what `to_text` wrote. Raises `NoteError`."""
        parts = text.split("+", 2)
        if len(parts) != 3 or not parts[0] or re.search(r"\s", parts[0]):
            raise NoteError("A key has a name, an id and a value.")
        content = _bytes(parts[2])
        key = cls(parts[0], content[1:])
        if content[:1] != ED25519 or len(content) != 1 + KEY_LENGTH or parts[1] != key.key_id.hex():
            raise NoteError("This is not an Ed25519 key with its id.")
        return key


def sign_note(text: str, key: VerifierKey, sign: Callable[[bytes], bytes]) -> str:
    """Return the note of a text that ends with a newline; `sign` makes a pure Ed25519 signature."""
    return f"{text}\n— {key.name} {_base64(key.key_id + sign(text.encode()))}\n"


def open_note(note: str, keys: Sequence[VerifierKey]) -> tuple[str, VerifierKey]:
    """Return the text of a note and the known key that signed it.

    Raises `NoteError` when the note is malformed, when no known key signed it, or when a signature that names a known
    key does not hold.
    """
    if len(note) > LONGEST_NOTE or CONTROL.search(note):
        raise NoteError("This is not a note.")
    text, blank, below = note.rpartition("\n\n")
    lines = list(SIGNATURE_LINE.finditer(below))
    if not blank or not lines or len(lines) > MOST_SIGNATURES or "".join(line[0] for line in lines) != below:
        raise NoteError("This is not a note.")
    known = {(key.name, key.key_id): key for key in keys}
    signers = []
    for line in lines:
        value = _bytes(line["value"])
        key = known.get((line["name"], value[:ID_LENGTH]))
        if key is not None:
            _demand_signature(key, value[ID_LENGTH:], text + "\n")
            signers.append(key)
    if not signers:
        raise NoteError("No key that we know signed this note.")
    return text + "\n", signers[0]


def _demand_signature(key: VerifierKey, signature: bytes, text: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, text.encode())
    except InvalidSignature as error:
        raise NoteError(f"The signature of {key.name} does not hold.") from error


@dataclass(frozen=True)
class Checkpoint:
    """The state of a log: whose it is, how many entries it has, and the root of its tree."""

    origin: str
    size: int
    root: bytes

    def to_text(self) -> str:
        """Write the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Read the lines of a checkpoint; further lines may follow, and are not ours. Raises `NoteError`."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or not DECIMAL.fullmatch(lines[1]):
            raise NoteError("This is not a checkpoint.")
        root = _bytes(lines[2])
        if len(root) != HASH_LENGTH:
            raise NoteError("A checkpoint has a root of 32 bytes.")
        return cls(lines[0], int(lines[1]), root)


def proof_file(*, index: int, proof: Sequence[bytes], checkpoint: str, entry: bytes) -> str:
    """Write a `.tlog-proof`: place, proof of inclusion, signed checkpoint, and the entry itself as extra data.

    Whoever checks hashes the entry, so that it need not be trusted: a changed one does not lead to the root.
    """
    lines = [PROOF_HEADER, f"extra {_base64(entry)}", f"index {index}", *map(_base64, proof)]
    return "\n".join(lines) + f"\n\n{checkpoint}"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("This is not base64.") from error
    if _base64(content) != text:
        raise NoteError("This base64 is not canonical.")
    return content
