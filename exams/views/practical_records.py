"""The summary before signing, the signature, signed records, corrections and the trainee's acknowledgement."""

import uuid
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from exams.actions.fitness import refuse_unfit_now
from exams.actions.sign_offs import Draft, acknowledge, correct, draft_correction, draft_record, sign_off
from exams.errors import IncompleteRecordError, PracticalError, UnfitError
from exams.models import RemediationPlan, SignOff, Sitting, practical_outcome
from exams.practical_forms import AcknowledgeForm, SignCorrectionForm, SignForm
from exams.rules.practical_record import Entry, challenge_of, read_record, short_form
from exams.verification import faults_of
from exams.views.practical_pages import checklist_page, in_words, record_page, signed_entries
from exams.views.practicals import own_sitting, refused
from lms.accounts.passkeys import request_for
from lms.accounts.permissions import Permission, Scope, requires, scope_of
from lms.accounts.requests import PersonRequest

MOST_RECORDS = 100
NOT_FIELDS = {"csrfmiddlewaretoken", "reason", "step"}
ASK_AGAIN = {"wrong_password", "wrong_code", "passkey_refused", "too_often", "stale_digest", "nonce_reused"}
FIELDS_OF_REFUSALS = {"wrong_password": "password", "wrong_code": "code"}


@requires(Permission.PRACTICAL_SIGN)
@require_safe
def summary(request: PersonRequest, sitting_id: uuid.UUID) -> HttpResponse:
    """Show the record as it will be signed, and the form to sign it."""
    row = own_sitting(request, sitting_id)
    if not row.is_open or row.opened_at is None or row.checkout_id:
        return redirect("exams:sitting", row.pk)
    try:
        refuse_unfit_now(row, request.user)
        draft = draft_record(row)
    except IncompleteRecordError:
        return redirect(f"{reverse('exams:checklist', args=[row.pk])}?check=1")
    except PracticalError as refusal:
        return refused(request, row, refusal)
    form = SignForm(initial={"digest": draft.digest, "nonce": uuid.uuid4()}, person=request.user)
    return _show_summary(request, row, draft, form)


@requires(Permission.PRACTICAL_SIGN)
@require_POST
def sign(request: PersonRequest, sitting_id: uuid.UUID) -> HttpResponse:
    """Sign the record that was shown."""
    row = own_sitting(request, sitting_id)
    form = SignForm(request.POST, person=request.user)
    try:
        if form.is_valid():
            limit_tries(request)
            sign_off(sitting=row, by=request.user, **form.act)
        elif row.is_open:
            return _show_summary(request, row, draft_record(row), form)
        return redirect("exams:signed", row.pk)
    except IncompleteRecordError:
        return redirect(f"{reverse('exams:checklist', args=[row.pk])}?check=1")
    except PracticalError as refusal:
        if refusal.code not in ASK_AGAIN or not row.is_open:
            return _refused_to_sign(request, row, refusal)
        draft = draft_record(row)
        _tell(form, draft, refusal)
        return _show_summary(request, row, draft, form, status=_status(refusal))


@requires(Permission.PRACTICAL_SIGN)
@require_safe
def signed(request: PersonRequest, sitting_id: uuid.UUID) -> HttpResponse:
    """Confirm a signature: reference, and what happens next."""
    row = own_sitting(request, sitting_id)
    record = SignOff.objects.filter(sitting=row).with_people().order_by("-version").first()
    if record is None:
        return redirect("exams:sitting", row.pk)
    context = {"sitting": row, "record": record, "outcome": practical_outcome(row.enrolment)}
    context["unmet"] = record.results.filter(met=False).exists()
    return render(request, "exams/practicals/signed.html", context)


@requires(Permission.PRACTICAL_READ)
@require_safe
def records(request: PersonRequest) -> HttpResponse:
    """List the signed records that a person may see, newest first, each sitting by its last version."""
    rows = SignOff.objects.visible_to(request.user, request.scope)
    rows = rows.filter(corrected_by__isnull=True).with_people().order_by("-signed_at")[:MOST_RECORDS]
    return render(request, "exams/practicals/records.html", {"records": rows})


