"""The registrar's queue and decision page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from courses.actions.admission import decline, withdraw
from courses.models import Application, Enrolment, Programme
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.conftest import MakePerson
from tests.factories.admission import application

QUEUE = "/admission/"


@pytest.fixture
def rosa(client_for: Callable[[User], Client], registrar: User) -> Client:
    """Rosa's browser."""
    return client_for(registrar)


@pytest.fixture
def waiting(trainee: User, programme: Programme) -> Application:
    """Ada's application."""
    return application(trainee, programme, can_do_tasks="with_accommodations", accommodations="A coil arm")


def page_of(waiting: Application) -> str:
    return f"{QUEUE}{waiting.pk}/"


def admission(**changes: str) -> dict[str, str]:
    return {"decision": "admit", "documents_seen": "on", "reason": "", "step": "confirm", **changes}


def names(client: Client, **query: str) -> list[str]:
    return [row.person.full_name for row, _ in client.get(QUEUE, query).context["listed"]]


def test_waiting_ones_come_first_the_oldest_on_top(
    rosa: Client, registrar: User, make_person: MakePerson, programme: Programme
) -> None:
    for days, name in enumerate(["Newest", "Middle", "Oldest", "Decided"]):
        sent = application(make_person(name, Role.TRAINEE), programme)
        Application.objects.filter(pk=sent.pk).update(submitted_at=timezone.now() - timedelta(days=days))
    decline(application=sent, reason="No", by=registrar)
    assert names(rosa) == ["Oldest", "Middle", "Newest", "Decided"]


def test_searching(rosa: Client, waiting: Application, other_trainee: User, programme: Programme) -> None:
    application(other_trainee, programme)
    reference = waiting.reference
    for words in ("ada tr", "ADA.TRAINEE@", reference, f" {reference[:4].lower()}-{reference[4:]} "):
        assert names(rosa, q=words) == ["Ada Trainee"]
    assert names(rosa, q="nobody") == []


def test_pages_of_the_queue(rosa: Client, make_person: MakePerson, programme: Programme) -> None:
    for number in range(27):
        application(make_person(f"Person {number}", Role.TRAINEE), programme)
    assert (len(names(rosa)), len(names(rosa, page="2")), len(names(rosa, page="x"))) == (25, 2, 25)


def test_the_queue_asks_as_often_with_many_applications_as_with_one(
    rosa: Client, waiting: Application, make_person: MakePerson, programme: Programme, django_assert_num_queries
) -> None:
    rosa.get(QUEUE)
    with django_assert_num_queries(4):  # session, person with roles, count, rows
        rosa.get(QUEUE)
    for number in range(24):
        application(make_person(f"Person {number}", Role.TRAINEE), programme)
    with django_assert_num_queries(4):
        rosa.get(QUEUE)


def test_the_decider_sees_accommodations_and_the_queue_does_not(rosa: Client, waiting: Application) -> None:
    assert "A coil arm" in rosa.get(page_of(waiting)).content.decode()
    assert "A coil arm" not in rosa.get(QUEUE).content.decode()


def test_the_rule_speaks_on_the_decision_page(rosa: Client, registrar: User, waiting: Application) -> None:
    assert "Eligible, if the documents agree" in rosa.get(page_of(waiting)).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=301)):
        rosa.force_login(registrar)
        assert "Not eligible today" in rosa.get(page_of(waiting)).content.decode()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "decision"),
        ({"decision": "postpone"}, "decision"),
        ({"decision": "admit"}, "documents_seen"),
        ({"decision": "admit", "reason": "x"}, "documents_seen"),
        ({"decision": "decline"}, "reason"),
        ({"decision": "decline", "reason": "  "}, "reason"),
        ({"decision": "decline", "documents_seen": "on"}, "reason"),
    ],
)
def test_a_decision_that_lacks_something(rosa: Client, waiting: Application, sent: dict[str, str], field: str) -> None:
    page = rosa.post(page_of(waiting), {**sent, "step": "confirm"})
    assert list(page.context["form"].errors) == [field]
    assert "<title>Error: " in page.content.decode()
    assert Application.objects.get().state == "submitted"


def test_a_decision_is_checked_before_it_happens(rosa: Client, waiting: Application) -> None:
    page = rosa.post(page_of(waiting), admission(step="check"))
    assert "Nothing has happened yet." in page.content.decode()
    assert Application.objects.get().state == "submitted"


def test_changing_keeps_the_answers(rosa: Client, waiting: Application) -> None:
    page = rosa.post(page_of(waiting), {"decision": "decline", "reason": "800 hours", "step": "change"})
    assert "800 hours" in page.content.decode()
    assert not page.context["form"].errors


def test_admitting(rosa: Client, waiting: Application) -> None:
    page = rosa.post(page_of(waiting), admission(), follow=True)
    assert "Ada Trainee: admitted." in page.content.decode()
    assert Enrolment.objects.get().person == waiting.person


def test_declining(rosa: Client, waiting: Application) -> None:
    rosa.post(page_of(waiting), {"decision": "decline", "reason": "800 hours", "step": "confirm"})
    assert Application.objects.get().decline_reason == "800 hours"


def test_the_registrar_who_comes_second_gets_409_and_sees_the_decision(
    rosa: Client, waiting: Application, client_for: Callable[[User], Client], make_person: MakePerson
) -> None:
    second = client_for(make_person("Second Registrar", Role.REGISTRAR))
    second.post(page_of(waiting), admission(step="check"))
    rosa.post(page_of(waiting), {"decision": "decline", "reason": "800 hours", "step": "confirm"})
    page = second.post(page_of(waiting), admission())
    assert (page.status_code, Enrolment.objects.count()) == (409, 0)
    assert "Declined by Rosa Registrar" in page.content.decode()


def test_a_withdrawn_application_cannot_be_admitted(rosa: Client, waiting: Application) -> None:
    withdraw(application=waiting, by=waiting.person)
    assert rosa.post(page_of(waiting), admission()).status_code == 409
    assert "Withdrawn by the applicant" in rosa.get(page_of(waiting)).content.decode()


def test_ones_own_application_offers_no_decision(
    client_for: Callable[[User], Client], make_person: MakePerson, programme: Programme
) -> None:
    both = make_person("Both Roles", Role.TRAINEE, Role.REGISTRAR)
    own, client = application(both, programme), client_for(both)
    assert "This is your own application" in client.get(page_of(own)).content.decode()
    assert client.post(page_of(own), admission()).status_code == 409
    assert Application.objects.get().state == "submitted"
