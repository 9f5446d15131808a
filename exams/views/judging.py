"""The judge's pages: own panels, one item at a time, and a round once it is closed. Nobody else's ratings before."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from exams.actions.item_remarks import note_key_read
from exams.actions.panel_answers import answer
from exams.actions.panel_ratings import rate
from exams.errors import PanelError
from exams.item_preview import shown_of
from exams.models import FormItem, ItemDrawing, PanelJudge, PanelMethod, PanelRound, StandardSettingPanel
from exams.panel_forms import CellForm, RatingForm
from exams.panel_reading import p_by_place, read_round
from exams.panel_seat import Seat, before, seat_in
from exams.rules.item_kinds import ItemKind
from exams.rules.psychometrics.standard_setting.answers import item_key
from exams.views.drawings import drawing_response
from exams.views.item_page import key_page
from lms.accounts import sessions
from lms.accounts.permissions import Permission, requires, scope_of
from lms.accounts.requests import PersonRequest

# Judges read long; the page outlasts the short idle time of staff.
HOLD = timedelta(hours=1)
HOLD_STEP = timedelta(minutes=5)


@requires(Permission.PANEL_RATE)
@require_safe
def own_panels(request: PersonRequest) -> HttpResponse:
    """List the panels that this person is a judge of."""
    own = StandardSettingPanel.objects.filter(judges__person=request.user)
    panels = own.select_related("form", "adoption").prefetch_related("rounds")
    rows = [(panel, next(reversed(panel.rounds.all()), None)) for panel in panels]
    return render(request, "exams/panels/own.html", {"rows": rows})


def own_seat(request: PersonRequest, panel_id: uuid.UUID) -> PanelJudge:
    """Return the person's own seat. Raises `Http404` for everybody else, also for those who run panels."""
    seats = PanelJudge.objects.filter(panel=panel_id, person=request.user)
    seat = seats.select_related("panel__form").first()
    if seat is None:
        raise Http404
    return seat


def current_round(panel: StandardSettingPanel) -> PanelRound | None:
    """Return the newest round, open or closed."""
    held = PanelRound.objects.filter(panel=panel).select_related("shown").order_by("-number").first()
    if held is not None:
        held.panel = panel
    return held


