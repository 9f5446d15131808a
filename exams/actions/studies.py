"""Asking for studies of stored answers, stopping them, and making them in the background."""

from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone

from exams.errors import StudyError
from exams.models import Exam, ExamForm, Score, Study, StudyKind, StudyRequest, StudyState
from exams.models.studies import OPEN_STUDY_STATES
from exams.rules.psychometrics.equating.choice import Method
from exams.rules.psychometrics.irt import Model
from exams.studying import AUTOMATIC, RULES, Studied, software, work_out
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue

STUDY = "exams.study"
# How often a worker says how far it is, in seconds; a new step is said at once.
_EVERY = 0.5


@dataclass(frozen=True)
class Question:
    """What a study shall be about; which of the forms and methods are needed depends on the kind."""

    kind: StudyKind
    exam: Exam
    form: ExamForm | None = None
    old_form: ExamForm | None = None
    method: str = ""
    random_groups: bool = False


@transaction.atomic
def request_study(*, question: Question, by: User) -> StudyRequest:
    """Ask for a study. The same question that is still being worked on is returned as it stands.

    Raises `StudyError`: no_scores when nobody has a score, same_form when a form shall be equated to itself,
    method_unknown.
    """
    demand(by, Permission.STATISTICS_READ)
    _check(question)
    facts = {
        "kind": question.kind,
        "exam": question.exam,
        "form": question.form,
        "old_form": question.old_form,
        "method": question.method,
        "random_groups": question.random_groups,
    }
    if same := StudyRequest.objects.filter(**facts, state__in=OPEN_STUDY_STATES).first():
        return same
    asked = StudyRequest.objects.create(**facts, asked_by=by)
    enqueue(STUDY, key=asked.job_key, payload={"request": str(asked.pk)})
    record(Verb.STUDY_REQUESTED, by=by, target=asked, data={"kind": asked.kind, "method": asked.method})
    return asked


def _check(question: Question) -> None:
    known = {
        StudyKind.CALIBRATION: {model.value for model in Model},
        StudyKind.FAIRNESS: {""},
        StudyKind.EQUATING: {AUTOMATIC, *(method.value for method in Method)},
    }
    if question.method not in known[question.kind]:
        raise StudyError("method_unknown", "Choose one of the methods that are offered.")
    if question.kind == StudyKind.EQUATING and question.form == question.old_form:
        raise StudyError("same_form", "Choose two different forms: a form is always on its own scale.")
    asked = [form for form in (question.form, question.old_form) if form]
    scores = Score.objects.filter(attempt__exam=question.exam, attempt__number=1)
    for form in asked:
        if not scores.filter(attempt__form=form).exists():
            raise StudyError("no_scores", f"No first attempt at {form} has a score yet. There is nothing to study.")
    if not asked and not scores.exists():
        raise StudyError("no_scores", "No first attempt at this exam has a score yet. There is nothing to study.")


@transaction.atomic
def stop_study(*, request: StudyRequest, by: User) -> None:
    """Stop a study that waits or is under way; its worker notices at its next step. Raises `StudyError` ended."""
    demand(by, Permission.STATISTICS_READ)
    stopped = StudyRequest.objects.filter(pk=request.pk, state__in=OPEN_STUDY_STATES).update(
        state=StudyState.STOPPED, ended_at=timezone.now()
    )
    if not stopped:
        raise StudyError("ended", "It has ended already. Nothing was stopped.")
    record(Verb.STUDY_STOPPED, by=by, target=request, data={"kind": request.kind})


class _Stopped(Exception):
    """A person stopped the study."""


class _Progress:
    """Writes down how far a study is, and notices when it was stopped."""

    def __init__(self, request: StudyRequest) -> None:
        self.request = request
        self.step = ""
        self.said_at = 0.0

    def __call__(self, step: str, share: float | None) -> None:
        """Say what is being done, and how much of it, at most twice a second."""
        if step == self.step and monotonic() - self.said_at < _EVERY:
            return
        self.step, self.said_at = step, monotonic()
        percent = None if share is None else round(100 * share)
        rows = StudyRequest.objects.filter(pk=self.request.pk, state=StudyState.RUNNING)
        if not rows.update(step=step, share=percent):
            raise _Stopped


def make_study(*, request_id: str) -> Study | None:
    """Work out what was asked for and keep it; None when it was stopped. A second call finds the work done.

    What was worked out before from the same answers is not kept twice.
    """
    asked = StudyRequest.objects.select_related("exam", "form__blueprint", "old_form__blueprint", "asked_by")
    request = asked.get(pk=request_id)
    begun = timezone.now()  # before the reading: what is scored meanwhile is newer than the study
    if not StudyRequest.objects.filter(pk=request.pk, state__in=OPEN_STUDY_STATES).update(state=StudyState.RUNNING):
        return request.study
    try:
        found = work_out(request, _Progress(request))
        return _keep(request, found, begun)
    except _Stopped:
        return None


@transaction.atomic
def _keep(request: StudyRequest, found: Studied, begun: Any) -> Study:
    facts = {
        "kind": request.kind,
        "form": request.form,
        "old_form": request.old_form,
        "method": found.method,
        "persons": found.persons,
        "rules": RULES,
        "software": software(),
        "figures": found.figures,
        "asked_by": request.asked_by,
        "made_at": begun,
    }
    study, created = Study.objects.get_or_create(exam=request.exam, data_digest=found.digest, defaults=facts)
    ended = {"state": StudyState.DONE, "ended_at": timezone.now(), "study": study, "step": "", "share": None}
    if not StudyRequest.objects.filter(pk=request.pk, state=StudyState.RUNNING).update(**ended):
        raise _Stopped  # and the study is not kept
    if created:
        data = {"study": str(study.pk), "kind": study.kind, "method": study.method, "persons": study.persons}
        record(Verb.STUDY_MADE, by=request.asked_by, target=request.exam, data=data)
    return study
