"""Applying in the browser: pathway, facts, check, sent; and the status page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from courses.actions.admission import admit, decline
from courses.models import Application, Enrolment, Programme
from courses.rules.admission import CODE_OF_CONDUCT_VERSION
from lms.accounts.models import User
from tests.factories.admission import answers, application, facts

START = "/apply/tms-technician/"
FACTS = "/apply/tms-technician/academic/"
CHECK = "/apply/tms-technician/check/"

pytestmark = pytest.mark.usefixtures("programme")


@pytest.fixture
def ada(client_for: Callable[[User], Client], trainee: User) -> Client:
    """Ada's browser."""
    return client_for(trainee)


def checked(client: Client) -> dict[str, str]:
    """What the check page would send."""
    return {"checked": client.get(CHECK).context["checked"]}


def test_the_way_from_pathway_to_status(ada: Client, trainee: User) -> None:
    assert ada.post(START, {"pathway": "academic"}).url == FACTS
    assert ada.post(FACTS, answers()).url == CHECK
    page = ada.post(CHECK, checked(ada), follow=True)
    sent = Application.objects.get()
    assert (sent.person, sent.facts) == (trainee, facts())
    assert sent.reference in page.content.decode()


def test_no_pathway_is_an_error_with_its_title(ada: Client) -> None:
    page = ada.post(START, {}).content.decode()
    assert "<title>Error: " in page
    assert "There is a problem" in page


def test_an_unknown_programme_or_pathway_is_404(ada: Client) -> None:
    assert ada.get("/apply/nothing/").status_code == 404
    assert ada.get(START + "friend/").status_code == 404


@pytest.mark.parametrize("pathway", ["academic", "experience", "provider", "licensed"])
def test_an_empty_form_shows_only_reasons_of_the_rule(ada: Client, pathway: str) -> None:
    page = ada.post(f"{START}{pathway}/", {})
    sentences = [error for errors in page.context["form"].errors.values() for error in errors]
    assert page.status_code == 200
    assert len([text for text in sentences if text.startswith("Not yet, because")]) >= 5
    assert "This field is required." not in sentences


def test_not_eligible_yet_keeps_what_was_typed(ada: Client) -> None:
    past = (timezone.localdate() - timedelta(days=1)).isoformat()
    page = ada.post(FACTS, answers(bls_valid_until=past, degree=None)).content.decode()
    assert f'value="{past}"' in page
    assert "your BLS card ended on" in page
    assert "pathway A needs" in page
    assert Application.objects.count() == 0


def test_a_date_nobody_can_read_is_named_as_such(ada: Client) -> None:
    form = ada.post(FACTS, answers(bls_valid_until="next May")).context["form"]
    assert len(form.errors["bls_valid_until"]) == 1
    assert "year-month-day" in form.errors["bls_valid_until"][0]


def test_hours_as_people_type_them(ada: Client) -> None:
    typed = answers(degree=None, degree_field=None, has_diploma="on", hours=" 1,2 00 ", employer="St. Mary")
    ada.post(START + "experience/", typed)
    ada.post(CHECK, checked(ada))
    assert Application.objects.get().hours == 1200


def test_changing_the_pathway_keeps_the_common_facts(ada: Client) -> None:
    ada.post(FACTS, answers())
    initial = ada.get(START + "licensed/").context["form"]
    assert initial["bls_valid_until"].value() == answers()["bls_valid_until"]
    assert initial["is_adult"].value() == "on"


def test_what_another_pathway_asked_for_is_not_sent(ada: Client) -> None:
    ada.post(FACTS, answers())
    day = answers()["bls_valid_until"]
    ada.post(START + "licensed/", answers(degree=None, degree_field=None, licence="RN 4711", licence_valid_until=day))
    ada.post(CHECK, checked(ada))
    assert (Application.objects.get().degree, Application.objects.get().licence) == ("", "RN 4711")


@pytest.mark.parametrize(
    "forged",
    [
        {"state": "admitted"},
        {"person": "1"},
        {"pathway": "licensed"},
        {"enrolment": "1"},
        {"decided_by": "1"},
        {"hours": "5000"},
    ],
)
def test_fields_that_the_form_does_not_have_are_refused(ada: Client, forged: dict[str, str]) -> None:
    assert ada.post(FACTS, answers(**forged)).status_code == 400
    assert ada.get(CHECK).url == START


@pytest.mark.parametrize(
    "forged", [{"degree": "honorary"}, {"degree_field": "law"}, {"can_do_tasks": "no"}, {"conduct_version": "on"}]
)
def test_values_that_were_not_offered_are_refused(ada: Client, forged: dict[str, str]) -> None:
    assert ada.post(FACTS, answers(**forged)).status_code == 200
    assert Application.objects.count() == 0


