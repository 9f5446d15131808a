"""Pages of accommodations, more time, exam settings; password and networks at the start."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from exams.access_forms import ExamPolicyForm
from exams.actions.access import block
from exams.actions.policies import NewSecrets
from exams.models import Accommodation, Attempt, AttemptEvent, Exam, ExamPolicy, adjustments_of, policy_of
from exams.rules.accommodations import Adjustments
from lms.accounts.roles import Role
from lms.approvals.actions import confirm
from lms.approvals.models import Proposal
from tests.conftest import PASSWORD
from tests.factories.exam_access import grant_to, set_policy, settings_file
from tests.factories.exams import start_attempt
from tests.factories.practicals import make_sitting

pytestmark = pytest.mark.django_db


@pytest.fixture
def xenia(exam_admin, client_for):
    """The exam administrator, who has just shown who she is."""
    client = client_for(exam_admin)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def start_url(exam, ready):
    return reverse("exams:start", kwargs={"code": exam.code})


def words_of(response) -> str:
    return " ".join(response.content.decode().split())


# At the start


def test_the_start_page_says_the_time_in_words(ada, start_url, trainee, exam_admin):
    grant_to(trainee, exam_admin, Adjustments(Decimal("1.5"), large_print=True))
    page = words_of(ada.get(start_url))
    assert "90 minutes: 60 and half as much again." in page
    assert "150 % time, large print" in page


def test_large_print_is_large_in_the_room(ada, start_url, trainee, exam_admin):
    grant_to(trainee, exam_admin, Adjustments(large_print=True))
    ada.post(start_url, {"honour": "on"})
    room = reverse("exams:room", args=[Attempt.objects.get().pk])
    assert '<body class="exam exam--large">' in words_of(ada.get(room))


def test_ordinary_print_is_not(room):
    assert '<body class="exam">' in words_of(room.get("room"))


def test_a_close_before_the_end_is_one_clock_time(ada, start_url, exam, exam_admin):
    """Closes at 10:40 with 60 minutes of exam at 10:00: the page names 10:40."""
    with time_machine.travel("2026-12-01T10:00:00Z", tick=False):
        set_policy(exam, exam_admin, closes_at=timezone.now() + timedelta(minutes=40))
        ada.force_login(exam_admin.__class__.objects.get(email="ada.trainee@example.org"))
        page = words_of(ada.get(start_url))
        assert "if you start now, your time ends at" in page
        assert "10:40 (UTC)</time>" in page
        ada.post(start_url, {"honour": "on"})
        assert "if you start now" not in words_of(ada.get(start_url))
        attempt = Attempt.objects.get()
        assert attempt.deadline == timezone.now() + timedelta(minutes=40)
        assert "10:40" in words_of(ada.get(reverse("exams:room", args=[attempt.pk])))


def test_before_the_window_the_next_whole_minute_is_named(ada, start_url, exam, exam_admin):
    opens = (timezone.now() + timedelta(days=2)).replace(hour=9, minute=30, second=7, microsecond=0)
    set_policy(exam, exam_admin, opens_at=opens)
    page = words_of(ada.get(start_url))
    assert "has not begun." in page
    assert "09:31 (UTC)" in page
    assert "Start exam" not in page


def test_the_moment_is_told_on_the_candidates_clock(ada, start_url, exam, exam_admin, trainee):
    type(trainee).objects.filter(pk=trainee.pk).update(time_zone="Asia/Tokyo")
    opens = (timezone.now() + timedelta(days=2)).replace(hour=1, minute=30, second=7, microsecond=0)
    set_policy(exam, exam_admin, opens_at=opens)
    assert "10:31 (UTC+9)" in words_of(ada.get(start_url))


def test_the_exam_password_is_asked_and_checked(ada, start_url, exam, exam_admin):
    set_policy(exam, exam_admin, secrets=NewSecrets(password="blue door"))
    assert "Exam password" in words_of(ada.get(start_url))
    for typed, sentence in (("", "Type the exam password."), ("red door", "This is not the exam password.")):
        response = ada.post(start_url, {"honour": "on", "password": typed})
        assert response.status_code == 422
        assert sentence in words_of(response)
        assert typed == "" or typed not in words_of(response)
    ada.post(start_url, {"honour": "on", "password": "blue door"})
    assert Attempt.objects.count() == 1


def test_passwords_cannot_be_tried_without_end(ada, start_url, exam, exam_admin):
    set_policy(exam, exam_admin, secrets=NewSecrets(password="blue door"))
    with time_machine.travel(timezone.now(), tick=False):  # tries are counted by the minute of the clock
        answers = [words_of(ada.post(start_url, {"honour": "on", "password": f"door {n}"})) for n in range(12)]
        assert "This is not the exam password." in answers[0]
        assert "Too many tries." in answers[-1]
        assert "Too many tries." in words_of(ada.post(start_url, {"honour": "on", "password": "blue door"}))
    assert not Attempt.objects.exists()


def test_networks_are_checked_at_the_start_and_in_the_room(ada, start_url, exam, exam_admin):
    set_policy(exam, exam_admin, networks=["192.0.2.0/24"])
    assert "only from the networks of its exam places" in words_of(ada.get(start_url))
    ada.post(start_url, {"honour": "on"}, REMOTE_ADDR="192.0.2.7")
    attempt = Attempt.objects.get()
    room = reverse("exams:room", args=[attempt.pk])
    assert ada.get(room, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert ada.get(room, REMOTE_ADDR="198.51.100.7").status_code == 403
    save = {"token": attempt.token, "saves": [{"item": 1, "seq": 1, "value": ["b"]}]}
    answer = ada.post(
        reverse("exams:save", args=[attempt.pk]), save, content_type="application/json", REMOTE_ADDR="198.51.100.7"
    ).json()
    assert answer["replies"][0]["reply"] == "ok"
    assert "networks of its exam places" in answer["halted"]
    assert Attempt.objects.get().blocked_at is None


def test_nobody_takes_over_from_another_network(room, exam, exam_admin, trainee, client_for):
    set_policy(exam, exam_admin, networks=["127.0.0.0/8"])
    other = client_for(trainee)
    response = other.post(room.url("claim"), {"seen": 0}, REMOTE_ADDR="198.51.100.7")
    assert response.status_code == 403
    assert "only from the networks of its exam places" in words_of(response)
    assert Attempt.objects.get().token == room.attempt.token
    assert room.reply()["reply"] == "ok"
    assert other.post(room.url("claim"), {"seen": 0})["Location"] == room.url("room")


def test_handing_in_from_another_network_counts_and_is_noted(room, exam, exam_admin):
    set_policy(exam, exam_admin, networks=["192.0.2.0/24"])
    room.post("submit")
    assert Attempt.objects.get().state == "submitted"
    assert AttemptEvent.objects.get().detail == {"code": "wrong_network"}


@pytest.mark.parametrize(
    ("count", "forwarded", "status"),
    [(0, "192.0.2.7", 403), (1, "192.0.2.7", 200), (1, "192.0.2.7, 198.51.100.1", 403), (2, "192.0.2.7", 403)],
)
def test_a_forwarded_address_counts_only_from_our_proxies(
    ada, start_url, exam, exam_admin, settings, count, forwarded, status
):
    ada.post(start_url, {"honour": "on"})
    set_policy(exam, exam_admin, networks=["192.0.2.0/24"])
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = count
    room = reverse("exams:room", args=[Attempt.objects.get().pk])
    assert ada.get(room, HTTP_X_FORWARDED_FOR=forwarded).status_code == status


def test_a_policy_costs_the_save_one_query_and_nothing_without(room, exam, exam_admin, django_assert_num_queries):
    room.get("room")
    with django_assert_num_queries(7):
        room.reply()
    set_policy(exam, exam_admin, networks=["127.0.0.0/8"])
    room.get("room")
    with django_assert_num_queries(8):
        room.reply(seq=2)


# Accommodations


def grant_form(**changes) -> dict:
    form = {
        "act": "grant",
        "multiplier": "1.5",
        "extra_minutes": "0",
        "break_minutes": "10",
        "separate_room": "on",
        "ground": "document",
        "valid_from": timezone.localdate().isoformat(),
        "valid_until": "",
        "replaces": "",
    }
    return form | changes


def person_url(person) -> str:
    return reverse("exams:accommodations_of", args=[person.public_id])


def test_a_grant_begins_on_the_day_of_the_site_wherever_the_administrator_sits(exam_admin, client_for, trainee):
    """Half past four in the afternoon in London is tomorrow in Tokyo; a grant from "today" holds at once."""
    type(exam_admin).objects.filter(pk=exam_admin.pk).update(time_zone="Asia/Tokyo")
    with time_machine.travel("2026-12-01T16:30:00Z", tick=False):
        tokyo = client_for(exam_admin)
        tokyo.post("/accounts/reauthenticate/", {"password": PASSWORD})
        proposed = tokyo.get(person_url(trainee)).context["form"]["valid_from"].value()
        assert proposed.isoformat() == "2026-12-01"
        tokyo.post(person_url(trainee), grant_form(valid_from=proposed.isoformat()))
        assert adjustments_of(trainee, timezone.now()).separate_room


def test_an_administrator_grants_and_ends(xenia, trainee):
    assert "Grant an accommodation" in words_of(xenia.get(person_url(trainee)))
    page = words_of(xenia.post(person_url(trainee), grant_form(), follow=True))
    assert "150 % time, 10 minutes of breaks, separate room" in page
    row = Accommodation.objects.get()
    page = words_of(xenia.post(person_url(trainee), {"act": "end", "accommodation": row.pk}, follow=True))
    assert "is ended." in page
    assert not Accommodation.objects.standing().exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"multiplier": "1", "break_minutes": "0", "separate_room": ""}, "Choose at least one adjustment"),
        ({"multiplier": "0.5"}, "greater than or equal to 1"),
        ({"ground": "diabetes"}, "Select a valid choice"),
        ({"replaces": "77"}, "Somebody changed this person’s accommodation"),
        ({"valid_until": "2020-01-01"}, "The last day has passed"),
    ],
)
def test_what_cannot_be_granted_is_said(xenia, trainee, changes, sentence):
    response = xenia.post(person_url(trainee), grant_form(**changes))
    assert response.status_code == 422
    assert sentence in words_of(response)
    assert not Accommodation.objects.exists()


def test_granting_asks_again_who_one_is(exam_admin, client_for, trainee):
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        answer = client_for(exam_admin).post(person_url(trainee), grant_form())
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not Accommodation.objects.exists()


def test_a_trainee_sees_their_own_and_nobody_elses(ada, trainee, other_trainee, exam_admin):
    url = reverse("exams:accommodations")
    assert "You have none." in words_of(ada.get(url))
    grant_to(other_trainee, exam_admin, Adjustments(reader=True))
    assert "You have none." in words_of(ada.get(url))
    grant_to(trainee, exam_admin)
    page = words_of(ada.get(url))
    assert "150 % time, separate room" in page
    assert "Reader" not in page


def test_the_list_finds_people_and_does_not_grow(
    xenia, enrolment, make_person, exam_admin, django_assert_max_num_queries
):
    url = reverse("exams:accommodations")
    page = words_of(xenia.get(url, {"q": "ada"}))
    assert "Ada Trainee" in page
    for number in range(5):
        grant_to(make_person(f"Person {number}"), exam_admin)
    with django_assert_max_num_queries(6):
        page = words_of(xenia.get(url))
    assert page.count("150 % time") == 5


# More time


def time_url(attempt) -> str:
    return reverse("exams:more_time", args=[attempt.pk])


def test_more_time_reaches_the_room_with_its_next_answer(xenia, room):
    before = room.save({"item": 1, "seq": 1, "value": ["b"]}).json()["deadline"]
    assert before == room.get("items").json()["deadline"]
    form = {"act": "extend", "multiplier": "1.5", "extra_minutes": "0", "reason": "Fire alarm"}
    page = words_of(xenia.post(time_url(room.attempt), form, follow=True))
    assert "The attempt has more time." in page
    assert "Fire alarm" in page
    after = room.save({"item": 1, "seq": 2, "value": ["b"]}).json()["deadline"]
    assert after == room.get("items").json()["deadline"] > before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"multiplier": "1"}, "not more time than the attempt has"), ({"reason": ""}, "This field is required.")],
)
def test_more_time_says_why_not(xenia, attempt, changes, sentence):
    form = {"act": "extend", "multiplier": "2", "extra_minutes": "0", "reason": "Fire alarm"} | changes
    response = xenia.post(time_url(attempt), form)
    assert response.status_code == 422
    assert sentence in words_of(response)


def test_a_blocked_attempt_is_let_go_on(xenia, attempt, trainee):
    block(attempt_id=attempt.pk, by=trainee)
    assert "Stopped since" in words_of(xenia.get(time_url(attempt)))
    page = words_of(xenia.post(time_url(attempt), {"act": "unblock", "unblock-reason": "Cable loose"}, follow=True))
    assert "may go on." in page
    assert "Cable loose" in page
    response = xenia.post(time_url(attempt), {"act": "unblock", "unblock-reason": "Cable loose"})
    assert "not blocked any more" in words_of(response)


# Exam settings


def settings_form(exam, **changes) -> dict:
    stored = Exam.objects.select_related("policy").get(pk=exam.pk)
    values = ExamPolicyForm.values_of(stored, policy_of(stored))
    plain = {name: value for name, value in values.items() if value is not None and value is not False and value != ""}
    return plain | {"reason": "A new year."} | changes


@pytest.fixture
def policy_url(exam):
    return reverse("exams:policy", kwargs={"code": exam.code})


def test_the_settings_page_changes_and_shows_the_policy(xenia, exam, policy_url):
    assert "60 minutes, statement of written-exam version 1" in words_of(xenia.get(policy_url))
    changes = {
        "opens_at": "2026-12-01T09:00",
        "closes_at": "2026-12-01T17:00",
        "wait_days": "7, 21",
        "networks": "192.0.2.0/24\n2001:db8::/32",
        "password": "blue door",
        "wait_after_pass_days": "0",
        "maximum_attempts": "5",
    }
    page = words_of(xenia.post(policy_url, settings_form(exam, **changes), follow=True))
    for words in (
        "The policy is changed.",
        "A new year.",
        "Set. It cannot be shown.",
        'value="7, 21"',
        "2001:db8::/32",
    ):
        assert words in page
    assert "blue door" not in page
    policy = ExamPolicy.objects.get()
    assert (policy.wait_days, policy.wait_after_pass_days, policy.exam.maximum_attempts) == ([7, 21], 0, 5)
    assert f"{policy.opens_at:%H:%M}" == "09:00"
    page = words_of(xenia.get(reverse("exams:policies")))
    assert "With a password. From 2 networks." in page


def test_the_settings_page_says_when_results_are_out(xenia, exam, policy_url, make_person):
    changes = {"release": "by_people", "appeal_days": "20", "decision_days": "40", "regrade_may_lower": "on"}
    page = words_of(xenia.post(policy_url, settings_form(exam, **changes), follow=True))
    assert "When results are out, days to appeal, days to decide an appeal, whether a corrected key may lower" in page
    exam.refresh_from_db()
    stored = (exam.release, exam.appeal_days, exam.decision_days, exam.regrade_may_lower)
    assert stored == ("by_people", 20, 40, True)
    page = words_of(xenia.post(policy_url, settings_form(exam, release="at_once"), follow=True))
    assert "To release results at once waits for a second person." in page
    assert "The policy is changed." not in page
    proposal = Proposal.objects.get()
    address = reverse("dashboard:proposal", args=[proposal.pk])
    assert address in page
    told = words_of(xenia.get(address))
    assert "candidates learn their result as soon as it is scored" in told
    confirm(proposal_id=proposal.pk, by=make_person("Yara Admin", Role.EXAM_ADMIN))
    assert "Releasing at once waits" not in words_of(xenia.get(policy_url))
    exam.refresh_from_db()
    assert exam.release == "at_once"


@pytest.mark.parametrize(
    "changes", [{"appeal_days": "0"}, {"decision_days": "366"}, {"release": "never"}, {"release": ""}]
)
def test_impossible_settings_of_results_are_refused(xenia, exam, policy_url, changes):
    assert xenia.post(policy_url, settings_form(exam, **changes)).status_code == 422
    assert not ExamPolicy.objects.exists()


def test_the_settings_page_refuses_new_keys_during_attempts(xenia, room, policy_url):
    form = settings_form(room.attempt.exam, seb_required="on", seb_browser_keys="a" * 64)
    response = xenia.post(policy_url, form)
    assert response.status_code == 422
    assert "Candidates are in this exam now" in words_of(response)


def test_a_settings_file_is_read_and_its_key_shown(xenia, exam, policy_url):
    upload = SimpleUploadedFile("exam.seb", settings_file())
    xenia.post(policy_url, settings_form(exam, seb_required="on", settings_file=upload))
    policy = ExamPolicy.objects.get()
    assert policy.seb_required
    assert policy.seb_config_key in words_of(xenia.get(policy_url))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"closes_at": "2026-12-01T08:00", "opens_at": "2026-12-01T09:00"}, "closes before it opens"),
        ({"networks": "192.0.2.7/24"}, "write 192.0.2.0/24"),
        ({"wait_days": "two weeks"}, "such as 14, 30"),
        ({"seb_required": "on"}, "Upload a settings file or paste Browser Exam Keys"),
        ({"seb_browser_keys": "xyz"}, "is not a Browser Exam Key"),
        ({"settings_file": SimpleUploadedFile("a.seb", b"pswd" + bytes(90))}, "The file is encrypted"),
        ({"reason": ""}, "Reason for the change: this is required."),
        ({"revision": "9", "window_days": "9"}, "Somebody changed this policy meanwhile."),
        ({}, "Nothing differs from what holds now."),
    ],
)
def test_what_cannot_be_set_is_said(xenia, exam, policy_url, changes, sentence):
    response = xenia.post(policy_url, settings_form(exam, **changes))
    assert response.status_code == 422
    assert sentence in words_of(response)
    assert not ExamPolicy.objects.filter(revision__gt=0).exists()


def test_the_page_of_an_exam_does_not_grow(xenia, exam, exam_admin, policy_url, django_assert_max_num_queries):
    for days in range(100, 106):
        set_policy(exam, exam_admin, window_days=days)
    with django_assert_max_num_queries(6):
        xenia.get(policy_url)


# At the chair


def test_assessor_and_planner_see_what_was_granted(client_for, registrar, instructor, enrolment, trainee, exam_admin):
    grant_to(trainee, exam_admin)
    sitting = make_sitting(enrolment, instructor, opened=False)
    page = words_of(client_for(instructor).get(reverse("exams:sitting", args=[sitting.pk])))
    assert "150 % time, separate room" in page
    page = words_of(client_for(registrar).get(reverse("exams:assign_trainee", args=[enrolment.pk])))
    assert "has been granted: 150 % time, separate room." in page
    assert "document was seen" not in page


def test_the_page_of_an_attempt_does_not_grow(xenia, attempt, exam_admin, django_assert_max_num_queries):
    for minutes in range(1, 5):
        form = {"act": "extend", "multiplier": "1", "extra_minutes": str(minutes), "reason": "Fire alarm"}
        xenia.post(time_url(attempt), form)
    with django_assert_max_num_queries(8):
        page = words_of(xenia.get(time_url(attempt)))
    assert page.count("Time added") == 4


def test_an_attempt_without_anything_special_is_shown_so(xenia, ready, exam):
    attempt = start_attempt(ready, exam)
    assert "Nothing beyond the base time" in words_of(xenia.get(time_url(attempt)))
