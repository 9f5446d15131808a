"""The pages of seminars: trainee, instructor, registrar, and what they cost in queries."""

import re
from datetime import timedelta

import pypdfium2
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.actions.seminar_attendance import mark_present
from courses.actions.seminar_seats import move_waiting_lists, release
from courses.actions.seminars import cancel_seminar
from courses.attendance_codes import code_for
from courses.models import Programme, Seminar, SeminarAttendance, SeminarBooking
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.factories.courses import enrol
from tests.factories.seminars import HOUR, join_trainee, make_seminar, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client_for, trainee, enrolment):
    """The browser of a trainee of the programme."""
    return client_for(trainee)


@pytest.fixture
def ines(client_for, instructor):
    return client_for(instructor)


@pytest.fixture
def rosa(client_for, registrar):
    return client_for(registrar)


def address(name, row):
    key = "session_id" if name.startswith("attendance") else "seminar_id"
    return reverse(f"courses:{name}", kwargs={key: row.pk})


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def do(browser, row, act, name="seminar"):
    return browser.post(address(name, row), {"act": act}, follow=True)


# Trainees


def test_from_home_to_a_seat_and_back(ada, seminar, trainee):
    home = ada.get(reverse("dashboard:home")).content.decode()
    assert reverse("courses:seminars") in home
    assert "At the chair" in text(ada.get(reverse("courses:seminars")))
    assert "2 of 2 seats are free" in text(ada.get(address("seminar", seminar)))
    assert "Your seat is booked." in text(do(ada, seminar, "book"))
    assert "Booked" in text(ada.get(reverse("dashboard:home")))
    page = text(ada.get(address("seminar", seminar)))
    assert "Give the seat back" in page
    assert "Your place is given back" in text(do(ada, seminar, "release"))
    assert SeminarBooking.objects.get().state == "released"
    assert "2 of 2 seats are free" in text(ada.get(address("seminar", seminar)))


def test_waiting_being_offered_and_taking_a_seat(ada, seminar, trainee, crowd):
    first, _ = (seat(seminar, one) for one in crowd(2))
    assert "Join the waiting list" in text(ada.get(address("seminar", seminar)))
    assert "All seats are taken by now." in text(do(ada, seminar, "book"))
    assert "You are next." in text(do(ada, seminar, "wait"))
    release(booking=first, by=first.enrolment.person)
    assert "A seat is held for you until" in text(ada.get(address("seminar", seminar)))
    assert "Seat held for you" in text(ada.get(reverse("dashboard:home")))
    assert "The seat is yours." in text(do(ada, seminar, "accept"))


def test_an_offer_that_went_on_is_explained(ada, seminar, trainee, crowd, enrolment):
    first, _ = (seat(seminar, one) for one in crowd(2))
    seat(seminar, enrolment)
    release(booking=first, by=first.enrolment.person)
    SeminarBooking.objects.filter(enrolment=enrolment).update(offer_until=timezone.now() - HOUR)
    assert "The time to answer is over" in text(do(ada, seminar, "accept"))
    move_waiting_lists()
    assert "went on, because the time to answer was over" in text(ada.get(address("seminar", seminar)))


def test_times_stand_on_both_clocks(ada, programme, instructor, registrar, trainee):
    starts = timezone.datetime(2027, 1, 20, 8, 0, tzinfo=timezone.get_fixed_timezone(0))
    with time_machine.travel(starts - timedelta(days=30)):
        seminar = make_seminar(programme, instructor, by=registrar, starts=starts)
        User.objects.filter(pk=trainee.pk).update(time_zone="America/New_York")
        ada.force_login(trainee)
        page = text(ada.get(address("seminar", seminar)))
    assert "20 January 2027, 09:00 to 13:00 (UTC+1), Room 1" in page
    assert "On your clock: 20 January 2027, 03:00 to 07:00 (UTC-5)" in page
    assert "the clock of the place (Europe/Berlin); below them stands your own" in page


def test_on_the_clock_of_the_place_times_stand_once(ada, seminar, trainee):
    User.objects.filter(pk=trainee.pk).update(time_zone="Europe/Paris")
    page = text(ada.get(address("seminar", seminar)))
    assert "which is your own time too" in page
    assert "On your clock" not in page


def test_a_draft_and_other_programmes_do_not_exist_for_trainees(ada, programme, instructor, registrar, client_for):
    draft = make_seminar(programme, instructor, by=registrar, published=False)
    assert ada.get(address("seminar", draft)).status_code == 404
    assert "At the chair" not in text(ada.get(reverse("courses:seminars")))


