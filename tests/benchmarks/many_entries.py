"""A register and a log of many certificates, written past Django. Run inside the measured site (`House.tell`).

Rows differ in what is looked up (numbers, digests, places) and say the same beside that. Hashes are real, so the log
holds, and the real code signs and publishes it.
"""

import itertools
import secrets
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from certificates.models import Badge, CertificateFile, Credential, LogEntry
from certificates.register import entering
from certificates.register.entering import Due
from certificates.register.kept import next_index
from certificates.register.publishing import bring_up_to_date
from certificates.rules.numbering import draw_number
from certificates.rules.record import digest
from certificates.rules.tlog.entries import Entry, LogEvent
from certificates.rules.tlog.hashing import leaf_hash
from certificates.verification import check_document, look_up
from courses.models import Enrolment, Pathway, Programme
from lms.accounts.actions import create_person
from tests.benchmarks.meter import cpu_seconds
from tests.factories.certificates import credential, logged_file, signed_bytes

PART = 5000
PLACES_PER_LIST = 131_072
FIRST_ID = 1000  # of rows written here, behind those of the real certificate
TABLES: dict[str, tuple[str, ...]] = {
    "credential": (
        *("id", "enrolment_id", "kind", "number", "holder_name", "programme_title", "curriculum_version"),
        *("issued_at", "awarded_on", "record", "record_sha256"),
    ),
    "badge": ("id", "credential_id", "content", "sha256", "key_id", "status_list", "status_index", "made_at"),
    "certificatefile": (
        *("id", "credential_id", "version", "storage_name", "sha256", "size", "key_id", "signature_level"),
        *("template_version", "stored_at"),
    ),
    "logentry": ("index", "key", "credential_id", "event", "content", "leaf_hash", "entered_at"),
}
DAY = date(2026, 11, 26)


def begin() -> str:
    """Make one real certificate, signed and entered; return its number."""
    settings.VERIFICATIONS_PER_MINUTE = settings.VERIFICATIONS_PER_MINUTE_IN_TOTAL = 10_000_000
    person = create_person(email="ada@example.org", full_name="Ada Trainee", password=None, by=None)
    programme = Programme.objects.create(code="tms-technician", title="TMS technician", curriculum_version="2026.1")
    held = credential(
        Enrolment.objects.create(
            person=person, programme=programme, curriculum_version="2026.1", pathway=Pathway.ACADEMIC
        )
    )
    logged_file(held)
    return held.public_number


def fill(count: int) -> float:
    """Let the register hold `count` more certificates; return how many seconds that took."""
    begun, first = time.monotonic(), next_index()
    with connection.cursor() as cursor:
        _without_guards(cursor)
        numbers = iter(range(first, first + count))
        while part := list(itertools.islice(numbers, PART)):
            rows = list(zip(*map(_rows, part), strict=True))
            with transaction.atomic():
                for (table, columns), written in zip(TABLES.items(), rows, strict=True):
                    _write(cursor, f"certificates_{table}", columns, written)
        cursor.execute("ANALYZE")
    with patch("os.fsync"):  # nobody needs the filled files after a power cut
        bring_up_to_date()
    return time.monotonic() - begun


def _without_guards(cursor: Any) -> None:
    """Let rows in that no enrolment stands behind, without a trigger for each, on this connection."""
    if connection.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
        return
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.execute("PRAGMA synchronous = OFF")
    for table in TABLES:
        cursor.execute(f"DROP TRIGGER IF EXISTS certificates_{table}_keep_replace")


def _write(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    if connection.vendor == "postgresql":
        with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", rows)


def _rows(number: int) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each of the tables."""
    identifier, enrolment, now = (_plain(uuid.uuid4()), _plain(uuid.uuid4()), _plain(timezone.now()))
    badge, pdf = digest(b"badge %d" % number), digest(b"pdf %d" % number)
    entry = Entry(LogEvent.ISSUE, badge, pdf, DAY).to_bytes()
    bare, row = draw_number(secrets.randbits), FIRST_ID + number
    about = "completion_certificate", bare, "Ada", "TMS technician", "1"
    yield identifier, enrolment, *about, now, _plain(DAY), b"{}", badge
    yield row, identifier, b"{}", badge, 1, number // PLACES_PER_LIST + 2, number % PLACES_PER_LIST, now
    yield row, identifier, 1, f"certificates/{pdf}.pdf", pdf, 1, 1, "B-B", "1", now
    yield number, f"issue:{identifier}:1", identifier, "issue", entry, leaf_hash(entry), now


def _plain(value: Any) -> Any:
    """Return a value as the driver takes it past Django."""
    if connection.vendor == "postgresql":
        return value
    if isinstance(value, uuid.UUID):
        return value.hex
    return str(value.replace(tzinfo=None)) if hasattr(value, "tzinfo") else value.isoformat()


def measure(number: str, times: int) -> dict[str, float]:
    """Return the CPU milliseconds, in this process, of checks of one certificate; each the median of so many."""
    real = Credential.objects.get(files__size__gt=1)
    content, client = signed_bytes(real), Client(SERVER_NAME="localhost")
    bare = LogEntry.objects.get(index=next_index() // 2).credential.number

    def get(address: str) -> None:
        assert client.get(address).status_code == 200

    before = _database_seconds()
    figures = {
        "look-up of a number": _median(times, lambda: look_up(bare)),
        "page of a certificate": _median(times, lambda: get(f"/verify/{number}")),
        "API of a certificate": _median(times, lambda: get(f"/api/v1/certificates/{number}")),
        "check of a PDF": _median(times, lambda: check_document(content)),
        "proof for an auditor": _median(times, lambda: get(f"/certificates/{number}.tlog-proof")),
    }
    spent = 1000 * (_database_seconds() - before) / (times * len(figures))
    return figures | ({"PostgreSQL, for one of these": spent} if connection.vendor == "postgresql" else {})


def _database_seconds() -> float:
    """Return the CPU seconds of the server's process behind this connection; SQLite has none."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cpu_seconds([cursor.fetchone()[0]])


def append(times: int) -> dict[str, float]:
    """Return the CPU milliseconds of one entry with its commit, and of one checkpoint with all its files."""
    real = Credential.objects.get(files__size__gt=1)
    badge, file = Badge.objects.get(credential=real), CertificateFile.objects.get(credential=real)
    entry = Entry(LogEvent.SUSPEND, badge.sha256, file.sha256, DAY)
    entries, checkpoints = [], []
    for _ in range(times):
        due = [Due(f"suspend:{uuid.uuid4()}", real, entry)]
        begun = time.process_time()
        entering._append(due)
        between = time.process_time()
        bring_up_to_date()
        entries.append(between - begun)
        checkpoints.append(time.process_time() - between)
    return {
        "entry": 1000 * statistics.median(entries),
        "checkpoint, signed and published": 1000 * statistics.median(checkpoints),
    }


def _median(times: int, act: Callable[[], object]) -> float:
    taken = []
    for _ in range(times):
        begun = time.process_time()
        act()
        taken.append(time.process_time() - begun)
    return 1000 * statistics.median(taken)
