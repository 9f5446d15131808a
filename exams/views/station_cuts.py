"""Cuts of stations of the practical, worked out from signed records when they are asked for; nothing is stored."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exams.models import RubricVersion
from exams.practical_forms import LevelForm
from exams.station_reading import read_station
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest


@requires(Permission.PANEL_RUN)
@require_safe
def rubrics(request: PersonRequest) -> HttpResponse:
    """List the stations of every rubric, newest version first."""
    versions = RubricVersion.objects.select_related("rubric").order_by("rubric__code", "-number")
    return render(request, "exams/panels/stations.html", {"versions": versions})


@requires(Permission.PANEL_RUN)
@require_safe
def station_cut(request: PersonRequest, code: str, number: int, station: str) -> HttpResponse:
    """Show the cut of one station; `?level=2` takes another level for borderline than the lowest that passes."""
    version = get_object_or_404(RubricVersion.objects.select_related("rubric"), rubric__code=code, number=number)
    found = next((one for one in version.plain.stations if one.code == station), None)
    if found is None:
        raise Http404
    rubric = version.plain
    form = LevelForm(request.GET, levels=rubric.levels)
    level = form.cleaned_data["level"] if "level" in request.GET and form.is_valid() else rubric.passing_level
    page = {
        "version": version,
        "rubric": rubric,
        "station": found,
        "reading": read_station(version, found, level),
        "form": LevelForm(initial={"level": level}, levels=rubric.levels),
    }
    return render(request, "exams/panels/station.html", page)
