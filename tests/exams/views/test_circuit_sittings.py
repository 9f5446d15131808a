"""A plan of a circuit becomes sittings: all of them with every objection named before, or none, and never twice."""

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from exams import appointment_mails as mails
from exams.actions.circuits import CircuitObjections, plan_circuit_sittings
from exams.actions.practicals import cancel_sitting
from exams.actions.reminders import remind_of_practicals
from exams.circuit_forms import unsealed
from exams.errors import PracticalError
from exams.models import Circuit, OccupiedMinute, Sitting
from exams.views.circuits import _plan_of
from lms.accounts.models import User
from lms.audit.models import Event
from tests.calendars import invitation_in
from tests.exams.staff import run_jobs
from tests.exams.views.test_circuits import DAY, address, client, given, people
from tests.factories.exams import make_exam
from tests.factories.practicals import make_sitting
from tests.factories.slots import make_site, put_on_the_job
from tests.threads import at_once

__all__ = ["client", "people"]  # fixtures of the planner's tests
pytestmark = pytest.mark.django_db
PLACE = {"place": "Clinic North", "simulated": "yes"}


@pytest.fixture
def both(instructor: User, other_instructor: User) -> list[User]:
    """Ines at P01, Omar at P02."""
    return [instructor, other_instructor]


@pytest.fixture
def shown(client: Client, people: list[Enrolment], both: list[User]) -> dict[str, Any]:
    """What the page of the plan sends on: three candidates at two stations."""
    return PLACE | {"plan": plan_shown(client, people, both)}


def plan_shown(client: Client, people: Sequence[Enrolment], assessors: Sequence[User], **changes: Any) -> str:
    answer = client.post(address(people), given(people, assessors, **changes))
    return answer.context["turning"]["plan"].value()


def target(people: Sequence[Enrolment]) -> str:
    return reverse("exams:circuit_sittings", args=[people[0].programme.code])


def test_nothing_is_planned_before_it_is_confirmed(client: Client, people: list[Enrolment], shown: Any) -> None:
    answer = client.post(target(people), shown)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('<td data-label="Candidate"') == 6
    assert page.count(">Nothing</td>") == 6
    assert "Plan 6 sittings" in page
    for model in (Sitting, OccupiedMinute, Circuit):
        assert not model.objects.exists()
    assert not Event.objects.filter(verb__startswith="sitting").exists()


def test_confirmed_it_is_all_sittings_at_once_and_never_twice(
    client: Client, people: list[Enrolment], shown: Any, both: list[User]
) -> None:
    for _ in range(2):
        answer = client.post(target(people), shown | {"confirmed": "yes"})
        assert answer.url == reverse("exams:assign")
    circuit = Circuit.objects.get()
    rows = list(circuit.sittings.order_by("starts_at", "pk"))
    assert len(rows) == Sitting.objects.count() == 6
    assert {(row.enrolment_id, row.stations[0]) for row in rows} == {
        (person.pk, code) for person in people for code in ("P01", "P02")
    }
    assert {(row.stations[0], row.assessor) for row in rows} == {("P01", both[0]), ("P02", both[1])}
    assert {row.place for row in rows} == {"Clinic North, Room 1", "Clinic North, Room 2"}
    assert {row.device for row in rows} == {"No device"}
    assert timezone.localtime(rows[0].starts_at).time() == time(9)
    assert {row.scheduled_for for row in rows} == {DAY}
    taken = OccupiedMinute.objects.values_list("resource", "minute")
    assert len(taken) == len(set(taken)) == 6 * 10 * 3
    assert Event.objects.filter(verb="sitting.assigned", data__circuit=str(circuit.pk)).count() == 6
    assert Event.objects.get(verb="circuit.planned").data["sittings"] == 6


