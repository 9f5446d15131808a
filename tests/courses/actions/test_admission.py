"""Applying, withdrawing, admitting, declining: what is written, and every refusal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from courses.actions.admission import admit, decline, submit_application, withdraw
from courses.errors import AdmissionError
from courses.models import Application, Enrolment, Programme
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.jobs.models import Job
from lms.jobs.tasks import work
from tests.conftest import MakePerson
from tests.factories.admission import application, facts
from tests.threads import at_once

REASON = "The letter names 800 hours."


@pytest.fixture
def waiting(trainee: User, programme: Programme) -> Application:
    """Ada's application."""
    return application(trainee, programme)


def refusal(act: Any, **arguments: Any) -> str:
    with pytest.raises(AdmissionError) as caught:
        act(**arguments)
    return caught.value.code


def verbs() -> list[str]:
    return list(Event.objects.exclude(verb__in=["account.created", "role.granted"]).values_list("verb", flat=True))


def test_an_application_keeps_what_was_declared(trainee: User, programme: Programme) -> None:
    declared = facts(can_do_tasks="with_accommodations", accommodations="A coil arm")
    sent = submit_application(programme=programme, facts=declared, by=trainee)
    assert Application.objects.get(pk=sent.pk).facts == declared
    assert (sent.state, sent.person, verbs()) == ("submitted", trainee, ["application.submitted"])


def test_the_event_holds_no_personal_facts(waiting: Application) -> None:
    data = Event.objects.get(verb="application.submitted").data
    assert set(data) == {"programme", "pathway", "conduct_version"}


def test_only_trainees_apply(registrar: User, programme: Programme) -> None:
    with pytest.raises(PermissionDenied):
        submit_application(programme=programme, facts=facts(), by=registrar)


def test_who_is_not_eligible_yet_cannot_apply(trainee: User, programme: Programme) -> None:
    code = refusal(submit_application, programme=programme, facts=facts(is_adult=False), by=trainee)
    assert (code, Application.objects.count(), Job.objects.count()) == ("not_eligible", 0, 0)


def test_a_second_open_application_is_refused(waiting: Application, trainee: User, programme: Programme) -> None:
    assert refusal(submit_application, programme=programme, facts=facts(), by=trainee) == "already_waiting"


def test_the_enrolled_need_not_apply(enrolment: Enrolment) -> None:
    arguments = {"programme": enrolment.programme, "facts": facts(), "by": enrolment.person}
    assert refusal(submit_application, **arguments) == "already_enrolled"


def test_applying_again_after_a_decline(waiting: Application, registrar: User) -> None:
    decline(application=waiting, reason=REASON, by=registrar)
    assert application(waiting.person, waiting.programme).state == "submitted"


def test_withdrawing(waiting: Application, trainee: User) -> None:
    withdraw(application=waiting, by=trainee)
    assert (waiting.state, waiting.withdrawn_at is not None) == ("withdrawn", True)
    assert verbs() == ["application.submitted", "application.withdrawn"]


def test_nobody_withdraws_for_somebody_else(waiting: Application, other_trainee: User) -> None:
    with pytest.raises(PermissionDenied):
        withdraw(application=waiting, by=other_trainee)


def test_withdrawing_twice(waiting: Application, trainee: User) -> None:
    withdraw(application=waiting, by=trainee)
    assert refusal(withdraw, application=waiting, by=trainee) == "not_waiting"


def test_admitting_enrols_with_the_version_in_force(waiting: Application, registrar: User) -> None:
    Programme.objects.update(curriculum_version="2027.2")
    waiting = Application.objects.get(pk=waiting.pk)
    enrolment = admit(application=waiting, documents_seen=True, by=registrar)
    assert (enrolment.person, enrolment.pathway, enrolment.curriculum_version) == (waiting.person, "academic", "2027.2")
    assert (waiting.state, waiting.enrolment, waiting.decided_by) == ("admitted", enrolment, registrar)


def test_the_event_of_an_admission(waiting: Application, registrar: User) -> None:
    enrolment = admit(application=waiting, documents_seen=True, by=registrar)
    event = Event.objects.get(verb="enrolment.created")
    assert (event.actor, event.target_id) == (str(registrar.public_id), str(enrolment.pk))
    assert event.data["application"] == str(waiting.pk)


def test_admitting_needs_the_documents(waiting: Application, registrar: User) -> None:
    code = refusal(admit, application=waiting, documents_seen=False, by=registrar)
    assert (code, Enrolment.objects.count()) == ("documents_not_seen", 0)


def test_a_card_that_ended_meanwhile_stops_the_admission(waiting: Application, registrar: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=301)):
        assert refusal(admit, application=waiting, documents_seen=True, by=registrar) == "not_eligible"


