"""Notes against the vectors of Go's `golang.org/x/mod/sumdb/note` (note_test.go) and our own."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.tlog.notes import Checkpoint, NoteError, VerifierKey, open_note, proof_file, sign_note

# golang.org/x/mod/sumdb/note, TestNewSigner and TestSign
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCHS_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
NOTE = f"{TEXT}\n{PETERS_LINE}"


def private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(PRIVATE.split("+", 4)[4])[1:])


def test_the_vector_of_go_is_signed_alike() -> None:
    key = VerifierKey("PeterNeumann", private_key().public_key().public_bytes_raw())
    assert key.to_text() == PETER
    assert key.key_id.hex() == "c74f20a3"
    assert sign_note(TEXT, key, private_key().sign) == NOTE


def test_the_vector_of_go_opens_beside_a_stranger() -> None:
    peter, enoch = VerifierKey.from_text(PETER), VerifierKey.from_text(ENOCH)
    assert open_note(NOTE, [peter]) == (TEXT, peter)
    assert open_note(f"{NOTE}{ENOCHS_LINE}", [enoch]) == (TEXT, enoch)
    assert open_note(f"{NOTE}{ENOCHS_LINE}", [peter, enoch]) == (TEXT, peter)


@pytest.mark.parametrize(
    "note",
    [
        TEXT,
        f"{TEXT}\n",
        NOTE[:-1],
        f"\x01{NOTE}",
        f"{TEXT}\n— Bad Name x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZI=\n",
        f"{NOTE}Unexpected line.\n",
        f"{TEXT}\n{PETERS_LINE * 17}",
        NOTE.replace("problem", "problems"),
        NOTE.replace("ZJkuBS9UG", "ZJkuBS9UH"),
        "x" * 70_000,
        "",
    ],
)
def test_other_notes_are_refused(note: str) -> None:
    with pytest.raises(NoteError):
        open_note(note, [VerifierKey.from_text(PETER)])


def test_nobody_whom_we_know_signed_it() -> None:
    with pytest.raises(NoteError, match="No key that we know"):
        open_note(NOTE, [VerifierKey.from_text(ENOCH)])
    with pytest.raises(NoteError, match="No key that we know"):
        open_note(NOTE, [])


def test_one_false_signature_of_a_known_key_spoils_the_note() -> None:
    forged = ENOCHS_LINE.replace("BzmZa0SO3", "BzmZa0SO4")
    with pytest.raises(NoteError, match="EnochRoot does not hold"):
        open_note(f"{NOTE}{forged}", [VerifierKey.from_text(PETER), VerifierKey.from_text(ENOCH)])


@pytest.mark.parametrize("place", range(len(PETER)))
def test_a_key_with_another_character_is_refused(place: int) -> None:
    changed = PETER[:place] + chr(ord(PETER[place]) + 1) + PETER[place + 1 :]
    with pytest.raises(NoteError):
        VerifierKey.from_text(changed)


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER[:-4],
        "",
    ],
)
def test_keys_of_another_length_or_kind_are_refused(text: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.from_text(text)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_reads_back(size: int, root: bytes) -> None:
    written = Checkpoint("example.org/log", size, root)
    assert Checkpoint.from_text(written.to_text()) == written
    assert Checkpoint.from_text(written.to_text() + "an extension\n") == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n1\nAAAA\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "o\n1\n???\n",
    ],
)
def test_other_lines_are_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.from_text(text)


def test_a_proof_file_has_the_lines_of_the_text() -> None:
    """C2SP tlog-proof: header, extra data, index, proof, blank line, checkpoint."""
    written = proof_file(index=7, proof=[b"\x00" * 32, b"\xff" * 32], checkpoint="the note\n", entry=b"{}")
    assert written == (
        "c2sp.org/tlog-proof@v1\nextra e30=\nindex 7\n"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n//////////////////////////////////////////8=\n\nthe note\n"
    )
