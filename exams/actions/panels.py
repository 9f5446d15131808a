"""A panel that sets the cut: opened on a locked form, its judges named, its rounds opened and closed."""

import hashlib
import json

from django.db import IntegrityError, transaction
from django.utils import timezone

from exams.errors import PanelError
from exams.models import (
    CutAdoption,
    ExamForm,
    FormAnalysis,
    FormItem,
    FormKind,
    KeyChange,
    PanelAnswer,
    PanelJudge,
    PanelMethod,
    PanelRating,
    PanelRound,
    Section,
    StandardSettingPanel,
)
from exams.panel_rounds import latest_answers, latest_ratings, said_and_missing, stored_scores
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand, scope_of
from lms.accounts.roles import Role
from lms.audit.actions import record
from lms.audit.verbs import Verb

FEWEST_JUDGES = 2


@transaction.atomic
def open_panel(
    *, form: ExamForm, borderline: str, by: User, method: PanelMethod = PanelMethod.ANGOFF
) -> StandardSettingPanel:
    """Open a panel on the items of a form that count. Its method stays.

    Raises `PanelError`: not_locked, made_for_one, borderline_missing, key_corrected.
    """
    demand(by, Permission.PANEL_RUN)
    if not form.is_locked:
        raise PanelError("not_locked", "Lock the form first: judges have to rate what candidates get.")
    if form.kind != FormKind.FIXED:
        raise PanelError("made_for_one", "This form was made for one attempt. Set the cut on a fixed form.")
    if not borderline.strip():
        raise PanelError("borderline_missing", "Say who is just good enough. All judges work from these words.")
    refuse_corrected_keys(form)
    counted = FormItem.objects.filter(form=form, section=Section.SCORED).order_by("position")
    places = list(counted.values_list("position", flat=True))
    panel = StandardSettingPanel.objects.create(
        form=form, method=method, borderline=borderline.strip(), places=places, opened_by=by
    )
    data = {"form": form.pk, "items": len(places), "method": method.value}
    record(Verb.PANEL_OPENED, by=by, target=panel, data=data)
    return panel


def refuse_corrected_keys(form: ExamForm) -> None:
    """Raise `PanelError` key_corrected when an item that counts is not scored by the key that judges see."""
    if KeyChange.objects.filter(version__form_items__form=form, version__form_items__section=Section.SCORED).exists():
        raise PanelError(
            "key_corrected",
            "The key of an item on this form was corrected after it was locked, so judges would rate what no longer "
            "counts as written. Put a new version of the item on a new form, and set the cut there.",
        )


@transaction.atomic
def name_judge(*, panel: StandardSettingPanel, person: User, background: str, training: str, by: User) -> PanelJudge:
    """Name a judge before the first round, with what they bring along and how they were trained.

    Raises `PanelError`: no_judge_role, learns_here, runs_the_panel, not_described, rounds_begun, named_already.
    """
    demand(by, Permission.PANEL_RUN)
    if not person.is_active or scope_of(person, Permission.PANEL_RATE) is None:
        raise PanelError(
            "no_judge_role", "A judge works here as instructor, physician, item author or exam administrator."
        )
    if person.has_role(Role.TRAINEE):
        raise PanelError("learns_here", "Judges see items with their keys. This person is a trainee.")
    if person.pk == panel.opened_by_id:
        raise PanelError("runs_the_panel", "Whoever opened the panel leads it and does not judge.")
    if not background.strip() or not training.strip():
        raise PanelError("not_described", "Say what the judge brings along and how they were trained.")
    if PanelRound.objects.filter(panel=panel).exists():
        raise PanelError("rounds_begun", "The first round has begun. Judges are named before it.")
    try:
        with transaction.atomic():
            judge = PanelJudge.objects.create(
                panel=panel, person=person, background=background.strip(), training=training.strip(), named_by=by
            )
    except IntegrityError as error:
        raise PanelError("named_already", "This person is a judge of this panel already.") from error
    record(Verb.PANEL_JUDGE_NAMED, by=by, target=panel, data={"judge": judge.pk, "person": person.pk})
    return judge


def newest_analysis(panel: StandardSettingPanel) -> FormAnalysis | None:
    """Return the newest analysis of the form over all time, without its figures read."""
    whole = FormAnalysis.objects.filter(form=panel.form_id, since__isnull=True, until__isnull=True, persons__gt=0)
    return whole.defer("figures").order_by("-made_at", "pk").first()


