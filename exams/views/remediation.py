"""Remediation plans: the list, writing one from a record, one plan with its history, and what is done about it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models.outline import outline_of
from exams.actions import remediation as actions
from exams.errors import PracticalError, RemediationError
from exams.models import ANSWERS, PlanQuerySet, RemediationPlan, SignOff
from exams.remediation_forms import FIELDS, CloseForm, HandOverForm, NoteForm, PlanAnswerForm, PlanForm, PostponeForm
from lms.accounts.days import site_day
from lms.accounts.permissions import Permission, Scope, requires, scope_of
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
STATES = {"open": "Open", "overdue": "Overdue", "closed": "Closed", "all": "All"}
REFUSALS = (RemediationError, PracticalError)


@requires(Permission.REMEDIATION_READ)
@require_safe
def plans(request: PersonRequest) -> HttpResponse:
    """List the plans that a person may see, what is due first; the state is in the address."""
    chosen = request.GET.get("state", "open")
    state = chosen if chosen in STATES else "open"
    rows = RemediationPlan.objects.visible_to(request.user, request.scope).with_people()
    page = Paginator(_in_state(rows, state), PAGE_SIZE).get_page(request.GET.get("page"))
    keys = [plan.pk for plan in page]
    answered = set(RemediationPlan.objects.filter(pk__in=keys, entries__kind__in=ANSWERS).values_list("pk", flat=True))
    today = site_day()
    shown = [{"plan": plan, "overdue": plan.is_overdue(today), "answered": plan.pk in answered} for plan in page]
    context = {"rows": shown, "page": page, "state": state, "states": STATES, "query": f"state={state}"}
    return render(request, "exams/remediation/list.html", context)


def _in_state(rows: PlanQuerySet, state: str) -> PlanQuerySet:
    match state:
        case "open":
            return rows.open()
        case "overdue":
            return rows.open().filter(due_on__lt=site_day())
        case "closed":
            return rows.filter(closed_at__isnull=False).order_by("-closed_at")
    return rows


@requires(Permission.REMEDIATION_WRITE)
@require_http_methods(["GET", "POST"])
def plan_write(request: PersonRequest, sign_off_id: uuid.UUID) -> HttpResponse:
    """Write a plan from a signed record; what was not met comes from the record."""
    rows = SignOff.objects.exclude(sitting__enrolment__person=request.user)
    if request.scope is not Scope.ALL:
        rows = rows.filter(sitting__assessor=request.user)
    related = rows.select_related(
        "sitting__enrolment__person", "sitting__enrolment__programme", "sitting__rubric_version"
    )
    row = get_object_or_404(related, pk=sign_off_id)
    enrolment = row.sitting.enrolment
    form = PlanForm(request.POST or None, enrolment=enrolment, initial=_first_person(request))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("due_on", "follow_up_by", "nonce", "checked")}
        try:
            plan = actions.write_plan(sign_off=row, activities=form.activities, by=request.user, **given)
        except REFUSALS as refusal:
            _tell(form, refusal)
        else:
            messages.success(request, f"The plan is written. {enrolment.person.full_name} gets a mail and answers it.")
            return redirect("exams:plan", plan.pk)
    page = {
        "record": row,
        "form": form,
        "findings": actions.unmet_in(row),
        "standing": RemediationPlan.objects.filter(sign_off=row).open().first(),
        "rules": row.sitting.rubric.rules,
    }
    return render(request, "exams/remediation/write.html", page, status=422 if form.errors else 200)


def _first_person(request: PersonRequest) -> dict[str, int]:
    return {"follow_up_by": request.user.pk} if request.scope is not Scope.ALL else {}


@requires(Permission.REMEDIATION_READ)
@require_safe
def plan(request: PersonRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Show a plan with everything that happened to it, and what this person can do about it."""
    return _show(request, _visible(request, plan_id))


