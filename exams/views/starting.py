"""The page before the clock starts, and the start."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.models import Enrolment
from exams.actions import attempts
from exams.actions.access import PASSWORD_WRONG, check_access, password_is_right
from exams.actions.scoring import FormKey, form_key
from exams.actions.seats import seat_of
from exams.appointment_mails import seat_entry
from exams.corrections import has_removed
from exams.errors import AttemptError
from exams.form_choice import fixed_form_for
from exams.forms import StartAttemptForm
from exams.mailing import file_of
from exams.models import Attempt, Blueprint, Exam, ExamForm, adjustments_of, assembly_policy_of, blueprint_of, policy_of
from exams.rules import attempt_policy
from exams.rules.accommodations import Adjustments, time_in_words
from exams.views.browsers import present
from exams.views.exams import exam_for
from exams.views.safe_browser import settings_links
from exams.views.sessions import remember_token
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest
from lms.mail.rules.calendar_files import Method

TOO_MANY_TRIES = "Too many tries. Wait a minute, then type the exam password again."


@requires(Permission.ATTEMPT_TAKE)
@require_http_methods(["GET", "POST"])
def start(request: PersonRequest, code: str) -> HttpResponse:
    """Show what awaits the candidate; the clock starts with the button on this page and not before."""
    exam, enrolment = exam_for(request, code)
    needs_password = bool(policy_of(exam).password_hash)
    form = StartAttemptForm(request.POST if request.method == "POST" else None, needs_password=needs_password)
    if request.method == "POST" and form.is_valid():
        started = _start(request, exam, enrolment, form)
        if started is not None:
            return started
    page = _start_page(request, exam, enrolment) | {"form": form}
    return render(request, "exams/start.html", page, status=422 if form.errors else 200)


def _start(request: PersonRequest, exam: Exam, enrolment: Enrolment, form: StartAttemptForm) -> HttpResponse | None:
    """Start and lead into the room; None when the form has to be filled in again."""
    typed = form.cleaned_data.get("password", "")
    if typed and not ratelimit.consume(request, action="reauthenticate", user=request.user):
        form.add_error("password", TOO_MANY_TRIES)
        return None
    presented = present(request, exam, password=password_is_right(exam, typed))
    try:
        attempt = attempts.start(
            enrolment=enrolment, exam=exam, honour_accepted=True, by=request.user, presented=presented
        )
    except AttemptError as error:
        if error.code == PASSWORD_WRONG.code:
            form.add_error("password", error.sentence)
            return None
        messages.error(request, error.sentence)
        return redirect("exams:start", code=exam.code)
    remember_token(request, attempt)
    return redirect("exams:room", attempt_id=attempt.pk)


def _start_page(request: PersonRequest, exam: Exam, enrolment: Enrolment) -> dict[str, Any]:
    sat = Attempt.objects.filter(enrolment=enrolment, exam=exam).select_related("form__blueprint")
    earlier = list(sat.with_result().order_by("number"))
    blueprint, rules, now = blueprint_of(exam), policy_of(exam), timezone.now()
    presented = present(request, exam)
    granted = adjustments_of(request.user, now)
    open_attempt = next((attempt for attempt in earlier if attempt.is_open), None)
    page = {
        "exam": exam,
        "policy": rules,
        "access": check_access(enrolment=enrolment, exam=exam, presented=presented, now=now),
        "seat": seat_of(enrolment=enrolment, exam=exam, now=now),
        "earlier": earlier,
        "open_attempt": open_attempt,
        "blueprint": blueprint,
        "items": _length(blueprint) if blueprint else 0,
        "adjustments": granted,
    }
    form = open_attempt.form if open_attempt else _next_form(request, exam)
    page["corrected"] = _corrected(form) if form else None
    if blueprint:
        page["time"] = time_in_words(blueprint.minutes, granted)
        page["ends_at"] = _end_if_started(exam, blueprint.minutes, granted)
    if rules.seb_required:
        page["seb"] = {"proof": presented.proof, "links": settings_links(exam) if rules.seb_config_key else None}
    return page


@requires(Permission.ATTEMPT_TAKE)
@require_safe
def seat_calendar(request: PersonRequest, code: str) -> HttpResponse:
    """Give out one's own seat as a calendar file; later mails about it change or strike out the same entry."""
    exam, enrolment = exam_for(request, code)
    seat = seat_of(enrolment=enrolment, exam=exam, now=timezone.now())
    if seat is None:
        raise Http404
    seat.session.exam = exam
    content = file_of(seat_entry(seat, seat.session.revision), Method.PUBLISH, request.user)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{exam.code}.ics"'
    return response


def _next_form(request: PersonRequest, exam: Exam) -> ExamForm | None:
    """Return the form that the person would get now; None where one is only put together at the start."""
    return None if assembly_policy_of(exam).makes_forms else fixed_form_for(request.user, exam)


def _corrected(form: ExamForm) -> FormKey | None:
    """Return what a form is scored by when corrections took items out of scoring; the blueprint tells the rest."""
    key = form_key(form) if has_removed(form) else None
    return key if key and key.removed else None


def _length(blueprint: Blueprint) -> int:
    """Return how many items a form has; every form keeps to its blueprint."""
    scored = blueprint.scored_count or blueprint.areas.aggregate(scored=Sum("scored"))["scored"]
    return int(scored) + blueprint.pretest_count


def _end_if_started(exam: Exam, minutes: int, granted: Adjustments) -> Any:
    """Return when time would be up for somebody who starts now, where the close cuts it short; else None."""
    rules, now = policy_of(exam), timezone.now()
    time: dict[str, Any] = {
        "minutes": minutes,
        "multiplier": granted.multiplier,
        "extra_minutes": granted.extra_minutes,
    }
    closes_at = attempt_policy.effective_close(rules.closes_at, moves=rules.accommodation_moves_close, **time)
    if closes_at is None or closes_at >= attempt_policy.deadline(now, **time):
        return None
    return closes_at
