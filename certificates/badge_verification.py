"""What anybody may learn about a badge, and which check a file of any kind gets."""

import json
from typing import Any

from django.utils import timezone

from certificates.answers import LARGEST_FILE, DocumentAnswer, Finding, RegisterAnswer, file_answer, valid_today
from certificates.badge_trust import issuer_trust, own_status_list
from certificates.models import Badge, Credential, StatusList, SuspensionAct, SuspensionEvent
from certificates.rules.badges.baking import PNG_START, BakingError, BakingFault, badge_in_png, badge_in_svg
from certificates.rules.badges.checking import BadgeAnswer, BadgeFault, check_badge
from certificates.rules.badges.shapes import LARGEST
from certificates.rules.badges.status_list import Purpose
from certificates.rules.record import digest
from certificates.rules.validity import Status
from certificates.signature_reader import HEADER, HEADER_WITHIN
from certificates.verification import check_document, log_finding, look_up, no_document

BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some programs put it in front of text
# How pictures without room for a badge begin; HEIC, the format of telephones, names itself a little later.
PICTURES = (b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
FAULT_CODES = {
    BadgeFault.OTHER_ISSUER: "badge_stranger",
    BadgeFault.UNKNOWN_KEY: "badge_unknown_key",
    BadgeFault.ALTERED: "badge_changed",
}
# What the answers to "unchanged?" and "by this issuer?" are when a badge is refused with a code.
REFUSED: dict[str, tuple[bool | None, bool | None]] = {
    "badge_stranger": (None, False),
    "badge_unknown_key": (None, False),
    "badge_changed": (False, None),
    "badge_damaged": (False, None),
    "not_a_badge": (None, None),
    "not_in_register": (True, True),
}
LISTED_AS = {
    BadgeFault.REVOKED: {Status.REVOKED, Status.SUPERSEDED},
    BadgeFault.SUSPENDED: {Status.SUSPENDED},
}
OUT_OF_FORCE = {Status.REVOKED, Status.SUPERSEDED, Status.SUSPENDED}


def check_file(content: bytes) -> DocumentAnswer:
    """Answer about a file that anybody may have made: a PDF, a badge as JSON, or a PNG or SVG with a badge inside.

    What it is shows in its content, never in its name. Never raises for what it holds.
    """
    start = content.removeprefix(BYTE_ORDER_MARK)[:HEADER_WITHIN].lstrip()
    if len(content) > LARGEST_FILE or HEADER in content[:HEADER_WITHIN]:
        return check_document(content)
    if content.startswith(PNG_START) or (start.startswith(b"<") and b"<svg" in content):
        return _check_picture(content)
    if start.startswith((b"{", b"[")):
        return check_badge_file(content.removeprefix(BYTE_ORDER_MARK).strip(), whole=content)
    picture = content.startswith(PICTURES) or content[4:8] == b"ftyp" or content[8:12] == b"WEBP"
    return no_document("picture" if picture else "not_pdf", digest(content), len(content))


def check_badge_file(badge: bytes, *, whole: bytes) -> DocumentAnswer:
    """Answer about a badge as JSON that came in the file `whole`: proof, status, lists and log.

    The register decides whether it is valid; our published lists and our log have to say the same.
    """
    trust = issuer_trust()
    checked = check_badge(badge, trust=trust, status_list_at=own_status_list, now=timezone.now())
    if not checked.number:
        return _refused(_code(badge, checked.fault, trust.did), whole)
    register = look_up(checked.number)
    if register.credential is None:
        return _refused("not_in_register", whole, today=Status.UNKNOWN)
    lists = _lists_agree(checked, register)
    logged = log_finding(register)
    findings = (_unchanged(True), _by_issuer(True), valid_today(register.status), lists, logged)
    if lists.holds is False or logged.holds is False:
        code = "doubtful" if lists.holds is False else "not_in_log"
        return file_answer(code, findings, sha256=digest(whole), size=len(whole))
    return file_answer("genuine_badge", findings, sha256=digest(whole), size=len(whole), register=register)


def _check_picture(content: bytes) -> DocumentAnswer:
    is_png = content.startswith(PNG_START)
    try:
        badge = badge_in_png(content) if is_png else badge_in_svg(content)
    except BakingError as error:
        if error.fault is BakingFault.NOTHING_INSIDE:
            return no_document("picture", digest(content), len(content))
        return _refused("badge_damaged", content)
    return check_badge_file(badge, whole=content)


def _code(badge: bytes, fault: BadgeFault | None, did: str) -> str:
    """Return the code of a badge that was refused before its proof held; a foreign one need not have our shape."""
    if fault in FAULT_CODES:
        return FAULT_CODES[fault]
    issuer = _issuer_named(badge)
    if not issuer:
        return "not_a_badge"
    return "badge_changed" if issuer == did else "badge_stranger"


def _issuer_named(badge: bytes) -> str:
    """Return whom a badge of any shape names as its issuer, or nothing."""
    try:
        document: Any = json.loads(badge) if len(badge) <= LARGEST else None
    except (ValueError, RecursionError):
        return ""
    issuer = document.get("issuer") if isinstance(document, dict) else None
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    return named if isinstance(named, str) else ""


def _refused(code: str, whole: bytes, today: Status | None = None) -> DocumentAnswer:
    unchanged, by_issuer = REFUSED[code]
    findings = (_unchanged(unchanged), _by_issuer(by_issuer), valid_today(today))
    return file_answer(code, findings, sha256=digest(whole), size=len(whole))


def _lists_agree(checked: BadgeAnswer, register: RegisterAnswer) -> Finding:
    """Compare our signed lists with the register, which they follow within minutes.

    A list that does not say yet what the register says leaves the question open; so does one that still calls suspended
    what was suspended when it was signed. One that says what never was is doubtful.
    """
    if checked.fault is BadgeFault.STATUS_NOT_READ:
        return _lists(None)
    listed = LISTED_AS.get(checked.fault) if checked.fault else None
    if listed is None:
        return _lists(None if register.status in OUT_OF_FORCE else True)
    if register.status in listed:
        return _lists(True)
    behind = checked.fault is BadgeFault.SUSPENDED and _was_suspended_when_listed(register.credential)
    return _lists(None if behind else False)


def _was_suspended_when_listed(credential: Credential | None) -> bool:
    """Say whether the list of suspensions was signed while the credential was suspended, and it no longer is."""
    if credential is None:
        return False
    badge = Badge.objects.get(credential=credential)
    signed = StatusList.objects.filter(purpose=Purpose.SUSPENSION.value, number=badge.status_list)
    events = SuspensionEvent.objects.filter(credential=credential, happened_at__lte=signed.values("signed_at")[:1])
    newest = events.order_by("-number").first()
    return newest is not None and newest.act == SuspensionAct.SUSPENDED


def _unchanged(holds: bool | None) -> Finding:
    sentences = {
        True: "Yes. All that it states is as it was when it was signed. A picture around it is not signed.",
        False: "No. Ask the holder for the original badge.",
        None: "Not answered: there is no badge of ours to compare it with.",
    }
    return Finding("unchanged", "Is the badge unchanged since it was signed?", holds, sentences[holds])


def _by_issuer(holds: bool | None) -> Finding:
    sentences = {
        True: "Yes. It was signed with a key that we publish.",
        False: "No. It was not signed with a key of ours.",
        None: "Not answered: no signature of ours could be read.",
    }
    return Finding("signed_by_issuer", "Was it signed by this issuer?", holds, sentences[holds])


def _lists(holds: bool | None) -> Finding:
    sentences = {
        True: "Yes. The signed lists that wallets read say the same.",
        False: "No. They say that it was taken back, and the register does not.",
        None: "Not answered: no list that holds today speaks of it yet. The register counts.",
    }
    return Finding("status_lists", "Do our published lists say the same?", holds, sentences[holds])