def test_somebody_enrolled_meanwhile_is_not_enrolled_twice(waiting: Application, registrar: User) -> None:
    Enrolment.objects.create(
        person=waiting.person, programme=waiting.programme, curriculum_version="2026.1", pathway="academic"
    )
    assert refusal(admit, application=waiting, documents_seen=True, by=registrar) == "already_enrolled"
    assert Application.objects.get().state == "submitted"


@pytest.mark.parametrize("reason", ["", " \n"])
def test_declining_needs_a_reason(waiting: Application, registrar: User, reason: str) -> None:
    assert refusal(decline, application=waiting, reason=reason, by=registrar) == "reason_missing"


def test_declining(waiting: Application, registrar: User) -> None:
    decline(application=waiting, reason=f" {REASON} ", by=registrar)
    assert (waiting.state, waiting.decline_reason, waiting.decided_by) == ("declined", REASON, registrar)
    assert verbs() == ["application.submitted", "application.declined"]


def test_only_registrars_decide(waiting: Application, instructor: User) -> None:
    with pytest.raises(PermissionDenied):
        admit(application=waiting, documents_seen=True, by=instructor)
    with pytest.raises(PermissionDenied):
        decline(application=waiting, reason=REASON, by=instructor)


def test_nobody_decides_on_themselves(make_person: MakePerson, programme: Programme) -> None:
    both = make_person("Both Roles", Role.TRAINEE, Role.REGISTRAR)
    own = application(both, programme)
    assert refusal(admit, application=own, documents_seen=True, by=both) == "own_application"
    assert refusal(decline, application=own, reason=REASON, by=both) == "own_application"


def test_a_decision_on_an_old_page_comes_too_late(waiting: Application, registrar: User) -> None:
    seen_before = Application.objects.get(pk=waiting.pk)
    decline(application=waiting, reason=REASON, by=registrar)
    assert refusal(admit, application=seen_before, documents_seen=True, by=registrar) == "not_waiting"
    assert (Enrolment.objects.count(), Application.objects.get().state) == (0, "declined")


def test_an_application_withdrawn_meanwhile_is_not_decided(waiting: Application, registrar: User) -> None:
    withdraw(application=Application.objects.get(), by=waiting.person)
    assert refusal(decline, application=waiting, reason=REASON, by=registrar) == "not_waiting"


@pytest.mark.django_db(transaction=True)
def test_of_two_registrars_who_admit_at_once_one_comes_through(waiting: Application, make_person: MakePerson) -> None:
    def admit_by(name: str) -> Callable[[], str]:
        by, seen = make_person(name, Role.REGISTRAR), Application.objects.get(pk=waiting.pk)
        return lambda: outcome_of(lambda: admit(application=seen, documents_seen=True, by=by))

    assert sorted(at_once([admit_by("Registrar One"), admit_by("Registrar Two")])) == ["done", "not_waiting"]
    assert Enrolment.objects.count() == Event.objects.filter(verb="enrolment.created").count() == 1


def outcome_of(act: Callable[[], object]) -> str:
    try:
        act()
    except AdmissionError as error:
        return error.code
    return "done"


def mails_of(news: str) -> list[Any]:
    work(str(Job.objects.get(kind="application.mail", payload__news=news).pk))
    return mail.outbox


def test_the_mail_about_an_application_received(waiting: Application) -> None:
    (message,) = mails_of("submitted")
    assert message.to == ["ada.trainee@example.org"]
    assert waiting.reference in message.body
    assert f"/application/{waiting.pk}/" in message.body


def test_the_mail_about_an_admission(waiting: Application, registrar: User) -> None:
    admit(application=waiting, documents_seen=True, by=registrar)
    (message,) = mails_of("admitted")
    assert message.subject == "You are admitted: TMS technician"


def test_the_mail_about_a_decline_says_why_as_it_was_written(waiting: Application, registrar: User) -> None:
    decline(application=waiting, reason="The employer's letter says <800 h>.", by=registrar)
    (message,) = mails_of("declined")
    assert "The employer's letter says <800 h>." in message.body


def test_accommodations_stay_out_of_mails(trainee: User, programme: Programme) -> None:
    application(trainee, programme, can_do_tasks="with_accommodations", accommodations="A coil arm")
    assert "coil arm" not in mails_of("submitted")[0].body


def test_a_mail_sent_twice_is_one_mail_for_its_reader(waiting: Application) -> None:
    mails_of("submitted")
    Job.objects.update(state="waiting", finished_at=None)
    first, second = mails_of("submitted")
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert first.extra_headers["Message-ID"] == f"<application.submitted.{waiting.pk}@localhost>"
