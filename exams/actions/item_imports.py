"""Files of items from the pages of the bank: taken in, read by a worker, decided by whoever brought them.

A worker reads and imports, since a file of a stranger may take long. What is confirmed is the report that was shown:
when the bank has changed so that it is not true any more, nothing is imported and there is a new report.
"""

import hashlib
import uuid
from dataclasses import asdict
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from exams.actions.exchange import Plan, Upload, import_items, open_upload, plan_import, report_of
from exams.errors import ExchangeError
from exams.interchange.checking import Defaults
from exams.interchange.files import ENCODINGS, MOST_BYTES
from exams.models import ImportState, ItemImport
from exams.models.item_imports import LIVE
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue
from lms.storages import keep_private

READ = "exams.read_import"
CARRY = "exams.carry_out_import"
FOLDER = "imports"
KEPT_FOR = timedelta(hours=24)
MOST_LIVE = 10
CHECK_AGAIN_AFTER = timedelta(days=365)
# What makes a report untrue; everything else refuses the file.
OUTRUN = ("bank_changed", "code_taken")


def reading_job(key: uuid.UUID) -> str:
    """Name the job that reads a file."""
    return f"{READ}:{key}"


def carrying_job(key: uuid.UUID, report_number: int) -> str:
    """Name the job that imports a file as one of its reports says."""
    return f"{CARRY}:{key}:{report_number}"


