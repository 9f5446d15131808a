"""Entering, signing and publishing on the database and in the storage; expected roots from the naive tree."""

import base64
import re
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from certificates.actions import revoke
from certificates.errors import RegisterError
from certificates.log_keys import log_identity, trusted_log_keys
from certificates.models import (
    Badge,
    Credential,
    LogCheckpoint,
    LogEntry,
    LogKey,
    Revocation,
    SuspensionAct,
    SuspensionEvent,
    TileRoot,
)
from certificates.register import signing
from certificates.register.auditing import audit_log
from certificates.register.entering import credentials_without_entry, enter_due
from certificates.register.kept import log_tree, newest_checkpoint
from certificates.register.outside import outside_file, put_outside
from certificates.register.publishing import bring_up_to_date, publish
from certificates.register.signing import sign_checkpoint
from certificates.rules.tlog.entries import Entry, LogEvent
from certificates.rules.tlog.notes import Checkpoint, open_note
from certificates.rules.tlog.tiles import tiles_between
from certificates.rules.validity import Status
from certificates.schedule import enter_what_is_missing
from certificates.verification import check_document
from courses.models import Enrolment
from lms.accounts.actions import create_person
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.actions import first_fault
from lms.audit.append_only import guard_statements, lift_statements
from lms.audit.models import Event
from lms.jobs.models import Job
from tests.certificates.rules.tlog import naive
from tests.certificates.standing import reinstated, reissued, suspended
from tests.conftest import MakePerson
from tests.factories.certificates import credential, entered, logged_file, signed_bytes, signed_file
from tests.factories.issuer_keys import write_badge_key


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


def take_back(held: Credential, registrar: User) -> None:
    revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=registrar)


def grow(held: Credential, count: int) -> None:
    """Let one credential be suspended and come back often, and append what that calls for.

    The rows are written past the actions, so that a revoked one can go on and hundreds of them are quick.
    """
    first, second = (
        User.objects.filter(email=address).first()
        or create_person(email=address, full_name="Somebody", password=None, by=None)
        for address in ("first@example.org", "second@example.org")
    )
    there = held.suspension_events.count()
    SuspensionEvent.objects.bulk_create(
        SuspensionEvent(
            credential=held,
            number=number,
            act=SuspensionAct.SUSPENDED if number % 2 else SuspensionAct.REINSTATED,
            reason=SuspensionEvent.Reason.CONDUCT_REVIEW if number % 2 else SuspensionEvent.Reason.REVIEW_ENDED,
            public_text="A report is looked into." if number % 2 else "",
            by=first,
            confirmed_by=None if number % 2 else second,
        )
        for number in range(there + 1, there + count + 1)
    )
    enter_due([held.pk])


def contents() -> list[bytes]:
    return [bytes(content) for content in LogEntry.objects.order_by("index").values_list("content", flat=True)]


def change(table: str, statement: str, *values: Any) -> None:
    """Change evidence as the owner of the database can, who may lift the guard."""
    with connection.cursor() as cursor:
        for line in lift_statements(connection.vendor, table):
            cursor.execute(line)
        cursor.execute(statement, values)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or the guard would wait for what is still to be checked
        for line in guard_statements(connection, table):
            cursor.execute(line)


def published() -> Checkpoint:
    note = outside_file("checkpoint")
    assert note is not None
    text, _ = open_note(note.decode(), trusted_log_keys())
    return Checkpoint.from_text(text)


# Entering


def test_the_job_of_the_certificate_enters_it_with_its_file(held: Credential) -> None:
    file = signed_file(held)
    entry = LogEntry.objects.get()
    said = Entry.from_bytes(bytes(entry.content))
    badge = Badge.objects.get()
    assert said == Entry(LogEvent.ISSUE, badge.sha256, file.sha256, held.awarded_on)
    assert (entry.index, entry.credential) == (0, held)
    assert Event.objects.filter(verb="register.entered").count() == 1
    assert Job.objects.filter(kind="certificate.log_checkpoint").count() == 1
    assert enter_due([held.pk]) == []


