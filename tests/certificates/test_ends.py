"""What the clock tells about certificates that end: to their holders, and to those who watch them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from certificates.badge_verification import check_file
from certificates.badges import badge_of, publish_status_lists
from certificates.models import Credential
from certificates.news import announce_ends
from certificates.rules.validity import Status
from courses.models import Enrolment, Pathway
from lms.accounts.models import User
from lms.jobs.models import Job
from lms.jobs.registry import schedule
from tests.certificates.test_watching import confirmed, run_jobs, take_back
from tests.factories.certificates import credential, ending

LAST = date(2027, 6, 30)


def at(day: date) -> Any:
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False)


def watched(enrolment: Enrolment, client: Client) -> Credential:
    """A certificate with a last day and one who watches it; the mails so far are gone."""
    with at(date(2027, 1, 1)):
        held = ending(enrolment, LAST)
        confirmed(client, held)
    mail.outbox.clear()
    return held


def test_holder_and_watchers_are_told_before_the_end_and_after_it(
    enrolment: Enrolment, trainee: User, client: Client
) -> None:
    watched(enrolment, client)
    told = {}
    for month, day in ((4, 30), (5, 1), (5, 2), (6, 23), (7, 1), (7, 2)):
        with at(date(2027, month, day)):
            announce_ends()
            run_jobs()
            told[month, day] = sorted((message.to[0], message.subject.split(":")[0]) for message in mail.outbox)
            mail.outbox.clear()
    soon = [
        (trainee.email, "Your certificate ends soon"),
        ("desk@clinic.example", "A certificate that you watch ends soon"),
    ]
    over = [
        (trainee.email, "Your certificate has expired"),
        ("desk@clinic.example", "A certificate that you watch has expired"),
    ]
    assert {day: mails for day, mails in told.items() if mails} == {(5, 1): soon, (6, 23): soon, (7, 1): over}


def test_mails_tell_what_holds_when_they_are_sent(enrolment: Enrolment, registrar: User, client: Client) -> None:
    held = watched(enrolment, client)
    with at(date(2027, 6, 25)):
        announce_ends()
        take_back(held, registrar)
        run_jobs()
    assert {(message.to[0], message.subject.split(":")[0]) for message in mail.outbox} == {
        ("desk@clinic.example", "A certificate that you watch was revoked")
    }


def test_the_last_day_and_what_to_do_stand_in_the_mails(enrolment: Enrolment, client: Client) -> None:
    held = watched(enrolment, client)
    with at(date(2027, 6, 23)):
        announce_ends()
        run_jobs()
    for message in mail.outbox:
        assert f"{held.public_number}" in str(message.body)
        assert "30 June 2027" in str(message.body)


def test_nothing_is_told_of_what_has_no_end_or_was_revoked(
    enrolment: Enrolment, programme: Any, make_person: Any, registrar: User
) -> None:
    credential(enrolment)
    other = Enrolment.objects.create(
        person=make_person("Other Person"), programme=programme, curriculum_version="1", pathway=Pathway.ACADEMIC
    )
    take_back(ending(other, timezone.localdate() + timedelta(days=5)), registrar)
    announce_ends()
    assert not Job.objects.filter(kind="certificate.expiry_mail").exists()


def test_the_clock_asks_every_day() -> None:
    assert schedule()["certificate.expiry_news"] == schedule()["certificate.forget_watches"] == 24 * 3600


def test_an_expired_certificate_says_so_by_number_and_by_badge(enrolment: Enrolment, client: Client) -> None:
    with at(date(2027, 1, 1)):
        held = ending(enrolment, LAST)
        badge = bytes(badge_of(held).content)
    with at(date(2027, 7, 2)):
        publish_status_lists(1)
        answer = check_file(badge)
        page = client.get(f"/verify/{held.public_number}").content.decode()
    assert [finding.holds for finding in answer.findings] == [True, True, False, True, None]
    assert answer.register is not None
    assert answer.register.status is Status.EXPIRED
    assert '<h1 class="banner__word">Expired</h1>' in page
    assert "/watch/" not in page
