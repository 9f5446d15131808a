"""The record of a panel, to print and as CSV."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exams.models import StandardSettingPanel
from exams.panel_record import COLUMNS, record_of
from exams.table_files import csv_response
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


def _panel(panel_id: uuid.UUID) -> StandardSettingPanel:
    return get_object_or_404(StandardSettingPanel.objects.select_related("form__blueprint", "opened_by"), pk=panel_id)


@requires(Permission.PANEL_RUN)
@require_safe
def panel_record(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Show everything that is kept of a panel on one page."""
    panel = _panel(panel_id)
    return render(request, "exams/panels/record.html", {"panel": panel, "record": record_of(panel)})


@requires(Permission.PANEL_RUN)
@require_safe
def panel_record_csv(request: PersonRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Hand out the same as CSV, one value to a row; no cell is taken for a formula."""
    panel = _panel(panel_id)
    name = f"{panel.form.code}-panel-{panel.opened_at:%Y-%m-%d}"
    return csv_response(name, [COLUMNS, *record_of(panel).lines()])
