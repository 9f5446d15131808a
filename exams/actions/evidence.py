"""The evidence of an exam in a year: asked for by a person, made by a worker, kept, downloaded."""

import hashlib
from datetime import UTC, date

from django.db import transaction
from django.utils import timezone

from content.models import OrganisationSettings
from exams.actions.analyses import make_analysis
from exams.errors import FormError
from exams.models import EvidencePack, Exam, ExamForm, FormAnalysis
from exams.year_pack.contents import files_of
from exams.year_pack.files import packed
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue
from lms.storages import keep_private

PACK = "exams.pack_evidence"
FIRST_YEAR = 2000


def packing_job(pack: EvidencePack) -> str:
    """Name the job that makes a pack."""
    return f"{PACK}:{pack.pk}"


@transaction.atomic
def request_evidence(*, exam: Exam, year: int, by: User) -> EvidencePack:
    """Let a worker pack the evidence of a year. Raises `PermissionDenied`, and `FormError` `year_unknown`."""
    demand(by, Permission.EVIDENCE_READ)
    if not FIRST_YEAR <= year <= timezone.now().astimezone(UTC).year:
        raise FormError("year_unknown", "Choose a year that has begun.")
    pack = EvidencePack.objects.create(exam=exam, year=year, asked_by=by)
    enqueue(PACK, key=packing_job(pack), payload={"pack": str(pack.pk)})
    record(Verb.EVIDENCE_REQUESTED, by=by, target=pack, data={"exam": exam.code, "year": year})
    return pack


def pack_evidence(key: str) -> None:
    """Make a pack. Running it twice changes nothing."""
    pack = EvidencePack.objects.select_related("exam", "asked_by").get(pk=key)
    if pack.made_at is not None:
        return

    def analyse(form: ExamForm) -> FormAnalysis:
        first, last = date(pack.year, 1, 1), date(pack.year, 12, 31)
        return make_analysis(
            form_id=form.pk, since=first.isoformat(), until=last.isoformat(), asked_by=pack.asked_by_id
        )

    # Days of a window are those of the time zone in force, and a year here is one of UTC.
    with timezone.override(UTC):
        issuer = OrganisationSettings.current().name or "Threshold"
        files = files_of(pack.exam, pack.year, analyse=analyse, issuer=issuer)
    content = packed(files)
    digest = hashlib.sha256(content).hexdigest()
    name = keep_private(f"evidence/{digest}.zip", content)
    with transaction.atomic():
        made = EvidencePack.objects.filter(pk=pack.pk, made_at__isnull=True).update(
            made_at=timezone.now(), digest=digest, size=len(content), files=len(files) + 1, storage_name=name
        )
        if made:
            data = {"sha256": digest, "files": len(files) + 1}
            record(Verb.EVIDENCE_PACKED, by=pack.asked_by, target=pack, data=data)


@transaction.atomic
def note_download(*, pack: EvidencePack, by: User) -> None:
    """Write down that somebody takes a pack. Raises `PermissionDenied`."""
    demand(by, Permission.EVIDENCE_READ)
    record(Verb.EVIDENCE_DOWNLOADED, by=by, target=pack, data={"sha256": pack.digest})
