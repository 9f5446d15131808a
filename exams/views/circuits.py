"""Planning a circuit of stations for one day: a page to fill in, and timetables to print or to take along."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from courses.models import Programme
from exams.circuit_forms import CircuitForm, PostForm
from exams.circuit_planning import CircuitDay, CircuitProblems, Timetable, timetable
from exams.models import newest_rubric
from exams.planning import waiting_for_practical
from exams.practical_forms import instructors
from exams.rules.circuits import LARGEST
from exams.table_files import Row, xlsx_response
from lms.accounts.models import User
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

CHANGE_MINUTES = 3


@requires(Permission.SITTING_ASSIGN)
def circuit(request: PersonRequest, code: str) -> HttpResponse:
    """Plan who is at which station at which bell; nothing is stored, and the sittings are assigned as ever."""
    programme = get_object_or_404(Programme, code=code)
    version = newest_rubric(programme.pk)
    if version is None:
        raise Http404("This programme has no practical yet.")
    people = list(instructors())
    waiting = waiting_for_practical().filter(programme=programme).select_related("person", "programme")[:LARGEST]
    given = request.POST if request.method == "POST" else None
    form = CircuitForm(given, waiting=waiting, initial=_initial())
    rows = [PostForm(given, station=station, people=people) for station in version.plain.stations]
    plan: Timetable | None = None
    problems: tuple[str, ...] = ()
    if given is not None and all([form.is_valid(), *(row.is_valid() for row in rows)]):
        try:
            plan = timetable(_day(form, rows, {str(person.pk): person for person in people}))
        except CircuitProblems as refusal:
            problems = refusal.sentences
    if plan and request.POST.get("as") == "xlsx":
        return xlsx_response(f"circuit-{plan.rotations[0].begins:%Y-%m-%d}", _sheets(plan))
    page = {"programme": programme, "form": form, "rows": rows, "plan": plan, "problems": problems}
    return render(request, "exams/practicals/circuit.html", page)


def _initial() -> dict[str, object]:
    return {"day": timezone.localdate(), "change_minutes": CHANGE_MINUTES, "device_family": "figure_eight"}


def _day(form: CircuitForm, rows: list[PostForm], people: dict[str, User]) -> CircuitDay:
    given = form.cleaned_data
    posts = tuple(post for row in rows if (post := row.post))
    named = {key for post in posts for key in (post.assessor, post.stand_in) if key}
    return CircuitDay(
        posts=posts,
        candidates=tuple(form.chosen),
        people={key: people[key] for key in named},
        rooms={row.station.code: row.cleaned_data["room"] for row in rows},
        family=given["device_family"],
        begins=timezone.make_aware(datetime.combine(given["day"], given["starts"])),
        change_minutes=given["change_minutes"],
        break_after=given["break_after"] or 0,
        break_minutes=given["break_minutes"] or 0,
    )


def _sheets(plan: Timetable) -> dict[str, list[Row]]:
    """Return the timetable of the candidates, and that of the assessors."""
    times = [f"{turn.begins:%H:%M} to {turn.ends:%H:%M}" for turn in plan.rotations]
    where = [
        [time, *(f"{stop.station} {stop.room}".strip() if stop else "" for stop in turn.by_candidate)]
        for time, turn in zip(times, plan.rotations, strict=True)
    ]
    whom = [
        [time, *(f"{stop.candidate}, assessed by {stop.assessor}" if stop else "" for stop in turn.by_station)]
        for time, turn in zip(times, plan.rotations, strict=True)
    ]
    return {"Candidates": [["Time", *plan.candidates], *where], "Stations": [["Time", *plan.stations], *whom]}