@transaction.atomic
def open_round(*, panel: StandardSettingPanel, show_p: bool, note: str, by: User) -> PanelRound:
    """Open the first or the next round; the next one starts with what each judge said last.

    `show_p` lets the judges see how many candidates answered each item right, by the newest analysis, which is kept
    with the round; not in the first one, which is theirs alone.

    Raises `PanelError`: too_few_judges, adopted_already, round_open, no_items_judged, p_in_first_round,
    nothing_analysed.
    """
    demand(by, Permission.PANEL_RUN)
    if panel.judges.count() < FEWEST_JUDGES:
        raise PanelError("too_few_judges", f"Name at least {FEWEST_JUDGES} judges first.")
    last = PanelRound.objects.select_for_update().filter(panel=panel).order_by("-number").first()
    if CutAdoption.objects.filter(panel=panel).exists():
        raise PanelError("adopted_already", "The cut of this panel was adopted. Open a new panel to set another one.")
    if last is not None and last.is_open:
        raise PanelError("round_open", f"Round {last.number} is still open. Close it first.")
    if show_p and not panel.way.judges_items:
        raise PanelError("no_items_judged", "Judges of this panel judge the whole form, so no p of items is shown.")
    if show_p and last is None:
        raise PanelError(
            "p_in_first_round", "In the first round judges see no data, so that it is their own judgement."
        )
    analysis = newest_analysis(panel) if show_p else None
    if show_p and analysis is None:
        raise PanelError(
            "nothing_analysed", "There is no analysis of this form with answers yet. Open the round without p."
        )
    number = last.number + 1 if last else 1
    try:
        with transaction.atomic():
            made = PanelRound.objects.create(
                panel=panel, number=number, shown=analysis, note=note.strip(), opened_by=by
            )
    except IntegrityError as error:
        raise PanelError("round_open", "Somebody else opened this round a moment ago.") from error
    if last is not None:
        _carry_over(last, made)
    data = {"round": number, "analysis": str(analysis.pk) if analysis else None}
    record(Verb.PANEL_ROUND_OPENED, by=by, target=panel, data=data)
    return made


def _carry_over(last: PanelRound, made: PanelRound) -> None:
    PanelRating.objects.bulk_create(
        PanelRating(round=made, judge_id=judge, position=position, seq=0, percent=percent)
        for judge, given in latest_ratings(last).items()
        for position, percent in given.items()
    )
    PanelAnswer.objects.bulk_create(
        PanelAnswer(round=made, judge_id=judge, about=about, seq=0, value=value)
        for judge, given in latest_answers(last).items()
        for about, value in given.items()
    )


@transaction.atomic
def close_round(*, panel: StandardSettingPanel, gaps_accepted: bool, by: User) -> PanelRound:
    """Close the open round; from then on facilitator and judges see it. The audit chain keeps a digest of its ratings.

    Where the method uses scores of candidates, those of now are kept with the round, so that its cut stays the same.

    Raises `PanelError`: no_open_round, nobody_rated, and gaps_unconfirmed while ratings are missing.
    """
    demand(by, Permission.PANEL_RUN)
    held = PanelRound.objects.select_for_update().filter(panel=panel, closed_at__isnull=True).first()
    if held is None:
        raise PanelError("no_open_round", "No round of this panel is open.")
    given, missing = said_and_missing(held)
    if not given:
        raise PanelError("nobody_rated", "Nobody has rated anything yet, so there is nothing to close.")
    if missing and not gaps_accepted:
        raise PanelError(
            "gaps_unconfirmed",
            f"Ratings are missing: {missing}. Wait for them, or close the round with the gaps. It does not open again.",
        )
    closed = PanelRound.objects.filter(pk=held.pk, closed_at__isnull=True)
    closed.update(
        closed_at=timezone.now(), closed_by=by, scores=stored_scores(panel.form) if panel.way.uses_scores else None
    )
    held.refresh_from_db()
    digest = hashlib.sha256(json.dumps(sorted((j, sorted(v.items())) for j, v in given.items())).encode()).hexdigest()
    data = {"round": held.number, "missing": missing, "ratings_sha256": digest}
    record(Verb.PANEL_ROUND_CLOSED, by=by, target=panel, data=data)
    return held
