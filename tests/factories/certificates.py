"""Evidence, credentials and signed files, made by the real actions."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.core.files.storage import storages

from certificates import actions
from certificates.actions import award
from certificates.badges import badge_of
from certificates.models import CertificateFile, Credential, IssuerKey, LogEntry
from certificates.register.entering import enter_due
from certificates.register.publishing import bring_up_to_date
from certificates.rules.eligibility import Evidence
from certificates.rules.record import Assessed, CredentialRecord, Issuer, digest
from certificates.tasks import render_certificate
from courses.models import Enrolment

COMPLETE = Evidence(date(2026, 11, 3), date(2026, 11, 10), date(2026, 11, 14), 16, 16)

RECORD = CredentialRecord(
    kind="completion_certificate",
    number="TMS-MZXM-P6XZ-SQ70-SWG1-6",
    holder="Ada Lovelace",
    programme="TMS technician",
    curriculum_version="2026.1",
    assessed=(
        Assessed("course", date(2026, 11, 3)),
        Assessed("exam", date(2026, 11, 10)),
        Assessed("practical", date(2026, 11, 14), 16),
    ),
    awarded_on=date(2026, 11, 14),
    valid_until=None,
    issuer=Issuer("Threshold Training", "Head of the programme", "Boston"),
    verify_url="https://certs.example.org/verify/TMS-MZXM-P6XZ-SQ70-SWG1-6",
)


def evidence(**changes: Any) -> Evidence:
    """Complete evidence with changes."""
    return replace(COMPLETE, **changes)


def record(**changes: Any) -> CredentialRecord:
    """A record with changes."""
    return replace(RECORD, **changes)


def credential(enrolment: Enrolment) -> Credential:
    """An awarded credential without its file."""
    made = award(enrolment=enrolment, evidence=COMPLETE)
    assert made is not None
    return made


def ending(enrolment: Enrolment, last_day: date) -> Credential:
    """A credential with a last day, as a programme whose certificates end would award it."""
    made = actions._new_credential(enrolment, COMPLETE)
    made.valid_until = last_day
    made.record = replace(made.statement, valid_until=last_day).to_bytes()
    made.record_sha256 = digest(made.record)
    made.save(force_insert=True)
    return made


def signed_file(of: Credential) -> CertificateFile:
    """The signed file of a credential, made by the real job."""
    render_certificate({"credential": str(of.pk)})
    return of.files.get()


def logged_file(of: Credential) -> CertificateFile:
    """The signed file of a credential, with its entry in the log under a published checkpoint."""
    file = signed_file(of)
    bring_up_to_date()
    return file


def entered(of: Credential, version: int = 1) -> list[LogEntry]:
    """The entries of a credential with its real badge, and with a file of which only the row is there."""
    badge_of(of)
    key, _ = IssuerKey.objects.get_or_create(
        fingerprint="0" * 64, defaults={"label": "A key", "certificate_pem": "-", "is_development": True}
    )
    sha256 = digest(f"the file {version} of {of.pk}".encode())
    of.files.create(
        version=version,
        storage_name=f"certificates/{sha256}.pdf",
        sha256=sha256,
        size=1,
        key=key,
        signature_level="B-B",
        template_version="1",
    )
    return enter_due([of.pk])


def signed_bytes(of: Credential) -> bytes:
    """The bytes of the signed PDF."""
    with storages["private"].open(signed_file(of).storage_name) as stored:
        return bytes(stored.read())
