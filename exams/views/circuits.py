"""Planning a circuit of stations for one day: a page to fill in, and timetables to print or to take along."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.models import Enrolment, Programme
from exams.actions.circuits import CircuitObjections, CircuitPlan, Visit, plan_circuit_sittings
from exams.circuit_forms import CircuitForm, CircuitSittingsForm, PostForm, ShownPlan, sealed, unsealed
from exams.circuit_planning import CircuitDay, CircuitProblems, Timetable, timetable
from exams.errors import PracticalError
from exams.models import newest_rubric
from exams.planning import waiting_for_practical
from exams.practical_forms import instructors
from exams.rules.circuits import LARGEST
from exams.rules.occupancy import NO_DEVICE
from exams.table_files import Row, xlsx_response
from lms.accounts.models import User
from lms.accounts.permissions import Permission, requires
from lms.accounts.requests import PersonRequest

CHANGE_MINUTES = 3


@requires(Permission.SITTING_ASSIGN)
def circuit(request: PersonRequest, code: str) -> HttpResponse:
    """Plan who is at which station at which bell; nothing is stored until the plan is turned into sittings."""
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
    if plan:
        page["turning"] = CircuitSittingsForm(initial={"plan": sealed(plan, form.cleaned_data["device_family"])})
    return render(request, "exams/practicals/circuit.html", page)


@requires(Permission.SITTING_ASSIGN)
@require_POST
def circuit_sittings(request: PersonRequest, code: str) -> HttpResponse:
    """Show the sittings of a plan with what speaks against each; once that is confirmed, plan them all."""
    programme = get_object_or_404(Programme, code=code)
    form = CircuitSittingsForm(request.POST)
    shown = unsealed(request.POST.get("plan", ""))
    if shown is None:
        messages.error(request, "This plan is too old or was changed on its way. Plan the circuit again.")
        return redirect("exams:circuit", code)
    page: dict[str, Any] = {"programme": programme, "form": form, "turns": shown.turns}
    if not form.is_valid():
        return render(request, "exams/practicals/circuit_sittings.html", page, status=422)
    confirmed = request.POST.get("confirmed") == "yes"
    despite = request.POST.getlist("despite") if confirmed else []
    try:
        plan = _plan_of(programme, shown, form.cleaned_data)
        made, rows = plan_circuit_sittings(plan=plan, by=request.user, despite=despite, dry=not confirmed)
    except CircuitObjections as refusal:
        codes = sorted({found.code for row in refusal.rows for found in row.objections if not found.refuses})
        page |= {"rows": refusal.rows, "refused": refusal.refused, "codes": codes, "sentence": refusal.sentence}
        return render(request, "exams/practicals/circuit_sittings.html", page, status=409)
    except PracticalError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("exams:circuit", code)
    if made is None:
        return render(request, "exams/practicals/circuit_sittings.html", page | {"rows": rows})
    count = made.sittings.count()
    words = f"{count} sitting{'' if count == 1 else 's'} planned."
    messages.success(request, f"{words} Everybody gets one mail with all their times.")
    return redirect("exams:assign")


def _plan_of(programme: Programme, shown: ShownPlan, given: dict[str, Any]) -> CircuitPlan:
    """Find the people of a plan; three queries. Raises `PracticalError` people_gone."""
    enrolments = Enrolment.objects.filter(programme=programme, pk__in={turn.candidate for turn in shown.turns})
    candidates = {str(row.pk): row for row in enrolments.select_related("person", "programme")}
    assessors = {str(row.pk): row for row in User.objects.filter(pk__in={turn.assessor for turn in shown.turns})}
    try:
        visits = tuple(
            Visit(
                enrolment=candidates[turn.candidate],
                station=turn.station,
                assessor=assessors[turn.assessor],
                starts_at=turn.begins,
                ends_at=turn.ends,
                place=f"{given['place']}, {turn.room or turn.station}",
                device=turn.device or NO_DEVICE,
            )
            for turn in shown.turns
        )
    except KeyError as fault:
        raise PracticalError("people_gone", "Somebody of this plan is not there any more. Plan it again.") from fault
    return CircuitPlan(
        programme=programme,
        place=given["place"],
        family=shown.family,
        simulated=given["simulated"],
        visits=visits,
        nonce=shown.nonce,
    )


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
        devices={row.station.code: row.cleaned_data["device"] for row in rows},
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
