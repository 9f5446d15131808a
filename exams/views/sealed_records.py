"""Sealed records that arrived: the assessor signs them, the registrar decides about those that wait."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams.actions.field_checkouts import take_over
from exams.actions.field_signing import decide_seal, sign_sealed
from exams.errors import PracticalError
from exams.models import SealedRecord
from exams.practical_forms import DecideSealForm, SignForm, TakeBackForm
from exams.rules.practical_record import challenge_of
from exams.views.practical_pages import RecordPage, record_page
from exams.views.practical_records import ASK_AGAIN, FIELDS_OF_REFUSALS, limit_tries
from exams.views.practicals import own_sitting
from lms.accounts.passkeys import request_for
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

MOST_ROWS = 100
STATES = {
    "signed": "Signed",
    "needs_reauth": "Sealed, not yet signed",
    "review": "Waits for the registrar",
    "replaced": "Replaced by a later seal",
    "refused": "Refused",
    "set_aside": "Set aside",
}


@requires(Permission.PRACTICAL_SIGN)
@require_safe
def own_sealed(request: PersonRequest) -> HttpResponse:
    """List what the devices of this assessor have sent, newest first: to sign, waiting, kept but not applied."""
    rows = SealedRecord.objects.with_people().filter(device__person=request.user).order_by("-received_at")[:MOST_ROWS]
    listed = [(row, STATES[row.state]) for row in rows]
    return render(request, "exams/field/sealed_records.html", {"rows": listed})


@requires(Permission.PRACTICAL_SIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def sealed_record(request: PersonRequest, sealed_id: uuid.UUID) -> HttpResponse:
    """Show one sealed record with its digest, and sign it after showing again who one is."""
    rows = SealedRecord.objects.with_people().filter(device__person=request.user)
    row = get_object_or_404(rows, pk=sealed_id)
    if row.state == "signed":
        return redirect("exams:record", row.signature_row.sign_off_id)
    if row.state != "needs_reauth":
        return _show(request, row)
    if request.method != "POST":
        initial = {"digest": row.digest, "nonce": uuid.uuid4()}
        return _show(request, row, SignForm(initial=initial, person=request.user))
    return _sign(request, row)


@requires(Permission.PRACTICAL_SIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: PersonRequest, sitting_id: uuid.UUID) -> HttpResponse:
    """Take a sitting back from the device that holds it, to work on it here; with a reason."""
    sitting = own_sitting(request, sitting_id)
    if sitting.checkout is None:
        return redirect("exams:sitting", sitting.pk)
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_over(sitting=sitting, by=request.user, reason=form.cleaned_data["reason"])
        except PracticalError as refusal:
            form.add_error("reason", refusal.sentence)
        else:
            return redirect("exams:sitting", sitting.pk)
    return render(request, "exams/field/take_back.html", {"sitting": sitting, "form": form})


@requires(Permission.SITTING_ASSIGN)
@require_safe
def to_review(request: PersonRequest) -> HttpResponse:
    """List sealed records that wait for a decision, with every other version of the same sitting beside them."""
    waiting = SealedRecord.objects.to_review().order_by("received_at")[:MOST_ROWS]
    sittings = {row.sitting_id for row in waiting}
    rows = SealedRecord.objects.with_people().filter(sitting__in=sittings).order_by("sitting", "received_at")
    groups: dict[uuid.UUID, list[tuple[SealedRecord, str, RecordPage]]] = {}
    for row in rows:
        if row.sitting is not None:
            line = (row, STATES[row.state], record_page(row.content, row.sitting.rubric))
            groups.setdefault(row.sitting.pk, []).append(line)
    context = {"groups": list(groups.values()), "form": DecideSealForm()}
    return render(request, "exams/field/review.html", context)


@requires(Permission.SITTING_ASSIGN)
@require_POST
def decide(request: PersonRequest, sealed_id: uuid.UUID) -> HttpResponse:
    """Let a sealed record be signed after all, or set it aside."""
    row = get_object_or_404(SealedRecord.objects.with_people(), pk=sealed_id)
    form = DecideSealForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was decided: choose what becomes of the record, and say why.")
        return redirect("exams:sealed_review")
    allows = form.cleaned_data["answer"] == "allow"
    try:
        decide_seal(sealed=row, by=request.user, allows=allows, reason=form.cleaned_data["reason"])
    except PracticalError as refusal:
        messages.error(request, refusal.sentence)
    else:
        words = "The assessor can sign it now." if allows else "It is set aside and kept."
        messages.success(request, f"Decided. {words}")
    return redirect("exams:sealed_review")


def _sign(request: PersonRequest, row: SealedRecord) -> HttpResponse:
    form = SignForm(request.POST, person=request.user)
    if not form.is_valid():
        return _show(request, row, form)
    try:
        limit_tries(request)
        made = sign_sealed(sealed=row, by=request.user, **form.act)
    except PracticalError as refusal:
        if refusal.code not in ASK_AGAIN:
            return _show(request, row, refusal=refusal, status=409)
        form.show_again(row.digest)
        form.add_error(FIELDS_OF_REFUSALS.get(refusal.code), refusal.sentence)
        return _show(request, row, form, status=429 if refusal.code == "too_often" else 200)
    return redirect("exams:signed", made.sitting_id)


def _show(
    request: PersonRequest,
    row: SealedRecord,
    form: SignForm | None = None,
    refusal: PracticalError | None = None,
    status: int = 200,
) -> HttpResponse:
    readable = row.sitting is not None
    context = {
        "row": row,
        "state": STATES[row.state],
        "sitting": row.sitting,
        "page": record_page(row.content, row.sitting.rubric) if row.sitting and readable else None,
        "form": form,
        "refusal": refusal,
        "short_digest": row.reference,
        "passkey_request": request_for(request.user, challenge_of(row.digest)) if form else None,
    }
    return render(request, "exams/field/sealed_record.html", context, status=status)
