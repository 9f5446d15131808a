"""The account's page of devices for work without a network: enrol this one, see all, revoke any."""

import json
import uuid

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from exams.actions.field_devices import enrol_device, revoke_device
from exams.errors import PracticalError
from exams.models import FieldDevice
from exams.receipts import receipt_key
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

LARGEST_BODY = 4096


@requires(Permission.PRACTICAL_SIGN)
@reauthentication_required
@require_safe
def devices(request: PersonRequest) -> HttpResponse:
    """Show the devices of this person, and offer to enrol this one; after showing again who they are."""
    now = timezone.now()
    rows = [(row, row.is_usable(now)) for row in FieldDevice.objects.of(request.user)]
    return render(request, "exams/field/devices.html", {"rows": rows, "person": request.user.public_id})


@requires(Permission.PRACTICAL_SIGN)
@reauthentication_required
@require_POST
def enrol(request: PersonRequest) -> HttpResponse:
    """Enrol the device whose browser made this key; answers a script with JSON."""
    try:
        if len(request.body) > LARGEST_BODY:
            raise ValueError("too large")
        body = json.loads(request.body)
        label, public_key = body["label"], body["public_key"]
        if not (isinstance(label, str) and isinstance(public_key, str)):
            raise TypeError("texts are needed")
    except (ValueError, TypeError, KeyError):
        return JsonResponse({"code": "bad_body", "detail": "This request cannot be read."}, status=400)
    try:
        device = enrol_device(by=request.user, label=label, public_key=public_key)
    except PracticalError as refusal:
        return JsonResponse({"code": refusal.code, "detail": refusal.sentence}, status=409)
    facts = {"id": str(device.pk), "label": device.label, "expires_at": device.expires_at.isoformat()}
    return JsonResponse({"device": facts, "person": str(request.user.public_id), "receipt_key": receipt_key()})


@requires(Permission.PRACTICAL_SIGN)
@require_POST
def revoke(request: PersonRequest, device_id: uuid.UUID) -> HttpResponse:
    """Revoke one device; anybody else's does not exist here."""
    device = get_object_or_404(FieldDevice.objects.of(request.user), pk=device_id)
    revoke_device(device=device, by=request.user)
    messages.success(request, f"{device.label} is revoked. What it still sends waits for the registrar.")
    return redirect("exams:field_devices")
