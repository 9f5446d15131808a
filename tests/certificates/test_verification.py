import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from certificates import signature_checks
from certificates.actions import revoke
from certificates.answers import LARGEST_FILE, DocumentAnswer, Result
from certificates.issuer_keys import signing_identity, trusted_roots_pem
from certificates.models import Credential, Revocation
from certificates.register.publishing import bring_up_to_date
from certificates.rendering import render
from certificates.rules.validity import Status
from certificates.signature_reader import read
from certificates.verification import check_document, look_up
from lms.accounts.models import User
from lms.audit.append_only import guard_statements, lift_statements
from tests.certificates import forgery
from tests.conftest import CAST, join, make_programme
from tests.factories.certificates import RECORD, credential, signed_bytes
from tests.factories.courses import enrol


def answers(answer: DocumentAnswer) -> tuple[bool | None, ...]:
    return tuple(finding.holds for finding in answer.findings)


@pytest.fixture(scope="module")
def signed(standing: None) -> bytes:
    """Ada's certificate, rendered, signed and entered in the log once for all tests here."""
    content = signed_bytes(credential(enrol(join(*CAST["trainee"]), make_programme())))
    bring_up_to_date()
    return content


@pytest.fixture
def held(signed: bytes, db: None) -> Credential:
    return Credential.objects.get()


@pytest.fixture
def genuine(signed: bytes, held: Credential) -> bytes:
    return signed


def forget_files() -> None:
    """Let the register hold no digest, so that the signature has to answer."""
    with connection.cursor() as cursor:
        for statement in lift_statements(connection.vendor, "certificates_certificatefile"):
            cursor.execute(statement)
        cursor.execute("DELETE FROM certificates_certificatefile")
        for statement in guard_statements(connection, "certificates_certificatefile"):
            cursor.execute(statement)


# By number


def test_a_number_in_any_spelling(held: Credential) -> None:
    for typed in (held.public_number, held.number.lower(), f"https://x.org/verify/{held.public_number}"):
        answer = look_up(typed)
        assert (answer.status, answer.credential) == (Status.VALID, held)