@requires(Permission.REMEDIATION_ANSWER)
@require_POST
def plan_answer(request: PersonRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Take the trainee's answer; the plan exists for nobody else here."""
    own = RemediationPlan.objects.filter(enrolment__person=request.user)
    row = get_object_or_404(own.with_people(), pk=plan_id)
    form = PlanAnswerForm(request.POST)
    given: Callable[[], Any] = lambda: actions.answer_plan(  # noqa: E731 - the same form of act as below
        plan=row,
        agrees=form.cleaned_data["answer"] == "agree",
        remark=form.cleaned_data["remark"],
        checked=form.cleaned_data["checked"],
        by=request.user,
    )
    return _done(request, row, "answer", form, given, "Your answer is kept with the plan.")


@requires(Permission.REMEDIATION_WRITE)
@require_POST
def plan_follow_up(request: PersonRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Note how it goes on, move the last day, close the plan, or hand it over."""
    rows = RemediationPlan.objects.visible_to(request.user, request.scope).exclude(enrolment__person=request.user)
    row = get_object_or_404(rows.with_people(), pk=plan_id)
    makers: dict[str, tuple[forms.Form, Callable[..., Any], str]] = {
        "note": (NoteForm(request.POST, auto_id="note_%s"), actions.note, "Noted."),
        "postpone": (PostponeForm(request.POST, auto_id="postpone_%s"), actions.postpone, "The last day is moved."),
        "close": (CloseForm(request.POST, auto_id="close_%s"), actions.close_plan, "The plan is closed."),
        "hand_over": (
            HandOverForm(request.POST, auto_id="hand_over_%s", enrolment=row.enrolment),
            actions.hand_over,
            "Handed over.",
        ),
    }
    act = request.POST.get("act", "")
    if act not in makers:
        return redirect("exams:plan", row.pk)
    form, action, words = makers[act]
    return _done(request, row, act, form, lambda: action(plan=row, by=request.user, **form.cleaned_data), words)


def _done(
    request: PersonRequest, row: RemediationPlan, act: str, form: forms.Form, do: Callable[[], Any], words: str
) -> HttpResponse:
    if form.is_valid():
        try:
            do()
        except REFUSALS as refusal:
            _tell(form, refusal)
        else:
            messages.success(request, words)
            return redirect("exams:plan", row.pk)
    row = RemediationPlan.objects.with_people().get(pk=row.pk)
    return _show(request, row, {act: form}, form)


def _tell(form: forms.Form, refusal: RemediationError | PracticalError) -> None:
    """Put a refusal beside the field where it is mended."""
    field = FIELDS.get(refusal.code)
    if refusal.code.startswith("conflict"):
        field = "follow_up_by" if "follow_up_by" in form.fields else "to"
    if refusal.code == "patient_details":
        form.fields["checked"].widget.attrs["data-asked"] = "yes"
        field = next((name for name in ("practice", "text", "remark") if name in form.fields), None)
    form.add_error(field if field in form.fields else None, refusal.sentence)


def _show(
    request: PersonRequest, row: RemediationPlan, bound: dict[str, forms.Form] | None = None, used: Any = None
) -> HttpResponse:
    bound = bound or {}
    entries = list(row.entries.select_related("by", "to"))
    is_named = row.follow_up_by_id == request.user.pk
    writes = scope_of(request.user, Permission.REMEDIATION_WRITE)
    lessons = {
        lesson.code: lesson.address for module in outline_of(row.enrolment.programme) for lesson in module.lessons
    }
    page = {
        "plan": row,
        "activities": [{"row": one, "address": lessons.get(one.lesson_code, "")} for one in row.activities.all()],
        "entries": entries,
        "overdue": row.is_overdue(site_day()),
        "is_trainee": row.enrolment.person_id == request.user.pk,
        "answered": any(entry.kind in ANSWERS for entry in entries),
        "is_named": is_named and writes is not None,
        "may_hand_over": writes is not None and (is_named or writes is Scope.ALL),
        "used": used,
        "answer": bound.get("answer") or PlanAnswerForm(),
        "note": bound.get("note") or NoteForm(auto_id="note_%s"),
        "postpone": bound.get("postpone") or PostponeForm(auto_id="postpone_%s"),
        "close": bound.get("close") or CloseForm(auto_id="close_%s"),
        "hand_over": bound.get("hand_over") or HandOverForm(auto_id="hand_over_%s", enrolment=row.enrolment),
        "bound": next(iter(bound), ""),
    }
    return render(request, "exams/remediation/plan.html", page, status=422 if used is not None else 200)


def _visible(request: PersonRequest, plan_id: uuid.UUID) -> RemediationPlan:
    rows = RemediationPlan.objects.visible_to(request.user, request.scope).with_people().select_related("sign_off")
    return get_object_or_404(rows.defer("sign_off__record"), pk=plan_id)
