"""Which forms an exam gives out, for those who run it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from exams.actions.form_uses import PolicyWish, activate_form, add_to_pool, set_policy, withdraw_form
from exams.assembly_forms import PolicyForm, UseForm
from exams.errors import FormError
from exams.models import Exam, ExamForm, FormKind, FormMode, FormStatus, FormUse, assembly_policy_of
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

LAST = 50
ACTS = {"activate": activate_form, "add": add_to_pool, "withdraw": withdraw_form}


def _exam(code: str) -> Exam:
    return get_object_or_404(Exam.objects.select_related("active_form", "assembly_policy__blueprint"), code=code)


@requires(Permission.FORM_WRITE)
@require_http_methods(["GET", "POST"])
def exam_forms(request: PersonRequest, code: str) -> HttpResponse:
    """Show the forms of an exam and how it gives them out; a POST changes how."""
    exam = _exam(code)
    if request.method == "POST":
        form = PolicyForm(request.POST)
        if form.is_valid() and _set(request, exam, form):
            messages.success(request, "Attempts from now on get their forms this way.")
            return redirect("exams:exam_forms", code)
        return _show(request, exam, form, status=422)
    return _show(request, exam, _policy_form(exam))


def _policy_form(exam: Exam) -> PolicyForm:
    policy = assembly_policy_of(exam)
    names = ("form_mode", "different_form_required", "overlap_limit", "exposure_days")
    return PolicyForm(initial={name: getattr(policy, name) for name in names})


def _set(request: PersonRequest, exam: Exam, form: PolicyForm) -> bool:
    wish = form.cleaned_data | {"form_mode": FormMode(form.cleaned_data["form_mode"])}
    try:
        set_policy(exam=exam, wish=PolicyWish(**wish), by=request.user)
    except FormError as error:
        form.add_error(None, error.sentence)
        return False
    return True


def _show(
    request: PersonRequest, exam: Exam, form: PolicyForm, wish: UseForm | None = None, status: int = 200
) -> HttpResponse:
    given = FormUse.objects.standing(exam).exclude(form=exam.active_form).select_related("form", "decided_by")
    in_use = {use.form_id for use in given} | ({exam.active_form_id} if exam.active_form_id else set())
    locked = ExamForm.objects.filter(kind=FormKind.FIXED, status=FormStatus.LOCKED, blueprint__code=exam.code)
    decisions = FormUse.objects.filter(exam=exam).select_related("form", "decided_by").order_by("-pk")
    page = {
        "exam": exam,
        "policy": assembly_policy_of(exam),
        "given": given,
        # Versions of one form count as the same at a retake.
        "has_others": bool(exam.active_form and any(use.form.code != exam.active_form.code for use in given)),
        "locked": locked.exclude(pk__in=in_use).order_by("-published_at")[:LAST],
        "decisions": decisions[:LAST],
        "form": form,
        "wish": wish or UseForm(),
    }
    return render(request, "exams/forms/exam.html", page, status=status)


@requires(Permission.FORM_WRITE)
@require_POST
def use(request: PersonRequest, code: str) -> HttpResponse:
    """Make a form the active one, give it out beside it, or withdraw it; what was typed stays when it is refused."""
    exam = _exam(code)
    wish = UseForm(request.POST)
    if not wish.is_valid():
        return _show(request, exam, _policy_form(exam), wish, status=422)
    form = get_object_or_404(ExamForm.objects.select_related("blueprint"), pk=wish.cleaned_data["form_id"])
    try:
        act = ACTS[wish.cleaned_data["act"]]
        decided = act(exam=exam, form=form, reason=wish.cleaned_data["reason"], by=request.user)
    except FormError as error:
        wish.add_error(None, error.sentence)
        return _show(request, _exam(code), _policy_form(exam), wish, status=409)
    messages.success(request, f"{form.code}: {decided.get_act_display().lower()}.")
    return redirect("exams:exam_forms", code)