def test_who_has_a_place_reads_why_a_seminar_is_called_off(ada, seminar, enrolment, registrar):
    seat(seminar, enrolment)
    cancel_seminar(seminar=seminar, reason="The instructor is ill.", by=registrar)
    assert "Reason: The instructor is ill." in text(ada.get(address("seminar", seminar)))
    assert "Called off" in text(ada.get(reverse("courses:seminars")))


def test_the_calendar_file_holds_every_session(ada, seminar, enrolment):
    assert ada.get(address("seminar_calendar", seminar)).status_code == 404
    place = seat(seminar, enrolment)
    response = ada.get(address("seminar_calendar", seminar))
    content = response.content.decode().replace("\r\n ", "")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "METHOD:PUBLISH\r\n" in content
    assert re.findall(r"UID:seminar-(.+)-(\d+)@localhost", content) == [
        (str(row.pk), str(place.pk)) for row in seminar.sessions.standing()
    ]


# Attendance


def test_a_scan_asks_first_and_counts_once(ada, ines, seminar, enrolment):
    seat(seminar, enrolment)
    session = seminar.sessions.first()
    with time_machine.travel(session.starts_at, tick=False):
        ines.force_login(seminar.instructors.get())
        page = ines.get(address("attendance_code", session))
        link = page.context["link"]
        assert page.context["picture"].startswith("data:image/svg+xml")
        assert "0 of 1 present" in text(page)
        ada.force_login(enrolment.person)
        path = link.removeprefix("http://localhost:8000").removeprefix("http://localhost")
        assert "you are about to be counted" in text(ada.get(path))
        assert not SeminarAttendance.objects.exists()
        assert "You are counted" in text(ada.post(path))
        again = ada.post(path)
        assert (again.status_code, "You are counted already" in text(again)) == (409, True)
        assert "1 of 1 present" in text(ines.get(address("attendance_code", session)))


def test_each_refusal_of_a_code_says_what_to_do(ada, seminar, enrolment, crowd):
    session = seminar.sessions.first()
    with time_machine.travel(session.starts_at, tick=False):
        ada.force_login(enrolment.person)
        link = reverse("courses:attend", kwargs={"code": code_for(session)})
        assert "You have no seat in “At the chair”" in text(ada.get(link))
        assert "This is not a code of a session." in text(ada.get(reverse("courses:attend", kwargs={"code": "abc"})))
    with time_machine.travel(session.starts_at + timedelta(minutes=3), tick=False):
        page = ada.get(link)
        assert (page.status_code, "This code is no longer good." in text(page)) == (409, True)


def test_whoever_scans_without_being_signed_in_comes_back_to_the_code(client, seminar):
    link = reverse("courses:attend", kwargs={"code": code_for(seminar.sessions.first())})
    assert client.get(link)["Location"] == f"{reverse('account_login')}?next={link}"


def test_the_code_page_renews_itself_without_scripts_and_holds_its_session(ines, seminar, instructor):
    session = seminar.sessions.first()
    assert "Attendance opens 30 minutes before" in text(ines.get(address("attendance_code", session)))
    with time_machine.travel(session.starts_at, tick=False):
        ines.force_login(instructor)
        page = ines.get(address("attendance_code", session))
        assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page.content.decode()
        assert ines.session["held_until"] == (session.ends_at + timedelta(minutes=15)).timestamp()


def test_two_looks_at_the_code_page_show_two_codes(ines, seminar, instructor):
    session = seminar.sessions.first()
    links = set()
    for seconds in (0, 30):
        with time_machine.travel(session.starts_at + timedelta(seconds=seconds), tick=False):
            ines.force_login(instructor)
            links.add(ines.get(address("attendance_code", session)).context["link"])
    assert len(links) == 2


def test_the_roll(ines, seminar, instructor, crowd):
    places = [seat(seminar, one) for one in crowd(2)]
    session = seminar.sessions.first()
    assert "Attendance opens" in text(ines.get(address("attendance", session)))
    with time_machine.travel(session.starts_at, tick=False):
        ines.force_login(instructor)
        marked = ines.post(address("attendance", session), {"act": f"present:{places[0].pk}"})
        assert marked["Location"].endswith(f"#place-{places[0].pk}")
        assert "1 of 2 present" in text(ines.get(address("attendance", session)))
        assert "1 more is marked as present." in text(do(ines, session, "all", "attendance"))
        do(ines, session, f"absent:{places[0].pk}", "attendance")
        assert "1 of 2 present" in text(ines.get(address("attendance", session)))
        assert "This person is not marked" in text(do(ines, session, f"absent:{places[0].pk}", "attendance"))
        for nonsense in ("", "present:", "present:x", f"present:{'9' * 40}"):
            assert ines.post(address("attendance", session), {"act": nonsense}).status_code == 404


