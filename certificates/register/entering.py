"""Entering what happened to certificates: derived from the rows that are there, so that asking twice enters once."""

import logging
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from certificates.models import CertificateFile, Credential, LogEntry, SuspensionAct, SuspensionEvent
from certificates.register.kept import next_index
from certificates.rules.tlog.entries import Entry, LogEvent
from certificates.rules.tlog.hashing import leaf_hash
from lms.accounts.days import site_day
from lms.audit.actions import record_each
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue

logger = logging.getLogger(__name__)

TRIES = 5  # each lost one means that another worker entered something of the same credentials meanwhile


@dataclass(frozen=True)
class Due:
    """An entry that the rows of a credential call for; `key` says what it tells of."""

    key: str
    credential: Credential
    entry: Entry


def enter_due(credentials: Collection[uuid.UUID]) -> list[LogEntry]:
    """Enter what happened to these credentials and is not entered yet, and ask for a checkpoint over it.

    Part of the caller's transaction, if there is one: a file, a revocation and their entries come together or not at
    all. A credential without badge or file waits, for its entry names both.
    """
    for _ in range(TRIES):
        due = _missing(credentials)
        if not due:
            return []
        try:
            return _append(due)
        except IntegrityError:
            logger.info("Another worker entered the same; looking again.")
    raise IntegrityError("The log changed each time that something was to be entered.")


def due_of(credential: Credential) -> Iterator[Due]:
    """Yield every entry that the rows of a credential call for, in the order in which things happened.

    Each file is one issue: a later version of the PDF is entered beside the first. What takes a credential back, for a
    time or for good, is entered with its newest file.
    """
    files = sorted(credential.files.all(), key=lambda file: file.version)
    badge = getattr(credential, "badge", None)
    if badge is None or not files:
        return
    for file in files:
        day = credential.awarded_on if file is files[0] else site_day(file.stored_at)
        entry = Entry(LogEvent.ISSUE, badge.sha256, file.sha256, day)
        yield Due(f"issue:{credential.pk}:{file.version}", credential, entry)
    for moment, event, key in sorted(_changes_of(credential)):
        yield Due(key, credential, Entry(event, badge.sha256, files[-1].sha256, site_day(moment)))


def _changes_of(credential: Credential) -> Iterator[tuple[datetime, LogEvent, str]]:
    """Yield what changed its standing: when, what, and the key of its entry."""
    for step in credential.suspension_events.all():
        event = LogEvent.SUSPEND if step.act == SuspensionAct.SUSPENDED else LogEvent.RESUME
        yield step.happened_at, event, f"{event.value}:{credential.pk}:{step.number}"
    if replaced_at := credential.replaced_at:
        yield replaced_at, LogEvent.REPLACE, f"{LogEvent.REPLACE.value}:{credential.pk}"
    if revocation := credential.revoked:
        yield revocation.revoked_at, LogEvent.REVOKE, f"{LogEvent.REVOKE.value}:{credential.pk}"


def credentials_without_entry(limit: int) -> list[uuid.UUID]:
    """Return credentials with badge and file of which something is not in the log that `due_of` yields, oldest first.

    They come from before there was a log, or the badge of an older one was made after its file.
    """
    rows = Credential.objects.filter(
        Exists(CertificateFile.objects.filter(credential=OuterRef("pk"))), badge__isnull=False
    ).filter(
        ~Exists(_entries(LogEvent.ISSUE))
        | Q(pk__in=_short_of_issues())
        | Q(~Exists(_entries(LogEvent.REVOKE)), revocation__isnull=False)
        | Q(~Exists(_entries(LogEvent.REPLACE)), pk__in=Credential.objects.replaced().values("pk"))
        | Q(pk__in=_short_of_steps())
    )
    return list(rows.order_by("issued_at", "pk").values_list("pk", flat=True)[:limit])


def _entries(event: LogEvent) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(credential=OuterRef("pk"), event=event.value)


def _short_of_issues() -> QuerySet[CertificateFile, Any]:
    """Return the credentials of later files of which the log has fewer issues than there are files."""
    issues = LogEntry.objects.filter(credential=OuterRef("credential"), event=LogEvent.ISSUE.value).order_by()
    counted = issues.values("credential").annotate(number=Count("index")).values("number")
    return CertificateFile.objects.filter(version__gt=Subquery(counted)).values("credential")


def _short_of_steps() -> QuerySet[SuspensionEvent, Any]:
    """Return the credentials of suspensions and their ends of which the log has fewer than there are."""
    kinds = [LogEvent.SUSPEND.value, LogEvent.RESUME.value]
    steps = LogEntry.objects.filter(credential=OuterRef("credential"), event__in=kinds).order_by()
    counted = Coalesce(Subquery(steps.values("credential").annotate(number=Count("index")).values("number")), 0)
    return SuspensionEvent.objects.filter(number__gt=counted).values("credential")


def called_for(credentials: Collection[uuid.UUID]) -> list[Due]:
    """Return every entry that the rows of these credentials call for, whether it is in the log or not."""
    rows = Credential.objects.filter(pk__in=credentials).with_standing().select_related("badge", "revocation")
    rows = rows.prefetch_related("files", "suspension_events").order_by("issued_at", "pk")
    return [due for row in rows for due in due_of(row)]


def _missing(credentials: Collection[uuid.UUID]) -> list[Due]:
    wanted = called_for(credentials)
    keys = [due.key for due in wanted]
    there = set(LogEntry.objects.filter(key__in=keys).values_list("key", flat=True))
    return [due for due in wanted if due.key not in there]


@transaction.atomic
def _append(due: list[Due]) -> list[LogEntry]:
    """Append to the log. Its next place is read after the events are written.

    From these on, the transaction holds the head of the audit chain up to its end, so entries form one line, as events
    do. Should that ever fail, the places and keys are unique.
    """
    facts = [(item.credential, {"event": item.entry.event.value, "key": item.key}) for item in due]
    record_each(Verb.REGISTER_ENTERED, by=None, facts=facts)
    first = next_index()
    entries = [_row(first + number, item) for number, item in enumerate(due)]
    LogEntry.objects.bulk_create(entries)
    enqueue("certificate.log_checkpoint", key=f"certificate.log_checkpoint:{entries[-1].index}", payload={})
    return entries


def _row(index: int, due: Due) -> LogEntry:
    content = due.entry.to_bytes()
    return LogEntry(
        index=index,
        key=due.key,
        credential=due.credential,
        event=due.entry.event.value,
        content=content,
        leaf_hash=leaf_hash(content),
    )