def test_no_byte_that_is_published_names_anybody(held: Credential, registrar: User) -> None:
    logged_file(held)
    take_back(held, registrar)
    bring_up_to_date()
    everything = b"".join(
        path.read_bytes()
        for path in Path(site_settings.STORAGES["register"]["OPTIONS"]["location"]).rglob("*")
        if path.is_file()
    )
    assert b'"event":"revoke"' in everything
    for secret in (held.number, held.public_number, "Ada", "Trainee", "example.org", str(held.pk), held.pk.hex):
        assert secret.encode() not in everything


def test_a_revocation_is_entered_in_its_transaction(held: Credential, registrar: User) -> None:
    entered(held)
    take_back(held, registrar)
    assert [row.event for row in LogEntry.objects.order_by("index")] == ["issue", "revoke"]
    assert first_fault() is None


def test_one_revoked_before_its_file_is_entered_as_issued_first(held: Credential, registrar: User) -> None:
    take_back(held, registrar)
    assert not LogEntry.objects.exists()
    entered(held)
    assert [row.event for row in LogEntry.objects.order_by("index")] == ["issue", "revoke"]


def test_a_later_file_is_a_further_issue(held: Credential) -> None:
    entered(held)
    entered(held, version=2)
    said = [Entry.from_bytes(content) for content in contents()]
    assert [entry.event for entry in said] == [LogEvent.ISSUE] * 2
    assert said[0].credential_sha256 == said[1].credential_sha256
    assert said[0].pdf_sha256 != said[1].pdf_sha256


def test_certificates_from_before_the_log_are_entered_once(held: Credential, registrar: User) -> None:
    entered(held)
    take_back(held, registrar)
    change("certificates_logentry", "DELETE FROM certificates_logentry")
    assert credentials_without_entry(10) == [held.pk]
    enter_what_is_missing({})
    enter_what_is_missing({})
    assert [row.event for row in LogEntry.objects.order_by("index")] == ["issue", "revoke"]
    assert published().size == 2
    assert credentials_without_entry(10) == []


@pytest.mark.parametrize("lost", ["revoke", "issue:2"])
def test_what_alone_is_missing_is_found(lost: str, held: Credential, registrar: User) -> None:
    entered(held)
    entered(held, version=2)
    take_back(held, registrar)
    key = f"revoke:{held.pk}" if lost == "revoke" else f"issue:{held.pk}:2"
    change("certificates_logentry", "DELETE FROM certificates_logentry WHERE key = %s", key)
    assert credentials_without_entry(10) == [held.pk]


def test_every_change_of_its_standing_is_entered(held: Credential, registrar: User, make_person: MakePerson) -> None:
    second = make_person("Rita Registrar", Role.REGISTRAR)
    entered(held)
    suspended(held, registrar)
    reinstated(held, registrar, second)
    suspended(held, registrar)
    reinstated(held, registrar, second)
    newer = reissued(held, registrar, second)
    entered(newer)
    told = [(row.credential_id, row.event) for row in LogEntry.objects.order_by("index")]
    old = ["issue", "suspend", "resume", "suspend", "resume", "replace"]
    assert told == [*((held.pk, event) for event in old), (newer.pk, "issue")]
    assert first_fault() is None
    for number, key in enumerate([f"resume:{held.pk}:4", f"replace:{held.pk}"], start=1):
        change("certificates_logentry", "DELETE FROM certificates_logentry WHERE key = %s", key)
        assert credentials_without_entry(10) == [held.pk], number


def test_the_log_is_evidence(held: Credential) -> None:
    logged_file(held)
    entry = LogEntry.objects.get()
    with pytest.raises(TypeError):
        entry.save()
    for rows, field in (
        (LogEntry.objects.all(), "index"),
        (LogCheckpoint.objects.all(), "size"),
        (LogKey.objects.all(), "id"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**{field: 99})
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)


