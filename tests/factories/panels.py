"""Panels run through the real actions."""

from collections.abc import Mapping, Sequence
from typing import Any

from exams.actions.panel_ratings import rate
from exams.actions.panels import close_round, name_judge, open_panel, open_round
from exams.models import ExamForm, PanelRound, StandardSettingPanel


def make_panel(form: ExamForm, judges: Sequence[Any], *, by: Any) -> StandardSettingPanel:
    """Open a panel on a locked form with these judges; no round yet."""
    panel = open_panel(form=form, borderline="Just safe alone at the chair.", by=by)
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
