"""Panels run through the real actions."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from courses.models import Enrolment
from exams.actions.panel_answers import answer
from exams.actions.panel_ratings import rate
from exams.actions.panels import close_round, name_judge, open_panel, open_round
from exams.models import Attempt, Exam, ExamForm, PanelMethod, PanelRound, Score, StandardSettingPanel
from lms.accounts.models import User


def make_panel(
    form: ExamForm, judges: Sequence[Any], *, by: Any, method: PanelMethod = PanelMethod.ANGOFF
) -> StandardSettingPanel:
    """Open a panel on a locked form with these judges; no round yet."""
    panel = open_panel(form=form, method=method, borderline="Just safe alone at the chair.", by=by)
    for judge in judges:
        name_judge(panel=panel, person=judge, background="Technician, 8 years", training="Workshop in May", by=by)
    return panel


def rate_all(held: PanelRound, ratings: Mapping[Any, Sequence[int | None]]) -> None:
    """Let judges rate the items in order; None leaves one out."""
    for judge, given in ratings.items():
        for place, percent in zip(held.panel.places, given, strict=True):
            if percent is not None:
                rate(held=held, position=place, percent=percent, by=judge)


def run_round(
    panel: StandardSettingPanel,
    ratings: Mapping[Any, Sequence[int | None]],
    *,
    by: Any,
    show_p: bool = False,
    note: str = "",
) -> PanelRound:
    """Open a round, let judges rate, and close it with whatever gaps there are."""
    held = open_round(panel=panel, show_p=show_p, note=note, by=by)
    rate_all(held, ratings)
    return close_round(panel=panel, gaps_accepted=True, by=by)


def answer_all(held: PanelRound, answers: Mapping[Any, Mapping[str, Any]]) -> None:
    """Let judges answer what is asked in percent or in cells."""
    for judge, given in answers.items():
        answer(held=held, answers={about: str(value) for about, value in given.items()}, by=judge)


def give_scores(form: ExamForm, counts: Mapping[str, int]) -> None:
    """Store closed first attempts at a form with their points: persons by points."""
    exam = Exam.objects.get(code=form.blueprint.code)
    points = [raw for raw, persons in counts.items() for _ in range(persons)]
    after, maximum = User.objects.count(), Decimal(sum(area.scored for area in form.blueprint.areas.all()))
    now = timezone.now()
    names = [f"scored{after + number}" for number in range(len(points))]
    people = User.objects.bulk_create(User(email=f"{name}@example.org", full_name=name) for name in names)
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(person=person, programme=exam.programme, curriculum_version="1", pathway="academic")
        for person in people
    )
    attempts = Attempt.objects.bulk_create(
        Attempt(
            enrolment=enrolment, exam=exam, form=form, number=1, state="submitted", started_at=now, submitted_at=now,
            deadline=now + timedelta(hours=1), minutes=60, seed="", honour_text="", honour_accepted_at=now, token="",
        )
        for enrolment in enrolments
    )  # fmt: skip
    Score.objects.bulk_create(
        Score(
            attempt=attempt, number=1, scorer="test", items=[], areas=[], raw=Decimal(raw), maximum=maximum,
            cut=form.blueprint.cut_raw, passed=Decimal(raw) >= form.blueprint.cut_raw, log_hash="0" * 64,
        )
        for attempt, raw in zip(attempts, points, strict=True)
    )  # fmt: skip
