"""What anybody may learn about a certificate: by its number, or by the PDF itself."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from certificates.models import CertificateFile, Credential, IssuerKey
from certificates.rules.numbering import read_number
from certificates.rules.record import digest
from certificates.rules.validity import Status
from certificates.signature_checks import inspect
from certificates.signature_reader import Problem, SignatureFacts

LARGEST_FILE = 10 * 1024 * 1024  # bytes; ours have about 100,000


@dataclass(frozen=True)
class RegisterAnswer:
    """What the register says about a number at a moment; `credential` is None exactly when it is unknown."""

    status: Status
    checked_at: datetime
    credential: Credential | None = None
    file_sha256: str = ""

    def as_data(self) -> dict[str, Any]:
        """Write the answer as plain data for machines; days as `2026-11-21`."""
        data: dict[str, Any] = {"status": self.status.value, "checked_at": self.checked_at.isoformat()}
        if self.credential is None:
            return data
        revocation = self.credential.revoked
        last_day = self.credential.valid_until
        return data | {
            "number": self.credential.public_number,
            "kind": self.credential.kind,
            "holder_name": self.credential.holder_name,
            "program": self.credential.programme_title,
            "curriculum_version": self.credential.curriculum_version,
            "issuer": self.credential.statement.issuer.name,
            "issued": self.credential.awarded_on.isoformat(),
            "valid_until": last_day.isoformat() if last_day else None,
            "revoked": revocation.revoked_at.date().isoformat() if revocation else None,
            "revocation_reason": revocation.public_text if revocation else None,
            "pdf_sha256": self.file_sha256 or None,
        }


class Result(StrEnum):
    """The short answer about a file."""

    GENUINE = "genuine"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One of the three answers; `holds` is None when the question cannot be answered."""

    code: str
    question: str
    holds: bool | None
    sentence: str


@dataclass(frozen=True)
class DocumentAnswer:
    """What a file says and what the register says about it."""

    result: Result
    code: str
    sentence: str
    findings: tuple[Finding, Finding, Finding]
    checked_at: datetime
    sha256: str
    size: int
    register: RegisterAnswer | None = None

    @property
    def all_hold(self) -> bool:
        """Say whether the file is unchanged, signed by this issuer, and its certificate valid today."""
        return all(finding.holds for finding in self.findings)

    def as_data(self) -> dict[str, Any]:
        """Write the answer as plain data for machines; `ok` is null where a question could not be answered."""
        status = self.register.status if self.register else Status.UNKNOWN
        return {
            "result": self.result.value,
            "code": self.code,
            "detail": self.sentence,
            "status": status.value,
            "checks": [{"id": item.code, "ok": item.holds, "detail": item.sentence} for item in self.findings],
            "checked_at": self.checked_at.isoformat(),
            "sha256": self.sha256 or None,
            "certificate": self.register.as_data() if self.register else None,
        }


SENTENCES: dict[str, tuple[Result, str]] = {
    "too_large": (Result.UNKNOWN, "This file is larger than 10 MB. Our certificates are much smaller."),
    "not_pdf": (Result.UNKNOWN, "This file is not a PDF."),
    "encrypted": (Result.UNKNOWN, "This PDF is encrypted. Ours are not. Ask the holder for the original file."),
    "damaged": (Result.ALTERED, "This PDF is damaged or was saved again by another program."),
    "unsigned": (Result.NOT_OURS, "This PDF carries no signature. Ours do. A print or scan has none either."),
    "signed_twice": (Result.ALTERED, "This PDF carries more than one signature. Ours carry exactly one."),
    "changed": (Result.ALTERED, "This PDF was changed after it was signed."),
    "stranger": (Result.NOT_OURS, "This PDF was signed by somebody else."),
    "not_in_register": (Result.UNKNOWN, "This PDF carries our signature, but the register does not hold it."),
    "genuine": (Result.GENUINE, "This is a certificate that we issued."),
}


def look_up(text: str) -> RegisterAnswer:
    """Answer what the register says now about a number in any spelling. One query at most."""
    now = timezone.now()
    bare = read_number(text)
    first_file = CertificateFile.objects.filter(credential=OuterRef("pk")).order_by("-version")
    credential = (
        Credential.objects.filter(number=bare)
        .select_related("revocation")
        .annotate(file_sha256=Subquery(first_file.values("sha256")[:1]))
        .first()
        if bare
        else None
    )
    if credential is None:
        return RegisterAnswer(Status.UNKNOWN, now)
    return RegisterAnswer(credential.status_at(now), now, credential, getattr(credential, "file_sha256", None) or "")


