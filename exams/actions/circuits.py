"""Turning the plan of a circuit into sittings: all in one act, or none, and never twice."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import Enrolment, Programme
from exams.actions.appointment_news import tell_of_circuit
from exams.actions.occupancy import hold
from exams.actions.sitting_plans import Known, Prepared, SittingPlan, announce, lock_people, prepare
from exams.appointment_mails import News
from exams.errors import PracticalError, UnconfirmedError
from exams.models import Circuit
from exams.rules.assessors import DeviceFamily
from exams.rules.scheduling import Objection
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


@dataclass(frozen=True)
class Visit:
    """One candidate at one station: when, with whom, where and with what."""

    enrolment: Enrolment
    station: str
    assessor: User
    starts_at: datetime
    ends_at: datetime
    place: str
    device: str

    @property
    def day(self) -> date:
        """The day on the clock of whoever plans."""
        return timezone.localdate(self.starts_at)


@dataclass(frozen=True)
class VisitPlan:
    """A visit, and what speaks against its sitting; empty when nothing does."""

    visit: Visit
    objections: tuple[Objection, ...]

    @property
    def refused(self) -> bool:
        """Whether something speaks against it that nobody can confirm away."""
        return any(found.refuses for found in self.objections)


class CircuitObjections(PracticalError):
    """A circuit cannot become sittings as it stands; `rows` has every visit with what speaks against it."""

    def __init__(self, rows: Sequence[VisitPlan]) -> None:
        """Keep the rows."""
        against = sum(bool(row.objections) for row in rows)
        super().__init__("circuit_objections", f"Something speaks against {against} of {len(rows)} sittings.")
        self.rows = tuple(rows)

    @property
    def refused(self) -> bool:
        """Whether a row is refused, so that confirming does not help."""
        return any(row.refused for row in self.rows)


@dataclass(frozen=True)
class CircuitPlan:
    """All visits of a circuit, under the name of the plan that was shown."""

    programme: Programme
    place: str
    family: DeviceFamily
    simulated: bool
    visits: tuple[Visit, ...]
    nonce: uuid.UUID


def circuit_of(nonce: uuid.UUID) -> Circuit | None:
    """Return what a plan became, or None."""
    return Circuit.objects.filter(nonce=nonce).first()


@transaction.atomic
def plan_circuit_sittings(
    *, plan: CircuitPlan, by: User, despite: Collection[str] = (), dry: bool = False
) -> tuple[Circuit | None, tuple[VisitPlan, ...]]:
    """Plan the sitting of every visit, or none; the same plan again returns what it became.

    With `dry` everything is done and taken back, so that what is shown before is what would be refused. `despite` names
    the codes of objections that were shown and confirmed. Raises `PracticalError`: nothing_to_plan, just_taken; and
    `CircuitObjections` with every row.
    """
    demand(by, Permission.SITTING_ASSIGN)
    if earlier := circuit_of(plan.nonce):
        return earlier, ()
    if not plan.visits:
        raise PracticalError("nothing_to_plan", "This plan has no visit. Plan the circuit again.")
    pairs = [(visit, _sitting_plan(plan, visit)) for visit in plan.visits]
    lock_people([one for _, one in pairs])
    if earlier := circuit_of(plan.nonce):  # the second press of the button has waited for the first
        return earlier, ()
    prepared, rows, known = [], [], Known()
    for visit, one in pairs:
        found, objections = _try(one, by, despite, known)
        rows.append(VisitPlan(visit, objections))
        if found is not None:
            prepared.append(found)
    if len(prepared) < len(rows):
        raise CircuitObjections(rows)
    if dry:
        transaction.set_rollback(True)
        return None, tuple(rows)
    return _carry_out(plan, prepared, by), tuple(rows)


def _try(
    plan: SittingPlan, by: User, despite: Collection[str], known: Known
) -> tuple[Prepared | None, tuple[Objection, ...]]:
    """Store one sitting, or say what speaks against it and leave no trace of it."""
    try:
        with transaction.atomic():
            return prepare(plan, by=by, despite=despite, known=known), ()
    except UnconfirmedError as refusal:
        return None, refusal.objections
    except PracticalError as refusal:
        return None, (Objection(refusal.code, refusal.sentence, True),)


def _carry_out(plan: CircuitPlan, prepared: Sequence[Prepared], by: User) -> Circuit:
    """Hold the minutes of all sittings at once, and only then record events: so no two plans wait crosswise."""
    sittings = [one.sitting for one in prepared]
    hold(sittings)
    try:
        with transaction.atomic():
            circuit = Circuit.objects.create(
                programme=plan.programme,
                place=plan.place,
                begins_at=min(visit.starts_at for visit in plan.visits),
                ends_at=max(visit.ends_at for visit in plan.visits),
                nonce=plan.nonce,
                planned_by=by,
            )
    except IntegrityError as error:
        raise PracticalError("planned_already", "This plan has become sittings a moment ago.") from error
    circuit.sittings.add(*sittings)
    record(Verb.CIRCUIT_PLANNED, by=by, target=circuit, data={"sittings": len(sittings)})
    announce(prepared, by=by, data={"circuit": str(circuit.pk)})
    people = {key for one in sittings for key in (one.assessor_id, one.enrolment.person_id)}
    tell_of_circuit(circuit, people, News.GIVEN)
    return circuit


def _sitting_plan(plan: CircuitPlan, visit: Visit) -> SittingPlan:
    return SittingPlan(
        enrolment=visit.enrolment,
        assessor=visit.assessor,
        day=visit.day,
        starts_at=visit.starts_at,
        place=visit.place,
        device=visit.device,
        device_family=plan.family,
        simulated=plan.simulated,
        stations=(visit.station,),
    )
