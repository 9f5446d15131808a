"""Checking a certificate without an account: by number, by scanned code, by PDF, by badge."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from certificates.answers import LARGEST_FILE, DocumentAnswer, RegisterAnswer, Result
from certificates.badge_verification import check_badge_file, check_file
from certificates.issuer_keys import trusted_roots_pem
from certificates.limits import limited
from certificates.rules.names import compare_names
from certificates.rules.numbering import LONGEST_INPUT, as_typed, format_number, read_number
from certificates.rules.validity import Status
from certificates.verification import look_up, number_at, too_large
from certificates.views.words import NAME_WORDS, RESULT_WORDS, STATUS_WORDS
from certificates.watching import WATCHABLE
from lms.accounts.permissions import public

FORM_ALLOWANCE = 64 * 1024  # bytes of a form around its file


@public
@csrf_exempt  # changes nothing, and works for a stranger without cookies
@require_http_methods(["GET", "POST"])
@limited
def verify(request: HttpRequest) -> HttpResponse:
    """Show the look-up page; a number leads to its own page, a file or a pasted badge is answered at once."""
    if request.method == "POST":
        return _verify_upload(request)
    if text := request.GET.get("number", "").strip():
        return _find(request, text)
    if "number" in request.GET:
        return _ask_again(request, number_error="Enter the number that stands on the certificate.")
    return unstored(render(request, "certificates/verify.html", {"words": STATUS_WORDS}))


@public
@csrf_exempt  # changes nothing, and works for a stranger without cookies
@require_http_methods(["GET", "POST"])
@limited
def verify_number(request: HttpRequest, number: str) -> HttpResponse:
    """Show what the register says about a number now; a posted `name` is compared with the holder's.

    Unknown and malformed numbers get one and the same page. The name is posted so that it stands in no address or log.
    """
    return register_page(request, look_up(number), number, name=request.POST.get("name", "")[:LONGEST_INPUT])


@public
@require_GET
def root(request: HttpRequest) -> HttpResponse:
    """Serve the root certificates, so that anybody can check our signatures with other programs."""
    content = trusted_roots_pem()
    if not content:
        raise Http404("No certificate was signed yet.")
    return HttpResponse(content, content_type="application/x-pem-file")


def read_upload(request: HttpRequest) -> DocumentAnswer | None:
    """Return the answer about the uploaded `file`, or about a `badge` that came as text; None when there is neither.

    Too large a body is not read at all.
    """
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    if announced > LARGEST_FILE + FORM_ALLOWANCE:
        return too_large(announced)
    upload = request.FILES.get("file")
    if upload is None:
        badge = request.POST.get("badge", "").strip().encode()
        return check_badge_file(badge, whole=badge) if badge else None
    return too_large(upload.size or 0) if (upload.size or 0) > LARGEST_FILE else check_file(upload.read())


def _find(request: HttpRequest, text: str) -> HttpResponse:
    bare = read_number(text) or number_at(text)
    if bare is None:
        return register_page(request, look_up(text), text[:LONGEST_INPUT])
    return redirect("certificates:verify_number", number=quote(format_number(bare)))


def register_page(request: HttpRequest, answer: RegisterAnswer, typed: str, *, name: str = "") -> HttpResponse:
    """Show what the register says; 404 when it holds no such number."""
    context: dict[str, Any] = {
        "answer": answer,
        "word": STATUS_WORDS[answer.status],
        "typed": as_typed(typed),
        "watchable": answer.status in WATCHABLE,
    }
    if answer.credential and name.strip():
        match = compare_names(name, answer.credential.holder_name)
        context |= {"name": name, "match": NAME_WORDS[match]}
    if answer.status is Status.VALID:
        context["preview"] = settings.SITE_URL + reverse("certificates:preview")
    status = 404 if answer.status is Status.UNKNOWN else 200
    return unstored(render(request, "certificates/status.html", context, status=status))


def _ask_again(request: HttpRequest, **error: str) -> HttpResponse:
    """Show the look-up page with what is missing."""
    return unstored(render(request, "certificates/verify.html", {"words": STATUS_WORDS, **error}, status=400))


def _verify_upload(request: HttpRequest) -> HttpResponse:
    answer = read_upload(request)
    if answer is None and "badge" in request.POST:
        return _ask_again(request, badge_error="Paste the text of the badge first.")
    if answer is None:
        return _ask_again(request, file_error="Choose a file first: a PDF or a badge.")
    register = answer.register
    word = STATUS_WORDS[register.status] if register else RESULT_WORDS.get(answer.result, RESULT_WORDS[Result.UNKNOWN])
    status = 413 if answer.code == "too_large" else 200
    return unstored(
        render(
            request, "certificates/document.html", {"answer": answer, "register": register, "word": word}, status=status
        )
    )


def unstored(response: HttpResponse) -> HttpResponse:
    """Keep an answer out of caches and search engines."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
