"""What a trainee has to do next in the practical, and what they can book for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists
from django.utils import timezone

from courses.models import Enrolment
from exams.models import (
    Qualification,
    RubricVersion,
    Sitting,
    SittingRequest,
    SittingState,
    Slot,
    adjustments_on,
    approvals_at,
    newest_rubric,
    related_to,
    signed_practicals,
    site_of,
    standings_of,
)
from exams.planning import required_exams_not_passed
from exams.rules.assessors import DeviceFamily, Standing, Task, sufficient
from exams.rules.rubrics import Station
from exams.rules.sites import Approval, approved_on
from exams.rules.slots import that_fit
from lms.accounts.days import site_day
from lms.accounts.models import RoleGrant, User
from lms.accounts.roles import Role

MOST_SLOTS = 100


@dataclass(frozen=True)
class Hindrance:
    """Why nothing can be booked yet."""

    code: str
    sentence: str


NO_PRACTICAL = Hindrance("no_rubric", "The programme has no practical yet.")
ALL_PLANNED = Hindrance("all_planned", "Every station that is left is planned or asked for.")


@dataclass(frozen=True)
class NextPart:
    """The stations that are neither passed nor planned, by the newest rubric; or what stands in the way."""

    enrolment: Enrolment
    version: RubricVersion | None
    stations: tuple[Station, ...]
    hindrance: Hindrance | None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the stations."""
        return tuple(station.code for station in self.stations)

    @property
    def demands(self) -> tuple[str, ...]:
        """Say what the rubric asks of who assesses: how many people, and where a physician (ux.md I17)."""
        if self.version is None:
            return ()
        rubric, found = self.version.plain, []
        if rubric.rules.minimum_assessors > 1:
            found.append(f"At least {rubric.rules.minimum_assessors} different assessors have to assess you.")
        needed = [code for code in self.codes if code in rubric.physician_codes]
        if rubric.rules.physician_where_required and needed:
            found.append(f"{', '.join(needed)} counts only with a TMS-trained physician.")
        return tuple(found)

    def demand_version(self) -> RubricVersion:
        """Return the rubric; only without a hindrance."""
        if self.version is None:
            raise ValueError("there is no rubric")
        return self.version


@dataclass(frozen=True)
class OpenSlot:
    """A slot that a trainee can ask for, with the stations that its assessor may assess and that fit."""

    slot: Slot
    stations: tuple[Station, ...]
    suggested: tuple[str, ...]


def next_part(enrolment: Enrolment) -> NextPart:
    """Find what is still to do and not planned yet; a handful of queries."""
    version = newest_rubric(enrolment.programme_id)
    if hindrance := _hindrance(enrolment, version):
        return NextPart(enrolment, version, (), hindrance)
    if version is None:  # a hindrance by itself, see there
        return NextPart(enrolment, None, (), NO_PRACTICAL)
    outcome = signed_practicals([enrolment])[enrolment.pk].outcome
    if outcome.passed:
        return NextPart(enrolment, version, (), Hindrance("practical_passed", "You have passed the practical."))
    disputed = {row.station for row in outcome.shortfalls if row.code == "adjudication_needed"}
    # With every station met the practical may still lack a second assessor, for any station.
    due = set(outcome.missing or version.plain.codes) - disputed - _planned(enrolment)
    stations = tuple(station for station in version.plain.stations if station.code in due)
    return NextPart(enrolment, version, stations, None if stations else ALL_PLANNED)


