"""Assigning, opening, filling in and cancelling a sitting."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.practicals import MOST_SAVES, assign_sitting, cancel_sitting, observe, open_sitting, record_form
from exams.errors import PracticalError
from exams.models import Observation, ObservationLog, Qualification, Sitting, StrayObservation
from exams.rules.practical_saves import Save
from lms.accounts.actions import end_role
from lms.accounts.models import DeclaredRelationship, User
from lms.accounts.roles import Role
from lms.audit.models import Event
from tests.factories.practicals import complete_and_sign, make_registrar, make_rubric, make_sitting

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(Event.objects.filter(verb__startswith="sitting").values_list("verb", flat=True))


def send(sitting: Sitting, *saves: tuple[str, int, str], by: User | None = None) -> list[str]:
    replies = observe(
        sitting=sitting,
        by=by or sitting.assessor,
        saves=[Save(*save) for save in saves],
        received_at=timezone.now(),
    )
    return [reply.reply.value for reply in replies]


def type_in(sitting: Sitting, rev: int, **values: str) -> tuple[str, ...]:
    return record_form(sitting=sitting, by=sitting.assessor, values=values, seen_rev=rev, received_at=timezone.now())


class TestAssigning:
    def test_a_sitting_covers_all_stations_of_the_newest_rubric(self, enrolment: Enrolment, instructor: User) -> None:
        make_rubric(enrolment)
        newest = make_rubric(enrolment, stations=3)
        sitting = make_sitting(enrolment, instructor, opened=False)
        assert (sitting.stations, sitting.rubric_version) == (["P01", "P02", "P03"], newest)
        assert verbs() == ["sitting.assigned"]

    def test_assigning_freezes_the_rubric_version(self, sitting: Sitting) -> None:
        assert sitting.rubric_version.__class__.objects.get().locked_at is not None

    def test_chosen_stations_stand_in_the_order_of_doing(self, enrolment: Enrolment, instructor: User) -> None:
        assert make_sitting(enrolment, instructor, stations=["P02", "P01"]).stations == ["P01", "P02"]

    def test_the_same_request_twice_is_one_sitting(self, enrolment: Enrolment, instructor: User) -> None:
        nonce = uuid.uuid4()
        first, second = (make_sitting(enrolment, instructor, opened=False, nonce=nonce) for _ in range(2))
        assert first == second
        assert verbs() == ["sitting.assigned"]

    @pytest.mark.parametrize("role", ["trainee", "instructor", "item_author", "editor"])
    def test_others_may_not_assign(self, enrolment: Enrolment, role: str, request: pytest.FixtureRequest) -> None:
        person = request.getfixturevalue(role)
        with pytest.raises(PermissionDenied):
            make_sitting(enrolment, person, by=person)

    def test_nobody_is_assigned_to_themselves(self, enrolment: Enrolment, trainee: User, make_person: Any) -> None:
        from lms.accounts.actions import grant_role

        grant_role(person=trainee, role=Role.INSTRUCTOR, by=None)
        assert self.refusal(enrolment, trainee) == "conflict_self"

    @pytest.mark.parametrize("kind", DeclaredRelationship.Kind.values)
    @pytest.mark.parametrize("turned", [False, True])
    def test_a_declared_relationship_is_refused(
        self, enrolment: Enrolment, trainee: User, instructor: User, kind: str, turned: bool
    ) -> None:
        pair = (trainee, instructor) if turned else (instructor, trainee)
        DeclaredRelationship.objects.create(person=pair[0], other=pair[1], kind=kind)
        assert self.refusal(enrolment, instructor) == "conflict_relationship"

    def test_a_relationship_that_ended_does_not_count(
        self, enrolment: Enrolment, trainee: User, instructor: User
    ) -> None:
        DeclaredRelationship.objects.create(
            person=instructor, other=trainee, kind="line_manager", ended_at=timezone.now()
        )
        assert make_sitting(enrolment, instructor).is_open

    def test_only_instructors_are_assigned(self, enrolment: Enrolment, other_trainee: User) -> None:
        assert self.refusal(enrolment, other_trainee) == "not_an_assessor"

    def test_a_closed_enrolment_takes_no_sitting(self, enrolment: Enrolment, instructor: User) -> None:
        enrolment.closed_at = timezone.now()
        assert self.refusal(enrolment, instructor) == "enrolment_closed"

    @pytest.mark.parametrize("stations", [[], ["P01", "P77"]])
    def test_unknown_stations_are_refused(self, enrolment: Enrolment, instructor: User, stations: list[str]) -> None:
        assert self.refusal(enrolment, instructor, stations=stations) == "unknown_station"

    def test_a_programme_without_rubric_is_refused(
        self, enrolment: Enrolment, instructor: User, registrar: User
    ) -> None:
        from exams.actions.practicals import assign_sitting

        with pytest.raises(PracticalError) as refusal:
            assign_sitting(
                enrolment=enrolment,
                assessor=instructor,
                by=registrar,
                scheduled_for=timezone.localdate(),
                place="",
                device="",
                simulated=True,
            )
        assert refusal.value.code == "no_rubric"

    @staticmethod
    def refusal(enrolment: Enrolment, assessor: User, **changes: Any) -> str:
        with pytest.raises(PracticalError) as refusal:
            make_sitting(enrolment, assessor, **changes)
        assert not Sitting.objects.exists()
        return refusal.value.code


class TestOpening:
    def test_opening_states_the_qualification_once(self, enrolment: Enrolment, instructor: User) -> None:
        sitting = make_sitting(enrolment, instructor)
        again = open_sitting(sitting=sitting, by=instructor, qualification=Qualification.TECHNICIAN)
        assert again.qualification == Qualification.PHYSICIAN
        assert verbs() == ["sitting.assigned", "sitting.opened"]

    def test_another_instructor_cannot_open_it(self, sitting: Sitting, other_instructor: User) -> None:
        with pytest.raises(PermissionDenied):
            open_sitting(sitting=sitting, by=other_instructor, qualification=Qualification.PHYSICIAN)

    def test_a_relationship_declared_later_closes_the_door(
        self, enrolment: Enrolment, instructor: User, trainee: User
    ) -> None:
        sitting = make_sitting(enrolment, instructor, opened=False)
        DeclaredRelationship.objects.create(person=trainee, other=instructor, kind="business")
        with pytest.raises(PracticalError) as refusal:
            open_sitting(sitting=sitting, by=instructor, qualification=Qualification.PHYSICIAN)
        assert refusal.value.code == "conflict_relationship"

    def test_who_is_no_longer_instructor_cannot_go_on(self, sitting: Sitting) -> None:
        end_role(person=sitting.assessor, role=Role.INSTRUCTOR, by=None)
        with pytest.raises(PermissionDenied):
            send(sitting, ("P01-1", 1, "done"))

    def test_a_cancelled_sitting_does_not_open(self, enrolment: Enrolment, instructor: User, registrar: User) -> None:
        sitting = make_sitting(enrolment, instructor, opened=False)
        cancel_sitting(sitting=sitting, by=registrar)
        with pytest.raises(PracticalError) as refusal:
            open_sitting(sitting=sitting, by=instructor, qualification=Qualification.PHYSICIAN)
        assert refusal.value.code == "sitting_cancelled"


class TestSaving:
    def test_replies_follow_the_protocol(self, sitting: Sitting) -> None:
        assert send(sitting, ("P01-1", 3, "done")) == ["ok"]
        assert send(sitting, ("P01-1", 3, "done")) == ["ok-duplicate"]
        assert send(sitting, ("P01-1", 3, "partly")) == ["conflict"]
        assert send(sitting, ("P01-1", 2, "partly")) == ["ignored-stale"]
        assert send(sitting, ("P01-1", 4, "")) == ["ok"]
        assert sitting.values() == {}

    def test_the_log_keeps_every_accepted_value(self, sitting: Sitting) -> None:
        send(sitting, ("P01-1", 1, "done"), ("P01-1", 2, "partly"), ("P01-2", 1, "done"))
        send(sitting, ("P01-1", 1, "not_done"), ("P01-1", 5, "not_done"))
        kept = ObservationLog.objects.filter(field="P01-1").values_list("seq", "value")
        assert list(kept.order_by("seq")) == [(1, "done"), (2, "partly"), (5, "not_done")]

    def test_a_poisoned_save_does_not_stop_the_others(self, sitting: Sitting) -> None:
        replies = send(sitting, ("P99-1", 1, "done"), ("P01-1", 1, "superb"), ("P01-2", 1, "done"))
        assert replies == ["refused", "refused", "ok"]
        assert sitting.values() == {"P01-2": "done"}

    def test_stations_that_were_not_assigned_take_nothing(self, enrolment: Enrolment, instructor: User) -> None:
        sitting = make_sitting(enrolment, instructor, stations=["P02"])
        assert send(sitting, ("P01-1", 1, "done"), ("P02-1", 1, "done")) == ["refused", "ok"]

    def test_text_is_stored_as_it_will_be_signed(self, sitting: Sitting) -> None:
        send(sitting, ("remark", 1, "  Zoe\u0308\x00 said\r\nstop "))
        assert sitting.values() == {"remark": "Zoë said\nstop"}

    def test_before_opening_nothing_is_taken(self, enrolment: Enrolment, instructor: User) -> None:
        sitting = make_sitting(enrolment, instructor, opened=False)
        with pytest.raises(PracticalError) as refusal:
            send(sitting, ("P01-1", 1, "done"))
        assert refusal.value.code == "not_opened"

    def test_a_batch_has_an_end(self, sitting: Sitting) -> None:
        with pytest.raises(PracticalError) as refusal:
            send(sitting, *[("P01-1", number, "done") for number in range(1, MOST_SAVES + 2)])
        assert refusal.value.code == "too_many_saves"

    def test_somebody_else_cannot_save(self, sitting: Sitting, other_instructor: User) -> None:
        with pytest.raises(PermissionDenied):
            send(sitting, ("P01-1", 1, "done"), by=other_instructor)
        assert not Observation.objects.exists()

    def test_after_signing_a_late_save_is_kept_aside(self, sitting: Sitting) -> None:
        complete_and_sign(sitting)
        assert send(sitting, ("P01-1", 1, "done")) == ["ok-duplicate"]
        for _ in range(2):
            assert send(sitting, ("P01-1", 2, "not_done"), ("P99", 1, "x")) == ["closed", "refused"]
        assert [(row.field, row.value) for row in StrayObservation.objects.all()] == [("P01-1", "not_done")]
        assert sitting.values()["P01-1"] == "done"

    def test_after_cancelling_too(self, sitting: Sitting, registrar: User) -> None:
        cancel_sitting(sitting=sitting, by=registrar)
        assert send(sitting, ("P01-1", 1, "done")) == ["closed"]


class TestPlainForm:
    def test_values_get_the_next_number_and_unchanged_ones_none(self, sitting: Sitting) -> None:
        send(sitting, ("P01-1", 4, "done"))
        sitting.refresh_from_db()
        assert type_in(sitting, sitting.rev, **{"P01-1": "done", "P01-2": "partly"}) == ()
        assert type_in(sitting, sitting.rev + 9, **{"P01-1": "partly"}) == ()
        numbers = Observation.objects.values_list("field", "seq", "value").order_by("field")
        assert list(numbers) == [("P01-1", 5, "partly"), ("P01-2", 1, "partly")]

    def test_what_changed_since_the_form_was_shown_is_not_overwritten(self, sitting: Sitting) -> None:
        seen = sitting.rev
        send(sitting, ("P01-1", 1, "not_done"))
        assert type_in(sitting, seen, **{"P01-1": "done", "P01-2": "done"}) == ("P01-1",)
        assert sitting.values() == {"P01-1": "not_done", "P01-2": "done"}

    def test_an_impossible_value_is_refused_and_nothing_kept(self, sitting: Sitting) -> None:
        with pytest.raises(PracticalError) as refusal:
            type_in(sitting, 9, **{"P01-1": "done", "P01-2": "great"})
        assert refusal.value.code == "bad_value"
        assert sitting.values() == {}

    def test_a_signed_sitting_takes_no_form(self, sitting: Sitting) -> None:
        complete_and_sign(sitting)
        with pytest.raises(PracticalError) as refusal:
            type_in(sitting, 9, **{"P01-1": "partly"})
        assert refusal.value.code == "already_signed"


class TestCancelling:
    def test_the_registrar_cancels_once(self, sitting: Sitting, registrar: User) -> None:
        cancel_sitting(sitting=sitting, by=registrar)
        with pytest.raises(PracticalError) as refusal:
            cancel_sitting(sitting=sitting, by=registrar)
        assert refusal.value.code == "sitting_cancelled"
        assert verbs()[-1] == "sitting.cancelled"

    def test_a_signed_sitting_stays(self, sitting: Sitting, registrar: User) -> None:
        complete_and_sign(sitting)
        with pytest.raises(PracticalError) as refusal:
            cancel_sitting(sitting=sitting, by=registrar)
        assert refusal.value.code == "already_signed"

    def test_the_assessor_may_not(self, sitting: Sitting) -> None:
        with pytest.raises(PermissionDenied):
            cancel_sitting(sitting=sitting, by=sitting.assessor)


def test_a_day_gone_by_is_refused_whoever_asks(enrolment: Enrolment, instructor: User) -> None:
    make_rubric(enrolment)
    with pytest.raises(PracticalError) as refusal:
        assign_sitting(
            enrolment=enrolment,
            assessor=instructor,
            by=make_registrar(),
            scheduled_for=timezone.localdate() - timedelta(days=1),
            place="Room 1",
            device="Coil",
            simulated=True,
        )
    assert (refusal.value.code, Sitting.objects.count()) == ("day_passed", 0)
