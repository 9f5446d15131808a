"""Awarding credentials and taking them back."""

import logging
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from certificates.errors import DoubtError, IssuanceError, RevocationError
from certificates.evidence import gather
from certificates.models import Credential, Doubt, Kind, Revocation
from certificates.register.entering import enter_due
from certificates.rules.eligibility import Eligibility, Evidence, decide
from certificates.rules.numbering import draw_number, format_number
from certificates.rules.record import Assessed, CredentialRecord, Issuer, digest
from content.models import OrganisationSettings
from courses.models import Enrolment
from exams.consequences import passes_in_doubt
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.names import clean_name
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue

logger = logging.getLogger(__name__)

REVOKED = "revoked"  # the news that those who watch a credential get
UNNAMED_ORGANISATION = "Threshold"  # until an editor fills in the site's settings


def eligibility_of(enrolment: Enrolment) -> Eligibility:
    """Return what the certificate demands of this enrolment and what is still missing."""
    return decide(gather(enrolment))


def issue_if_eligible(*, enrolment: Enrolment) -> Credential | None:
    """Award the certificate of completion if everything required is there; None if something is missing.

    Asking again returns the credential that exists. What it rests on is read once more before it is final; when that
    changed meanwhile, nothing is awarded. A pass that counts though a corrected key put it in doubt is enough, and the
    credential is on the registrar's list from the start. Raises `IssuanceError` when the holder's name cannot be
    printed.
    """
    if existing := _credential_of(enrolment):
        return existing
    evidence = gather(enrolment)
    if not decide(evidence).eligible:
        return None
    with transaction.atomic():
        credential = award(enrolment=enrolment, evidence=evidence)
        # From its event on, this transaction holds the head of the audit chain. A regrade takes that too, before it
        # looks for credentials to doubt: one that came first is seen here, and one that comes next sees the credential.
        # A lock on the enrolment would be taken in the other order there, and the two could wait for each other.
        if gather(enrolment) != evidence:
            transaction.set_rollback(True)
            logger.warning("Evidence changed at the award; nothing awarded.", extra={"enrolment": str(enrolment.pk)})
            return None
        # A key change before the award found no credential to doubt; the doubt is about this one all the same.
        for reason in passes_in_doubt(enrolment):
            raise_doubt(enrolment=enrolment, reason=reason)
    return credential


def award(*, enrolment: Enrolment, evidence: Evidence) -> Credential | None:
    """Award on the given evidence; None if something is missing.

    The number and the record are stored before anything is signed, with the event and the job that makes the file.
    When two workers get here together, the unique constraint lets one through and both return its credential.
    """
    if not decide(evidence).eligible:
        return None
    try:
        with transaction.atomic():
            credential = _new_credential(enrolment, evidence)
            credential.save(force_insert=True)
            record(Verb.CREDENTIAL_ISSUED, by=None, target=credential, data={"enrolment": str(enrolment.pk)})
            enqueue(
                "certificate.render",
                key=f"certificate.render:{credential.pk}:1",
                payload={"credential": str(credential.pk)},
            )
    except IntegrityError:
        existing = _credential_of(enrolment)
        if existing is None:
            raise
        return existing
    return credential


@transaction.atomic
def revoke(
    *, credential: Credential, reason: Revocation.Reason, public_text: str, private_note: str = "", by: User
) -> Revocation:
    """Take a credential back for good, and tell the holder and those who watch it. Everybody sees `public_text`.

    Raises `PermissionDenied`, or `RevocationError` with code `no_text` or `already_revoked`.
    """
    demand(by, Permission.CERTIFICATE_REVOKE)
    if not public_text.strip():
        raise RevocationError("no_text", "Write the reason that people see who check the certificate.")
    revocation = Revocation(
        credential=credential, reason=reason, public_text=public_text.strip(), private_note=private_note, revoked_by=by
    )
    try:
        with transaction.atomic():
            revocation.save(force_insert=True)
    except IntegrityError as error:
        raise RevocationError("already_revoked", "This certificate is already revoked.") from error
    record(Verb.CREDENTIAL_REVOKED, by=by, target=credential, data={"reason": reason.value})
    enter_due([credential.pk])
    payload = {"credential": str(credential.pk)}
    for kind in ("certificate.list_revocation", "certificate.revocation_mail"):
        enqueue(kind, key=f"{kind}:{credential.pk}", payload=payload)
    watchers = f"certificate.watch_news:{credential.pk}:{REVOKED}"
    enqueue("certificate.watch_news", key=watchers, payload=payload | {"news": REVOKED})
    return revocation


