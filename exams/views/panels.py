"""The room of a panel for whoever runs it: judges, rounds, who is where, what the board makes of it."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exams.actions.cut_adoption import ADOPT, propose_adoption
from exams.actions.panels import close_round, name_judge, newest_analysis, open_panel, open_round
from exams.errors import PanelError
from exams.models import CutAdoption, ExamForm, PanelMethod, PanelRound, StandardSettingPanel
from exams.panel_board import board_of, version_of
from exams.panel_forms import AdoptForm, JudgeForm, OpenPanelForm, RoundForm
from exams.panel_reading import RoundReading, adoption_in_words, read_round
from exams.panel_rounds import stored_scores
from exams.rules.psychometrics.standard_setting.outcome import FEWEST_PERSONS
from lms.accounts.errors import CodedError
from lms.accounts.models import RoleGrant, User, UserQuerySet
from lms.accounts.permissions import MATRIX, Permission, requires
from lms.accounts.requests import PersonRequest
from lms.accounts.roles import Role
from lms.approvals.models import Proposal, ProposalState

FORMS = ("judge", "round", "adopt")


@requires(Permission.PANEL_RUN)
@require_http_methods(["GET", "POST"])
def form_panels(request: PersonRequest, form_id: int) -> HttpResponse:
    """List the panels of a form, and open another one."""
    form = get_object_or_404(ExamForm.objects.select_related("blueprint"), pk=form_id)
    asked = OpenPanelForm(request.POST if request.method == "POST" else None)
    status = 200
    if asked.is_bound and asked.is_valid():
        try:
            method = PanelMethod(asked.cleaned_data["method"])
            borderline = asked.cleaned_data["borderline"]
            panel = open_panel(form=form, method=method, borderline=borderline, by=request.user)
        except PanelError as error:
            asked.add_error(None, error.sentence)
            status = 409
        else:
            return redirect("exams:panel", panel.pk)
    elif asked.is_bound:
        status = 422
    panels = StandardSettingPanel.objects.filter(form=form).select_related("opened_by", "adoption__made")
    page = {
        "form": form,
        "panels": panels,
        "asked": asked,
        "persons": sum(stored_scores(form)["counts"].values()) if form.is_locked else 0,
        "fewest": FEWEST_PERSONS,
    }
    return render(request, "exams/panels/list.html", page, status=status)


def _panel(panel_id: uuid.UUID) -> StandardSettingPanel:
    rows = StandardSettingPanel.objects.select_related("form__blueprint", "opened_by")
    return get_object_or_404(rows, pk=panel_id)


@requires(Permission.PANEL_RUN)
@require_safe
def panel(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Show the room: judges, rounds, and the next thing to do."""
    return _room(request, _panel(panel_id))


def _people() -> UserQuerySet:
    """Return those who can be judges, by name."""
    judging = [role.value for role in MATRIX[Permission.PANEL_RATE]]
    held = RoleGrant.objects.filter(ended_at__isnull=True)
    learning = held.filter(role=Role.TRAINEE.value).values("person")
    people: UserQuerySet = User.objects.filter(is_active=True, pk__in=held.filter(role__in=judging).values("person"))
    return people.exclude(pk__in=learning).order_by("full_name", "pk")


def _room(request: PersonRequest, shown: StandardSettingPanel, status: int = 200, **bound: Any) -> HttpResponse:
    rounds = list(shown.rounds.select_related("shown", "panel", "opened_by", "closed_by"))
    held = rounds[-1] if rounds and rounds[-1].is_open else None
    board = board_of(shown, held)
    adoption = CutAdoption.objects.filter(panel=shown).select_related("made", "replaced", "round", "proposal").first()
    closed = [one for one in rounds if not one.is_open]
    last = _last(closed) if closed and not held else None
    page: dict[str, Any] = {
        "panel": shown,
        "rounds": rounds,
        "held": held,
        "board": board,
        "version": version_of(board, held),
        "gaps": sum(not row.done for row in board),
        "last": last,
        "adoption": adoption,
        "adoption_words": adoption_in_words(adoption.steps) if adoption else "",
        "proposal": None if adoption else _open_proposal(shown),
        "may_adopt": len(closed) >= shown.way.fewest_rounds and not (held or adoption or last is None or last.no_cut),
        "analysis": newest_analysis(shown) if closed and not (held or adoption) and shown.way.judges_items else None,
        "judge_form": bound.get("judge") or JudgeForm(people=_people()) if not rounds else None,
        "round_form": bound.get("round") or RoundForm(),
        "adopt_form": bound.get("adopt") or AdoptForm(has_error=shown.way.judges_items),
        "wrong": next((bound[name] for name in FORMS if name in bound), None),
    }
    return render(request, "exams/panels/panel.html", page, status=status)