def check_document(content: bytes) -> DocumentAnswer:
    """Answer the three questions about a file: unchanged since signing, signed by this issuer, valid today.

    Byte-identical to a file of the register is the strongest answer and is tried first. Never raises for what a file
    holds.
    """
    sha256 = digest(content)
    if len(content) > LARGEST_FILE:
        return _unanswered("too_large", sha256, len(content))
    if number := _number_by_digest(sha256):
        return _ours(look_up(number), sha256, len(content))
    facts = inspect(content)
    if facts.problem is not None:
        return _unreadable(facts.problem, sha256, len(content))
    return _by_signature(facts, sha256, len(content))


def too_large(size: int) -> DocumentAnswer:
    """Answer about a file that was not even read."""
    return _unanswered("too_large", "", size)


def _number_by_digest(sha256: str) -> str | None:
    return CertificateFile.objects.filter(sha256=sha256).values_list("credential__number", flat=True).first()


def _by_signature(facts: SignatureFacts, sha256: str, size: int) -> DocumentAnswer:
    ours = facts.trusted and IssuerKey.objects.filter(fingerprint=facts.signer_fingerprint).exists()
    if not ours:
        return _unanswered("stranger", sha256, size, unchanged=facts.unchanged, by_issuer=False)
    if not facts.unchanged:
        return _unanswered("changed", sha256, size, unchanged=False, by_issuer=True)
    register = _register_of(facts.attachment)
    if register is None:
        return _unanswered("not_in_register", sha256, size, unchanged=True, by_issuer=True, valid=False)
    return _ours(register, sha256, size)


def _register_of(attachment: str) -> RegisterAnswer | None:
    """Return the register's answer to the record in a file, if the register holds this very record."""
    try:
        number = json.loads(attachment)["number"]
    except (ValueError, KeyError, TypeError):
        return None
    answer = look_up(str(number))
    bound = answer.credential is not None and answer.credential.record_sha256 == digest(attachment.encode())
    return answer if bound else None


def _unreadable(problem: Problem, sha256: str, size: int) -> DocumentAnswer:
    unchanged = False if problem in {Problem.DAMAGED, Problem.SIGNED_TWICE} else None
    by_issuer = False if problem is Problem.UNSIGNED else None
    return _unanswered(problem.value, sha256, size, unchanged=unchanged, by_issuer=by_issuer)


def _ours(register: RegisterAnswer, sha256: str, size: int) -> DocumentAnswer:
    result, sentence = SENTENCES["genuine"]
    return DocumentAnswer(
        result,
        "genuine",
        sentence,
        (_unchanged(True), _by_issuer(True), _valid_today(register.status)),
        register.checked_at,
        sha256,
        size,
        register,
    )


def _unanswered(
    code: str,
    sha256: str,
    size: int,
    *,
    unchanged: bool | None = None,
    by_issuer: bool | None = None,
    valid: bool | None = None,
) -> DocumentAnswer:
    """Answer about a file that leads to no entry of the register."""
    result, sentence = SENTENCES[code]
    today = _valid_today(Status.UNKNOWN if valid is False else None)
    return DocumentAnswer(
        result, code, sentence, (_unchanged(unchanged), _by_issuer(by_issuer), today), timezone.now(), sha256, size
    )


def _unchanged(holds: bool | None) -> Finding:
    sentences = {
        True: "Yes. Every byte is as it was when it was signed.",
        False: "No. Ask the holder for the original file.",
        None: "Not answered: no signature could be read.",
    }
    return Finding("unchanged", "Is the file unchanged since it was signed?", holds, sentences[holds])


def _by_issuer(holds: bool | None) -> Finding:
    sentences = {
        True: "Yes. The signature stands under our root certificate.",
        False: "No. It carries no signature that stands under our root certificate.",
        None: "Not answered: no signature could be read.",
    }
    return Finding("signed_by_issuer", "Was it signed by this issuer?", holds, sentences[holds])


def _valid_today(status: Status | None) -> Finding:
    sentences = {
        Status.VALID: "Yes. The register lists it as valid.",
        Status.EXPIRED: "No. It has expired.",
        Status.REVOKED: "No. It was revoked.",
        Status.UNKNOWN: "No. The register does not hold it.",
        None: "Not answered: look the number up by hand, and compare the names.",
    }
    holds = None if status is None else status is Status.VALID
    return Finding("valid_today", "Is the certificate valid today?", holds, sentences[status])
