"""Mock exams: the start page, the exam room at one, its end, and how it went."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.models import Enrolment
from exams import mock_delivery
from exams.actions import mocks
from exams.actions.saving import Reply, Save, SaveResult
from exams.errors import AttemptError
from exams.mock_pool import outline_for
from exams.mock_report import report_on
from exams.models import Attempt, Exam, MockExam, MockState, adjustments_of
from exams.rules.accommodations import time_in_words
from exams.views.desks import MockDesk
from exams.views.detours import leave_room
from exams.views.exams import exam_for
from exams.views.room import (
    all_items,
    asked_number,
    bad_request,
    seen_claims,
    show_claim,
    show_conflict,
    show_review,
    show_room,
    show_submit,
    take_answers,
    take_flag,
)
from exams.views.sessions import get_mock, holds, remember_token, shut_to
from lms.accounts import sessions
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

EARLIER_SHOWN = 20
View = Callable[[PersonRequest, uuid.UUID], HttpResponse]


def not_in_an_exam(view: View) -> View:
    """Lead whoever is in an exam back to it: a mock exam would take its browser session over, and gives reasons."""

    @wraps(view)
    def guarded(request: PersonRequest, mock_id: uuid.UUID) -> HttpResponse:
        attempt = Attempt.objects.open().filter(enrolment__person=request.user).values_list("pk", flat=True).first()
        if attempt is None:
            return view(request, mock_id)
        messages.info(request, "You are in an exam. Your mock exam can be seen once it is handed in.")
        return redirect("exams:room", attempt_id=attempt)

    return guarded


@requires(Permission.PRACTICE_TAKE)
@require_http_methods(["GET", "POST"])
def start(request: PersonRequest, code: str) -> HttpResponse:
    """Say what a mock exam is and is not; POST draws one, and its clock starts."""
    exam, enrolment = exam_for(request, code)
    if request.method == "POST":
        try:
            mock = mocks.start(enrolment=enrolment, exam=exam, by=request.user)
        except AttemptError as error:
            messages.error(request, error.sentence)
            return redirect("exams:mock_start", code=code)
        remember_token(request, mock)
        return redirect("exams:mock_room", mock_id=mock.pk)
    return _start_page(request, exam, enrolment)


def _start_page(request: PersonRequest, exam: Exam, enrolment: Enrolment) -> HttpResponse:
    outline, granted = outline_for(exam), adjustments_of(request.user, timezone.now())
    mine = MockExam.objects.of(request.user).filter(exam=exam).order_by("-started_at")
    running = [get_mock(request, mock_id) for mock_id in mine.running().values_list("pk", flat=True)]
    page = {
        "exam": exam,
        "enrolment": enrolment,
        "outline": outline,
        "time": time_in_words(outline.minutes, granted) if outline else "",
        "adjustments": granted,
        "open_mock": next((mock for mock in running if mock.is_open), None),
        "earlier": mine.exclude(state=MockState.STARTED).annotate(length=Count("questions"))[:EARLIER_SHOWN],
        "refusal": mocks.refusal_to_start(enrolment, exam),
    }
    return render(request, "exams/mocks/start.html", page)


@requires(Permission.PRACTICE_TAKE)
@require_GET
@not_in_an_exam
def room(request: PersonRequest, mock_id: uuid.UUID) -> HttpResponse:
    """Show one question (`?q=7`); without a number the one that was answered last."""
    mock = get_mock(request, mock_id)
    desk = MockDesk.at(request, mock)
    if elsewhere := leave_room(request, desk, mock):
        return elsewhere
    number = asked_number(request)
    return show_room(request, desk, mock_delivery.last_place(mock) if number is None else number)


@requires(Permission.PRACTICE_TAKE, api=True)
@require_GET
def items(request: PersonRequest, mock_id: uuid.UUID) -> HttpResponse:
    """Return all questions to the session that holds the mock exam, so that the room survives a lost network."""
    mock = get_mock(request, mock_id)
    return shut_to(request, mock) or all_items(MockDesk.at(request, mock))


@requires(Permission.PRACTICE_TAKE, api=True)
@require_POST
def save_answers(request: PersonRequest, mock_id: uuid.UUID) -> HttpResponse:
    """Store answers. JSON gets one reply for each save; a page gets the next question."""

    def not_taken(answer: Save, result: SaveResult) -> HttpResponse:
        mock = get_mock(request, mock_id)
        desk = MockDesk.at(request, mock)
        if result.reply is Reply.SUPERSEDED and (question := desk.question(answer.position)):
            lost = {"number": answer.position, "words": question.words_of(answer.value)}
            return _ask_to_claim(request, mock, status=409, lost=lost)
        if result.reply in (Reply.SUPERSEDED, Reply.CLOSED):
            return redirect(desk.address("result"))
        return show_conflict(request, desk, answer, result)

    try:
        return take_answers(request, MockDesk(request, mock_id), not_taken)
    except AttemptError as error:
        return _refused(request, mock_id, error)


@requires(Permission.PRACTICE_TAKE, api=True)
@require_POST
def flag(request: PersonRequest, mock_id: uuid.UUID) -> HttpResponse:
    """Mark or unmark a question; saying the same twice changes nothing."""
    try:
        return take_flag(request, MockDesk(request, mock_id))
    except AttemptError as error:
        return _refused(request, mock_id, error)


def _refused(request: PersonRequest, mock_id: uuid.UUID, error: AttemptError) -> HttpResponse:
    """Answer what could not be read; somebody else's mock exam stays unknown, whatever was sent."""
    if error.code == "unknown_attempt":
        raise Http404 from error
    get_mock(request, mock_id)
    return bad_request(error)


