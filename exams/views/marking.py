"""The marker's desk: answers taken, the next one, one answer with its rubric. Whose it is, no page says."""

import uuid
from dataclasses import replace
from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from exams import delivery
from exams.actions.marking import give_back, mark, take_next
from exams.delivery import Question
from exams.errors import AwardsError, MarkingError
from exams.marking_board import waiting_for
from exams.marking_forms import AWARD, LONGEST_COMMENT, MarkForm
from exams.models import ItemDrawing, MarkingTask
from exams.models.marking import MarkingTaskQuerySet
from exams.rules.marking import MOST_OPEN_TASKS
from exams.views.drawings import drawing_response
from lms.accounts import sessions
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

# Long texts are read slowly: the page outlasts the short idle time of staff, so that nothing typed is lost to it.
MARKING_HOLD = timedelta(hours=1)
MARKING_HOLD_STEP = timedelta(minutes=5)  # looking again must not write the session each time


@requires(Permission.MARK_ANSWERS)
@require_safe
def desk(request: PersonRequest) -> HttpResponse:
    """Show the answers that a marker holds, and how many wait."""
    held = list(MarkingTask.objects.held_by(request.user).select_related("attempt__exam"))
    page = {"held": held, "waiting": waiting_for(request.user), "may_take": len(held) < MOST_OPEN_TASKS}
    return render(request, "exams/marking/desk.html", page | {"most": MOST_OPEN_TASKS})


@requires(Permission.MARK_ANSWERS)
@require_POST
def take(request: PersonRequest) -> HttpResponse:
    """Take the answer that has waited longest."""
    try:
        task = take_next(by=request.user)
    except MarkingError as error:
        messages.error(request, error.sentence)
        return redirect("exams:marking")
    if task is None:
        messages.info(request, "Nothing waits for you at the moment.")
        return redirect("exams:marking")
    return redirect("exams:marking_task", task.pk)


@requires(Permission.MARK_ANSWERS)
@require_safe
def task(request: PersonRequest, task_id: uuid.UUID) -> HttpResponse:
    """Show one answer with the question as the candidate saw it, guidance and rubric."""
    found = _own_task(request, task_id)
    if found.done_at is not None:
        messages.info(request, "You have marked this answer. A mark that was saved stands.")
        return redirect("exams:marking")
    sessions.hold(request.session, request.received_at + MARKING_HOLD, at_least=MARKING_HOLD_STEP)
    return _task_page(request, found, MarkForm(criteria=found.rubric))


@requires(Permission.MARK_ANSWERS)
@require_POST
def mark_task(request: PersonRequest, task_id: uuid.UUID) -> HttpResponse:
    """Save a mark and go on with the next answer. What cannot be saved is shown again, with the reason."""
    found = _tasks(request).filter(pk=task_id).first()
    if found is None:
        return _not_saved(request, "This answer is not with you any more. Somebody put it back for others.")
    form = MarkForm(request.POST, criteria=found.rubric)
    if not form.is_valid():
        return _task_page(request, found, form, status=422)
    try:
        mark(task_id=task_id, awards=form.awards, comment=form.cleaned_data["comment"], by=request.user)
    except AwardsError as error:
        form.add_faults(error.faults)
        return _task_page(request, found, form, status=422)
    except MarkingError as error:
        return _not_saved(request, error.sentence)
    return _go_on(request)


def _go_on(request: PersonRequest) -> HttpResponse:
    """Lead to the next answer: one that is held already, or the one that has waited longest."""
    following = MarkingTask.objects.held_by(request.user).first() or take_next(by=request.user)
    if following is None:
        messages.success(request, "Saved. Nothing else waits for you.")
        return redirect("exams:marking")
    messages.success(request, "Saved. Here is the next answer.")
    return redirect("exams:marking_task", following.pk)


@requires(Permission.MARK_ANSWERS)
@require_POST
def put_back(request: PersonRequest, task_id: uuid.UUID) -> HttpResponse:
    """Give an answer back for others; those who oversee marking put back what others hold."""
    try:
        give_back(task_id=task_id, by=request.user)
    except MarkingError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, "The answer waits for somebody else now.")
    return redirect("exams:marking_progress" if request.POST.get("from") == "progress" else "exams:marking")


@requires(Permission.MARK_ANSWERS)
@require_safe
def task_figure(request: PersonRequest, task_id: uuid.UUID) -> HttpResponse:
    """Hand out the drawing of the question, to whoever holds the answer."""
    version = _own_task(request, task_id).version_id
    return drawing_response(ItemDrawing.objects.filter(versions=version).first())


def _tasks(request: PersonRequest) -> MarkingTaskQuerySet:
    """The answers that this person took, marked or not."""
    return MarkingTask.objects.filter(marker=request.user).select_related("attempt__exam", "version")


def _own_task(request: PersonRequest, task_id: uuid.UUID) -> MarkingTask:
    """Return an answer that this person took. Raises `Http404`, also for those of others."""
    found = _tasks(request).filter(pk=task_id).first()
    if found is None:
        raise Http404
    return found


def _task_page(request: PersonRequest, found: MarkingTask, form: MarkForm, status: int = 200) -> HttpResponse:
    page = {
        "task": found,
        "question": _question(found),
        "guidance": found.version.key["guidance"],
        "form": form,
        "waiting": waiting_for(request.user),
    }
    return render(request, "exams/marking/task.html", page, status=status)


def _question(found: MarkingTask) -> Question:
    """Return the question as shown, its figure at an address that does not name the attempt."""
    shown = delivery.question(found.attempt, found.position)
    if shown is None:
        raise Http404
    if shown.figure is None:
        return shown
    return replace(shown, figure=replace(shown.figure, address=reverse("exams:marking_figure", args=[found.pk])))


def _not_saved(request: PersonRequest, sentence: str) -> HttpResponse:
    """Say why a mark was not saved, and show what was typed, so that nothing is lost."""
    points = [(name.removeprefix(AWARD), request.POST[name]) for name in request.POST if name.startswith(AWARD)]
    comment = request.POST.get("comment", "")[:LONGEST_COMMENT]
    page = {"sentence": sentence, "points": points, "comment": comment}
    return render(request, "exams/marking/not_saved.html", page, status=409)
