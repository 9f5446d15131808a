"""The answers that a check gives: what the register says, and what a file turned out to be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone

from certificates.models import Credential
from certificates.register.proving import Inclusion
from certificates.rules.validity import Status
from lms.accounts.days import site_day

LARGEST_FILE = 10 * 1024 * 1024  # bytes; ours have about 100,000


@dataclass(frozen=True)
class RegisterAnswer:
    """What the register says about a number at a moment; `credential` is None exactly when it is unknown."""

    status: Status
    checked_at: datetime
    credential: Credential | None = None
    file_sha256: str = ""
    log_index: int | None = None
    log_size: int = 0

    @property
    def log_position(self) -> int | None:
        """Its place in the public log, counted from 1; None while no checkpoint covers it."""
        return None if self.log_index is None or self.log_index >= self.log_size else self.log_index + 1

    def as_data(self) -> dict[str, Any]:
        """Write the answer as plain data for machines; days as `2026-11-21`."""
        data: dict[str, Any] = {"status": self.status.value, "checked_at": self.checked_at.isoformat()}
        if self.credential is None:
            return data
        revocation, suspension = self.credential.revoked, self.credential.suspension
        replaced_at = self.credential.replaced_at
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
            "revoked": _day(revocation.revoked_at) if revocation else None,
            "revocation_reason": revocation.public_text if revocation else None,
            "suspended": _day(suspension.happened_at) if suspension else None,
            "suspension_reason": suspension.public_text if suspension else None,
            "superseded": _day(replaced_at) if replaced_at else None,
            "pdf_sha256": self.file_sha256 or None,
            "log": {"index": self.log_index, "size": self.log_size} if self.log_position else None,
        }


def _day(moment: datetime) -> str:
    """Write the day of a moment, as it is counted on the site."""
    return site_day(moment).isoformat()


class Result(StrEnum):
    """The short answer about a file."""

    GENUINE = "genuine"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One question about a file and its answer; `holds` is None when the question cannot be answered."""

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
    findings: tuple[Finding, ...]
    checked_at: datetime
    sha256: str
    size: int
    register: RegisterAnswer | None = None

    @property
    def all_hold(self) -> bool:
        """Say whether every question is answered with yes: unchanged, by this issuer, valid today."""
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
    "not_pdf": (
        Result.UNKNOWN,
        "This file is neither a PDF nor a badge. Ask the holder for the PDF, the badge or the number.",
    ),
    "picture": (
        Result.UNKNOWN,
        "This picture holds no badge. A photo, scan or screenshot proves nothing: type the number that it shows.",
    ),
    "encrypted": (Result.UNKNOWN, "This PDF is encrypted. Ours are not. Ask the holder for the original file."),
    "not_read": (
        Result.UNKNOWN,
        "This PDF could not be read in time, for the site is busy. Try again in a minute, or type the number in it.",
    ),
    "damaged": (
        Result.ALTERED,
        "This PDF is damaged or was saved again by another program. Ask the holder for the original file.",
    ),
    "unsigned": (
        Result.NOT_OURS,
        "This PDF carries no signature. Ours do. A print or scan has none either: type the number that it shows.",
    ),
    "signed_twice": (Result.ALTERED, "This PDF carries more than one signature. Ours carry exactly one."),
    "changed": (
        Result.ALTERED,
        "This PDF was changed after it was signed. Do not rely on what it says: ask the holder for the original file.",
    ),
    "stranger": (Result.NOT_OURS, "This PDF was signed by somebody else, whatever name stands on it."),
    "not_in_register": (
        Result.UNKNOWN,
        "This file carries our signature, but the register does not hold it. Ask us before you rely on it.",
    ),
    "genuine": (Result.GENUINE, "This is a certificate that we issued."),
    "genuine_badge": (Result.GENUINE, "This is a badge that we issued."),
    "badge_damaged": (Result.ALTERED, "The badge in this file is damaged. Ask the holder for the original file."),
    "badge_changed": (
        Result.ALTERED,
        "This badge names us, but it is not as we signed it. Do not rely on what it says: look the number up.",
    ),
    "badge_stranger": (Result.NOT_OURS, "This badge was issued by somebody else. Only its issuer can confirm it."),
    "badge_unknown_key": (
        Result.NOT_OURS,
        "This badge names us as its issuer, but it was signed with a key that is not ours. Do not rely on it.",
    ),
    "not_a_badge": (
        Result.UNKNOWN,
        "This text is not an Open Badge. Paste the whole badge, from the first bracket to the last.",
    ),
    "not_in_log": (
        Result.UNKNOWN,
        "The register holds it, but our public log does not prove it. Ask us before you rely on it.",
    ),
    "doubtful": (
        Result.UNKNOWN,
        "The register and our published list of what was taken back do not agree. Ask us before you rely on it.",
    ),
}


def file_answer(
    code: str, findings: tuple[Finding, ...], *, sha256: str, size: int, register: RegisterAnswer | None = None
) -> DocumentAnswer:
    """Put an answer together: the sentence of its code, the findings, and what the register says."""
    result, sentence = SENTENCES[code]
    checked_at = register.checked_at if register else timezone.now()
    return DocumentAnswer(result, code, sentence, findings, checked_at, sha256, size, register)


def in_log(inclusion: Inclusion | None) -> Finding:
    """Answer whether the public log proves that it was issued; None while it waits for the next checkpoint."""
    if inclusion is None:
        holds, sentence = None, "Not yet: what is new is signed within minutes. The other answers hold all the same."
    elif inclusion.proven:
        holds, sentence = True, f"Yes. It is entry {inclusion.index + 1} of {inclusion.size}, under a signed root."
    else:
        holds, sentence = False, "No. The log holds something else in its place."
    return Finding("in_log", "Does the public log prove that it was issued?", holds, sentence)


def valid_today(status: Status | None) -> Finding:
    """Answer from the register whether the certificate is valid; None when the file leads to no entry."""
    sentences = {
        Status.VALID: "Yes. The register lists it as valid.",
        Status.EXPIRED: "No. It has expired.",
        Status.SUSPENDED: "No. It is suspended for now.",
        Status.SUPERSEDED: "No. It was replaced by a newer certificate.",
        Status.REVOKED: "No. It was revoked.",
        Status.UNKNOWN: "No. The register does not hold it.",
        None: "Not answered: look the number up by hand, and compare the names.",
    }
    holds = None if status is None else status is Status.VALID
    return Finding("valid_today", "Is the certificate valid today?", holds, sentences[status])
