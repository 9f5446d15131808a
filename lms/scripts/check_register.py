#!/usr/bin/env python3
"""Check certificates and checkpoints of a public log, without the site that keeps it.

This one file needs Python 3.11 or later and the package `cryptography`; it opens no network connection. It reads what
you downloaded from the issuer, on any day, and says whether it holds:

    check_register.py proof PROOF --key KEYS [--pdf FILE] [--badge FILE]
        the certificate stands in the log at that place, under a root that one of these keys signed

    check_register.py growth OLD NEW --key KEYS --folder FOLDER
        the log of the checkpoint NEW begins with the log of the checkpoint OLD: nothing was changed or taken out

    check_register.py whole CHECKPOINT --key KEYS --folder FOLDER
        every entry is there and leads to the root that was signed

    check_register.py files SIZE [--since SIZE]
        list the files of FOLDER that the other commands need, as addresses below `/log/`

KEYS is the file `/log/keys`, or one of its lines. Get it once, early, and by another way than the rest: whoever gives
you keys and log together can give you any log. PROOF is `/certificates/<number>.tlog-proof`, CHECKPOINT is
`/log/checkpoint`. FOLDER holds the tiles as the site has them: `/log/tile/0/000.p/5` as `FOLDER/tile/0/000.p/5`.

The last line says `HOLDS` or `DOES NOT HOLD`; the exit code is 0, 1, or 2 when something cannot be read.
Formats: C2SP signed-note, tlog-checkpoint, tlog-proof and tlog-tiles; hashes: RFC 6962; proofs: RFC 9162.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIDTH = 256
ENTRY_MEMBERS = {"version", "event", "credential_sha256", "pdf_sha256", "day"}


class DoesNotHoldError(Exception):
    """What was checked is not as it has to be."""


class UnreadableError(Exception):
    """A file is missing or is not of the kind that is needed."""


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement of the state of a log."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class Key:
    """A public key with the name under which it signs."""

    name: str
    key_id: bytes
    public: bytes


# Reading


def read(path: Path) -> bytes:
    """Return a file's content. Raises `UnreadableError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from error


def read_text(path: Path) -> str:
    """Return a file's text. Raises `UnreadableError` or `DoesNotHoldError`."""
    try:
        return read(path).decode()
    except UnicodeDecodeError as error:
        raise DoesNotHoldError(f"{path} is not text.") from error


def decode(text: str) -> bytes:
    """Return the bytes of canonical base64. Raises `DoesNotHoldError`."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DoesNotHoldError("A line is not base64.") from error
    if base64.b64encode(content).decode() != text:
        raise DoesNotHoldError("A line is not canonical base64.")
    return content


def read_keys(text_or_path: str) -> list[Key]:
    """Return the keys of a file, or the one that is given itself. Raises `UnreadableError`."""
    text = text_or_path if "+" in text_or_path else read(Path(text_or_path)).decode(errors="replace")
    return [read_key(line) for line in text.split("\n") if line]


def read_key(line: str) -> Key:
    """Return the key of a line: name, id and base64 with a plus between them. Raises `UnreadableError`."""
    parts = line.split("+", 2)
    try:
        content = base64.b64decode(parts[2], validate=True)
    except (IndexError, binascii.Error, ValueError) as error:
        raise UnreadableError(f"This is not a key: {line}") from error
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + content).digest()[:4]
    if len(content) != 33 or content[0] != 1 or key_id.hex() != parts[1]:
        raise UnreadableError(f"This is not a key: {line}")
    return Key(parts[0], key_id, content[1:])


def open_checkpoint(note: str, keys: list[Key]) -> Checkpoint:
    """Return what a note says that one of these keys signed. Raises `DoesNotHoldError`."""
    text, blank, below = note.rpartition("\n\n")
    lines = re.findall("— ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})\n", below)
    if not blank or "".join(f"— {name} {value}\n" for name, value in lines) != below:
        raise DoesNotHoldError("The checkpoint is not a signed note.")
    signers = [key for name, value in lines for key in keys if signed_by(key, name, decode(value), f"{text}\n")]
    if not signers:
        raise DoesNotHoldError("None of the keys signed the checkpoint.")
    state = text.split("\n")
    if len(state) < 3 or not re.fullmatch("0|[1-9][0-9]{0,18}", state[1]) or state[0] != signers[0].name:
        raise DoesNotHoldError("The checkpoint does not have its three lines, or is of another log than its key.")
    return Checkpoint(state[0], int(state[1]), decode(state[2]))


def signed_by(key: Key, name: str, value: bytes, text: str) -> bool:
    """Say whether a signature is of this key. Raises `DoesNotHoldError` when it claims to be and is not."""
    if (name, value[:4]) != (key.name, key.key_id):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value[4:], text.encode())
    except InvalidSignature as error:
        raise DoesNotHoldError(f"The signature of {name} does not hold.") from error
    return True


# Hashing (RFC 6962, section 2.1)


def leaf(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash over two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def half(count: int) -> int:
    """Return the largest power of two below a number."""
    return 1 << ((count - 1).bit_length() - 1)


def root_of(hashes: list[bytes]) -> bytes:
    """Return the root of a tree from the hashes of its leaves."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    middle = half(len(hashes))
    return node(root_of(hashes[:middle]), root_of(hashes[middle:]))