@requires(Permission.PRACTICAL_READ)
@require_safe
def record(request: PersonRequest, sign_off_id: uuid.UUID) -> HttpResponse:
    """Show one signed version, for reading and printing, with its digest computed again."""
    return _show_record(request, _visible(request, sign_off_id), AcknowledgeForm())


@requires(Permission.PRACTICAL_READ)
@require_POST
def acknowledge_record(request: PersonRequest, sign_off_id: uuid.UUID) -> HttpResponse:
    """Note that the trainee has read a record; it exists for nobody else here."""
    own = SignOff.objects.filter(sitting__enrolment__person=request.user)
    row = get_object_or_404(own.with_people(), pk=sign_off_id)
    form = AcknowledgeForm(request.POST)
    if not form.is_valid():
        return _show_record(request, row, form)
    agrees = form.cleaned_data["answer"] == "agree"
    acknowledge(sign_off=row, by=request.user, agrees=agrees, remark=form.cleaned_data["remark"])
    return redirect("exams:record", row.pk)


@requires(Permission.PRACTICAL_SIGN)
def correction(request: PersonRequest, sign_off_id: uuid.UUID) -> HttpResponse:
    """Correct a signed record: change entries, check the new version, sign it."""
    own = SignOff.objects.filter(sitting__assessor=request.user)
    row = get_object_or_404(
        own.select_related(
            "sitting__enrolment__person", "sitting__enrolment__programme", "sitting__assessor"
        ).select_related("sitting__rubric_version__rubric"),
        pk=sign_off_id,
    )
    if newer := SignOff.objects.filter(corrects=row).first():
        return redirect("exams:record", newer.pk)
    if request.method != "POST":
        return _show_correction(request, row)
    if request.POST.get("step") == "sign":
        return _sign_correction(request, row)
    return _check_correction(request, row)


def _check_correction(request: PersonRequest, row: SignOff) -> HttpResponse:
    changes = {key: str(value) for key, value in request.POST.items() if key not in NOT_FIELDS}
    reason = request.POST.get("reason", "")
    try:
        draft = draft_correction(row, changes, reason)
    except PracticalError as refusal:
        return _show_correction(request, row, refusal, changes, reason)
    initial = {"digest": draft.digest, "nonce": uuid.uuid4(), "changes": draft.changes, "reason": draft.reason}
    return _show_correction_summary(request, row, draft, SignCorrectionForm(initial=initial, person=request.user))


def _sign_correction(request: PersonRequest, row: SignOff) -> HttpResponse:
    form = SignCorrectionForm(request.POST, person=request.user)
    valid = form.is_valid()
    changes, reason = form.cleaned_data.get("changes", {}), form.cleaned_data.get("reason", "")
    try:
        if valid:
            limit_tries(request)
            made = correct(sign_off=row, by=request.user, **form.act)
            return redirect("exams:record", made.pk)
        return _show_correction_summary(request, row, draft_correction(row, changes, reason), form)
    except PracticalError as refusal:
        if not valid:
            return _show_correction(request, row, refusal, changes, reason)
        if refusal.code not in ASK_AGAIN:
            return _refused_to_sign(request, row.sitting, refusal)
        draft = draft_correction(row, changes, reason)
        _tell(form, draft, refusal)
        return _show_correction_summary(request, row, draft, form, status=_status(refusal))


def _show_summary(
    request: PersonRequest, row: Sitting, draft: Draft, form: forms.Form, status: int = 200
) -> HttpResponse:
    content = read_record(draft.payload)
    context = {"sitting": row, "page": record_page(content, row.rubric)} | _signature(request, draft, form)
    return render(request, "exams/practicals/summary.html", context, status=status)


