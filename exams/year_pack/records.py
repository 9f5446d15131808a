"""What people decided: blueprints, cut scores, panels, policies, key changes, appeals, marking. Without names.

What people typed freely about a candidate, an item or a change stays out, since it may name a person or give away a
key. Kept are the words that a board writes to be read: where a cut comes from, and who is just good enough.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from statistics import median
from typing import Any

from django.db.models import Q, QuerySet

from exams.marking_board import agreement_between
from exams.models import (
    Appeal,
    Attempt,
    Blueprint,
    CutAdoption,
    Exam,
    ExamForm,
    ExamPolicyChange,
    FormItem,
    KeyChange,
    StandardSettingPanel,
    policy_of,
)
from exams.panel_reading import adoption_in_words, read_round
from exams.rules.appeal_policy import AppealKind, AppealState
from exams.rules.key_changes import KeyPolicy
from exams.rules.marking import ENOUGH_PAIRS
from exams.rules.year_report import FEWEST
from exams.year_pack.gaps import Gap

Row = tuple[object, ...]


class Span:
    """One year in UTC."""

    def __init__(self, year: int) -> None:
        """Name the year."""
        self.year = year
        self.since = datetime(year, 1, 1, tzinfo=UTC)
        self.before = datetime(year + 1, 1, 1, tzinfo=UTC)

    def within(self, column: str) -> Q:
        """Narrow a column of moments to the year."""
        return Q(**{f"{column}__gte": self.since, f"{column}__lt": self.before})


def forms_given(exam: Exam, span: Span) -> QuerySet[ExamForm]:
    """Return the forms that attempts handed in within the year were made of."""
    handed_in = Attempt.objects.filter(span.within("submitted_at"), exam=exam)
    forms = ExamForm.objects.filter(pk__in=handed_in.values("form"))
    return forms.select_related("blueprint").order_by("code", "version")


def blueprints_of(exam: Exam, span: Span) -> list[Blueprint]:
    """Return the versions of the blueprint that existed by the end of the year, and those of its forms."""
    used = Q(pk__in=forms_given(exam, span).values("blueprint"))
    known = Q(code=exam.code, created_at__lt=span.before)
    rows = Blueprint.objects.filter(used | known).prefetch_related("areas", "minimums")
    return list(rows.order_by("code", "version"))


def blueprint_record(blueprint: Blueprint) -> dict[str, Any]:
    """Return one version of a blueprint."""
    scale = blueprint.scale
    return {
        "code": blueprint.code,
        "version": blueprint.version,
        "sha256": blueprint.content_hash,
        "made_at": _moment(blueprint.created_at),
        "title": blueprint.title,
        "minutes": blueprint.minutes,
        "scored_items": blueprint.scored_count or sum(area.scored for area in blueprint.areas.all()),
        "pretest_items": blueprint.pretest_count,
        "kinds": blueprint.kinds,
        "word_limit": blueprint.word_limit,
        "key_percent": blueprint.key_percent,
        "exposure_percent": blueprint.exposure_percent,
        "published_items_allowed": blueprint.allows_published_items,
        "scale": [scale.lowest, scale.cut, scale.highest] if scale else None,
        "areas": [
            {"code": a.code, "title": a.title, "scored": a.scored, "most": a.scored_most, "levels": a.levels}
            for a in blueprint.areas.all()
        ],
        "minimums": [{"title": m.title, "areas": m.areas, "points": str(m.points)} for m in blueprint.minimums.all()],
        "statement_of_candidates": blueprint.honour_statement,
    }


def cut_records(blueprints: Iterable[Blueprint]) -> list[dict[str, Any]]:
    """Return the cut of each blueprint version: its method, where it comes from, and the board that adopted it."""
    wanted = list(blueprints)
    adoptions = {row.made_id: row for row in CutAdoption.objects.filter(made__in=wanted)}
    return [_cut(blueprint, adoptions.get(blueprint.pk)) for blueprint in wanted]


def _cut(blueprint: Blueprint, adoption: CutAdoption | None) -> dict[str, Any]:
    record: dict[str, Any] = {
        "blueprint": str(blueprint),
        "cut_points": str(blueprint.cut_raw),
        "method": blueprint.cut_method,
        "provisional": blueprint.cut_is_provisional,
        "where_it_comes_from": blueprint.cut_note,
        "adopted": None,
    }
    if adoption is not None:
        record["adopted"] = {
            "at": _moment(adoption.adopted_at),
            "panel_recommends": str(adoption.recommended),
            "standard_error_of_judges": None if adoption.error is None else str(adoption.error),
            "adopted_is": adoption_in_words(adoption.steps),
            "reason_of_the_board": adoption.reason,
            "by": "two people, named in the audit trail",
        }
    return record


def panel_records(exam: Exam, span: Span) -> list[dict[str, Any]]:
    """Return the panels on forms of this exam that were opened by the end of the year, with their closed rounds."""
    panels = StandardSettingPanel.objects.filter(form__blueprint__code=exam.code, opened_at__lt=span.before)
    return [_panel(panel, span) for panel in panels.select_related("form").order_by("opened_at", "pk")]


def _panel(panel: StandardSettingPanel, span: Span) -> dict[str, Any]:
    closed = panel.rounds.filter(closed_at__lt=span.before).select_related("shown", "panel")
    return {
        "form": str(panel.form),
        "method": panel.get_method_display(),
        "opened_at": _moment(panel.opened_at),
        "just_good_enough": panel.borderline,
        "judges": [{"background": j.background, "training": j.training} for j in panel.judges.all()],
        "rounds": [_round(read_round(held, own=None, names=False)) for held in closed],
    }


def _round(read: Any) -> dict[str, Any]:
    return {
        "number": read.held.number,
        "closed_at": _moment(read.held.closed_at),
        "cut_points": read.cut,
        "standard_error": read.error,
        "why_no_standard_error": read.why,
        "judges_who_rated": read.rated,
        "judges_who_did_not": read.absent,
        "ratings_missing": read.missing,
        "items": [
            {
                "item": item.code,
                "place": item.position,
                "lowest": item.spread.lowest if item.spread else None,
                "median": item.median,
                "highest": item.spread.highest if item.spread else None,
                "p_shown_to_judges": item.p,
            }
            for item in read.items
        ],
        "judges": [{"judge": one.name, "points": one.points, "why_none": one.why} for one in read.sums],
        "tables": [{"name": one.name, "columns": one.columns, "rows": one.rows} for one in read.tables],
    }


def policy_record(exam: Exam) -> dict[str, Any]:
    """Return the rules of an exam as they are now; passwords, networks and keys of browsers stay out."""
    policy = policy_of(exam)
    return {
        "exam": exam.code,
        "revision": policy.revision,
        "attempts": exam.maximum_attempts,
        "attempts_counted_within_days": policy.window_days,
        "days_to_wait_after_attempts": policy.wait_days,
        "days_to_wait_after_the_last": policy.wait_after_last_days,
        "outcomes_that_count": policy.counts,
        "days_to_wait_after_a_pass": policy.wait_after_pass_days,
        "opens_at": _moment(policy.opens_at),
        "closes_at": _moment(policy.closes_at),
        "accommodation_moves_the_close": policy.accommodation_moves_close,
        "safe_exam_browser": policy.seb_required,
        "supervised_only": exam.supervised_only,
        "certificate_asks_for_a_pass": exam.is_required,
        "results_are_released": exam.get_release_display(),
        "days_to_appeal": exam.appeal_days,
        "days_to_decide_an_appeal": exam.decision_days,
        "corrected_key_may_lower_a_result": exam.regrade_may_lower,
        "share_marked_twice": str(exam.second_marking_share),
        "marks_may_differ_by": str(exam.discrepancy_limit),
    }


def policy_changes(exam: Exam, span: Span) -> Iterator[Row]:
    """Yield when the rules of an exam were changed, by the end of the year, and what was."""
    yield ("revision", "changed_at", "fields")
    changes = ExamPolicyChange.objects.filter(exam=exam, changed_at__lt=span.before).order_by("revision")
    for change in changes:
        yield change.revision, _moment(change.changed_at), " ".join(sorted(change.fields))


def policy_gaps(exam: Exam, span: Span) -> Iterator[Gap]:
    """Say when the rules of the time cannot be told, because they were changed afterwards."""
    if ExamPolicyChange.objects.filter(exam=exam, changed_at__gte=span.before).exists():
        words = "The rules were changed after the year. Kept are the rules as they are now, and which fields changed."
        yield "rules/policy.json", "rules at the end of the year", "changed_since", words


def key_changes(exam: Exam, span: Span) -> Iterator[Row]:
    """Yield the corrections of keys that were made in the year; the keys themselves stay out."""
    yield ("item", "version", "change", "policy", "decided_at", "decided_by")
    on_forms = FormItem.objects.filter(form__blueprint__code=exam.code).values("version")
    rows = KeyChange.objects.filter(span.within("decided_at"), version__in=on_forms)
    for row in rows.select_related("version__item").order_by("decided_at", "pk"):
        words = KeyPolicy(row.policy).words
        yield row.version.item.code, row.version.number, row.number, words, _moment(row.decided_at), "two people"


def appeals(exam: Exam, span: Span) -> tuple[list[Row], list[Gap]]:
    """Return how many appeals of the year there were and how they ended; endings of fewer than five are hidden."""
    lodged = Appeal.objects.filter(span.within("opened_at"), attempt__exam=exam)
    rows: list[Row] = [("about", "measure", "value")]
    gaps: list[Gap] = []
    for kind in AppealKind:
        found = list(lodged.filter(kind=kind.value))
        rows.append((kind.value, "lodged", len(found)))
        if 0 < len(found) < FEWEST:
            words = f"Fewer than {FEWEST}: how they ended would tell about single persons."
            gaps.append(("appeals.csv", f"{kind.value}: endings", "too_few", words))
        elif found:
            rows += _endings(kind.value, found)
    return rows, gaps


def _endings(kind: str, found: list[Appeal]) -> Iterator[Row]:
    states = Counter(appeal.state for appeal in found)
    for state in AppealState:
        yield kind, state.value, states[state.value]
    decided = [appeal for appeal in found if appeal.decided_by_id and appeal.closed_at]
    if decided:
        days = [(appeal.closed_at - appeal.opened_at).days for appeal in decided if appeal.closed_at]
        late = sum(appeal.closed_at.date() > appeal.due_on for appeal in decided if appeal.closed_at)
        yield kind, "median days to a decision", median(days)
        yield kind, "decided after the day it was due", late
    yield kind, "upheld with another score", sum(appeal.changed_score() is True for appeal in found)


def marking(exam: Exam, span: Span) -> tuple[dict[str, Any], list[Gap]]:
    """Return how first and second marks of written answers agree, over all markers."""
    found = agreement_between(exam, span.since, span.before)
    record = {
        "answers_marked_twice": found.pairs,
        "share_with_the_same_mark": None if found.exact is None else float(found.exact),
        "mean_of_first_minus_second_mark": None if found.difference is None else float(found.difference),
    }
    if found.exact is not None:
        return record, []
    words = f"Fewer than {ENOUGH_PAIRS} answers were marked twice."
    return record, [("rater-agreement.json", "agreement of markers", "too_few", words)]


def _moment(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else None