@requires(Permission.PANEL_RATE)
@require_safe
def judging(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Show a judge what they are asked, how far they are, and where to go on."""
    judge = own_seat(request, panel_id)
    panel, held = judge.panel, current_round(judge.panel)
    seat = seat_in(held, judge)
    done = seat.done
    items = {item_key(place): place for place in panel.places}
    left = [about for about in seat.asked if about not in done]
    page = {
        "panel": panel,
        "held": held,
        "rounds": panel.rounds.filter(closed_at__isnull=False),
        "places": [(place, seat.own.get(about), about in done) for about, place in items.items()],
        "figures": [about for about in seat.asked if about not in items],
        "done": len(done),
        "total": len(seat.asked),
        "left": len(left),
        "next": next((items[about] for about in left if about in items), None),
    }
    return render(request, "exams/panels/judging.html", page)


@requires(Permission.PANEL_RATE)
@require_http_methods(["GET", "POST"])
def judge_item(request: PersonRequest, panel_id: uuid.UUID, place: int) -> HttpResponse:
    """Show one item with its key and take what the judge says of it, by a form or by the page's script."""
    judge = own_seat(request, panel_id)
    held = current_round(judge.panel)
    if place not in judge.panel.places or (request.method == "POST" and not judge.panel.way.judges_items):
        raise Http404
    if held is None:
        messages.info(request, "The first round has not begun yet.")
        return redirect("exams:judging", panel_id)
    sessions.hold(request.session, request.received_at + HOLD, at_least=HOLD_STEP)
    if request.method == "POST" and judge.panel.way is PanelMethod.EBEL:
        return _sort(request, judge, held, place)
    if request.method == "POST":
        return _rate(request, judge, held, place)
    return _item_page(request, judge, held, place)


def _sort(request: PersonRequest, judge: PanelJudge, held: PanelRound, place: int) -> HttpResponse:
    form = CellForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            said = answer(held=held, answers=form.answers(place), by=request.user)
        except PanelError as error:
            form.add_error(None, error.sentence)
            status = 409
        else:
            if by_script(request):
                return kept(form.cleaned_data, said.said_at, done=_items_done(seat_in(held, judge)))
            return _go_on(judge.panel, place)
    if by_script(request):
        return not_kept(form, status)
    return _item_page(request, judge, held, place, form, status)


def by_script(request: PersonRequest) -> bool:
    """Whether the page's script saves, rather than a person who goes on."""
    return request.headers.get("Accept") == "application/json"


def kept(answers: Mapping[str, Any], at: datetime, *, done: int) -> JsonResponse:
    """Tell the script what was kept and when, field by field, and how many questions of the page are answered."""
    said = {name: str(value) for name, value in answers.items()}
    return JsonResponse({"kept": said, "saved_at": f"{timezone.localtime(at):%H:%M:%S}", "done": done})


def not_kept(form: forms.Form, status: int) -> JsonResponse:
    """Tell the script why nothing was kept."""
    return JsonResponse({"detail": " ".join(str(why) for whys in form.errors.values() for why in whys)}, status=status)


def _items_done(seat: Seat) -> int:
    return sum(about.startswith("item.") for about in seat.done)


def _go_on(panel: StandardSettingPanel, place: int) -> HttpResponse:
    following = _neighbour(panel, place, 1)
    if following is None:
        return redirect("exams:judging", panel.pk)
    return redirect("exams:judge_item", panel.pk, following)


def _rate(request: PersonRequest, judge: PanelJudge, held: PanelRound, place: int) -> HttpResponse:
    form = RatingForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            rated = rate(held=held, position=place, percent=form.cleaned_data["percent"], by=request.user)
        except PanelError as error:
            form.add_error("percent", error.sentence)
            status = 409
        else:
            if by_script(request):
                return kept({"percent": rated.percent}, rated.rated_at, done=rated.done)
            return _go_on(judge.panel, place)
    if by_script(request):
        return not_kept(form, status)
    return _item_page(request, judge, held, place, form, status)


def _neighbour(panel: StandardSettingPanel, place: int, step: int) -> int | None:
    index = panel.places.index(place) + step
    found: int | None = panel.places[index] if 0 <= index < len(panel.places) else None
    return found


def _item_page(
    request: PersonRequest,
    judge: PanelJudge,
    held: PanelRound,
    place: int,
    form: RatingForm | CellForm | None = None,
    status: int = 200,
) -> HttpResponse:
    panel = judge.panel
    rows = FormItem.objects.select_related("version__item", "version__drawing")
    version = rows.get(form=panel.form_id, position=place).version
    note_key_read(version=version, page="panel", by=request.user)
    seat = seat_in(held, judge)
    said = seat.own.get(item_key(place))
    page: dict[str, Any] = {
        "panel": panel,
        "held": held,
        "place": place,
        "number": panel.places.index(place) + 1,
        "total": len(panel.places),
        "judge": judge,
        "done": _items_done(seat),
        "said": said,
        "stored": json.dumps(_stored(panel, said.value if said else "")),
        "form": form or _blank(panel, said.value if said else ""),
        "preview": shown_of(version, reverse("exams:judge_figure", args=[panel.pk, place])),
        "key_page": key_page(version),
        "partial": version.kind != ItemKind.SINGLE_CHOICE,
        "previous": _neighbour(panel, place, -1),
        "following": _neighbour(panel, place, 1),
        "before": before(held, judge, panel, place),
        "p": p_by_place(held).get(place, ""),
    }
    return render(request, "exams/panels/item.html", page, status=status)


def _blank(panel: StandardSettingPanel, said: str) -> RatingForm | CellForm | None:
    if panel.way is PanelMethod.EBEL:
        return CellForm.showing(said)
    return RatingForm(initial={"percent": said}) if panel.way is PanelMethod.ANGOFF else None


def _stored(panel: StandardSettingPanel, said: str) -> dict[str, str]:
    """Return what is kept of an item by the names of the fields, for the script that saves what differs."""
    if panel.way is PanelMethod.EBEL:
        return {name: str(value) for name, value in CellForm.showing(said).initial.items()}
    return {"percent": said} if said else {}


@requires(Permission.PANEL_RATE)
@require_safe
def judge_figure(request: PersonRequest, panel_id: uuid.UUID, place: int) -> HttpResponse:
    """Hand out the drawing of an item to a judge of its panel, from the first round on."""
    judge = own_seat(request, panel_id)
    if place not in judge.panel.places or current_round(judge.panel) is None:
        raise Http404
    versions = FormItem.objects.filter(form=judge.panel.form_id, position=place).values("version")
    return drawing_response(ItemDrawing.objects.filter(versions__in=versions).first())


@requires(Permission.PANEL_RATE)
@require_safe
def panel_round(request: PersonRequest, panel_id: uuid.UUID, number: int) -> HttpResponse:
    """Show a closed round to its judges and to those who run panels; an open one does not exist yet."""
    visible = StandardSettingPanel.objects.visible_to(request.user, request.scope).filter(pk=panel_id)
    panel = visible.select_related("form").first()
    held = (
        PanelRound.objects.filter(panel=panel, number=number, closed_at__isnull=False).select_related("shown").first()
    )
    if panel is None or held is None:
        raise Http404
    held.panel = panel
    judge = PanelJudge.objects.filter(panel=panel, person=request.user).first()
    runs = scope_of(request.user, Permission.PANEL_RUN) is not None
    page = {
        "panel": panel,
        "reading": read_round(held, own=judge, names=runs and judge is None),
        "judge": judge,
        "runs": runs and judge is None,
    }
    return render(request, "exams/panels/round.html", page)
