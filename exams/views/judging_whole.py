"""The judge's page for what is answered in percent beside the items, or instead of them."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from exams.actions.panel_answers import answer
from exams.errors import PanelError
from exams.models import PanelMethod
from exams.panel_forms import FiguresForm
from exams.panel_seat import seat_in
from exams.rules.psychometrics.standard_setting.answers import figures_asked
from exams.views.judging import HOLD, HOLD_STEP, current_round, own_seat
from lms.accounts import sessions
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.PANEL_RATE)
@require_http_methods(["GET", "POST"])
def judge_figures(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Ask a judge for percents: of each cell by Ebel, for the whole form by Hofstee and Beuk."""
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
    page = {"panel": panel, "held": held, "form": form, "said": said}
    return render(request, "exams/panels/figures.html", page, status=status)
