"""What the assessor's app asks the server: contact, the list to take along, a take-over, uploads, leaving."""

import json
import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth import logout
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from exams.actions.field_checkouts import take_along, take_over
from exams.actions.field_seals import Delivery, receive
from exams.actions.field_signing import sign_sealed
from exams.errors import PracticalError
from exams.models import FieldDevice, SealedRecord
from exams.receipts import receipt_key
from exams.views.field_lists import list_json, state_json
from exams.views.practicals import own_sitting
from lms.accounts.permissions import Permission, requires
from lms.accounts.proofs import Given
from lms.accounts.requests import PersonRequest

LARGEST_BODY = 1536 * 1024
DISCARD = "discard"

ApiView = Callable[[PersonRequest], HttpResponse]


def told_in_json(view: ApiView) -> ApiView:
    """Answer refusals as JSON: 409 with code and sentence, 400 for a body that cannot be read."""

    @wraps(view)
    def telling(request: PersonRequest) -> HttpResponse:
        try:
            return view(request)
        except PracticalError as refusal:
            status = 400 if refusal.code == "bad_body" else 409
            return JsonResponse({"code": refusal.code, "detail": refusal.sentence}, status=status)

    return telling


@requires(Permission.PRACTICAL_SIGN, api=True)
@require_safe
def contact(request: PersonRequest) -> JsonResponse:
    """Say who is signed in and by which key receipts are checked; lend the token for POST: the kept page has none."""
    token = get_token(request)
    return JsonResponse({"person": str(request.user.public_id), "csrf": token, "receipt_key": receipt_key()})


@requires(Permission.PRACTICAL_SIGN, api=True)
@require_POST
@told_in_json
def load(request: PersonRequest) -> HttpResponse:
    """Bind the sittings of the next seven days to a device and hand them over, with where its seals stand."""
    device = _device(request, _body(request, {"device": str}))
    listed = take_along(device=device, by=request.user)
    return JsonResponse(list_json(request.user, device, listed))


@requires(Permission.PRACTICAL_SIGN, api=True)
@require_POST
@told_in_json
def take_over_here(request: PersonRequest) -> HttpResponse:
    """Take a sitting from another device of the same assessor to this one."""
    body = _body(request, {"device": str, "sitting": str, "reason": str})
    sitting = own_sitting(request, _key(body["sitting"]))
    take_over(sitting=sitting, by=request.user, reason=body["reason"], device=_device(request, body))
    return JsonResponse({"taken": True})


@requires(Permission.PRACTICAL_SIGN, api=True)
@require_POST
@told_in_json
def upload(request: PersonRequest) -> HttpResponse:
    """Take in one sealed record; a passkey's answer to its digest signs it at once, where nothing speaks against it."""
    shape = {"device": str, "payload": str, "signature": str, "passkey": str, "replaced": bool}
    body = _body(request, shape)
    device = _device(request, body)
    try:
        payload = body["payload"].encode()
    except UnicodeEncodeError as fault:
        raise PracticalError("bad_body", "This record cannot be read.") from fault
    delivery = Delivery(payload, body["signature"], body["passkey"], body["replaced"])
    sealed = receive(device=device, by=request.user, delivery=delivery, received_at=request.received_at)
    trouble = _sign_by_passkey(request, sealed)
    return JsonResponse(state_json(SealedRecord.objects.with_people().get(pk=sealed.pk)) | {"trouble": trouble})


@requires(Permission.PRACTICAL_SIGN, api=True)
@require_POST
@told_in_json
def leave(request: PersonRequest) -> HttpResponse:
    """Sign out and let the browser remove everything that the site keeps on this device (O-3).

    With unsent work it needs the word that the person typed.
    """
    body = _body(request, {"waiting": int, "word": str})
    if body["waiting"] and body["word"].strip().lower() != DISCARD:
        raise PracticalError("not_confirmed", f"Type the word {DISCARD} to delete what was not sent.")
    logout(request)
    response = JsonResponse({"left": True})
    response["Clear-Site-Data"] = '"storage"'
    return response


def _sign_by_passkey(request: PersonRequest, sealed: SealedRecord) -> str:
    """Sign with the passkey's answer that came along; return why that did not work, or an empty text."""
    if not sealed.passkey or sealed.state != "needs_reauth":
        return ""
    given = Given(passkey=sealed.passkey)
    try:
        sign_sealed(sealed=sealed, by=request.user, digest=sealed.digest, given=given, nonce=uuid.uuid4())
    except PracticalError as refusal:
        return refusal.sentence
    return ""


def _device(request: PersonRequest, body: Mapping[str, Any]) -> FieldDevice:
    return get_object_or_404(FieldDevice.objects.of(request.user), pk=_key(body["device"]))


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as fault:
        raise PracticalError("bad_body", "This request cannot be read.") from fault


def _body(request: PersonRequest, shape: Mapping[str, type]) -> dict[str, Any]:
    """Read a JSON body of exactly this shape. Raises `PracticalError` bad_body for anything else (S-5)."""
    try:
        if len(request.body) > LARGEST_BODY:
            raise ValueError("too large")
        body: dict[str, Any] = json.loads(request.body)
        if set(body) != set(shape) or not all(type(body[name]) is kind for name, kind in shape.items()):
            raise ValueError("unknown shape")
    except (ValueError, TypeError, AttributeError, RecursionError) as fault:
        raise PracticalError("bad_body", "This request cannot be read.") from fault
    return body
