"""The policy of each exam, for exam administrators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from exams.access_forms import ExamPolicyForm
from exams.actions.policies import RELEASE_AT_ONCE, configure
from exams.errors import PolicyError
from exams.models import Exam, policy_of
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.approvals.models import Proposal, ProposalState

MOST_CHANGES = 50
FIELD_WORDS = {
    "opens_at": "opening",
    "closes_at": "close",
    "accommodation_moves_close": "close with more time",
    "maximum_attempts": "number of attempts",
    "window_days": "days in which attempts count",
    "wait_days": "waiting days",
    "wait_after_last_days": "wait when all are used",
    "counts": "what uses up an attempt",
    "wait_after_pass_days": "wait after a pass",
    "password_hash": "password",
    "networks": "networks",
    "seb_required": "Safe Exam Browser",
    "seb_config_key": "Config Key",
    "seb_browser_keys": "Browser Exam Keys",
    "settings_file": "settings file",
    "release": "when results are out",
    "appeal_days": "days to appeal",
    "decision_days": "days to decide an appeal",
    "regrade_may_lower": "whether a corrected key may lower a result",
}
CHANGED = "The policy is changed. Attempts in progress keep their time."
PROPOSED = "To release results at once waits for a second person. Until then two people release them."


@requires(Permission.EXAM_CONFIGURE)
@require_safe
def policies(request: PersonRequest) -> HttpResponse:
    """List the exams with the outline of their policies."""
    exams = Exam.objects.select_related("policy", "programme", "active_form__blueprint").order_by("title", "pk")
    rows = [(exam, policy_of(exam)) for exam in exams]
    return render(request, "exams/policies/list.html", {"rows": rows})


@requires(Permission.EXAM_CONFIGURE)
@require_http_methods(["GET", "POST"])
def policy(request: PersonRequest, code: str) -> HttpResponse:
    """Show and change the policy of one exam; each change has a reason and is listed below."""
    exam = get_object_or_404(Exam.objects.select_related("policy", "active_form__blueprint"), code=code)
    current = policy_of(exam)
    initial = ExamPolicyForm.values_of(exam, current)
    form = ExamPolicyForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            done = configure(
                exam=exam,
                seen_revision=form.cleaned_data["revision"],
                values=form.values,
                exam_values=form.exam_values,
                secrets=form.secrets,
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except PolicyError as error:
            form.add_error(error.field, error.sentence)
        else:
            if done.policy.revision != form.cleaned_data["revision"]:
                messages.success(request, CHANGED)
            if done.proposal:
                messages.success(request, PROPOSED)
            return redirect("exams:policy", code=code)
    changes = exam.policy_changes.select_related("changed_by")[:MOST_CHANGES]
    page = {
        "exam": exam,
        "policy": current,
        "form": form,
        "proposal": Proposal.objects.filter(kind=RELEASE_AT_ONCE, target=exam.code, state=ProposalState.OPEN).first(),
        "changes": [(row, ", ".join(FIELD_WORDS.get(name, name) for name in row.fields)) for row in changes],
    }
    return render(request, "exams/policies/policy.html", page, status=422 if form.errors else 200)