# Signing and publishing


def test_one_checkpoint_covers_what_was_entered_meanwhile(held: Credential) -> None:
    entered(held)
    grow(held, 599)
    bring_up_to_date()
    row = LogCheckpoint.objects.get()
    assert (row.size, row.previous_size) == (600, 0)
    assert bytes(row.root) == naive.root(contents())
    assert published() == Checkpoint("localhost:8000/log", 600, naive.root(contents()))
    assert Event.objects.get(verb="register.signed").data["size"] == 600
    assert TileRoot.objects.count() == 2
    bring_up_to_date()
    assert LogCheckpoint.objects.count() == 1


def test_the_log_grows_by_checkpoints_and_full_tiles_replace_partial_ones(held: Credential) -> None:
    entered(held)
    for more in (4, 250, 1, 300):
        bring_up_to_date()
        size = published().size
        for tile in tiles_between(0, size):
            assert outside_file(f"tile/{tile.path}") is not None, tile.path
        grow(held, more)
    bring_up_to_date()
    assert [row.size for row in LogCheckpoint.objects.order_by("size")] == [1, 5, 255, 256, 556]
    assert storages["register"].listdir("tile/0/000.p")[1] == []
    assert storages["register"].listdir("tile/0/002.p")[1] == ["44"]
    assert published().root == naive.root(contents())
    assert audit_log().fault == ""


def test_a_large_batch_goes_under_several_checkpoints(held: Credential, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "MOST_AT_ONCE", 100)
    entered(held)
    grow(held, 249)
    bring_up_to_date()
    assert [row.size for row in LogCheckpoint.objects.order_by("size")] == [100, 200, 250]
    assert published().size == 250


def test_an_empty_log_has_no_checkpoint(db: None) -> None:
    bring_up_to_date()
    assert outside_file("checkpoint") is None
    assert audit_log().fault == ""


def test_a_checkpoint_that_was_not_published_is_published_later(held: Credential) -> None:
    """As after a worker that died between the two."""
    entered(held)
    sign_checkpoint()
    assert outside_file("checkpoint") is None
    publish()
    assert published().size == 1