def test_each_person_gets_one_mail_with_all_times(
    client: Client, people: list[Enrolment], shown: Any, both: list[User], registrar: User
) -> None:
    client.post(target(people), shown | {"confirmed": "yes"})
    mail.outbox.clear()
    run_jobs(mails.CIRCUIT_MAIL, mails.SITTING_MAIL)
    assert sorted(one.to[0] for one in mail.outbox) == sorted(
        [*(row.person.email for row in people), *(one.email for one in both)]
    )
    ada = next(one for one in mail.outbox if one.to == [people[0].person.email])
    assert "P01, Clinic North, Room 1" in ada.body
    assert "P02, Clinic North, Room 2" in ada.body
    rows = Sitting.objects.filter(enrolment=people[0]).order_by("starts_at")
    entry = invitation_in(ada)
    assert entry["DTSTART"] == f"{rows[0].starts_at:%Y%m%dT%H%M%SZ}"
    assert entry["DTEND"] == f"{rows[1].ends_at:%Y%m%dT%H%M%SZ}"
    cancel_sitting(sitting=rows[0], by=registrar)
    mail.outbox.clear()
    run_jobs(mails.SITTING_MAIL)
    assert len(mail.outbox) == 2


def test_a_cancelled_sitting_renews_the_one_entry_of_the_circuit_and_the_last_one_ends_it(
    client: Client, people: list[Enrolment], shown: Any, registrar: User
) -> None:
    def told() -> dict[str, str]:
        mail.outbox.clear()
        run_jobs(mails.CIRCUIT_MAIL, mails.SITTING_MAIL)
        return invitation_in(next(one for one in mail.outbox if one.to == [people[0].person.email]))

    client.post(target(people), shown | {"confirmed": "yes"})
    planned = told()
    first, last = Sitting.objects.filter(enrolment=people[0]).order_by("starts_at")
    cancel_sitting(sitting=first, by=registrar)
    renewed = told()
    assert renewed["UID"] == planned["UID"]
    assert (planned["SEQUENCE"], renewed["SEQUENCE"], renewed["METHOD"]) == ("0", "1", "REQUEST")
    assert renewed["DTSTART"] == f"{last.starts_at:%Y%m%dT%H%M%SZ}"
    cancel_sitting(sitting=last, by=registrar)
    ended = told()
    assert (ended["UID"], ended["SEQUENCE"], ended["METHOD"]) == (planned["UID"], "2", "CANCEL")


def test_each_person_is_reminded_once_of_the_whole_circuit(
    client: Client, people: list[Enrolment], shown: Any, both: list[User]
) -> None:
    client.post(target(people), shown | {"confirmed": "yes"})
    run_jobs(mails.CIRCUIT_MAIL)
    mail.outbox.clear()
    with time_machine.travel(Circuit.objects.get().begins_at - timedelta(hours=23)):
        for _ in range(2):
            remind_of_practicals()
            run_jobs(mails.CIRCUIT_MAIL, mails.SITTING_MAIL)
    assert [one.subject for one in mail.outbox] == ["Tomorrow: TMS technician"] * 5


def test_every_objection_stands_in_its_row(
    client: Client, people: list[Enrolment], shown: Any, both: list[User], registrar: User
) -> None:
    at_nine = {"scheduled_for": DAY, "starts": time(9), "opened": False, "stations": ["P03"], "place": "Elsewhere"}
    make_sitting(people[0], both[0], **at_nine)
    Enrolment.objects.filter(pk=people[1].pk).update(pathway="provider")
    put_on_the_job(people[1], make_site(registrar), registrar)
    both[1].assessor_qualifications.update(valid_until=timezone.localdate())
    for act in ({}, {"confirmed": "yes"}):
        answer = client.post(target(people), shown | act)
        assert answer.status_code == 409
        rows = answer.context["rows"]
        found = {
            (row.visit.enrolment.person.full_name, row.visit.station): [one.code for one in row.objections]
            for row in rows
        }
        assert found["Ben Trainee", "P01"] == ["not_at_site"]
        assert found["Cleo Trainee", "P02"] == ["qualification_ended"]
        assert ["person_busy"] in [
            found["Ada Trainee", "P01"],
            found["Ben Trainee", "P01"],
            found["Cleo Trainee", "P01"],
        ]
        assert "confirmed" not in answer.content.decode()
        assert Sitting.objects.count() == 1
    assert OccupiedMinute.objects.values("sitting").distinct().count() == 1


