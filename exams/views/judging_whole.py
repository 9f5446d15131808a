"""The judge's page for what is answered in percent beside the items, or instead of them."""

import json
import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from exams.actions.panel_answers import answer
from exams.errors import PanelError
from exams.models import PanelMethod, PanelRound
from exams.panel_forms import FiguresForm
from exams.panel_seat import seat_in
from exams.rules.psychometrics.standard_setting.answers import Asked, figures_asked
from exams.views.judging import HOLD, HOLD_STEP, by_script, current_round, kept, not_kept, own_seat
from lms.accounts import sessions
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.PANEL_RATE)
@require_http_methods(["GET", "POST"])
def judge_figures(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Ask a judge for percents, by a form or the page's script: of each cell by Ebel, else for the whole form."""
    judge = own_seat(request, panel_id)
    panel, held = judge.panel, current_round(judge.panel)
    if panel.way is PanelMethod.ANGOFF:
        raise Http404
    if held is None:
        messages.info(request, "The first round has not begun yet.")
        return redirect("exams:judging", panel_id)
    sessions.hold(request.session, request.received_at + HOLD, at_least=HOLD_STEP)
    seat = seat_in(held, judge)
    asked = figures_asked(panel.method, panel.places, seat.given)
    if request.method == "POST" and by_script(request):
        return _keep(request, held, asked)
    form = FiguresForm(request.POST if request.method == "POST" else None, asked=asked, given=seat.given)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            answer(held=held, answers=form.answers(), by=request.user)
        except PanelError as error:
            form.add_error(None, error.sentence)
            status = 409
        else:
            messages.success(request, "Saved. You may change it until the round is closed.")
            return redirect("exams:judging", panel_id)
    said = [(one.label, seat.own[one.about].words if one.about in seat.own else "–") for one in asked]
    stored = {one.about: seat.own[one.about].value for one in asked if one.about in seat.own}
    page = {"panel": panel, "held": held, "judge": judge, "form": form, "said": said, "stored": json.dumps(stored)}
    return render(request, "exams/panels/figures.html", page, status=status)


def _keep(request: PersonRequest, held: PanelRound, asked: Sequence[Asked]) -> HttpResponse:
    """Keep the percents that the page's script sends; those that still lack are not asked for."""
    sent = [one for one in asked if one.about in request.POST]
    form = FiguresForm(request.POST, asked=sent, given={})
    status = 422
    if form.is_valid():
        try:
            if not sent:
                raise PanelError("not_asked", "These cells have no item of yours any more. Load the page again.")
            said = answer(held=held, answers=form.answers(), by=request.user)
        except PanelError as error:
            form.add_error(None, error.sentence)
            status = 409
        else:
            return kept(form.cleaned_data, said.said_at, done=said.done)
    return not_kept(form, status)