def test_sessions_of_a_taught_seminar_stand_in_their_order(ines, programme, instructor, registrar, crowd):
    """Each has a place of its own in the database, so that many of them are not in order by chance."""
    seminar = make_seminar(programme, instructor, by=registrar, days=9)
    page = text(ines.get(address("teaching_seminar", seminar)))
    assert re.findall(r"Day \d", page) == [f"Day {number}" for number in range(1, 10)]


# The proof


def attend(seminar, place, instructor, sessions):
    for session in list(seminar.sessions.standing())[:sessions]:
        mark_present(session=session, bookings=[place.pk], by=instructor, now=session.starts_at)


@pytest.mark.parametrize(("needed", "attended", "status"), [(None, 2, 200), (None, 1, 404), (1, 1, 200), (1, 0, 404)])
def test_the_proof_is_for_who_attended_enough(
    ada, programme, registrar, instructor, enrolment, needed, attended, status
):
    seminar = make_seminar(programme, instructor, by=registrar, sessions_needed=needed)
    place = seat(seminar, enrolment)
    attend(seminar, place, instructor, attended)
    assert ada.get(address("seminar_proof", seminar)).status_code == 404  # it is not over
    with time_machine.travel(seminar.ends_at, tick=False):
        ada.force_login(enrolment.person)
        assert ada.get(address("seminar_proof", seminar)).status_code == status
        assert ("Download the proof" in text(ada.get(address("seminar", seminar)))) is (status == 200)


