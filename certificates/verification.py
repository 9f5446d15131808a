"""What anybody may learn about a certificate: by its number, or by the PDF itself."""

import json
import re

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from certificates.answers import (
    LARGEST_FILE,
    DocumentAnswer,
    Finding,
    RegisterAnswer,
    file_answer,
    in_log,
    valid_today,
)
from certificates.models import CertificateFile, Credential, IssuerKey, LogCheckpoint, LogEntry
from certificates.register.proving import inclusion_of
from certificates.rules.numbering import LONGEST_INPUT, read_number
from certificates.rules.record import digest
from certificates.rules.tlog.entries import LogEvent
from certificates.rules.validity import Status
from certificates.signature_checks import inspect
from certificates.signature_reader import Problem, SignatureFacts

BADGE_ADDRESS = re.compile(r"/credentials/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


def look_up(text: str) -> RegisterAnswer:
    """Answer what the register says now about a number in any spelling: one query at most, two when it is suspended."""
    now = timezone.now()
    bare = read_number(text)
    newest_file = CertificateFile.objects.filter(credential=OuterRef("pk")).order_by("-version")
    issue = LogEntry.objects.filter(credential=OuterRef("pk"), event=LogEvent.ISSUE.value).order_by("-index")
    checkpoint = LogCheckpoint.objects.order_by("-size")
    credential = (
        Credential.objects.filter(number=bare)
        .with_standing()
        .annotate(
            file_sha256=Subquery(newest_file.values("sha256")[:1]),
            log_index=Subquery(issue.values("index")[:1]),
            log_size=Subquery(checkpoint.values("size")[:1]),
        )
        .first()
        if bare
        else None
    )
    if credential is None:
        return RegisterAnswer(Status.UNKNOWN, now)
    return RegisterAnswer(
        credential.status_at(now),
        now,
        credential,
        file_sha256=getattr(credential, "file_sha256", None) or "",
        log_index=getattr(credential, "log_index", None),
        log_size=getattr(credential, "log_size", None) or 0,
    )


def number_at(address: str) -> str | None:
    """Return the bare number of the badge at an address of ours, such as `https://…/credentials/5ee6…`."""
    place = BADGE_ADDRESS.search(address[:LONGEST_INPUT])
    return Credential.objects.filter(pk=place[1]).values_list("number", flat=True).first() if place else None


def check_document(content: bytes) -> DocumentAnswer:
    """Answer the questions about a PDF: unchanged since signing, signed by this issuer, valid today, in the log.

    Byte-identical to a file of the register is the strongest answer and is tried first. Never raises for what a file
    holds.
    """
    sha256 = digest(content)
    if len(content) > LARGEST_FILE:
        return _unanswered("too_large", sha256, len(content))
    if number := _number_by_digest(sha256):
        return _ours(look_up(number), sha256, len(content), known_file=True)
    facts = inspect(content)
    if facts.problem is not None:
        return _unreadable(facts.problem, sha256, len(content))
    return _by_signature(facts, sha256, len(content))


def no_document(code: str, sha256: str, size: int) -> DocumentAnswer:
    """Answer about a file that is none of ours, by the code of its sentence; nothing in it could be read."""
    return _unanswered(code, sha256, size)


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


def _ours(register: RegisterAnswer, sha256: str, size: int, *, known_file: bool = False) -> DocumentAnswer:
    """Answer about a certificate of ours; the log has to prove its issue, with these very bytes if we know them."""
    logged = log_finding(register, pdf_sha256=sha256 if known_file else "")
    findings = (_unchanged(True), _by_issuer(True), valid_today(register.status), logged)
    if logged.holds is False:
        return file_answer("not_in_log", findings, sha256=sha256, size=size)
    return file_answer("genuine", findings, sha256=sha256, size=size, register=register)


def log_finding(register: RegisterAnswer, *, pdf_sha256: str = "") -> Finding:
    """Answer whether the public log proves the issue of what the register holds."""
    held = register.credential
    return in_log(inclusion_of(held.pk, pdf_sha256=pdf_sha256) if held else None)


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
    today = valid_today(Status.UNKNOWN if valid is False else None)
    return file_answer(code, (_unchanged(unchanged), _by_issuer(by_issuer), today), sha256=sha256, size=size)


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