def test_what_can_be_confirmed_is_confirmed_for_all(client: Client, people: list[Enrolment], shown: Any) -> None:
    make_exam(3, programme=people[0].programme)
    asked = client.post(target(people), shown)
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "Ada Trainee has not passed the written exam yet." in page
    assert "I have checked this, plan 6 sittings" in page
    assert client.post(target(people), shown | {"confirmed": "yes"}).status_code == 409  # not what was shown
    done = client.post(target(people), shown | {"confirmed": "yes", "despite": ["exam_not_passed"]})
    assert done.status_code == 302
    assert Sitting.objects.count() == 6
    assert {event.data["despite"][0] for event in Event.objects.filter(verb="sitting.assigned")} == {"exam_not_passed"}


@pytest.mark.parametrize("plan", ["", "made up", "e30:1abc:xyz"])
def test_a_plan_that_was_not_shown_here_is_refused(client: Client, people: list[Enrolment], plan: str) -> None:
    answer = client.post(target(people), PLACE | {"plan": plan, "confirmed": "yes"}, follow=True)
    assert "Plan the circuit again." in answer.content.decode()
    assert not Sitting.objects.exists()


def test_place_and_kind_are_asked_for(client: Client, people: list[Enrolment], shown: Any) -> None:
    answer = client.post(target(people), {"plan": shown["plan"], "confirmed": "yes"})
    assert answer.status_code == 422
    assert "Enter the place: clinic or building." in answer.content.decode()
    assert not Sitting.objects.exists()


def test_a_shared_device_is_never_at_two_stations(client: Client, people: list[Enrolment], both: list[User]) -> None:
    shared = {"P01-device": "MagPro no. 1", "P02-device": "magpro  no. 1"}
    plan = plan_shown(client, people, both, **shared)
    assert client.post(target(people), PLACE | {"plan": plan, "confirmed": "yes"}).status_code == 302
    minutes = OccupiedMinute.objects.filter(resource="device:magpro no. 1").values_list("minute", flat=True)
    assert len(minutes) == len(set(minutes)) == 60


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_plan_it_once(client: Client, people: list[Enrolment], shown: Any, registrar: User) -> None:
    kept = unsealed(shown["plan"])
    assert kept is not None
    plan = _plan_of(people[0].programme, kept, {"place": "Clinic North", "simulated": True})

    def press() -> str:
        try:
            made, _ = plan_circuit_sittings(plan=plan, by=registrar)
        except CircuitObjections as refusal:
            return refusal.code
        return str(made.pk) if made else ""

    assert set(at_once([press, press])) == {str(Circuit.objects.get().pk)}
    assert Sitting.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_two_circuits_for_one_room_at_once_leave_one(
    client: Client, people: list[Enrolment], instructor: User, other_instructor: User, registrar: User
) -> None:
    def plan(candidate: Enrolment, assessor: User) -> Any:
        kept = unsealed(plan_shown(client, [candidate], [assessor]))
        assert kept is not None
        return _plan_of(candidate.programme, kept, {"place": "Clinic North", "simulated": True})

    plans = [plan(people[0], instructor), plan(people[1], other_instructor)]

    def press(one: Any) -> Callable[[], str]:
        def act() -> str:
            try:
                plan_circuit_sittings(plan=one, by=registrar)
            except PracticalError as refusal:
                return refusal.code
            return "planned"

        return act

    results = at_once([press(one) for one in plans])
    assert sorted(results) in (["circuit_objections", "planned"], ["just_taken", "planned"])
    assert Sitting.objects.count() == Circuit.objects.count() == 1


def test_the_page_asks_no_more_for_more_people_but_for_each_sitting(
    client: Client, people: list[Enrolment], both: list[User]
) -> None:
    """Each visit is planned as the registrar would plan it, so the count grows with the sittings, and only so."""

    def count(candidates: Sequence[Enrolment]) -> int:
        plan = plan_shown(client, candidates, both)
        with CaptureQueriesContext(connection) as captured:
            assert client.post(target(people), PLACE | {"plan": plan}).status_code == 200
        return len(captured)

    count(people)
    one, two, three = (count(people[:number]) for number in (1, 2, 3))
    assert three - two == two - one <= 2 * 20