def test_a_number_costs_one_query(held: Credential, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        answer = look_up(held.public_number)
        assert answer.credential is not None
        assert answer.credential.revoked is None


@pytest.mark.parametrize("typed", ["TMS-0000-0000-0000-0000-1", "not a number", "", "x" * 1000, "TMS-\x00"])
def test_malformed_numbers_never_reach_the_database(
    typed: str, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert look_up(typed).status is Status.UNKNOWN


def test_an_unknown_number(db: None) -> None:
    assert look_up("TMS-MZXM-P6XZ-SQ70-SWG1-6").credential is None


def test_a_revoked_one_says_so_and_why(held: Credential, registrar: User) -> None:
    revoke(credential=held, reason=Revocation.Reason.ISSUED_IN_ERROR, public_text="Wrong person.", by=registrar)
    answer = look_up(held.public_number)
    assert answer.status is Status.REVOKED
    assert answer.as_data()["revocation_reason"] == "Wrong person."


# By file


def test_the_file_itself(genuine: bytes, held: Credential) -> None:
    answer = check_document(genuine)
    assert answers(answer) == (True, True, True, True)
    assert (answer.result, answer.all_hold) == (Result.GENUINE, True)
    assert answer.register is not None
    assert answer.register.credential == held


def test_the_file_of_a_revoked_certificate(genuine: bytes, held: Credential, registrar: User) -> None:
    revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Found.", by=registrar)
    answer = check_document(genuine)
    assert answers(answer) == (True, True, False, True)
    assert (answer.result, answer.all_hold) == (Result.GENUINE, False)


def test_by_signature_alone(genuine: bytes, held: Credential) -> None:
    forget_files()
    answer = check_document(genuine)
    assert answers(answer) == (True, True, True, True)
    assert answer.register is not None
    assert answer.register.credential == held


def test_our_signature_on_what_the_register_does_not_hold(genuine: bytes) -> None:
    answer = check_document(forgery.signed_by(signing_identity(), RECORD))
    assert (answer.code, answers(answer)) == ("not_in_register", (True, True, False))


def test_our_signature_on_another_record_with_a_known_number(genuine: bytes, held: Credential) -> None:
    other = replace(held.statement, holder="Eve Else", awarded_on=date(2026, 1, 1))
    answer = check_document(forgery.signed_by(signing_identity(), other))
    assert (answer.code, answer.register) == ("not_in_register", None)


def test_signed_by_a_stranger_under_our_name(genuine: bytes, held: Credential) -> None:
    answer = check_document(forgery.signed_by(forgery.stranger(), held.statement))
    assert (answer.result, answer.code, answers(answer)) == (Result.NOT_OURS, "stranger", (True, False, None))


ALTERED: dict[str, tuple[Callable[[bytes], bytes], str, tuple[bool | None, ...]]] = {
    "one bit": (forgery.flipped, "changed", (False, True, None)),
    "note laid over": (forgery.with_update, "changed", (False, True, None)),
    "attachment exchanged": (forgery.with_other_attachment, "changed", (False, True, None)),
    "bytes appended": (lambda content: content + b"\n% more\n", "changed", (False, True, None)),
    "cut off": (lambda content: content[:40_000], "damaged", (False, None, None)),
    "cut in the signature": (lambda content: content[:-3000], "damaged", (False, None, None)),
    "empty signature": (lambda content: _blank_signature(content), "damaged", (False, None, None)),
    "encrypted": (forgery.encrypted, "encrypted", (None, None, None)),
    "encrypted without password": (forgery.encrypted_without_password, "encrypted", (None, None, None)),
    "not a PDF": (lambda content: b"GIF89a" + content[2000:], "not_pdf", (None, None, None)),
    "empty": (lambda content: b"", "not_pdf", (None, None, None)),
    "only a header": (lambda content: b"%PDF-1.7\n", "damaged", (False, None, None)),
    "unsigned": (lambda content: render(RECORD, development=True), "unsigned", (None, False, None)),
}


def _blank_signature(content: bytes) -> bytes:
    start = content.index(b"/Contents <") + len(b"/Contents <")
    end = content.index(b">", start)
    return content[:start] + b"0" * (end - start) + content[end:]


@pytest.mark.parametrize("name", ALTERED)
def test_a_file_that_is_not_as_we_made_it(name: str, genuine: bytes) -> None:
    make, code, expected = ALTERED[name]
    answer = check_document(make(genuine))
    assert (answer.code, answers(answer), answer.register) == (code, expected, None)
    assert not answer.all_hold


def test_saved_by_another_program(genuine: bytes) -> None:
    answer = check_document(forgery.saved_again(genuine))
    assert answer.result is Result.ALTERED
    assert answers(answer)[0] is False


def test_signed_twice(genuine: bytes) -> None:
    once = forgery.signed_without_rule(render(RECORD, development=True), signing_identity())
    answer = check_document(forgery.signed_twice(once, forgery.stranger()))
    assert (answer.code, answers(answer)) == ("signed_twice", (False, None, None))


def test_too_large(db: None) -> None:
    answer = check_document(b"%PDF-" + b"0" * LARGEST_FILE)
    assert (answer.code, answers(answer)) == ("too_large", (None, None, None))


def test_what_was_not_read_in_time_is_called_neither_damaged_nor_whole(
    genuine: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signature_checks, "LONGEST", 0.01)
    answer = check_document(genuine + b"\n")  # the register knows the file itself by its digest
    assert (answer.code, answer.result, answers(answer)) == ("not_read", Result.UNKNOWN, (None, None, None))


def test_a_bomb_costs_little(db: None) -> None:
    bomb = forgery.bomb()
    before = sum(os.times()[:4])
    assert check_document(bomb).code == "damaged"
    assert sum(os.times()[:4]) - before < 20  # seconds of processor, ours and of the process that reads the file
    # In a process that has no other children: the system keeps the largest of all that there ever were.
    done = subprocess.run([sys.executable, "-c", MOST_MEMORY], input=bomb, capture_output=True, check=True)
    assert int(done.stdout) < 700_000  # kB


MOST_MEMORY = """
import os, resource, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "lms.settings.test"
import django
django.setup()
from certificates.signature_checks import inspect
assert inspect(sys.stdin.buffer.read()).problem == "damaged"
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_any_other_byte_in_the_place_of_the_signature_is_a_change(genuine: bytes) -> None:
    start = genuine.index(b"<", genuine.index(b"/Contents <"))
    end = genuine.index(b">", start)
    letter = next(place for place in range(start + 1, end) if genuine[place : place + 1] in (b"A", b"B", b"C"))
    readers_see_the_same = {end - 1: b" ", end - 2: b"\n", letter: genuine[letter : letter + 1].lower()}
    for place, other in [(end - 1, b"1"), *readers_see_the_same.items()]:
        facts = read(genuine[:place] + other + genuine[place + 1 :], trusted_roots_pem())
        assert (facts.unchanged, facts.trusted) == (False, True), other
    assert read(genuine, trusted_roots_pem()).unchanged


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 92_000), bit=st.integers(0, 7), cut=st.booleans())
def test_no_change_passes_and_none_raises(genuine: bytes, place: int, bit: int, cut: bool) -> None:
    place %= len(genuine)
    changed = bytearray(genuine[: place + 1] if cut else genuine)
    changed[place] ^= 1 << bit
    facts = read(bytes(changed), trusted_roots_pem())
    assert not (facts.unchanged and facts.trusted)


@given(st.binary(max_size=3000))
def test_anything_at_all_gets_an_answer(content: bytes) -> None:
    assert not read(b"%PDF-1.7\n" + content, b"").unchanged
