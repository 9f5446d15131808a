"""Planning a sitting: everything that is asked before it exists, whoever plans it and from where.

The registrar's form, an accepted request, a booked slot and a circuit all come here, so that all refusals hold for all.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Q
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.appointment_news import tell_of_sitting
from exams.actions.fitness import Duty, refuse_early_try, refuse_unfit, scheme_objections
from exams.actions.occupancy import hold
from exams.appointment_mails import News
from exams.errors import PracticalError, UnconfirmedError
from exams.models import Qualification, RubricVersion, Sitting, adjustments_on, newest_rubric
from exams.models.practicals import SittingQuerySet
from exams.planning import required_exams_not_passed
from exams.rules.accommodations import Adjustments
from exams.rules.assessors import DeviceFamily, Standing
from exams.rules.attempt_policy import allowance
from exams.rules.practical_saves import clean_text
from exams.rules.rubrics import RubricContent
from exams.rules.scheduling import Appointment, objections
from exams.second_ratings import is_drawn
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.actions import record_each
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import day_text, moment_text


@dataclass(frozen=True)
class SittingPlan:
    """Who is to assess whom, when, where, with what; `stations` None means all of the rubric."""

    enrolment: Enrolment
    assessor: User
    day: date
    starts_at: datetime | None
    place: str
    device: str
    simulated: bool
    device_family: DeviceFamily = DeviceFamily.FIGURE_EIGHT
    stations: tuple[str, ...] | None = None
    nonce: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass
class Known:
    """What several plans of one act have in common and is looked up once: rubrics, exams passed, time granted."""

    rubrics: dict[int, RubricVersion] = field(default_factory=dict)
    passed: dict[uuid.UUID, bool] = field(default_factory=dict)
    granted: dict[tuple[int, date], Adjustments] = field(default_factory=dict)

    def rubric(self, enrolment: Enrolment) -> RubricVersion:
        """Return the newest rubric of a programme, locked. Raises `PracticalError` no_rubric."""
        if enrolment.programme_id not in self.rubrics:
            self.rubrics[enrolment.programme_id] = _newest_rubric(enrolment)
        return self.rubrics[enrolment.programme_id]

    def has_passed(self, enrolment: Enrolment) -> bool:
        """Whether every exam is passed that the programme requires."""
        if enrolment.pk not in self.passed:
            own = Enrolment.objects.filter(pk=enrolment.pk)
            self.passed[enrolment.pk] = not own.filter(Exists(required_exams_not_passed())).exists()
        return self.passed[enrolment.pk]

    def length(self, trainee: User, minutes: int, day: date) -> timedelta:
        """Return how long stations take: their minutes, and what the trainee has beyond them on that day."""
        if (trainee.pk, day) not in self.granted:
            self.granted[trainee.pk, day] = adjustments_on(trainee, day)
        more = self.granted[trainee.pk, day]
        return allowance(minutes=minutes, multiplier=more.multiplier, extra_minutes=more.extra_minutes)


@dataclass(frozen=True)
class Prepared:
    """A sitting that is stored, and the codes of what was confirmed against it."""

    sitting: Sitting
    confirmed: tuple[str, ...]


def plan_sitting(
    plan: SittingPlan, *, by: User, despite: Collection[str] = (), request: uuid.UUID | None = None
) -> Sitting:
    """Plan one sitting in the caller's transaction, for whoever is allowed to; raises like `assign_sitting`."""
    lock_people([plan])
    prepared = prepare(plan, by=by, despite=despite)
    hold([prepared.sitting])
    announce([prepared], by=by, data={"request": str(request)} if request else {})
    tell_of_sitting(prepared.sitting, News.GIVEN)
    return prepared.sitting


def lock_people(plans: Sequence[SittingPlan]) -> None:
    """Lock the rows of everybody in some plans, in one order, so that two plans for one of them cannot miss each other.

    On SQLite the transaction itself lets nobody else write.
    """
    people = {key for plan in plans for key in (plan.assessor.pk, plan.enrolment.person_id)}
    list(User.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))


def prepare(plan: SittingPlan, *, by: User, despite: Collection[str] = (), known: Known | None = None) -> Prepared:
    """Check a plan and store its sitting; its minutes are still to be held, and it is still to be announced.

    `known` is shared by the plans of one act. Raises `PracticalError`, `UnfitError` and `UnconfirmedError` like
    `assign_sitting`.
    """
    if plan.day < timezone.localdate():
        raise PracticalError("day_passed", "This day has passed. Choose today or a later day.")
    _demand_assignable(plan.enrolment, plan.assessor)
    known = known or Known()
    version = known.rubric(plan.enrolment)
    sitting = Sitting(
        enrolment=plan.enrolment,
        assessor=plan.assessor,
        rubric_version=version,
        stations=_checked_stations(version, plan.stations),
        scheduled_for=plan.day,
        starts_at=plan.starts_at,
        place=clean_text(plan.place),
        device=clean_text(plan.device),
        device_family=plan.device_family,
        simulated=plan.simulated,
        nonce=plan.nonce,
        assigned_by=by,
    )
    demand_allowed(version.plain, sitting.stations, sitting.device_family, simulated=sitting.simulated)
    if sitting.starts_at:
        minutes = sum(station.minutes for station in sitting.chosen_stations)
        sitting.ends_at = sitting.starts_at + known.length(plan.enrolment.person, minutes, plan.day)
    duty = Duty.of(sitting)
    standings = refuse_unfit(assessor=plan.assessor, duty=duty)
    refuse_early_try(duty)
    confirmed = _confirm(sitting, despite, duty, standings, known)
    sitting.second_wanted = is_drawn(version.plain.rules, sitting)
    sitting.save(force_insert=True)
    return Prepared(sitting, tuple(confirmed))