def open_slots(part: NextPart) -> list[OpenSlot]:
    """Return the slots that suit a trainee, soonest first, with a constant number of queries.

    Left out are assessors who may not assess any of the stations, who are related to the trainee, or who are not
    approved at the trainee's site. What has to be asked case by case is refused when it is booked.
    """
    trainee = part.enrolment.person
    barred = {trainee.pk} | related_to(trainee)
    rows = Slot.objects.free(timezone.now()).exclude(assessor__in=barred).select_related("assessor", "site")
    slots = list(rows[:MOST_SLOTS])
    standings = standings_of({slot.assessor_id for slot in slots})
    approvals = _approvals(part.enrolment)
    granted = adjustments_on(trainee, site_day())
    found = []
    for slot in slots:
        if approvals is not None and not approved_on(approvals.get(slot.assessor_id, ()), slot.day):
            continue
        stations = allowed_in(slot, part, assessable(part, standings[slot.assessor_id], slot.family, slot.day))
        lengths = {station.code: station.minutes * float(granted.multiplier) for station in stations}
        room = slot.minutes - float(granted.extra_minutes)
        if suggested := that_fit(lengths, room, slot.most_stations):
            found.append(OpenSlot(slot, stations, suggested))
    return found


def allowed_in(slot: Slot, part: NextPart, stations: Sequence[Station]) -> tuple[Station, ...]:
    """Return the stations that the rubric lets be done in the way and with the kind of device of a slot."""
    rubric, codes = part.demand_version().plain, [station.code for station in stations]
    refused = {
        *rubric.settings_refused(codes, simulated=slot.simulated),
        *rubric.devices_refused(codes, slot.device_family),
    }
    return tuple(station for station in stations if station.code not in refused)


def assessable(
    part: NextPart, standings: Iterable[Standing], family: DeviceFamily | None, day: date
) -> tuple[Station, ...]:
    """Return the stations of a part that somebody with these qualifications may assess, so that they count."""
    standings = list(standings)
    rubric = part.demand_version().plain
    for_physicians = rubric.physician_codes if rubric.rules.physician_where_required else frozenset()

    def may(station: Station) -> bool:
        task = Task(part.enrolment.programme_id, (station.code,), family, day)
        held = sufficient(standings, task)
        if station.code in for_physicians:
            return any(one.basis == Qualification.PHYSICIAN for one in held)
        return bool(held)

    return tuple(station for station in part.stations if may(station))


def assessors_for(part: NextPart) -> list[User]:
    """Return whom a trainee can ask by name: qualified for one of the stations today, not related, approved there."""
    trainee, today = part.enrolment.person, site_day()
    held = RoleGrant.objects.filter(role=Role.INSTRUCTOR.value, ended_at__isnull=True).values("person")
    people = User.objects.filter(is_active=True, pk__in=held).exclude(pk__in={trainee.pk} | related_to(trainee))
    rows = list(people.order_by("full_name", "pk"))
    standings = standings_of([person.pk for person in rows])
    approvals = _approvals(part.enrolment)
    return [
        person
        for person in rows
        if (approvals is None or approved_on(approvals.get(person.pk, ()), today))
        and assessable(part, standings[person.pk], None, today)
    ]


def _approvals(enrolment: Enrolment) -> Mapping[int, Sequence[Approval]] | None:
    """Return who is approved at the trainee's site, or None for a trainee without one."""
    site = site_of(enrolment)
    return None if site is None else approvals_at(site)


def _hindrance(enrolment: Enrolment, version: RubricVersion | None) -> Hindrance | None:
    if enrolment.closed_at is not None:
        return Hindrance("enrolment_closed", "This enrolment is closed.")
    if version is None:
        return NO_PRACTICAL
    if enrolment.course_completed_at is None:
        return Hindrance("course_not_completed", "The practical comes after the course. Complete the course first.")
    if Enrolment.objects.filter(Exists(required_exams_not_passed()), pk=enrolment.pk).exists():
        return Hindrance("exam_not_passed", "The practical comes after the written exam. Pass the exam first.")
    return None


def _planned(enrolment: Enrolment) -> set[str]:
    """Return the stations of open sittings and of requests that wait."""
    sittings = Sitting.objects.filter(enrolment=enrolment, state=SittingState.OPEN, rates_again__isnull=True)
    waiting = SittingRequest.objects.waiting().filter(enrolment=enrolment)
    lists = [*sittings.values_list("stations", flat=True), *waiting.values_list("stations", flat=True)]
    return {code for codes in lists for code in codes}
