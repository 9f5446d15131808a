"""Practice: choosing questions, answering them one by one, and how it went."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.blocks import feedback_on
from courses.actions import practice
from courses.errors import PracticeError
from courses.models import Enrolment, PracticeRun, Programme
from courses.practice_forms import PracticeForm
from courses.practice_pool import question_at
from courses.reading import open_enrolment, standing_in
from courses.rules.practice import LEVEL_RULE, QuestionRef, Tally, Trend, tally, trend
from courses.rules.progress import Progress, State
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

RUNS_SHOWN = 10


@dataclass(frozen=True)
class TopicRow:
    """One module in the outcome of a run."""

    title: str
    tally: Tally
    trend: Trend


@requires(Permission.PRACTICE_TAKE)
@require_http_methods(["GET", "POST"])
def home(request: PersonRequest, code: str) -> HttpResponse:
    """Let the trainee choose modules, number and clock; POST starts a run."""
    enrolment, progress = _standing(request, code)
    modules = [
        (standing.module.code, f"{standing.module.code} {standing.module.title}")
        for standing in progress.modules
        if standing.state is not State.LOCKED
    ]
    started = [s.module.code for s in progress.modules if s.done]
    form = PracticeForm(request.POST or None, modules=modules, initial={"modules": started or [c for c, _ in modules]})
    if request.method == "POST" and form.is_valid():
        try:
            run = practice.start_run(enrolment=enrolment, progress=progress, by=request.user, **form.cleaned_data)
            return redirect("courses:practice_question", run_id=run.pk, number=1)
        except PracticeError as error:
            form.add_error("modules", error.sentence)
    runs = [(run, len(run.questions)) for run in enrolment.practice_runs.all()[:RUNS_SHOWN]]
    open_run = next((run for run, _ in runs if not practice.is_over(run, timezone.now())), None)
    page = {"form": form, "programme": enrolment.programme, "runs": runs, "open_run": open_run}
    return render(request, "courses/practice/home.html", page, status=422 if form.errors else 200)


@requires(Permission.PRACTICE_TAKE)
@require_http_methods(["GET", "POST"])
def question(request: PersonRequest, run_id: uuid.UUID, number: int) -> HttpResponse:
    """Ask one question of a run; POST answers it. With its answer it shows the reasons and the way on."""
    run = _own_run(request, run_id)
    if not 1 <= number <= len(run.questions):
        raise Http404
    feedback = None
    if request.method == "POST":
        try:
            feedback = practice.answer(
                run=run,
                position=number,
                answers=[text[:40] for text in request.POST.getlist("answer")][:10],
                by=request.user,
                received_at=request.received_at,
            )
        except PracticeError as error:
            messages.info(request, error.sentence)
            if error.code == "run_over":
                return redirect("courses:practice_result", run_id=run.pk)
            return redirect("courses:practice_question", run_id=run.pk, number=number)
        if feedback.answered:
            return redirect("courses:practice_question", run_id=run.pk, number=number)
    return render(request, "courses/practice/question.html", _question_page(run, number) | {"empty": feedback})


def _question_page(run: PracticeRun, number: int) -> dict[str, Any]:
    """Put together a question with its answer, if there is one."""
    found = question_at(run.refs[number - 1])
    stored = run.answers.filter(position=number).first()
    lesson, block = found or (None, None)
    feedback = feedback_on(block, stored.answers) if stored and block else None
    return {
        "run": run,
        "number": number,
        "total": len(run.questions),
        "lesson": lesson,
        "question": block,
        "feedback": feedback,
        "typed": stored.answers[0] if stored and stored.answers else "",
        "over": practice.is_over(run, timezone.now()),
        "is_last": number == len(run.questions),
    }


@requires(Permission.PRACTICE_TAKE)
@require_POST
def finish(request: PersonRequest, run_id: uuid.UUID) -> HttpResponse:
    """End a run and show how it went."""
    run = _own_run(request, run_id)
    practice.finish(run=run, by=request.user)
    return redirect("courses:practice_result", run_id=run.pk)


@requires(Permission.PRACTICE_TAKE)
@require_safe
def result(request: PersonRequest, run_id: uuid.UUID) -> HttpResponse:
    """Show how a run went: by topic, with a level, against the run before, and which questions to look at again."""
    run = _own_run(request, run_id)
    if not practice.is_over(run, timezone.now()):
        return redirect("courses:practice_question", run_id=run.pk, number=_next_open(run))
    titles = {s.module.code: s.module.title for s in standing_in(run.enrolment.programme, None).modules}
    answers = {answer.position: answer for answer in run.answers.all()}
    places = [
        (number, ref, answers.get(number), titles.get(ref.module, ref.module))
        for number, ref in enumerate(run.refs, start=1)
    ]
    page = {
        "run": run,
        "right": sum(answer.right for answer in answers.values()),
        "total": len(run.questions),
        "topics": _topics(run, titles),
        "rule": LEVEL_RULE,
        "again": [(number, answer, title) for number, _, answer, title in places if answer is None or not answer.right],
    }
    return render(request, "courses/practice/result.html", page)


def _next_open(run: PracticeRun) -> int:
    """Return the first question without an answer; the last one when all have one."""
    answered = set(run.answers.values_list("position", flat=True))
    return next((n for n in range(1, len(run.questions) + 1) if n not in answered), len(run.questions))


def _topics(run: PracticeRun, titles: dict[str, str]) -> list[TopicRow]:
    """Compare every topic of a run with the newest earlier run that asked about it."""
    now = _tally_of(run)
    before: dict[str, Tally] = {}
    earlier = PracticeRun.objects.filter(enrolment=run.enrolment_id, started_at__lt=run.started_at)
    for other in earlier.prefetch_related("answers")[:RUNS_SHOWN]:
        before = _tally_of(other) | before
    return [TopicRow(titles.get(code, code), row, trend(row, before.get(code))) for code, row in now.items()]


def _tally_of(run: PracticeRun) -> dict[str, Tally]:
    refs = run.refs
    right: list[QuestionRef] = [refs[answer.position - 1] for answer in run.answers.all() if answer.right]
    return tally(refs, right)


def _standing(request: PersonRequest, code: str) -> tuple[Enrolment, Progress]:
    """Return the person's open enrolment in a programme and where it stands; 404 for everybody who has none."""
    programme = get_object_or_404(Programme, code=code)
    enrolment = open_enrolment(request.user, programme.pk)
    if enrolment is None:
        raise Http404
    return enrolment, standing_in(programme, enrolment)


def _own_run(request: PersonRequest, run_id: uuid.UUID) -> PracticeRun:
    rows = PracticeRun.objects.filter(enrolment__person=request.user)
    return get_object_or_404(rows.select_related("enrolment__programme"), pk=run_id)