def test_two_workers_who_continue_one_checkpoint_sign_once(held: Credential, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one looked before the first one signed, and finds out at the constraint."""
    entered(held)
    bring_up_to_date()
    before = newest_checkpoint()
    grow(held, 3)
    sign_checkpoint()
    late = iter([before])
    monkeypatch.setattr(signing, "newest_checkpoint", lambda: next(late, None) or newest_checkpoint())
    assert sign_checkpoint() == newest_checkpoint()
    assert [row.size for row in LogCheckpoint.objects.order_by("size")] == [1, 4]
    assert Event.objects.filter(verb="register.signed").count() == 2


def test_a_lost_storage_is_written_anew(held: Credential) -> None:
    entered(held)
    grow(held, 299)
    bring_up_to_date()
    shutil.rmtree(site_settings.STORAGES["register"]["OPTIONS"]["location"])
    bring_up_to_date()
    assert audit_log().fault == ""
    assert published().size == 300


def refused(code: str) -> None:
    """Nothing is signed, for this reason."""
    count = LogCheckpoint.objects.count()
    with pytest.raises(RegisterError) as caught:
        bring_up_to_date()
    assert caught.value.code == code
    assert LogCheckpoint.objects.count() == count


def test_a_changed_entry_stops_the_signing(held: Credential) -> None:
    entered(held)
    grow(held, 2)
    bring_up_to_date()
    change("certificates_logentry", 'UPDATE certificates_logentry SET leaf_hash = %s WHERE "index" = 1', b"x" * 32)
    grow(held, 1)
    refused("inconsistent")


def test_a_changed_hash_of_a_tile_stops_the_signing(held: Credential) -> None:
    entered(held)
    grow(held, 299)
    bring_up_to_date()
    change("certificates_tileroot", "UPDATE certificates_tileroot SET hash = %s", b"x" * 32)
    grow(held, 1)
    refused("inconsistent")


def test_a_missing_entry_stops_the_signing(held: Credential) -> None:
    entered(held)
    grow(held, 4)
    bring_up_to_date()
    change("certificates_logentry", 'DELETE FROM certificates_logentry WHERE "index" = 2')
    grow(held, 1)
    refused("entries_missing")
    change("certificates_logentry", 'DELETE FROM certificates_logentry WHERE "index" > 2')
    refused("entries_missing")


def test_a_checkpoint_that_was_exchanged_stops_the_signing(held: Credential) -> None:
    entered(held)
    bring_up_to_date()
    change("certificates_logcheckpoint", "UPDATE certificates_logcheckpoint SET root = %s", b"x" * 32)
    grow(held, 1)
    refused("outside_unknown")
    storages["register"].delete("checkpoint")
    refused("inconsistent")


def test_a_database_that_was_set_back_is_told_by_the_copy_outside(held: Credential) -> None:
    entered(held)
    bring_up_to_date()
    grow(held, 2)
    bring_up_to_date()
    change("certificates_logcheckpoint", "DELETE FROM certificates_logcheckpoint WHERE size = 3")
    change("certificates_logentry", 'DELETE FROM certificates_logentry WHERE "index" > 0')
    refused("outside_unknown")
    grow(held, 5)
    refused("outside_unknown")


@pytest.mark.parametrize("content", [b"", b"\xff", b"else\n1\nAAAA\n"])
def test_a_checkpoint_outside_that_is_not_ours_stops_the_signing(content: bytes, held: Credential) -> None:
    entered(held)
    bring_up_to_date()
    put_outside("checkpoint", content)
    grow(held, 1)
    refused("outside_not_ours")


def test_another_key_continues_the_log_and_the_old_one_stays_known(
    held: Credential, settings: Any, tmp_path: Path, client: Client
) -> None:
    entered(held)
    bring_up_to_date()
    first = log_identity().verifier
    settings.LOG_KEY_FILE = str(write_badge_key(tmp_path / "second.p12", settings.ISSUER_KEY_PASSPHRASE))
    grow(held, 1)
    bring_up_to_date()
    second = log_identity().verifier
    assert trusted_log_keys() == [second, first]
    assert client.get("/log/keys").content.decode() == f"{second.to_text()}\n{first.to_text()}\n"
    assert audit_log().fault == ""
    assert second.to_text().startswith("localhost:8000/log+")


def test_development_keys_are_not_believed_in_operation(held: Credential, settings: Any) -> None:
    entered(held)
    bring_up_to_date()
    settings.ISSUER_DEVELOPMENT_KEY = False
    assert trusted_log_keys() == []


# Checking all of it


def verify() -> str:
    """Return the first fault that the command names, or what it says when the log holds."""
    output = StringIO()
    try:
        call_command("verify_register", stdout=output)
    except CommandError as fault:
        return str(fault)
    return output.getvalue()


@pytest.fixture
def long_log(held: Credential, registrar: User) -> Credential:
    """A log of 601 entries: two full tiles and a rest, three checkpoints, one revocation."""
    entered(held)
    bring_up_to_date()
    grow(held, 299)
    bring_up_to_date()
    take_back(held, registrar)
    grow(held, 300)
    bring_up_to_date()
    return held


def test_a_log_that_holds(long_log: Credential) -> None:
    assert verify() == "The register holds: 601 entries under 3 checkpoints, 601 of them published.\n"
    grow(long_log, 2)
    assert "2 entries wait to be signed" in verify()


def with_other_entry(index: int) -> Callable[[], None]:
    """Another entry in this place, with the hash that belongs to it."""

    def forge() -> None:
        content = Entry(LogEvent.RESUME, "0" * 64, "1" * 64, Credential.objects.get().awarded_on).to_bytes()
        sql = 'UPDATE certificates_logentry SET content = %s, leaf_hash = %s, event = %s WHERE "index" = %s'
        leaf = naive.root([content])
        change("certificates_logentry", sql, content, leaf, "resume", index)

    return forge


def sql(table: str, statement: str, *values: Any) -> Callable[[], None]:
    return lambda: change(f"certificates_{table}", statement, *values)


def file_with(name: str, make: Callable[[bytes], bytes]) -> Callable[[], None]:
    def spoil() -> None:
        content = outside_file(name)
        assert content is not None
        put_outside(name, make(content))

    return spoil


def flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def hidden_forgery() -> None:
    """The last entry with another day and the hash that belongs to it: only the signed root tells."""
    entry = LogEntry.objects.get(index=600)
    said = Entry.from_bytes(bytes(entry.content))
    content = Entry(said.event, said.credential_sha256, said.pdf_sha256, said.day.replace(year=2020)).to_bytes()
    statement = 'UPDATE certificates_logentry SET content = %s, leaf_hash = %s WHERE "index" = 600'
    change("certificates_logentry", statement, content, naive.root([content]))


FAULTS: dict[str, tuple[Callable[[], None], str]] = {
    "an entry": (
        sql("logentry", 'UPDATE certificates_logentry SET content = %s WHERE "index" = 7', b"{}"),
        "Entry 7 does not match its hash",
    ),
    "an entry and its hash": (with_other_entry(7), "Entry 7 names another badge"),
    "what no row contradicts": (hidden_forgery, "Entry 300 or one after it up to 600 was changed"),
    "a hash": (
        sql("logentry", 'UPDATE certificates_logentry SET leaf_hash = %s WHERE "index" = 400', b"x" * 32),
        "Entry 400 does not match its hash",
    ),
    "an event": (
        sql("logentry", "UPDATE certificates_logentry SET event = 'revoke' WHERE \"index\" = 3"),
        "Entry 3 says",
    ),
    "a missing entry": (
        sql("logentry", 'DELETE FROM certificates_logentry WHERE "index" = 255'),
        "Entry 255 is missing",
    ),
    "a missing end": (sql("logentry", 'DELETE FROM certificates_logentry WHERE "index" > 590'), "Entry 591 is missing"),
    "the hash of a tile": (
        sql("tileroot", 'UPDATE certificates_tileroot SET hash = %s WHERE "index" = 1', b"x" * 32),
        "Entry 511 ends a tile",
    ),
    "a signed note": (
        sql(
            "logcheckpoint", "UPDATE certificates_logcheckpoint SET note = replace(note, '300', '299') WHERE size = 300"
        ),
        "The checkpoint at 300 does not hold",
    ),
    "the root of a checkpoint": (
        sql("logcheckpoint", "UPDATE certificates_logcheckpoint SET root = %s WHERE size = 300", b"x" * 32),
        "The checkpoint at 300 is not the one that was signed",
    ),
    "a missing checkpoint": (
        sql("logcheckpoint", "DELETE FROM certificates_logcheckpoint WHERE size = 300"),
        "The checkpoint at 601 is not the one",
    ),
    "a badge of the register": (
        sql("badge", "UPDATE certificates_badge SET sha256 = %s", "0" * 64),
        "Entry 0 names another badge",
    ),
    "a file of the register": (
        sql("certificatefile", "UPDATE certificates_certificatefile SET sha256 = %s", "0" * 64),
        "Entry 0 names a PDF",
    ),
    "a revocation that is gone": (
        sql("revocation", "DELETE FROM certificates_revocation"),
        "Entry 300 says that a certificate was revoked,",
    ),
    "a suspension that is gone": (
        sql("suspensionevent", "DELETE FROM certificates_suspensionevent WHERE number = 599"),
        "Entry 600 says that a certificate was suspended,",
    ),
    "a published tile": (file_with("tile/0/001", flipped), "tile/0/001, from entry 256 on, is another"),
    "a published bundle": (file_with("tile/entries/000", flipped), "tile/entries/000, from entry 0 on, is another"),
    "a published rest": (file_with("tile/0/002.p/89", flipped), "tile/0/002.p/89, from entry 512 on, is another"),
    "a published level": (file_with("tile/1/000.p/2", flipped), "tile/1/000.p/2, from entry 0 on, is another"),
    "a missing bundle": (lambda: storages["register"].delete("tile/entries/002.p/89"), "entry 512 on, is missing"),
    "no checkpoint outside": (lambda: storages["register"].delete("checkpoint"), "published checkpoint is missing"),
    "another checkpoint outside": (file_with("checkpoint", flipped), "is not ours"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_first_thing_that_does_not_hold_is_named(name: str, long_log: Credential) -> None:
    spoil, words = FAULTS[name]
    spoil()
    assert words in verify()


def test_erasure_leaves_the_log_whole(long_log: Credential, trainee: User) -> None:
    """The holder and all that is held of the credential go; no constraint holds them back, and the log stays."""
    for table in ("suspensionevent", "revocation", "badge", "certificatefile", "credential"):
        change(f"certificates_{table}", f"DELETE FROM certificates_{table}")
    said = verify()
    assert "The register holds: 601 entries" in said
    assert "601 entries speak of credentials that are no longer held" in said


# Addresses


def test_everybody_reads_checkpoint_tiles_and_keys(held: Credential, client: Client) -> None:
    for address in ("/log/checkpoint", "/log/keys", "/log/tile/0/000.p/1", f"/certificates/{held.number}.tlog-proof"):
        assert client.get(address).status_code == 404
    entered(held)
    grow(held, 299)
    bring_up_to_date()
    checkpoint = client.get("/log/checkpoint")
    assert (checkpoint["Content-Type"], checkpoint["Cache-Control"]) == (
        "text/plain; charset=utf-8",
        "public, max-age=5",
    )
    assert checkpoint["Access-Control-Allow-Origin"] == "*"
    tile = client.get("/log/tile/0/000")
    assert (tile["Content-Type"], tile["Cache-Control"]) == (
        "application/octet-stream",
        "public, max-age=31536000, immutable",
    )
    leaves = tile.content + client.get("/log/tile/0/001.p/44").content
    assert leaves == b"".join(naive.root([content]) for content in contents())
    assert client.get("/log/tile/1/000.p/1").content == naive.root(contents()[:256])
    entries = client.get("/log/tile/entries/001.p/44").content
    assert entries.startswith(len(contents()[256]).to_bytes(2) + contents()[256])
    for address in ("0/002", "0/001", "0/001.p/45", "2/000.p/1", "0/0", "../checkpoint", "entries/000.p/300"):
        assert client.get(f"/log/tile/{address}").status_code == 404


def test_a_partial_tile_that_was_cleared_away_is_made_again(held: Credential, client: Client) -> None:
    entered(held)
    grow(held, 299)
    bring_up_to_date()
    assert outside_file("tile/0/000.p/20") is None
    assert client.get("/log/tile/0/000.p/20").content == client.get("/log/tile/0/000").content[: 20 * 32]
    assert client.get("/log/tile/entries/000.p/1").content[2:] == contents()[0]


def test_a_proof_by_number_in_any_spelling(held: Credential, client: Client) -> None:
    entered(held)
    grow(held, 4)
    bring_up_to_date()
    response = client.get(f"/certificates/{held.number.lower()}.tlog-proof")
    assert (response["Cache-Control"], response["X-Robots-Tag"]) == ("no-store", "noindex")
    assert response["Content-Disposition"] == f'attachment; filename="{held.public_number}.tlog-proof"'
    head, note = response.content.decode().split("\n\n", 1)
    lines = head.split("\n")
    assert lines[:3] == [
        "c2sp.org/tlog-proof@v1",
        f"extra {base64.b64encode(contents()[0]).decode()}",
        "index 0",
    ]
    assert [base64.b64decode(line) for line in lines[3:]] == naive.path(0, contents())
    assert note.encode() == outside_file("checkpoint")
    assert client.get("/certificates/TMS-0000-0000-0000-0001-1.tlog-proof").status_code == 404
    assert client.get("/certificates/nonsense.tlog-proof").status_code == 404


def test_page_and_api_say_where_it_stands(held: Credential, client: Client) -> None:
    entered(held)
    grow(held, 4)
    page = client.get(f"/verify/{held.public_number}").content.decode()
    assert "Being entered" in page
    assert client.get(f"/api/v1/certificates/{held.number}").json()["log"] is None
    bring_up_to_date()
    page = client.get(f"/verify/{held.public_number}").content.decode()
    assert re.search(r"position 1 of 5\b", page)
    assert f'href="/certificates/{held.public_number}.tlog-proof"' in page
    assert client.get(f"/api/v1/certificates/{held.number}").json()["log"] == {"index": 0, "size": 5}


def test_the_page_of_the_log_says_how_long_it_is_and_under_which_key(held: Credential, client: Client) -> None:
    assert "Nothing was entered yet" in client.get("/log/").content.decode()
    entered(held)
    grow(held, 1)
    bring_up_to_date()
    assert '<a href="/log/">public log</a>' in client.get("/verify/").content.decode()
    page = client.get("/log/").content.decode()
    assert ">2 entries<" in page
    assert "Development key" in page
    assert log_identity().verifier.to_text() in page.replace("&#x2B;", "+")
    for address in re.findall(r'href="(/log/[^"]*)"', page):
        assert client.get(address).status_code == 200


def test_a_check_of_a_file_asks_the_log(held: Credential, client: Client) -> None:
    content = signed_bytes(held)
    pending = check_document(content)
    assert [(finding.code, finding.holds) for finding in pending.findings][-1] == ("in_log", None)
    assert (pending.code, pending.register.status if pending.register else None) == ("genuine", Status.VALID)
    assert pending.findings[-1].sentence.endswith("The other answers hold all the same.")
    bring_up_to_date()
    answer = check_document(content)
    assert answer.all_hold
    assert answer.findings[-1].sentence == "Yes. It is entry 1 of 1, under a signed root."
    with_other_entry(0)()
    change("certificates_logentry", "UPDATE certificates_logentry SET event = 'issue'")
    assert check_document(content).code == "genuine"  # the digest of this file stands in no entry: it waits
    change("certificates_logentry", "UPDATE certificates_logentry SET content = %s", forged_for(held))
    answer = check_document(content)
    assert (answer.code, answer.findings[-1].holds, answer.register) == ("not_in_log", False, None)


def forged_for(held: Credential) -> bytes:
    """An entry with the digests of the register and another day, which nobody signed."""
    badge, file = Badge.objects.get(), held.files.get()
    return Entry(LogEvent.ISSUE, badge.sha256, file.sha256, held.awarded_on.replace(year=2020)).to_bytes()


def test_the_tree_of_the_database_gives_the_proofs_of_the_standard(held: Credential) -> None:
    entered(held)
    grow(held, 619)
    bring_up_to_date()
    entries = contents()
    for index, size in ((0, 620), (255, 256), (511, 620), (619, 620), (300, 513)):
        assert log_tree().inclusion_proof(index, size) == naive.path(index, entries[:size])
    for old, new in ((1, 620), (256, 620), (300, 513), (619, 620)):
        assert log_tree().consistency_proof(old, new) == naive.subproof(old, entries[:new])