# Files of the log


def tile_name(level: str, index: int, width: int) -> str:
    """Return the name of a tile as the log has it."""
    digits = str(index)
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    name = "/".join(["tile", level, *("x" + group for group in groups[:-1]), groups[-1]])
    return name if width == WIDTH else f"{name}.p/{width}"


def names_of(level: str, count: int) -> Iterator[tuple[str, int]]:
    """Yield the names of the tiles that hold so many hashes or entries, with how many each holds."""
    for index in range(count // WIDTH):
        yield tile_name(level, index, WIDTH), WIDTH
    if count % WIDTH:
        yield tile_name(level, count // WIDTH, count % WIDTH), count % WIDTH


def leaves_in(folder: Path, size: int) -> list[bytes]:
    """Return the hashes of all entries from the tiles of level 0. Raises `UnreadableError`, `DoesNotHoldError`."""
    found: list[bytes] = []
    for name, width in names_of("0", size):
        content = read(folder / name)
        if len(content) != 32 * width:
            raise DoesNotHoldError(f"{name} does not have {width} hashes.")
        found += [content[place : place + 32] for place in range(0, len(content), 32)]
    return found


def entries_in(folder: Path, size: int) -> Iterator[bytes]:
    """Yield all entries. Raises `UnreadableError`, `DoesNotHoldError`."""
    for name, width in names_of("entries", size):
        content, place = read(folder / name), 0
        for _ in range(width):
            length = int.from_bytes(content[place : place + 2], "big")
            yield content[place + 2 : place + 2 + length]
            place += 2 + length
        if place != len(content):
            raise DoesNotHoldError(f"{name} does not have {width} entries.")


# What can be checked


def check_proof(options: argparse.Namespace) -> list[str]:
    """Check that a certificate stands in the log. Raises `DoesNotHoldError`, `UnreadableError`."""
    head, blank, note = read_text(options.proof).partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra "):
        raise DoesNotHoldError("This is not a proof of this log.")
    if not re.fullmatch("index (0|[1-9][0-9]{0,18})", lines[2]):
        raise DoesNotHoldError("The proof does not name a place.")
    entry, index = decode(lines[1][6:]), int(lines[2][6:])
    checkpoint = open_checkpoint(note, read_keys(options.key))
    climb(leaf(entry), index, [decode(line) for line in lines[3:]], checkpoint)
    said = read_entry(entry)
    report = [f"Entry {index + 1} of {checkpoint.size} in {checkpoint.origin}: {said['event']} on {said['day']}."]
    for path, member, words in ((options.pdf, "pdf_sha256", "PDF"), (options.badge, "credential_sha256", "badge")):
        if path is None:
            report.append(f"The {words} was not compared: its SHA-256 has to be {said[member]}.")
        elif hashlib.sha256(read(path)).hexdigest() != said[member]:
            raise DoesNotHoldError(f"{path} is not the {words} of this entry.")
        else:
            report.append(f"{path} is the {words} of this entry, byte for byte.")
    return report


def climb(start: bytes, index: int, proof: list[bytes], checkpoint: Checkpoint) -> None:
    """Follow a proof from a leaf to the root: RFC 9162, section 2.1.3.2. Raises `DoesNotHoldError`."""
    place, last, reached = index, checkpoint.size - 1, start
    if place > last:
        raise DoesNotHoldError("The proof names a place behind the end of the log.")
    for beside in proof:
        if last == 0:
            raise DoesNotHoldError("The proof is too long.")
        if place % 2 or place == last:
            reached = node(beside, reached)
            while place and not place % 2:
                place, last = place // 2, last // 2
        else:
            reached = node(reached, beside)
        place, last = place // 2, last // 2
    if last or reached != checkpoint.root:
        raise DoesNotHoldError("The proof does not lead to the root that was signed.")


def read_entry(entry: bytes) -> dict[str, str]:
    """Return the members of an entry. Raises `DoesNotHoldError`."""
    try:
        said = json.loads(entry)
    except ValueError as error:
        raise DoesNotHoldError("The entry cannot be read.") from error
    if not isinstance(said, dict) or set(said) != ENTRY_MEMBERS or said["version"] != 1:
        raise DoesNotHoldError("The entry is of a version that this program does not know.")
    return {name: str(value) for name, value in said.items()}


def check_growth(options: argparse.Namespace) -> list[str]:
    """Check that one log begins with another. Raises `DoesNotHoldError`, `UnreadableError`."""
    keys = read_keys(options.key)
    old, new = (open_checkpoint(read_text(path), keys) for path in (options.old, options.new))
    if old.origin != new.origin or old.size > new.size:
        raise DoesNotHoldError("The second checkpoint is not a later one of the same log.")
    leaves = leaves_in(options.folder, new.size)
    for checkpoint in (old, new):
        if root_of(leaves[: checkpoint.size]) != checkpoint.root:
            raise DoesNotHoldError(f"The tiles do not lead to the root that was signed at {checkpoint.size}.")
    return [f"{new.origin}: the log of {new.size} entries begins with the log of {old.size}."]


def check_whole(options: argparse.Namespace) -> list[str]:
    """Check every entry of a log. Raises `DoesNotHoldError`, `UnreadableError`."""
    checkpoint = open_checkpoint(read_text(options.checkpoint), read_keys(options.key))
    leaves, counts = leaves_in(options.folder, checkpoint.size), dict[str, int]()
    for index, entry in enumerate(entries_in(options.folder, checkpoint.size)):
        if leaf(entry) != leaves[index]:
            raise DoesNotHoldError(f"Entry {index + 1} is not the one whose hash the log has.")
        event = read_entry(entry)["event"]
        counts[event] = counts.get(event, 0) + 1
    if root_of(leaves) != checkpoint.root:
        raise DoesNotHoldError("The entries do not lead to the root that was signed.")
    counted = ", ".join(f"{count} {event}" for event, count in sorted(counts.items()))
    return [f"{checkpoint.origin}: all {checkpoint.size} entries are there: {counted or 'none'}."]


def list_files(options: argparse.Namespace) -> list[str]:
    """List the files that the other checks need."""
    had = {name for level in ("0", "entries") for name, _ in names_of(level, options.since)}
    return [name for level in ("0", "entries") for name, _ in names_of(level, options.size) if name not in had]


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    said = __doc__ or ""
    outer = argparse.ArgumentParser(description=said, formatter_class=argparse.RawDescriptionHelpFormatter)
    inner = outer.add_subparsers(required=True, metavar="COMMAND")
    proof = inner.add_parser("proof", help="a certificate stands in the log")
    proof.add_argument("proof", type=Path)
    proof.add_argument("--pdf", type=Path)
    proof.add_argument("--badge", type=Path)
    growth = inner.add_parser("growth", help="a log begins with an earlier one")
    growth.add_argument("old", type=Path)
    growth.add_argument("new", type=Path)
    whole = inner.add_parser("whole", help="every entry is there")
    whole.add_argument("checkpoint", type=Path)
    files = inner.add_parser("files", help="list the files that are needed")
    files.add_argument("size", type=int)
    files.add_argument("--since", type=int, default=0, help="leave out what a log of this size had already")
    files.set_defaults(check=list_files, verdict=False)
    for command, check in ((proof, check_proof), (growth, check_growth), (whole, check_whole)):
        command.add_argument("--key", required=True, help="the file /log/keys, or one of its lines")
        command.set_defaults(check=check, verdict=True)
    for command in (growth, whole):
        command.add_argument("--folder", type=Path, required=True, help="where the tiles lie")
    return outer


def main() -> int:
    """Check what the command line asks for; return the exit code."""
    options = parser().parse_args()
    try:
        report = options.check(options)
    except DoesNotHoldError as fault:
        sys.stdout.write(f"{fault}\nDOES NOT HOLD\n")
        return 1
    except UnreadableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("\n".join([*report, *(["HOLDS"] if options.verdict else [])]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