def take_file(*, name: str, content: bytes, encoding: str, area: str, level: str, by: User) -> ItemImport:
    """Keep a file for a worker to read. Nobody has checked the facts of its items; they are due in a year.

    Raises `PermissionDenied`, and `ExchangeError`: `file_empty`, `file_too_large`, `encoding_unknown`,
    `too_many_imports`.
    """
    demand(by, Permission.ITEM_WRITE)
    if not content:
        raise ExchangeError("file_empty", "The file is empty. Choose another one.")
    if len(content) > MOST_BYTES:
        raise ExchangeError("file_too_large", f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    if encoding not in ENCODINGS:
        raise ExchangeError("encoding_unknown", f"Known encodings are {', '.join(ENCODINGS)}.")
    if ItemImport.objects.filter(uploaded_by=by, state__in=LIVE).count() >= MOST_LIVE:
        sentence = f"{MOST_LIVE} of your files wait already. Confirm or discard one first."
        raise ExchangeError("too_many_imports", sentence)
    review_by = (timezone.localdate() + CHECK_AGAIN_AFTER).isoformat()
    key, digest = uuid.uuid4(), hashlib.sha256(content).hexdigest()
    stored = f"{FOLDER}/{key}-{digest}"
    with transaction.atomic():
        taken = ItemImport.objects.create(
            id=key,
            uploaded_by=by,
            expires_at=timezone.now() + KEPT_FOR,
            name=name[-200:],
            size=len(content),
            digest=digest,
            storage_name=stored,
            encoding=encoding,
            defaults=asdict(Defaults(content_area=area, level=level, review_by=review_by)),
        )
        enqueue(READ, key=reading_job(key), payload={"import": str(key)})
        record(Verb.ITEMS_UPLOADED, by=by, target=taken, data={"sha256": digest, "bytes": len(content)})
        keep_private(stored, content)
    return taken


def read_import(key: str) -> None:
    """Make the report of a file, or say why it is refused as a whole. Running it twice changes nothing."""
    taken = ItemImport.objects.get(pk=key)
    if taken.state != ImportState.READING:
        return
    _tell(taken, "Reading the file and holding its items against the bank")
    try:
        plan = plan_import(open_upload(_upload(taken)))
    except ExchangeError as error:
        _refuse(taken, error)
    else:
        _report(taken, plan)


def _upload(taken: ItemImport) -> Upload:
    """Return the very bytes that were uploaded. Raises `ExchangeError` `file_lost`."""
    try:
        with storages["private"].open(taken.storage_name) as stored:
            content = bytes(stored.read())
    except FileNotFoundError as error:
        raise ExchangeError("file_lost", "The file is not there any more. Upload it again.") from error
    if hashlib.sha256(content).hexdigest() != taken.digest:
        raise ExchangeError("file_lost", "The stored file is not the one that was uploaded. Upload it again.")
    return Upload(taken.name, content, Defaults(**taken.defaults), taken.encoding)


def _tell(taken: ItemImport, words: str) -> None:
    ItemImport.objects.filter(pk=taken.pk, state=taken.state).update(progress=words)


def _report(taken: ItemImport, plan: Plan, because: ExchangeError | None = None) -> None:
    """Let the person decide about a new report; `because` says why it is not the first one."""
    ItemImport.objects.filter(pk=taken.pk, state=taken.state).update(
        state=ImportState.REPORTED,
        report=report_of(plan, file=taken.name, dry_run=True),
        report_number=F("report_number") + 1,
        error_code=because.code if because else "",
        error=because.sentence if because else "",
        progress="",
    )


def _refuse(taken: ItemImport, error: ExchangeError) -> None:
    ItemImport.objects.filter(pk=taken.pk, state=taken.state).update(
        state=ImportState.REFUSED,
        error_code=error.code,
        error=error.sentence,
        progress="",
        finished_at=timezone.now(),
    )


@transaction.atomic
def confirm_import(*, taken: ItemImport, report_number: int, by: User) -> None:
    """Let a worker import exactly this file as the report says that was shown.

    Raises `PermissionDenied`, and `ExchangeError`: `not_yours`, `import_expired`, `nothing_to_import`,
    `report_changed` when there is another report, or the file was decided already.
    """
    _demand_own(taken, by)
    if taken.expires_at <= timezone.now():
        raise ExchangeError("import_expired", "This file is no longer kept. Upload it again.")
    if taken.state == ImportState.REPORTED and not taken.can_import:
        raise ExchangeError("nothing_to_import", "No item of the file can be imported.")
    waiting = ItemImport.objects.filter(pk=taken.pk, state=ImportState.REPORTED, report_number=report_number)
    if not waiting.update(state=ImportState.CONFIRMED, progress="Making drafts", error="", error_code=""):
        raise ExchangeError("report_changed", "This report is not the newest one any more. Read it as it is now.")
    data = {"sha256": taken.digest, "report": report_number}
    enqueue(CARRY, key=carrying_job(taken.pk, report_number), payload={"import": str(taken.pk)})
    record(Verb.ITEMS_IMPORT_CONFIRMED, by=by, target=taken, data=data)


@transaction.atomic
def discard_import(*, taken: ItemImport, by: User) -> None:
    """Give up a file that waits. Raises `PermissionDenied`, and `ExchangeError`: `not_yours`, `report_changed`."""
    _demand_own(taken, by)
    waiting = ItemImport.objects.filter(pk=taken.pk, state__in=[ImportState.READING, ImportState.REPORTED])
    if not waiting.update(state=ImportState.DISCARDED, progress="", finished_at=timezone.now()):
        raise ExchangeError("report_changed", "This file was decided already.")
    record(Verb.ITEMS_IMPORT_DISCARDED, by=by, target=taken, data={"sha256": taken.digest})


def _demand_own(taken: ItemImport, by: User) -> None:
    demand(by, Permission.ITEM_WRITE)
    if taken.uploaded_by_id != by.pk:
        raise ExchangeError("not_yours", "Only whoever uploaded a file decides about it.")


def carry_out_import(key: str) -> None:
    """Make the drafts of a confirmed file, all or none. Running it twice makes them once."""
    taken = ItemImport.objects.select_related("uploaded_by").get(pk=key)
    if taken.state != ImportState.CONFIRMED:
        return
    try:
        opened = open_upload(_upload(taken))
        with transaction.atomic():
            done = ItemImport.objects.filter(pk=taken.pk, state=ImportState.CONFIRMED)
            done.update(state=ImportState.IMPORTED, progress="", finished_at=timezone.now())
            import_items(opened=opened, by=taken.uploaded_by, shown=taken.report["items"])
    except ExchangeError as error:
        if error.code not in OUTRUN:
            _refuse(taken, error)
        else:
            _report(taken, plan_import(opened), error)
    except PermissionDenied:
        _refuse(taken, ExchangeError("no_author", "You are no item author any more. Nothing was imported."))


def forget_files(*, now: datetime | None = None) -> int:
    """Let files go that are decided or too old; return how many went."""
    now = now or timezone.now()
    waiting = [ImportState.READING, ImportState.REPORTED]
    old = ItemImport.objects.filter(state__in=waiting, expires_at__lte=now)
    old.update(state=ImportState.EXPIRED, progress="", finished_at=now)
    storage, gone = storages["private"], 0
    for over in ItemImport.objects.exclude(state__in=LIVE).exclude(storage_name=""):
        storage.delete(over.storage_name)
        gone += ItemImport.objects.filter(pk=over.pk).update(storage_name="")
    return gone
