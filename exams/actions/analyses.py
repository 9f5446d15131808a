"""Asking for the analysis of a form, and making it: for a person and a window of days, every night for what is new."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from exams.analysing import RULES, Window, analyse_attempts
from exams.errors import FormError
from exams.models import ExamForm, FormAnalysis, FormKind, FormStatus, Result, Score
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.jobs.actions import enqueue
from lms.jobs.models import Job, JobState

ANALYSE = "exams.analyse_form"
EVER = Value(datetime(1970, 1, 1, tzinfo=UTC))


def request_analysis(*, form: ExamForm, window: Window, by: User) -> None:
    """Put the analysis of a form into the outbox; with thousands of attempts it takes seconds.

    Raises `FormError`: no_first_attempts when nobody has a score, window_reversed.
    """
    demand(by, Permission.STATISTICS_READ)
    if window.since and window.until and window.since > window.until:
        raise FormError("window_reversed", "The first day comes after the last one. Exchange them.")
    if not Score.objects.filter(attempt__form=form, attempt__number=1).exists():
        raise FormError(
            "no_first_attempts", "No first attempt at this form has a score yet. There is nothing to analyse."
        )
    _enqueue(form.pk, window, by)


def _enqueue(form: int, window: Window, by: User | None) -> None:
    payload = {
        "form": form,
        "since": window.since and window.since.isoformat(),
        "until": window.until and window.until.isoformat(),
        "asked_by": by.pk if by else None,
    }
    with transaction.atomic():
        enqueue(ANALYSE, key=f"{ANALYSE}:{uuid.uuid4()}", payload=payload)


@dataclass(frozen=True)
class Pending:
    """What was asked for and is not there: a worker still makes it, or gave up after the newest analysis was made."""

    waiting: bool
    failed: bool


def pending_analysis(form: ExamForm, newest: FormAnalysis | None) -> Pending:
    """Return where the analyses stand that were asked for. One query."""
    undone = [JobState.WAITING, JobState.RUNNING, JobState.DEAD]
    jobs = list(Job.objects.filter(state__in=undone, kind=ANALYSE, payload__form=form.pk))
    ended = [job.finished_at for job in jobs if job.finished_at]
    failed = any(newest is None or newest.made_at <= moment for moment in ended)
    return Pending(waiting=len(ended) < len(jobs), failed=failed)


def make_analysis(*, form_id: int, since: str | None, until: str | None, asked_by: Any = None) -> FormAnalysis:
    """Analyse a form and keep the figures. What was worked out before from the same scores is returned as it stands."""
    form = ExamForm.objects.select_related("blueprint").get(pk=form_id)
    window = Window(*(date.fromisoformat(day) if day else None for day in (since, until)))
    begun = timezone.now()  # before the reading: what is scored meanwhile is newer than the analysis
    made = analyse_attempts(form, window)
    by = User.objects.get(pk=asked_by) if asked_by else None
    with transaction.atomic():
        analysis, created = FormAnalysis.objects.get_or_create(
            form=form,
            data_digest=made.digest,
            defaults={
                "since": window.since,
                "until": window.until,
                "persons": made.persons,
                "rules": RULES,
                "figures": made.figures,
                "asked_by": by,
                "made_at": begun,
            },
        )
        if created:
            record(Verb.FORM_ANALYSED, by=by, target=form, data={"analysis": str(analysis.pk), "persons": made.persons})
    return analysis


def analyse_changed() -> int:
    """Ask for the analysis of every fixed form with a score or a void newer than its last one; return how many."""
    whole = FormAnalysis.objects.filter(form=OuterRef("pk"), since__isnull=True, until__isnull=True)
    last = Coalesce(Subquery(whole.order_by("-made_at").values("made_at")[:1]), EVER)
    scored = Score.objects.filter(attempt__form=OuterRef("pk"), attempt__number=1, scored_at__gt=OuterRef("last"))
    voided = Result.objects.filter(
        attempt__form=OuterRef("pk"), attempt__number=1, state="voided", changed_at__gt=OuterRef("last")
    )
    forms = ExamForm.objects.filter(kind=FormKind.FIXED, status=FormStatus.LOCKED).annotate(last=last)
    changed = forms.filter(Exists(scored) | Exists(voided) & Exists(whole))
    due = list(changed.values_list("pk", flat=True))
    for form in due:
        _enqueue(form, Window(), None)
    return len(due)
