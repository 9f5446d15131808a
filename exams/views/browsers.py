"""From where and with which browser a request comes, as far as an exam asks for it.

A proof of Safe Exam Browser is kept in the session, under a name for the set of keys it was given for: new keys make it
void. A client that once sent headers has to send them with every request; clients that cannot send any prove
themselves once by script, with the hash of the page's own address.
"""

from collections.abc import Iterator
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare

from exams.actions import access
from exams.actions.access import Presented
from exams.models import Attempt, Exam, ExamPolicy, policy_of
from exams.rules.attempt_policy import Reason
from exams.rules.safe_exam_browser import Keys, Proof, proves
from lms.accounts.requests import PersonRequest

CONFIG_HEADER = "X-SafeExamBrowser-ConfigKeyHash"
BROWSER_HEADER = "X-SafeExamBrowser-RequestHash"
PROOFS = "exam_browser_proofs"
GUARDED = "exam_guarded"
BY_HEADERS, BY_SCRIPT = "headers", "script"
BLOCKED = Reason(
    "blocked",
    "Safe Exam Browser did not prove itself, so the exam is stopped here. Your answers are stored, and the clock goes "
    "on. Tell the invigilator now; then load this page again.",
)


def client_address(request: PersonRequest) -> str:
    """Return the client's address, counted from behind our proxies (TRUSTED_PROXY_COUNT); empty when it is unclear."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except ImproperlyConfigured:  # fewer proxies than promised: the header could be anybody's
        return ""


def addresses_of(request: PersonRequest) -> Iterator[str]:
    """Yield the ways in which a client may have written the address of this request.

    Behind a proxy that ends TLS the request itself may look like http, and Django writes some characters of a path
    anew; so the site's own address and the path as it was sent count as well.
    """
    sent = str(request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or "")
    paths = {request.get_full_path(), sent if sent.startswith("/") else request.get_full_path()}
    for origin in {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}:
        for path in paths:
            yield origin + path


def is_our_page(request: PersonRequest, url: str) -> bool:
    """Whether an address that a script names is a page of this site."""
    return any(
        url.startswith(f"{origin}/") for origin in (settings.SITE_URL, f"{request.scheme}://{request.get_host()}")
    )


def present(request: PersonRequest, exam: Exam, *, password: bool | None = None) -> Presented:
    """Gather what the policy of an exam asks about a request, and nothing else."""
    rules = policy_of(exam)
    return Presented(
        address=client_address(request) if rules.networks else "",
        proof=proof_of(request, exam.code, rules.keys) if rules.seb_required else Proof.NONE,
        password=password,
    )


def proof_of(request: PersonRequest, code: str, keys: Keys) -> Proof:
    """Say what a request shows of its browser, and remember a proof in the session."""
    hashes = (request.headers.get(CONFIG_HEADER, ""), request.headers.get(BROWSER_HEADER, ""))
    route = _route(request, code, keys)
    if any(hashes):
        if not proves(keys, urls=addresses_of(request), config_hash=hashes[0], browser_hash=hashes[1]):
            return Proof.WRONG
        if route != BY_HEADERS:
            remember_proof(request, code, keys, BY_HEADERS)
        return Proof.RIGHT
    return {BY_SCRIPT: Proof.RIGHT, BY_HEADERS: Proof.WRONG}.get(route, Proof.NONE)


def _route(request: PersonRequest, code: str, keys: Keys) -> str:
    known: dict[str, Any] = request.session.get(PROOFS, {}).get(code, {})
    fits = constant_time_compare(str(known.get("keys", "")), keys.fingerprint)
    return str(known.get("route", "")) if fits else ""


def remember_proof(request: PersonRequest, code: str, keys: Keys, route: str) -> None:
    """Bind a proof to the session and to this set of keys."""
    proof = {"route": route, "keys": keys.fingerprint}
    request.session[PROOFS] = request.session.get(PROOFS, {}) | {code: proof}


def halt(request: PersonRequest, attempt: Attempt) -> Reason | None:
    """Return why the exam room stays shut for this request. A wrong key blocks the attempt until somebody looks at it.

    `attempt` comes with its exam and policy. The session notes that saves of this attempt have to be looked at too.
    """
    rules = policy_of(attempt.exam)
    _note_guard(request, attempt, rules)
    if attempt.blocked_at is None and rules.guards_room:
        presented = present(request, attempt.exam)
        if rules.seb_required and presented.proof is Proof.WRONG:
            access.block(attempt_id=attempt.pk, by=request.user)
            return BLOCKED
        return next(iter(access.refusals_here(rules, presented)), None)
    return BLOCKED if attempt.blocked_at else None


def refusal_here(request: PersonRequest, attempt: Attempt) -> Reason | None:
    """Return what speaks against the device of this request. Nothing is blocked or remembered for the attempt."""
    rules = policy_of(attempt.exam)
    if not rules.guards_room:
        return None
    return next(iter(access.refusals_here(rules, present(request, attempt.exam))), None)


def _note_guard(request: PersonRequest, attempt: Attempt, rules: ExamPolicy) -> None:
    guarded = str(attempt.pk) if rules.guards_room else ""
    if request.session.get(GUARDED, "") != guarded:
        request.session[GUARDED] = guarded


def halt_after_save(request: PersonRequest, attempt_id: object) -> Reason | None:
    """Look at a request that saved answers; they are stored already. Without a guard this asks nothing."""
    if request.session.get(GUARDED, "") != str(attempt_id):
        return None
    attempt = Attempt.objects.select_related("exam__policy").filter(pk=str(attempt_id)).first()
    if attempt is None or not attempt.is_open:
        return None
    return halt(request, attempt)


def halted(request: PersonRequest, attempt: Attempt, reason: Reason) -> HttpResponse:
    """Lead out of the exam room: to the start page, where a browser can prove itself, or to a page that says why."""
    if reason == access.NO_SAFE_BROWSER:
        return redirect("exams:start", code=attempt.exam.code)
    return render(request, "exams/halted.html", {"attempt": attempt, "reason": reason}, status=403)