def _show_record(request: PersonRequest, row: SignOff, form: forms.Form) -> HttpResponse:
    sitting = row.sitting
    versions = list(SignOff.objects.filter(sitting=sitting).order_by("version"))
    plans = list(RemediationPlan.objects.filter(sign_off__sitting=sitting).order_by("written_at"))
    context = {
        "record": row,
        "page": record_page(row.content, sitting.rubric),
        "faults": list(faults_of(row)),
        "versions": versions,
        "newest": versions[-1],
        "form": form,
        "is_trainee": sitting.enrolment.person_id == request.user.pk,
        "is_assessor": sitting.assessor_id == request.user.pk,
        "plans": plans,
        "may_plan": _may_plan(request, row) and not any(plan.is_open for plan in plans),
    }
    return render(request, "exams/practicals/record.html", context)


def _may_plan(request: PersonRequest, row: SignOff) -> bool:
    """Whether this person may write a remediation plan from a record, and there is something to plan."""
    scope = scope_of(request.user, Permission.REMEDIATION_WRITE)
    own = row.sitting.assessor_id == request.user.pk
    unmet = any(not judged["met"] for judged in row.content["judgements"])
    return (
        unmet and row.sitting.enrolment.person_id != request.user.pk and (scope is Scope.ALL or (bool(scope) and own))
    )


def _show_correction(
    request: PersonRequest,
    row: SignOff,
    refusal: PracticalError | None = None,
    changes: dict[str, str] | None = None,
    reason: str = "",
) -> HttpResponse:
    typed = {name: Entry(name, value, 0, None) for name, value in (changes or {}).items()}
    entries = signed_entries(row) | typed
    page = checklist_page(row.sitting, entries, show_gaps=isinstance(refusal, IncompleteRecordError))
    context = {"record": row, "sitting": row.sitting, "page": page, "refusal": refusal, "reason": reason}
    return render(request, "exams/practicals/correction.html", context)


def _show_correction_summary(
    request: PersonRequest, row: SignOff, draft: Draft, form: forms.Form, status: int = 200
) -> HttpResponse:
    content = read_record(draft.payload)
    before, rubric = signed_entries(row), row.sitting.rubric
    changed = [
        {
            "field": name,
            "before": in_words(rubric, before[name].value) if name in before else "",
            "after": in_words(rubric, value),
        }
        for name, value in sorted(draft.changes.items())
    ]
    context = {
        "record": row,
        "sitting": row.sitting,
        "page": record_page(content, row.sitting.rubric),
        "changed": changed,
    } | _signature(request, draft, form)
    return render(request, "exams/practicals/correction_summary.html", context, status=status)


def _signature(request: PersonRequest, draft: Draft, form: forms.Form) -> dict[str, Any]:
    """Return what the end of the page shows: over which record, and how this person can sign."""
    return {
        "form": form,
        "short_digest": short_form(draft.digest),
        "passkey_request": request_for(request.user, challenge_of(draft.digest)),
    }


def _tell(form: SignForm, draft: Draft, refusal: PracticalError) -> None:
    """Put the reason into the form, which then names the record as it is now under a fresh nonce."""
    form.show_again(draft.digest)
    form.add_error(FIELDS_OF_REFUSALS.get(refusal.code), refusal.sentence)


def _status(refusal: PracticalError) -> int:
    return {"stale_digest": 409, "nonce_reused": 422, "too_often": 429}.get(refusal.code, 200)


def limit_tries(request: PersonRequest) -> None:
    """Count tries with allauth's limit for re-authentication (S-18), so that a session left open is no oracle."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        raise PracticalError("too_often", "Too many tries. Wait a minute, then sign.")


def _refused_to_sign(request: PersonRequest, row: Sitting, refusal: PracticalError) -> HttpResponse:
    status = 403 if isinstance(refusal, UnfitError) else _status(refusal)
    return refused(request, row, refusal, status=409 if status == 200 else status)


def _visible(request: PersonRequest, sign_off_id: uuid.UUID) -> SignOff:
    rows = SignOff.objects.visible_to(request.user, request.scope)
    return get_object_or_404(rows.with_people().select_related("corrects"), pk=sign_off_id)