def test_what_the_proof_says(ada, seminar, enrolment, instructor):
    place = seat(seminar, enrolment)
    attend(seminar, place, instructor, 2)
    with time_machine.travel(seminar.ends_at, tick=False):
        ada.force_login(enrolment.person)
        response = ada.get(address("seminar_proof", seminar))
    assert response["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(response.content)
    words = " ".join(document[0].get_textpage().get_text_bounded().split())
    assert len(document) == 1
    for expected in (
        "Proof of attendance",
        enrolment.person.full_name,
        "attended 2 of 2 sessions",
        "At the chair",
        "Teaching house, Hamburg",
        instructor.full_name,
        "Europe/Berlin",
        "It is not a certificate",
    ):
        assert expected in words


# Registrars


def sent_form(seminar_days=2, **changes):
    starts = timezone.now() + timedelta(days=20)
    form = {
        "programme": "tms-technician",
        "title": "Hands on",
        "summary": "",
        "place": "Teaching house",
        "time_zone": "Europe/Berlin",
        "seats": "12",
        "book_until": f"{starts - timedelta(days=5):%Y-%m-%d}",
        "cancel_until": f"{starts - timedelta(days=4):%Y-%m-%d}",
        "hours_to_answer": "48",
        "sessions_needed": "",
        "revision": "0",
        "sessions-TOTAL_FORMS": "3",
        "sessions-INITIAL_FORMS": "0",
        "act": "save",
    }
    for number in range(seminar_days):
        form |= {
            f"sessions-{number}-title": f"Part {number + 1}",
            f"sessions-{number}-room": "Room 2",
            f"sessions-{number}-day": f"{starts + timedelta(days=number):%Y-%m-%d}",
            f"sessions-{number}-starts": "09:00",
            f"sessions-{number}-ends": "12:30",
        }
    return form | changes


def test_planning_by_form_publishing_and_changing(rosa, programme, instructor):
    sent = sent_form(instructors=str(instructor.public_id))
    made = rosa.post(reverse("courses:seminar_new"), sent)
    seminar = Seminar.objects.get()
    assert made["Location"] == address("seminar_plan", seminar)
    first, second = seminar.sessions.all()
    assert (first.starts_at.astimezone(seminar.zone).hour, second.title) == (9, "Part 2")
    assert seminar.book_until.astimezone(seminar.zone).hour == 0
    assert "Trainees of the programme can book." in text(do(rosa, seminar, "publish", "seminar_plan"))
    page = rosa.get(address("seminar_change", seminar))
    shown = page.context["form"].initial
    assert f"{shown['book_until']}" == sent["book_until"]
    changed = sent | {
        "seats": "14",
        "sessions-INITIAL_FORMS": "2",
        "sessions-0-key": str(first.pk),
        "sessions-1-key": str(second.pk),
        "sessions-1-DELETE": "on",
    }
    assert rosa.post(address("seminar_change", seminar), changed).status_code == 302
    seminar.refresh_from_db()
    assert (seminar.seats, seminar.sessions.standing().count(), seminar.sessions.count()) == (14, 1, 2)
    assert "Somebody changed this seminar" in text(rosa.post(address("seminar_change", seminar), changed))


def test_more_lines_lose_nothing_and_judge_nothing(rosa, programme, instructor):
    page = rosa.post(reverse("courses:seminar_new"), sent_form(act="more", title=""))
    words = page.content.decode()
    assert page.status_code == 200
    assert "There is a problem" not in words
    assert 'name="sessions-5-title"' in words
    assert 'value="Part 2"' in words


def test_faults_of_a_plan_stand_beside_their_fields(rosa, programme, instructor):
    named = {"instructors": str(instructor.public_id)}
    url = reverse("courses:seminar_new")
    late = sent_form(**named, book_until=f"{timezone.now() + timedelta(days=25):%Y-%m-%d}")
    page = rosa.post(url, late)
    assert page.status_code == 422
    assert "Booking ends before the first session begins." in str(page.context["form"].errors["book_until"])
    none = rosa.post(url, sent_form(0, **named))
    assert "Give at least one session." in text(none)
    half = rosa.post(url, sent_form(**named, **{"sessions-1-room": ""}))
    assert "Session 2: Enter the room." in text(half)
    assert "Name at least one instructor." in text(rosa.post(url, sent_form()))
    gap = sent_form(1, **named, **{"sessions-0-day": "2027-03-28", "sessions-0-starts": "02:30"})
    assert "02:30 does not exist on 2027-03-28" in text(rosa.post(url, gap))
    assert not Seminar.objects.exists()


def test_the_registrar_sees_the_list_in_order_and_gives_places_back(rosa, seminar, crowd):
    places = [seat(seminar, one) for one in crowd(4)]
    page = text(rosa.get(address("seminar_plan", seminar)))
    assert page.index("1. Trainee C") < page.index("2. Trainee D")
    assert "is given back" in text(do(rosa, seminar, f"release:{places[0].pk}", "seminar_plan"))
    assert "offered until" in text(rosa.get(address("seminar_plan", seminar)))
    assert rosa.post(address("seminar_plan", seminar), {"act": "release:x"}).status_code == 404


def test_calling_off_needs_a_reason(rosa, seminar):
    page = rosa.post(address("seminar_plan", seminar), {"act": "cancel", "reason": " "})
    assert (page.status_code, "Say why." in text(page)) == (422, True)
    rosa.post(address("seminar_plan", seminar), {"act": "cancel", "reason": "Storm."})
    seminar.refresh_from_db()
    assert seminar.state == "cancelled"


# What they cost

LIMITS = {
    "seminars": 8,
    "seminar": 17,
    "teaching": 6,
    "teaching_seminar": 7,
    "attendance": 8,
    "attendance_code": 9,
    "seminar_plans": 6,
    "seminar_plan": 8,
}


def measure(browsers, seminar):
    session = seminar.sessions.first()
    pages = {
        "seminars": ("ada", reverse("courses:seminars")),
        "seminar": ("ada", address("seminar", seminar)),
        "teaching": ("ines", reverse("courses:teaching")),
        "teaching_seminar": ("ines", address("teaching_seminar", seminar)),
        "attendance": ("ines", address("attendance", session)),
        "attendance_code": ("ines", address("attendance_code", session)),
        "seminar_plans": ("rosa", reverse("courses:seminar_plans")),
        "seminar_plan": ("rosa", address("seminar_plan", seminar)),
    }
    counts = {}
    for name, (who, url) in pages.items():
        browsers[who].get(url)
        with CaptureQueriesContext(connection) as queries:
            assert browsers[who].get(url).status_code == 200
        counts[name] = len(queries)
    return counts


def test_queries_do_not_grow_with_people_and_seminars(
    ada, ines, rosa, programme, instructor, registrar, enrolment, other_instructor
):
    browsers = {"ada": ada, "ines": ines, "rosa": rosa}
    seminar = make_seminar(programme, instructor, by=registrar, seats=4, days=2)
    place = seat(seminar, enrolment)
    attend(seminar, place, instructor, 1)
    few = measure(browsers, seminar)
    assert {name: number for name, number in few.items() if number > LIMITS[name]} == {}
    for number in range(8):
        other = seat(seminar, join_trainee(number, programme))
        if other.state == "booked":
            attend(seminar, other, instructor, 2)
        starts = seminar.starts_at + timedelta(days=40 + 5 * number)
        seat(make_seminar(programme, instructor, by=registrar, starts=starts), enrolment)
    assert measure(browsers, seminar) == few


def test_a_stranger_of_the_programme_sees_nothing(client_for, make_person, seminar):
    elsewhere = Programme.objects.create(code="other", title="Other", curriculum_version="1")
    ben = make_person("Ben Elsewhere", Role.TRAINEE)
    enrol(ben, elsewhere)
    browser = client_for(ben)
    assert browser.get(address("seminar", seminar)).status_code == 404
    assert "No seminar is offered" in text(browser.get(reverse("courses:seminars")))