def test_nothing_to_check_leads_to_the_start(ada: Client) -> None:
    assert ada.get(CHECK).url == START
    assert ada.post(CHECK, {"checked": "x"}).url == START


def test_only_what_was_checked_is_sent(ada: Client) -> None:
    ada.post(FACTS, answers())
    seen = checked(ada)
    ada.post(FACTS, answers(degree="higher"))
    page = ada.post(CHECK, seen)
    assert (page.status_code, Application.objects.count()) == (409, 0)
    assert "changed in another tab" in page.content.decode()


def test_a_card_that_ends_before_sending_is_explained(ada: Client, trainee: User) -> None:
    typed = answers()
    ada.post(FACTS, typed)
    seen = checked(ada)
    with time_machine.travel(timezone.now() + timedelta(days=301)):
        ada.force_login(trainee)
        ada.post(FACTS, typed)
        page = ada.post(CHECK, seen)
    assert "your BLS card ended on" in page.content.decode()
    assert Application.objects.count() == 0


def test_sending_twice_sends_once_and_leads_to_it(ada: Client) -> None:
    ada.post(FACTS, answers())
    seen = checked(ada)
    first, second = ada.post(CHECK, seen), ada.post(CHECK, seen)
    assert Application.objects.count() == 1
    assert first.url == second.url == f"/application/{Application.objects.get().pk}/"


@pytest.mark.parametrize("address", [START, FACTS, CHECK])
def test_who_waits_is_led_to_the_application(ada: Client, trainee: User, programme: Programme, address: str) -> None:
    sent = application(trainee, programme)
    assert ada.get(address).url == f"/application/{sent.pk}/"


def test_the_enrolled_hear_that_they_are(ada: Client, enrolment: Enrolment) -> None:
    assert "You are enrolled already" in ada.get(START).content.decode()


def test_a_new_code_of_conduct_is_not_accepted_yet(ada: Client) -> None:
    ada.post(FACTS, answers(conduct_version="2020.1"))
    assert ada.get(FACTS).context["form"]["conduct_version"].value() is False
    assert CODE_OF_CONDUCT_VERSION in ada.get(FACTS).content.decode()


def test_status_of_a_waiting_application(ada: Client, trainee: User, programme: Programme) -> None:
    with time_machine.travel("2026-11-21T13:03:00Z"):
        ada.force_login(trainee)
        sent = application(trainee, programme)
        page = ada.get(f"/application/{sent.pk}/").content.decode()
    assert "21 November 2026, 13:03 (UTC)" in page
    assert "5 December 2026" in page
    assert "Basic life support (BLS) card" in page


def test_status_of_a_declined_application(ada: Client, trainee: User, programme: Programme, registrar: User) -> None:
    sent = application(trainee, programme)
    decline(application=sent, reason="<b>800</b> hours", by=registrar)
    page = ada.get(f"/application/{sent.pk}/").content.decode()
    assert "&lt;b&gt;800&lt;/b&gt; hours" in page
    assert START in page


def test_status_of_an_admitted_applicant(ada: Client, trainee: User, programme: Programme, registrar: User) -> None:
    sent = application(trainee, programme)
    admit(application=sent, documents_seen=True, by=registrar)
    assert "You are admitted" in ada.get(f"/application/{sent.pk}/").content.decode()


def test_withdrawing_asks_once_more(ada: Client, trainee: User, programme: Programme) -> None:
    address = f"/application/{application(trainee, programme).pk}/withdraw/"
    assert "Withdraw your application?" in ada.get(address).content.decode()
    assert Application.objects.get().state == "submitted"
    ada.post(address)
    assert Application.objects.get().state == "withdrawn"


def test_withdrawing_too_late_says_so(ada: Client, trainee: User, programme: Programme, registrar: User) -> None:
    sent = application(trainee, programme)
    decline(application=sent, reason="No", by=registrar)
    page = ada.post(f"/application/{sent.pk}/withdraw/", follow=True).content.decode()
    assert "no longer waits" in page


def test_nobody_sees_or_withdraws_the_application_of_another(
    client_for: Callable[[User], Client], trainee: User, other_trainee: User, programme: Programme
) -> None:
    sent, ben = application(trainee, programme), client_for(other_trainee)
    seen: list[Any] = [ben.get(f"/application/{sent.pk}/"), ben.post(f"/application/{sent.pk}/withdraw/")]
    assert [page.status_code for page in seen] == [404, 404]
    assert Application.objects.get().state == "submitted"


def test_each_option_is_one_row_with_one_label(ada: Client) -> None:
    page = ada.get(START).content.decode()
    assert page.count("A: degree in a listed field") == 1
    assert page.count("<label") == 4