def demand_allowed(rubric: RubricContent, stations: Sequence[str], family: str, *, simulated: bool) -> None:
    """Raise `PracticalError` where a rubric does not let a station be done in this way or with this device."""
    if refused := rubric.settings_refused(stations, simulated=simulated):
        other = "with a patient, under supervision" if simulated else "in a simulation"
        raise PracticalError("setting_not_allowed", f"{', '.join(refused)} may only be done {other}.")
    if refused := rubric.devices_refused(stations, family):
        sentence = f"{', '.join(refused)} may not be done with this kind of device. Choose another one."
        raise PracticalError("device_not_allowed", sentence)


def announce(prepared: Sequence[Prepared], *, by: User, data: dict[str, str]) -> None:
    """Record the event of each stored sitting."""
    facts = [(one.sitting, _facts_of(one) | data) for one in prepared]
    record_each(Verb.SITTING_ASSIGNED, by=by, facts=facts)


def _facts_of(prepared: Prepared) -> dict[str, Any]:
    sitting = prepared.sitting
    facts: dict[str, Any] = {
        "enrolment": str(sitting.enrolment_id),
        "assessor": str(sitting.assessor.public_id),
        "rubric_version": sitting.rubric_version_id,
    }
    return facts | ({"despite": list(prepared.confirmed)} if prepared.confirmed else {})


def _confirm(
    sitting: Sitting, despite: Collection[str], duty: Duty, standings: Sequence[Standing], known: Known
) -> list[str]:
    """Return the codes of what speaks against a plan and was confirmed; raise for anything else."""
    found = objections(
        _appointment(sitting),
        [_appointment(other) for other in _beside(sitting).with_people()],
        trainee_name=sitting.trainee.full_name,
        exam_passed=known.has_passed(sitting.enrolment),
    )
    found = (*found, *scheme_objections(duty, physician=any(one.basis == Qualification.PHYSICIAN for one in standings)))
    for objection in found:
        if objection.refuses:
            raise PracticalError(objection.code, objection.sentence)
    if any(objection.code not in despite for objection in found):
        raise UnconfirmedError(found)
    return sorted({objection.code for objection in found})


def _beside(sitting: Sitting) -> SittingQuerySet:
    """Find the open sittings that can speak against a plan: at the same time, or of the same people on its day."""
    people = [sitting.assessor_id, sitting.enrolment.person_id]
    shared = Q(assessor__in=people) | Q(enrolment__person__in=people)
    around = Sitting.objects.around(sitting.scheduled_for)
    if sitting.starts_at is None or sitting.ends_at is None:
        return around.filter(shared)
    meanwhile = Q(starts_at__lt=sitting.ends_at, ends_at__gt=sitting.starts_at)
    return around.filter(meanwhile | (shared & Q(starts_at__isnull=True)))


def _appointment(sitting: Sitting) -> Appointment:
    people = {sitting.assessor_id: sitting.assessor.full_name, sitting.trainee.pk: sitting.trainee.full_name}
    return Appointment(
        people=people,
        day=sitting.scheduled_for,
        starts_at=sitting.starts_at,
        ends_at=sitting.ends_at,
        place=sitting.place,
        device=sitting.device,
        when=f"from {moment_text(sitting.starts_at)}" if sitting.starts_at else f"on {day_text(sitting.scheduled_for)}",
    )


def _demand_assignable(enrolment: Enrolment, assessor: User) -> None:
    if enrolment.closed_at is not None:
        raise PracticalError("enrolment_closed", "This enrolment is closed.")
    if not (assessor.is_active and assessor.has_role(Role.INSTRUCTOR)):
        raise PracticalError("not_an_assessor", "This person does not hold the role of instructor.")


def _newest_rubric(enrolment: Enrolment) -> RubricVersion:
    version = newest_rubric(enrolment.programme_id)
    if version is None:
        raise PracticalError("no_rubric", "The programme has no practical yet. Load its material first.")
    RubricVersion.objects.filter(pk=version.pk, locked_at__isnull=True).update(locked_at=timezone.now())
    return version


def _checked_stations(version: RubricVersion, stations: Sequence[str] | None) -> list[str]:
    codes = version.plain.codes
    if stations is None:
        return list(codes)
    unknown = sorted(set(stations) - set(codes))
    if unknown or not stations:
        raise PracticalError(
            "unknown_station", f"Choose stations of this rubric: {', '.join(unknown) or 'none chosen'}."
        )
    return [code for code in codes if code in stations]
