"""What judges said in a round and the cut that follows from it; with the scores that some methods weigh it against."""

from typing import Any

from django.db.models import Count

from exams.models import (
    ExamForm,
    FormItem,
    FormStatus,
    PanelAnswer,
    PanelMethod,
    PanelRating,
    PanelRound,
    Score,
    Section,
)
from exams.rules.psychometrics.standard_setting.outcome import (
    PanelOutcome,
    angoff_outcome,
    beuk_outcome,
    ebel_outcome,
    hofstee_outcome,
    missing_of,
)
from exams.rules.psychometrics.standard_setting.scores import ScoreDistribution


def latest_ratings(held: PanelRound) -> dict[int, dict[int, int]]:
    """Return what each judge said last in a round, in percent: judge, then place; in one query."""
    found: dict[int, dict[int, int]] = {}
    rows = PanelRating.objects.filter(round=held).order_by("judge", "position", "seq")
    for judge, position, percent in rows.values_list("judge", "position", "percent"):
        found.setdefault(judge, {})[position] = percent
    return found


def latest_answers(held: PanelRound) -> dict[int, dict[str, str]]:
    """Return what each judge answered last in a round where no shares of items are asked; in one query."""
    found: dict[int, dict[str, str]] = {}
    rows = PanelAnswer.objects.filter(round=held).order_by("judge", "about", "seq")
    for judge, about, value in rows.values_list("judge", "about", "value"):
        found.setdefault(judge, {})[about] = value
    return found


def outcome_of(held: PanelRound) -> PanelOutcome:
    """Return the cut of a round and what it rests on, in one query; by the scores that a closed round keeps."""
    panel = held.panel
    if panel.way is PanelMethod.ANGOFF:
        return angoff_outcome(panel.places, {str(judge): given for judge, given in latest_ratings(held).items()})
    answers = {str(judge): given for judge, given in latest_answers(held).items()}
    if panel.way is PanelMethod.EBEL:
        return ebel_outcome(panel.places, answers)
    by_method = {PanelMethod.HOFSTEE: hofstee_outcome, PanelMethod.BEUK: beuk_outcome}
    return by_method[panel.way](answers, distribution_of(held))


def said_and_missing(held: PanelRound) -> tuple[dict[int, dict[Any, Any]], int]:
    """Return what was said in a round by judge, and how many ratings or answers of all its judges are missing."""
    panel, judges = held.panel, list(held.panel.judges.values_list("pk", flat=True))
    if panel.way is PanelMethod.ANGOFF:
        ratings: dict[int, dict[Any, Any]] = dict(latest_ratings(held))
        return ratings, len(judges) * len(panel.places) - sum(map(len, ratings.values()))
    answers = latest_answers(held)
    return dict(answers), sum(missing_of(panel.method, panel.places, answers.get(judge, {})) for judge in judges)


def distribution_of(held: PanelRound) -> ScoreDistribution:
    """Return the scores that a round was weighed against; none while it is open."""
    kept: dict[str, Any] = held.scores or {"counts": {}, "maximum": len(held.panel.places)}
    return ScoreDistribution.of({float(points): n for points, n in kept["counts"].items()}, kept["maximum"])


def stored_scores(form: ExamForm) -> dict[str, Any]:
    """Read persons by points on a form and on versions of it with the same scored items, and the most points.

    The last score of every first attempt that was not voided counts, as in analyses of forms; one with another maximum,
    after an item was taken out of scoring, is another measure and does not. Two queries.
    """
    scored = scored_by_form(form)
    same = [key for key, versions in scored.items() if versions == scored[form.pk]]
    found = Score.objects.counted().filter(attempt__form__in=same, attempt__number=1)
    maximum = len(scored[form.pk])
    rows = found.filter(maximum=maximum).order_by("raw").values_list("raw").annotate(persons=Count("pk"))
    return {"counts": {f"{raw.normalize():f}": persons for raw, persons in rows}, "maximum": maximum}


def scored_by_form(form: ExamForm) -> dict[int, set[int]]:
    """Return the item versions that the locked versions of a form score, by the id of the form."""
    scored: dict[int, set[int]] = {form.pk: set()}
    rows = FormItem.objects.filter(form__code=form.code, form__status=FormStatus.LOCKED, section=Section.SCORED)
    for of_form, version in rows.order_by().values_list("form", "version"):
        scored.setdefault(of_form, set()).add(version)
    return scored