@transaction.atomic
def raise_doubt(*, enrolment: Enrolment, reason: str) -> list[Doubt]:
    """Put the credentials in force of an enrolment on the list of those to be decided about; twice is once."""
    raised: list[Doubt] = []
    for credential in Credential.objects.filter(enrolment=enrolment, revocation__isnull=True):
        doubt, created = Doubt.objects.get_or_create(credential=credential, reason=reason, kept_at=None)
        if created:
            record(Verb.CREDENTIAL_IN_DOUBT, by=None, target=credential, data={"doubt": doubt.pk})
            raised.append(doubt)
    return raised


@transaction.atomic
def keep_despite_doubt(*, doubt: Doubt, note: str, by: User) -> Doubt:
    """Decide that a credential stays although an assessment beneath it is in doubt.

    Raises `PermissionDenied`, or `DoubtError` with code `no_reason` or `settled_already`.
    """
    demand(by, Permission.CERTIFICATE_REVOKE)
    if not note.strip():
        raise DoubtError("no_reason", "Say why the certificate stays valid.")
    # The update names columns of its own row only: PostgreSQL checks those again after it waited, a join it does not.
    open_doubt = Doubt.objects.filter(pk=doubt.pk, kept_at__isnull=True)
    revoked = Revocation.objects.filter(credential=doubt.credential_id).exists()
    if revoked or not open_doubt.update(kept_by=by, kept_at=timezone.now(), note=note.strip()):
        raise DoubtError("settled_already", "This was decided already, or the certificate is revoked.")
    doubt.refresh_from_db()
    record(Verb.CREDENTIAL_UPHELD, by=by, target=doubt.credential, data={"doubt": doubt.pk})
    return doubt


def note_download(*, credential: Credential, by: User, badge: bool = False) -> None:
    """Write down that somebody fetched the PDF, or the badge."""
    with transaction.atomic():
        record(Verb.CERTIFICATE_DOWNLOADED, by=by, target=credential, data={"file": "badge"} if badge else None)


def _credential_of(enrolment: Enrolment) -> Credential | None:
    return Credential.objects.filter(enrolment=enrolment, kind=Kind.COMPLETION).first()


def _new_credential(enrolment: Enrolment, evidence: Evidence) -> Credential:
    issued_at = timezone.now()
    number = draw_number(secrets.randbits)
    statement = CredentialRecord(
        kind=Kind.COMPLETION.value,
        number=format_number(number),
        holder=_printable_name(enrolment.person),
        programme=enrolment.programme.title,
        curriculum_version=enrolment.curriculum_version,
        assessed=_assessed(evidence),
        awarded_on=site_day(issued_at),
        valid_until=None,
        issuer=_issuer(),
        verify_url=f"{settings.SITE_URL}/verify/{format_number(number)}",
    )
    content = statement.to_bytes()
    return Credential(
        enrolment=enrolment,
        kind=Kind.COMPLETION,
        number=number,
        holder_name=statement.holder,
        programme_title=statement.programme,
        curriculum_version=statement.curriculum_version,
        issued_at=issued_at,
        awarded_on=statement.awarded_on,
        valid_until=statement.valid_until,
        record=content,
        record_sha256=digest(content),
    )


def _issuer() -> Issuer:
    """Return who awards at this moment, from the site's settings; the record keeps it for good."""
    organisation = OrganisationSettings.current()
    name = organisation.name or UNNAMED_ORGANISATION
    signatory = ", ".join(filter(None, (organisation.signatory_name, organisation.signatory_title)))
    return Issuer(name=name, signatory=signatory or name, place=organisation.place)


def _printable_name(person: User) -> str:
    try:
        return clean_name(person.full_name)
    except ValidationError as error:
        raise IssuanceError("name_not_printable", "The holder's name cannot be printed. Correct it first.") from error


def _assessed(evidence: Evidence) -> tuple[Assessed, ...]:
    parts = (
        ("course", evidence.course_completed_on, 0),
        ("exam", evidence.exam_passed_on, 0),
        ("practical", evidence.practical_passed_on, evidence.stations_passed),
    )
    return tuple(Assessed(part, day, stations) for part, day, stations in parts if day is not None)
