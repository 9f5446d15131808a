"""Forms of exams for those who run them: the list, one form, its way from draft to locked."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from exams.actions.assembly import lock_form, return_to_draft, send_to_review, swap_item
from exams.actions.form_versions import make_next_version, newer_blueprint, version_under
from exams.actions.scoring import form_key
from exams.assembly_forms import SwapForm
from exams.errors import FormError
from exams.form_reading import difference, report_of
from exams.models import Blueprint, Exam, ExamForm, FormChange, FormKind
from exams.pool import FEWEST_ATTEMPTS
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
MOST_TO_COMPARE = 50
LONGEST_OPEN = 30


@requires(Permission.FORM_READ)
@require_safe
def form_list(request: PersonRequest) -> HttpResponse:
    """List fixed forms, newest first, with the blueprints and exams that they belong to."""
    rows = ExamForm.objects.filter(kind=FormKind.FIXED).select_related("blueprint", "assembled_by", "locked_by")
    listed = rows.annotate(length=Count("form_items")).order_by("-created_at", "-pk")
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    exams = list(Exam.objects.select_related("active_form").order_by("title"))
    active = {exam.active_form_id for exam in exams}
    shown = {
        "page": page,
        "rows": [(form, form.pk in active) for form in page.object_list],
        "exams": exams,
        "blueprints": Blueprint.objects.order_by("code").values_list("code", flat=True).distinct(),
    }
    return render(request, "exams/forms/list.html", shown)


@requires(Permission.FORM_READ)
@require_safe
def form_page(request: PersonRequest, form_id: int) -> HttpResponse:
    """Show a form with its items and keys, counts against the blueprint, and (`?with=7`) what differs from another."""
    return _show(request, _form(form_id))


def _form(form_id: int) -> ExamForm:
    rows = ExamForm.objects.select_related("blueprint", "assembled_by", "locked_by")
    return get_object_or_404(rows, pk=form_id)


def _show(request: PersonRequest, form: ExamForm, swap: SwapForm | None = None, status: int = 200) -> HttpResponse:
    exam = Exam.objects.filter(code=form.blueprint.code).first()
    others = ExamForm.objects.filter(kind=FormKind.FIXED, blueprint__code=form.blueprint.code).exclude(pk=form.pk)
    asked = request.GET.get("with", "")
    other = others.filter(pk=asked).first() if asked.isascii() and asked.isdecimal() and len(asked) < 12 else None
    changes = list(FormChange.objects.filter(form=form).select_related("taken_out__item", "put_in__item", "changed_by"))
    hands = {form.assembled_by_id, *(change.changed_by_id for change in changes)}
    report = report_of(form, exam)
    newest = newer_blueprint(form) if form.is_locked and form.kind == FormKind.FIXED else None
    page: dict[str, Any] = {
        "form": form,
        "exam": exam,
        "report": report,
        "key": form_key(form) if report.corrected else None,
        "others": others.order_by("-created_at")[:MOST_TO_COMPARE],
        "difference": difference(form, other) if other else None,
        "changes": changes,
        "may_lock": request.user.pk not in hands,
        "newest": newest,
        "under_newest": version_under(form, newest) if newest else None,
        "swap": swap or SwapForm(),
        "attempts": form.attempts.count(),
        "fewest_attempts": FEWEST_ATTEMPTS,
        "longest_open": LONGEST_OPEN,
    }
    return render(request, "exams/forms/form.html", page, status=status)


@requires(Permission.FORM_WRITE)
@require_POST
def swap(request: PersonRequest, form_id: int) -> HttpResponse:
    """Exchange one item of a draft."""
    form = _form(form_id)
    wish = SwapForm(request.POST)
    if not wish.is_valid():
        return _show(request, form, wish, status=422)
    try:
        swap_item(form=form, by=request.user, **wish.cleaned_data)
    except FormError as error:
        wish.add_error(None, error.sentence)
        return _show(request, form, wish, status=409)
    messages.success(request, f"Place {wish.cleaned_data['position']} holds {wish.cleaned_data['put_in']} now.")
    return redirect("exams:form", form_id)


MOVES = {
    "review": (send_to_review, "The form is in review. Another exam administrator can lock it."),
    "return": (return_to_draft, "The form is a draft again."),
    "lock": (lock_form, "The form is locked. Nothing about it changes any more."),
}


@requires(Permission.FORM_WRITE)
@require_POST
def move(request: PersonRequest, form_id: int) -> HttpResponse:
    """Send a draft to review, return it, or lock it (`move`)."""
    form = _form(form_id)
    act = MOVES.get(request.POST.get("move", ""))
    if act is None:
        messages.error(request, "Choose what to do with the form.")
        return redirect("exams:form", form_id)
    try:
        act[0](form=form, by=request.user)
    except FormError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, act[1])
    return redirect("exams:form", form_id)


@requires(Permission.FORM_WRITE)
@require_POST
def remake(request: PersonRequest, form_id: int) -> HttpResponse:
    """Make the next version of a locked form under the newest version of its blueprint."""
    try:
        made = make_next_version(form=_form(form_id), by=request.user)
    except FormError as error:
        messages.error(request, error.sentence)
        return redirect("exams:form", form_id)
    messages.success(request, f"Version {made.version} is a draft with the same items. Send it to review.")
    return redirect("exams:form", made.pk)
