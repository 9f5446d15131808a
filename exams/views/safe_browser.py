"""Safe Exam Browser: handing out the settings file, and the proof by script."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from exams.errors import AttemptError
from exams.forms import is_text, read_object
from exams.models import Exam, SafeExamBrowserFile, policy_of
from exams.rules.safe_exam_browser import proves
from exams.views.browsers import BY_SCRIPT, is_our_page, remember_proof
from exams.views.exams import exam_for
from lms.accounts.permissions import Permission, public, requires
from lms.accounts.requests import PersonRequest

TICKETS = signing.TimestampSigner(salt="exams.safe_exam_browser", sep=".")
TICKET_SECONDS = 24 * 60 * 60
LONGEST_HASH, LONGEST_ADDRESS = 64, 2000


def settings_links(exam: Exam) -> dict[str, str]:
    """Return the address of the settings file, to download and to open in Safe Exam Browser.

    The browser fetches the file without the candidate's session, so the address itself is the ticket, for one day.
    """
    address = reverse("exams:seb_settings", kwargs={"ticket": TICKETS.sign(exam.code)})
    site = urlsplit(settings.SITE_URL)
    scheme = "sebs" if site.scheme == "https" else "seb"
    return {"download": address, "open": f"{scheme}://{site.netloc}{address}"}


@public
@require_safe
def seb_settings(request: PersonRequest, ticket: str) -> HttpResponse:
    """Hand out the newest settings file of an exam to whoever holds a ticket from its start page."""
    try:
        code = TICKETS.unsign(ticket, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    file = SafeExamBrowserFile.objects.filter(exam__code=code).order_by("-pk").first()
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.content), content_type="application/seb")
    response["Content-Disposition"] = f'attachment; filename="{code}.seb"'
    response["Cache-Control"] = "private, no-store"
    return response


@requires(Permission.ATTEMPT_TAKE, api=True)
@require_POST
def prove(request: PersonRequest, code: str) -> JsonResponse:
    """Take the hashes that a script read from Safe Exam Browser, with the address of the page it read them on."""
    exam, _ = exam_for(request, code)
    keys = policy_of(exam).keys
    try:
        content = read_object(request.body, {"config_hash", "browser_hash", "url"})
        config_hash, browser_hash, url = (_text(content, name) for name in ("config_hash", "browser_hash", "url"))
    except AttemptError as error:
        return JsonResponse({"code": error.code, "detail": error.sentence}, status=400)
    known = is_our_page(request, url)
    proved = known and proves(keys, urls=[url], config_hash=config_hash, browser_hash=browser_hash)
    if proved:
        remember_proof(request, code, keys, BY_SCRIPT)
    return JsonResponse({"proved": proved})


def _text(content: dict[str, Any], name: str) -> str:
    value = content[name]
    if not is_text(value, LONGEST_ADDRESS if name == "url" else LONGEST_HASH):
        raise AttemptError("bad_fields", "The hashes of Safe Exam Browser could not be read. Load the page again.")
    return str(value)
