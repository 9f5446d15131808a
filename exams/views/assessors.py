"""Who may assess: the list of assessors, one assessor with all they let pass, and conflicts to be allowed."""

import uuid
from collections import defaultdict
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Enrolment
from exams.actions import assessors as actions
from exams.actions.fitness import Duty, conflicts_of
from exams.actions.overrides import propose_override
from exams.assessor_forms import OverrideForm, QualificationForm, WithdrawalForm, first_values
from exams.assessor_list import assessor_rows, standing_of
from exams.assessor_reading import passed_by
from exams.consequences import consequences_for
from exams.errors import AssessorError, PracticalError
from exams.models import AssessorQualification, RubricVersion
from exams.rater_reading import newest_versions
from exams.rules.assessors import Task
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.approvals.errors import ProposalError

PAGE_SIZE = 50
FIELDS_OF_REFUSALS = {
    "no_device": "families",
    "days_in_disorder": "valid_until",
    "too_long": "valid_until",
    "training_to_come": "trained_on",
    "training_after_start": "trained_on",
    "calibration_to_come": "calibrated_on",
    "calibration_too_old": "calibrated_on",
    "unknown_station": "stations",
    "no_reason": "reason",
    "day_to_come": "doubted_from",
}


@requires(Permission.ASSESSORS_MANAGE)
@require_safe
def assessors(request: PersonRequest) -> HttpResponse:
    """List everybody who assesses or did, with what their qualification is worth today."""
    page = Paginator(assessor_rows(site_day()), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "exams/assessors/list.html", {"page": page, "rubrics": newest_versions()})


@requires(Permission.ASSESSORS_MANAGE)
@reauthentication_required
@require_http_methods(["GET", "POST"])
def assessor(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """Grant, renew and withdraw the qualification of one person, after showing again who one is."""
    person = get_object_or_404(User, public_id=public_id)
    rows = list(
        AssessorQualification.objects.filter(person=person)
        .with_renewals()
        .select_related("programme", "granted_by", "withdrawn_by")
    )
    newest = next((row for row in rows if row.withdrawn_at is None and not hasattr(row, "renewal")), None)
    act, data = request.POST.get("act"), request.POST or None
    form = QualificationForm(data if act == "grant" else None, initial=first_values(newest))
    withdrawal = WithdrawalForm(data if act == "withdraw" else None)
    if act == "grant" and form.is_valid() and _grant(request, person, form):
        return redirect("exams:assessor", public_id=public_id)
    if act == "withdraw" and withdrawal.is_valid() and _withdraw(request, person, withdrawal):
        return redirect("exams:assessor", public_id=public_id)
    used: Any = withdrawal if act == "withdraw" else form
    page = {
        "person": person,
        "is_self": person.pk == request.user.pk,
        "rows": rows,
        "newest": newest,
        "standing": standing_of([row.facts for row in rows], site_day()),
        "form": form,
        "withdrawal": withdrawal,
        "used": used,
        **_passed(request, person),
    }
    return render(request, "exams/assessors/person.html", page, status=422 if used.errors else 200)


@requires(Permission.SITTING_ASSIGN)
@require_http_methods(["GET", "POST"])
def override(request: PersonRequest, enrolment_id: uuid.UUID, public_id: uuid.UUID) -> HttpResponse:
    """Ask a second person to let somebody assess a trainee in spite of a conflict of interest."""
    enrolment = get_object_or_404(Enrolment.objects.select_related("person", "programme"), pk=enrolment_id)
    person = get_object_or_404(User, public_id=public_id)
    rubrics = RubricVersion.objects.filter(rubric__programme=enrolment.programme)
    version = get_object_or_404(rubrics.order_by("-number")[:1])
    task = Task(enrolment.programme_id, version.plain.codes, None, site_day())
    duty = Duty(enrolment, version, task)
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            propose_override(duty=duty, assessor=person, reason=form.cleaned_data["reason"], by=request.user)
        except (PracticalError, ProposalError) as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "A second person has to confirm it. Until then the sitting cannot be assigned.")
            return redirect("exams:assign_trainee", enrolment.pk)
    page = {
        "enrolment": enrolment,
        "person": person,
        "form": form,
        "conflicts": conflicts_of(assessor=person, duty=duty),
    }
    return render(request, "exams/assessors/override.html", page, status=422 if form.errors else 200)


def _grant(request: PersonRequest, person: User, form: QualificationForm) -> bool:
    named = form.cleaned_data["renews"]
    renews = get_object_or_404(AssessorQualification, person=person, pk=named) if named else None
    try:
        actions.grant(person=person, grounds=form.grounds, by=request.user, renews=renews)
    except AssessorError as refusal:
        form.add_error(FIELDS_OF_REFUSALS.get(refusal.code), refusal.sentence)
        return False
    messages.success(request, f"{person.full_name} is qualified to assess.")
    return True


def _withdraw(request: PersonRequest, person: User, form: WithdrawalForm) -> bool:
    given = form.cleaned_data
    try:
        doubted = actions.withdraw(
            person=person, reason=given["reason"], doubted_from=given["doubted_from"], by=request.user
        )
    except AssessorError as refusal:
        form.add_error(FIELDS_OF_REFUSALS.get(refusal.code), refusal.sentence)
        return False
    rest = (
        f" {len(doubted)} passed practicals are in doubt."
        if len(doubted) != 1
        else " One passed practical is in doubt."
    )
    messages.success(request, f"{person.full_name} may not assess any more.{rest if given['doubted_from'] else ''}")
    return True


def _passed(request: PersonRequest, person: User) -> dict[str, Any]:
    """Return a page of the records by which somebody let trainees pass, and what rests on each."""
    page = Paginator(passed_by(person), PAGE_SIZE).get_page(request.GET.get("page"))
    words: dict[uuid.UUID, list[str]] = defaultdict(list)
    for found in consequences_for({row.sitting.enrolment_id for row in page.object_list}):
        words[found.enrolment].append(found.words)
    doubts = AssessorQualification.objects.filter(person=person, doubted_from__isnull=False)
    first = doubts.order_by("doubted_from").values_list("doubted_from", flat=True).first()
    passed = [
        {
            "record": row,
            "rests": words[row.sitting.enrolment_id],
            "doubted": first is not None and site_day(row.sitting.signed_at or row.signed_at) >= first,
        }
        for row in page.object_list
    ]
    return {"page": page, "passed": passed}
