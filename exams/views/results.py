"""Looking over the answers, handing them in, the result."""

import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from exams.actions import attempts
from exams.actions.access import eligibility
from exams.errors import AttemptError
from exams.models import Attempt, Score
from exams.rules.cut_score import Band, band
from exams.views.desks import AttemptDesk
from exams.views.detours import detour
from exams.views.room import show_review, show_submit
from exams.views.sessions import get_attempt
from lms.accounts import sessions
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

BAND_WORDS = {
    Band.BELOW: "Below",
    Band.NEAR: "Near",
    Band.ABOVE: "Above",
}


@requires(Permission.ATTEMPT_TAKE)
@require_GET
def review(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """List all questions with their states before handing in; nothing is handed in here."""
    attempt = get_attempt(request, attempt_id)
    if elsewhere := detour(request, attempt):
        return elsewhere
    return show_review(request, AttemptDesk.at(request, attempt))


@requires(Permission.ATTEMPT_TAKE)
@require_http_methods(["GET", "POST"])
def submit(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Ask once, in words with numbers, then hand in. Handing in again leads to the same result."""
    attempt = get_attempt(request, attempt_id)
    if request.method == "POST":
        return _hand_in(request, attempt)
    if elsewhere := detour(request, attempt):
        return elsewhere
    return show_submit(request, AttemptDesk.at(request, attempt))


def _hand_in(request: PersonRequest, attempt: Attempt) -> HttpResponse:
    try:
        attempts.submit(
            attempt_id=attempt.pk,
            token=request.POST.get("token", ""),
            by=request.user,
            received_at=request.received_at,
        )
    except AttemptError as error:
        if error.code == "paused":
            return redirect("exams:room", attempt_id=attempt.pk)
        messages.error(request, f"{error.sentence} It was not submitted from here.")
        return redirect("exams:claim", attempt_id=attempt.pk)
    sessions.release(request.session)
    return redirect("exams:result", attempt_id=attempt.pk)


@dataclass(frozen=True)
class AreaBand:
    """One content area on a failing candidate's result."""

    title: str
    raw: str
    maximum: int
    band: Band
    words: str


@requires(Permission.RESULT_READ)
@require_GET
def result(request: PersonRequest, attempt_id: uuid.UUID) -> HttpResponse:
    """Show the result of a closed attempt: the decision first, in words."""
    attempt = get_attempt(request, attempt_id)
    is_own = attempt.enrolment.person_id == request.user.pk
    if attempt.is_open:
        if is_own:
            return redirect("exams:room", attempt_id=attempt.pk)
        return render(request, "exams/result.html", {"attempt": attempt, "is_own": is_own})
    score = attempt.released_score
    page = {
        "attempt": attempt,
        "is_own": is_own,
        "score": score,
        "raw": plain(score.raw) if score else "",
        "cut": plain(score.cut) if score else "",
        "maximum": plain(score.maximum) if score else "",
        "bands": area_bands(score) if score and not score.passed else [],
        "strays": list(attempt.strays.all()) if is_own else [],
    }
    if is_own and score and not score.passed:
        page["retake"] = eligibility(enrolment=attempt.enrolment, exam=attempt.exam, now=timezone.now())
    return render(request, "exams/result.html", page)


def plain(number: Decimal) -> str:
    """Write points without needless zeros, cut off after two places and never rounded up: 34.6666 → 34.66."""
    text = f"{number:.4f}"[:-2]
    return text.rstrip("0").rstrip(".")


def area_bands(score: Score) -> list[AreaBand]:
    """Compare each content area with the share of points that passing asks for."""
    compared = [
        (area, band(Decimal(area["raw"]), area["maximum"], cut=score.cut, total=score.maximum)) for area in score.areas
    ]
    return [
        AreaBand(area["title"], plain(Decimal(area["raw"])), area["maximum"], place, BAND_WORDS[place])
        for area, place in compared
    ]