def _last(closed: list[PanelRound]) -> RoundReading:
    return read_round(closed[-1], own=None, names=True)


def _open_proposal(shown: StandardSettingPanel) -> Proposal | None:
    waiting = Proposal.objects.filter(kind=ADOPT, target=str(shown.pk), state=ProposalState.OPEN)
    return waiting.select_related("proposed_by").first()


@requires(Permission.PANEL_RUN, api=True)
@require_safe
def panel_rows(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Return where the judges are, or 304 when the page shows it already."""
    shown = get_object_or_404(StandardSettingPanel, pk=panel_id)
    held = PanelRound.objects.filter(panel=shown, closed_at__isnull=True).first()
    board = board_of(shown, held)
    version = version_of(board, held)
    response: HttpResponse
    if request.headers.get("If-None-Match") == version:
        response = HttpResponseNotModified()
    else:
        rows = [{"id": row.id, "progress": row.progress, "last": row.last, "done": row.done} for row in board]
        response = JsonResponse({"round": held.number if held else None, "rows": rows})
    response["ETag"] = version
    return response


def _acted(
    request: PersonRequest, shown: StandardSettingPanel, name: str, form: forms.Form, act: Callable[[], str]
) -> HttpResponse:
    """Do what a form asks for and go back to the room; what stands against it is shown with what was typed.

    `act` returns what to tell whoever asked.
    """
    if not form.is_valid():
        return _room(request, shown, 422, **{name: form})
    try:
        done = act()
    except CodedError as error:
        form.add_error(None, error.sentence)
        return _room(request, shown, 409, **{name: form})
    messages.success(request, done)
    return redirect("exams:panel", shown.pk)


@requires(Permission.PANEL_RUN)
@require_POST
def panel_judge(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Name a judge."""
    shown, form = _panel(panel_id), JudgeForm(request.POST, people=_people())

    def act() -> str:
        judge = name_judge(panel=shown, by=request.user, **form.cleaned_data)
        return f"{judge.person.full_name} is a judge of this panel."

    return _acted(request, shown, "judge", form, act)


@requires(Permission.PANEL_RUN)
@require_POST
def panel_open(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Open the next round."""
    shown, form = _panel(panel_id), RoundForm(request.POST)

    def act() -> str:
        made = open_round(panel=shown, by=request.user, **form.cleaned_data)
        return f"Round {made.number} is open. The judges find it on their start page."

    return _acted(request, shown, "round", form, act)


@requires(Permission.PANEL_RUN)
@require_POST
def panel_close(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Close the open round."""
    try:
        closed = close_round(panel=_panel(panel_id), gaps_accepted="gaps" in request.POST, by=request.user)
    except PanelError as error:
        messages.error(request, error.sentence)
        return redirect("exams:panel", panel_id)
    messages.success(request, f"Round {closed.number} is closed. You and the judges see it now.")
    return redirect("exams:panel_round", panel_id, closed.number)


@requires(Permission.PANEL_RUN)
@require_POST
def panel_adopt(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Propose what the board adopts; another person confirms it."""
    shown = _panel(panel_id)
    form = AdoptForm(request.POST, has_error=shown.way.judges_items)

    def act() -> str:
        cut, reason = form.cleaned_data["cut"], form.cleaned_data["reason"]
        propose_adoption(panel=shown, cut=cut, steps=form.steps_chosen, reason=reason, by=request.user)
        return "Proposed. Another exam administrator finds it among the two-person decisions."

    return _acted(request, shown, "adopt", form, act)