@requires(Permission.PRACTICE_TAKE)
@require_http_methods(["GET", "POST"])
@not_in_an_exam
def claim(request: PersonRequest, mock_id: uuid.UUID) -> HttpResponse:
    """Ask before this session takes over, and take over."""
    mock = get_mock(request, mock_id)
    desk = MockDesk.at(request, mock)
    if not mock.is_open:
        return redirect(desk.address("result"))
    if request.method == "GET":
        return redirect(desk.address("room")) if holds(request, mock) else _ask_to_claim(request, mock)
    try:
        taken = mocks.claim(mock_id=mock.pk, seen_claims=seen_claims(request), by=request.user)
    except AttemptError as error:
        return _ask_to_claim(request, get_mock(request, mock_id), status=409, refusal=error.sentence)
    remember_token(request, taken)
    return redirect(desk.address("room"))


def _ask_to_claim(request: PersonRequest, mock: MockExam, **extra: Any) -> HttpResponse:
    seat = MockDesk.at(request, mock).seat()
    return show_claim(request, seat, claims=mock.claims, last_saved=mock.last_saved_at, **extra)


@requires(Permission.PRACTICE_TAKE)
@require_GET
@not_in_an_exam
def review(request: PersonRequest, mock_id: uuid.UUID) -> HttpResponse:
    """List all questions with their states before handing in; nothing is handed in here."""
    mock = get_mock(request, mock_id)
    desk = MockDesk.at(request, mock)
    return leave_room(request, desk, mock) or show_review(request, desk)


@requires(Permission.PRACTICE_TAKE)
@require_http_methods(["GET", "POST"])
@not_in_an_exam
def submit(request: PersonRequest, mock_id: uuid.UUID) -> HttpResponse:
    """Ask once, in words with numbers, then hand in. Handing in again leads to the same result."""
    mock = get_mock(request, mock_id)
    desk = MockDesk.at(request, mock)
    if request.method == "GET":
        return leave_room(request, desk, mock) or show_submit(request, desk)
    token, now = request.POST.get("token", ""), request.received_at
    held_here = holds(request, mock)
    try:
        mocks.submit(mock_id=mock.pk, token=token, by=request.user, received_at=now)
    except AttemptError as error:
        messages.error(request, f"{error.sentence} It was not submitted from here.")
        return redirect(desk.address("claim"))
    if held_here:
        sessions.release(request.session)
    return redirect(desk.address("result"))


@requires(Permission.PRACTICE_TAKE)
@require_GET
@not_in_an_exam
def result(request: PersonRequest, mock_id: uuid.UUID) -> HttpResponse:
    """Show how a closed mock exam went: points, content areas, and each question with its reasons and its lesson."""
    mock = get_mock(request, mock_id)
    if mock.is_open:
        return redirect("exams:mock_room", mock_id=mock.pk)
    report, show = report_on(mock), request.GET.get("show", "all")
    page = {"mock": mock, "report": report, "show": show, "questions": report.showing(show)}
    return render(request, "exams/mocks/result.html", page)
