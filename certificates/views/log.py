"""The public log of certificates: files that auditors and monitors read, and what they need to check them.

Source of addresses, types and how long they may be kept: C2SP `tlog-tiles`.
"""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from certificates.limits import limited
from certificates.log_keys import trusted_log_keys
from certificates.models import Credential, LogCheckpoint
from certificates.register.kept import content_of, newest_checkpoint
from certificates.register.outside import CHECKPOINT, outside_file
from certificates.register.proving import proof_for
from certificates.rules.numbering import format_number, read_number
from certificates.rules.tlog.tiles import read_path
from certificates.rules.tlog.tree import MissingHashError
from lms.accounts.permissions import public

CHECKER = Path(settings.BASE_DIR) / "lms" / "scripts" / "check_register.py"
TEXT = "text/plain; charset=utf-8"
A_FEW_SECONDS = "public, max-age=5"
FOR_GOOD = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"


@public
@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """Say what the log is, how long it is now, under which keys it stands, and how to check it."""
    newest = LogCheckpoint.objects.select_related("key").order_by("-size").first()
    context = {"checkpoint": newest, "keys": [key.to_text() for key in trusted_log_keys()]}
    return render(request, "certificates/log.html", context)


@public
@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """Serve the published checkpoint."""
    content = outside_file(CHECKPOINT)
    if content is None:
        raise Http404("Nothing was entered yet.")
    return _served(content, TEXT, A_FEW_SECONDS)


@public
@require_GET
def tile(request: HttpRequest, path: str) -> HttpResponse:
    """Serve a tile of hashes or a bundle of entries.

    A partial one that was cleared away when the full one came is made again: who has an older checkpoint may need it.
    """
    wanted = read_path(path)
    if wanted is None:
        raise Http404("There is no such tile.")
    content = outside_file(f"tile/{wanted.path}")
    if content is None:
        newest = newest_checkpoint()
        if newest is None or wanted.end > newest.size:
            raise Http404("The log is not that long.")
        try:
            content = content_of(wanted)
        except MissingHashError as error:
            raise Http404("The log does not hold this tile.") from error
    return _served(content, "application/octet-stream", FOR_GOOD)


@public
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """Serve the keys under which checkpoints stand, one a line, newest first."""
    lines = [key.to_text() for key in trusted_log_keys()]
    if not lines:
        raise Http404("Nothing was signed yet.")
    return _served("".join(f"{line}\n" for line in lines).encode(), TEXT, AN_HOUR)


@public
@require_GET
def checker(request: HttpRequest) -> HttpResponse:
    """Serve the program with which anybody can check what they downloaded, without us."""
    response = _served(CHECKER.read_bytes(), "text/x-python; charset=utf-8", AN_HOUR)
    response["Content-Disposition"] = f'attachment; filename="{CHECKER.name}"'
    return response


@public
@require_GET
@limited
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """Serve the proof that a certificate stands in the log; 404 for unknown numbers and for what is not signed yet."""
    bare = read_number(number)
    held = Credential.objects.filter(number=bare).values_list("pk", flat=True).first() if bare else None
    content = proof_for(held) if held else None
    if bare is None or content is None:
        raise Http404("There is no proof for this number.")
    response = _served(content.encode(), TEXT, "no-store")
    response["X-Robots-Tag"] = "noindex"
    response["Content-Disposition"] = f'attachment; filename="{format_number(bare)}.tlog-proof"'
    return response


def _served(content: bytes, content_type: str, kept: str) -> HttpResponse:
    """Return a file that programs on any site may read."""
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = kept
    response["Access-Control-Allow-Origin"] = "*"
    return response
