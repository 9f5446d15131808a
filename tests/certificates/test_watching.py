"""Employers who want to be told: asked for, confirmed, told once, ended."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from certificates.actions import revoke
from certificates.models import Credential, Revocation, Watch
from certificates.watching import MOST_PER_CREDENTIAL, OPEN_PER_ADDRESS, forget_old_watches
from courses.models import Enrolment, Pathway
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.audit.models import Event
from lms.jobs.models import Job, JobState
from lms.jobs.tasks import work
from tests.factories.certificates import credential

DESK = "Desk@Clinic.example"


@pytest.fixture
def held(enrolment: Enrolment) -> Credential:
    return credential(enrolment)


def run_jobs() -> None:
    """Do all mails and news that wait, and what they lead to."""
    kinds = ("certificate.watch_asked", "certificate.watch_news", "certificate.watch_mail", "certificate.expiry_mail")
    while waiting := Job.objects.filter(kind__in=kinds, state=JobState.WAITING).first():
        work(str(waiting.pk))
        waiting.refresh_from_db()
        assert waiting.state == JobState.DONE, waiting.last_error


def ask(client: Client, held: Credential, email: str = DESK) -> Any:
    return client.post(f"/verify/{held.public_number}/watch/", {"email": email})


def link(message: EmailMessage, end: str) -> str:
    """The path of the link in a mail that ends so."""
    [found] = re.findall(rf"http://localhost:8000(/watches/\S+/{end}/)", str(message.body))
    return str(found)


def confirmed(client: Client, held: Credential, email: str = DESK) -> EmailMessage:
    """Ask and confirm; the mail that asked for it."""
    ask(client, held, email)
    run_jobs()
    message = mail.outbox[-1]
    client.post(link(message, "confirm"))
    return message


def take_back(held: Credential, registrar: User) -> None:
    revoke(credential=held, reason=Revocation.Reason.MISCONDUCT, public_text="Established.", by=registrar)


def test_asked_confirmed_told_and_ended(held: Credential, registrar: User, client: Client) -> None:
    page = client.get(f"/verify/{held.public_number}").content.decode()
    assert f'href="/verify/{held.public_number}/watch/"' in page
    answer = ask(client, held)
    assert "Look into your mail" in answer.content.decode()
    assert "Set-Cookie" not in answer
    run_jobs()
    [question] = mail.outbox
    assert question.to == ["desk@clinic.example"]
    assert held.public_number in str(question.body)
    assert held.holder_name not in str(question.body)
    address = link(question, "confirm")
    assert "Nothing has happened yet" in client.get(address).content.decode()
    assert Watch.objects.get().confirmed_at is None
    for _ in range(2):
        page = client.post(address).content.decode()
        assert "You are told of changes" in page
        assert "is suspended or back in force, replaced or revoked" in page
    assert Event.objects.filter(verb="watch.begun").count() == 1
    take_back(held, registrar)
    run_jobs()
    [_, news] = mail.outbox
    assert news.to == ["desk@clinic.example"]
    assert news.subject == f"A certificate that you watch was revoked: {held.public_number}"
    assert "Misconduct was established. Established." in str(news.body)
    assert f" was revoked on {site_day():%-d %B %Y}. The holder may no longer show it." in str(news.body)
    assert held.holder_name not in str(news.body)
    end_with_one_click(news, client)
    assert Event.objects.filter(verb="watch.ended").count() == 1
    assert client.get(address).status_code == 410


def end_with_one_click(news: EmailMessage, client: Client) -> None:
    """As a mail program does it; opening the link alone ends nothing."""
    assert news.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = news.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert address == link(news, "end")
    assert "End the mails?" in client.get(address).content.decode()
    assert Watch.objects.exists()
    ended = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert "Your address is forgotten" in ended.content.decode()
    assert not Watch.objects.exists()
    assert client.post(address).status_code == 410


def test_no_event_and_no_job_holds_the_address(held: Credential, client: Client) -> None:
    confirmed(client, held)
    kept = [*Event.objects.values_list("data", flat=True), *Job.objects.values_list("payload", flat=True)]
    assert "clinic" not in repr(kept).lower()


def test_who_did_not_confirm_is_told_nothing(held: Credential, registrar: User, client: Client) -> None:
    ask(client, held)
    run_jobs()
    take_back(held, registrar)
    run_jobs()
    assert [message.subject.split(":")[0] for message in mail.outbox] == ["Please confirm"]


def test_who_ended_it_meanwhile_is_told_nothing(held: Credential, registrar: User, client: Client) -> None:
    confirmed(client, held)
    take_back(held, registrar)
    work(str(Job.objects.get(kind="certificate.watch_news").pk))
    assert Job.objects.filter(kind="certificate.watch_mail").count() == 1
    Watch.objects.all().delete()
    run_jobs()
    assert len(mail.outbox) == 1


def test_news_done_twice_is_one_mail_for_each_address(held: Credential, registrar: User, client: Client) -> None:
    for name in ("a", "b"):
        confirmed(client, held, f"{name}@clinic.example")
    take_back(held, registrar)
    job = Job.objects.get(kind="certificate.watch_news")
    for _ in range(2):
        Job.objects.filter(pk=job.pk).update(state=JobState.WAITING, finished_at=None)
        work(str(job.pk))
    run_jobs()
    assert sorted(message.to[0] for message in mail.outbox[2:]) == ["a@clinic.example", "b@clinic.example"]


def test_the_answer_is_the_same_whoever_watches_already(held: Credential, client: Client) -> None:
    with time_machine.travel(datetime(2027, 1, 1, 6, 1, tzinfo=UTC), tick=False):
        confirmed(client, held)
        known = ask(client, held).content.decode()
        other = ask(client, held, "other@clinic.example").content.decode()
        run_jobs()
    assert known == other.replace("other@clinic.example", DESK)
    assert [message.subject.split(":")[0] for message in mail.outbox] == ["Please confirm", "Please confirm"]
    with time_machine.travel(datetime(2027, 1, 1, 12, 1, tzinfo=UTC), tick=False):
        ask(client, held)
        run_jobs()
    assert "is told already" in str(mail.outbox[-1].body)


def test_an_unknown_number_and_a_revoked_one_lead_to_their_pages(
    held: Credential, registrar: User, client: Client
) -> None:
    unknown = client.post("/verify/TMS-0000-0000-0000-0001-1/watch/", {"email": DESK})
    assert (unknown.status_code, "Not found" in unknown.content.decode()) == (404, True)
    take_back(held, registrar)
    assert '<h1 class="banner__word">Revoked</h1>' in ask(client, held).content.decode()
    assert not Watch.objects.exists()


@pytest.mark.parametrize("email", ["", "desk", "a@b", "x" * 250 + "@c.org", "a@c.org\r\nBcc: b@c.org"])
def test_what_is_no_address_is_said_beside_the_field(email: str, held: Credential, client: Client) -> None:
    response = ask(client, held, email)
    assert response.status_code == 400
    assert "<title>Error: Be told of changes" in response.content.decode()
    assert not Watch.objects.exists()


def test_one_mail_in_six_hours(held: Credential, client: Client) -> None:
    with time_machine.travel(datetime(2027, 1, 1, 6, 1, tzinfo=UTC), tick=False):
        for _ in range(3):
            ask(client, held)
        run_jobs()
    with time_machine.travel(datetime(2027, 1, 1, 12, 1, tzinfo=UTC), tick=False):
        ask(client, held)
        run_jobs()
    assert len(mail.outbox) == 2
    assert mail.outbox[0].extra_headers["Message-ID"] != mail.outbox[1].extra_headers["Message-ID"]


def test_nobody_floods_a_mailbox(programme: Any, make_person: Any, client: Client) -> None:
    answers = set()
    for number in range(OPEN_PER_ADDRESS + 2):
        enrolment = Enrolment.objects.create(
            person=make_person(f"Person {number}"),
            programme=programme,
            curriculum_version="1",
            pathway=Pathway.ACADEMIC,
        )
        answers.add(ask(client, credential(enrolment)).status_code)
    run_jobs()
    assert (answers, len(mail.outbox)) == ({200}, OPEN_PER_ADDRESS)


def test_a_certificate_takes_so_many_addresses(held: Credential, client: Client) -> None:
    Watch.objects.bulk_create(
        Watch(credential=held, email=f"{number}@clinic.example") for number in range(MOST_PER_CREDENTIAL)
    )
    ask(client, held)
    assert Watch.objects.count() == MOST_PER_CREDENTIAL


def test_too_many_requests_have_to_wait(held: Credential, client: Client, settings: Any) -> None:
    settings.UPLOADS_PER_MINUTE = 1
    with time_machine.travel(datetime(2027, 1, 1, 6, 1, tzinfo=UTC), tick=False):  # one and the same minute
        assert [ask(client, held).status_code for _ in range(2)] == [200, 429]


def test_a_link_ends_after_a_week_or_when_it_is_changed(held: Credential, client: Client) -> None:
    ask(client, held)
    run_jobs()
    address = link(mail.outbox[0], "confirm")
    assert client.post(address.replace("/confirm/", "x/confirm/")).status_code == 410
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert client.post(address).status_code == 410
        assert forget_old_watches() == 1
    assert not Watch.objects.exists()


def test_old_addresses_are_forgotten_and_others_stay(held: Credential, registrar: User, client: Client) -> None:
    confirmed(client, held)
    with time_machine.travel(timezone.now() + timedelta(days=300)):
        assert forget_old_watches() == 0
    take_back(held, registrar)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert forget_old_watches() == 0
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert forget_old_watches() == 1


def test_an_address_watches_once_and_never_before_it_asked(held: Credential) -> None:
    Watch.objects.create(credential=held, email="a@clinic.example")
    before = timezone.now() - timedelta(days=1)
    for faulty in (
        Watch(credential=held, email="a@clinic.example"),
        Watch(credential=held, email="b@clinic.example", confirmed_at=before),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            faulty.save(force_insert=True)


def test_the_holder_sees_how_many_watch_and_not_who(
    held: Credential, trainee: User, client: Client, client_for: Callable[[User], Client]
) -> None:
    def page() -> str:
        return client_for(trainee).get(f"/certificates/{held.pk}/").content.decode()

    ask(client, held)
    assert "Nobody asked so far." in page()
    confirmed(client, held, "other@clinic.example")
    assert "1 address." in page()
    assert "clinic" not in page()


@pytest.mark.parametrize("watchers", [1, 12])
def test_pages_cost_few_queries_however_many_watch(
    watchers: int, held: Credential, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    Watch.objects.bulk_create(
        Watch(credential=held, email=f"{number}@clinic.example", asked_at=now, confirmed_at=now)
        for number in range(watchers)
    )
    client.get(f"/verify/{held.public_number}/watch/")  # fills the cache of the organisation's settings
    with django_assert_max_num_queries(1):
        client.get(f"/verify/{held.public_number}/watch/")
    with django_assert_max_num_queries(15):
        ask(client, held)
