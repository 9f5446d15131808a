"""Marking for those who run exams: how far it is, who holds what, how markers agree, and its settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from exams.actions.marking import change_marking
from exams.errors import MarkingError
from exams.marking_board import agreements, progress
from exams.marking_forms import MarkingSettingsForm
from exams.models import Exam, MarkingTask
from exams.rules.marking import ENOUGH_PAIRS
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

PAGE_SIZE = 50
FIELDS_OF_REFUSALS = {"reason_missing": "reason"}


@requires(Permission.MARKING_OVERSEE)
@require_safe
def marking_progress(request: PersonRequest) -> HttpResponse:
    """Show progress by exam, the answers that people hold longest, and the agreement of markers."""
    held = MarkingTask.objects.held().select_related("marker", "attempt__exam").order_by("taken_at")
    page = {
        "exams": progress(),
        "held": held[:PAGE_SIZE],
        "held_count": held.count(),
        "agreements": agreements(),
        "enough": ENOUGH_PAIRS,
    }
    return render(request, "exams/marking/progress.html", page)


@requires(Permission.MARKING_OVERSEE)
@require_http_methods(["GET", "POST"])
def marking_settings(request: PersonRequest, code: str) -> HttpResponse:
    """Change the share of second marks and the limit of one exam, with a reason; earlier changes are listed."""
    exam = get_object_or_404(Exam, code=code)
    initial = {"second_share": int(exam.second_marking_share * 100), "limit": int(exam.discrepancy_limit * 100)}
    form = MarkingSettingsForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _change(request, exam, form):
            messages.success(request, f"Saved. It holds for {exam.title} from now on.")
            return redirect("exams:marking_progress")
        status = 422
    changes = exam.marking_changes.select_related("by")[:PAGE_SIZE]
    page = {"exam": exam, "form": form, "changes": changes}
    return render(request, "exams/marking/settings.html", page, status=status)


def _change(request: PersonRequest, exam: Exam, form: MarkingSettingsForm) -> bool:
    """Save what the form says; False when it was refused, with the reason on the form."""
    second_share, limit = form.shares
    reason = form.cleaned_data["reason"]
    try:
        change_marking(exam=exam, second_share=second_share, limit=limit, reason=reason, by=request.user)
    except MarkingError as error:
        form.add_error(FIELDS_OF_REFUSALS.get(error.code), error.sentence)
        return False
    return True
