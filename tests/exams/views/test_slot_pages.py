"""The pages of slots and requests, from both sides, and where they are linked."""

import uuid
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from exams.models import Sitting, SittingRequest, Slot
from exams.practical_loading import load_practical
from tests.factories.exams import make_exam
from tests.factories.practicals import make_sitting, rubric_content
from tests.factories.slots import (
    approve,
    ask_for,
    in_days,
    make_site,
    make_slot,
    make_slots,
    put_on_the_job,
    ready_to_ask,
)

pytestmark = pytest.mark.django_db
OWN, REQUESTS = "/practical/own/", "/practical/requests/"


@pytest.fixture
def ready(enrolment) -> Enrolment:
    """Ada, who may ask for P01 and P02."""
    return ready_to_ask(enrolment)


@pytest.fixture
def ada(ready, client_for):
    """Ada's browser."""
    return client_for(ready.person)


@pytest.fixture
def ines(instructor, client_for):
    """Ines's browser."""
    return client_for(instructor)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def offered(**changes) -> dict[str, Any]:
    form = {
        "first": in_days(7).isoformat(),
        "starts": "09:00",
        "minutes": "60",
        "weeks": "2",
        "place": "Clinic, room 2",
        "device": "MagPro no. 1",
        "device_family": "figure_eight",
        "simulated": "yes",
        "books_at_once": "ask",
        "nonce": uuid.uuid4(),
    }
    return form | changes


class TestTheAssessor:
    """Offers, sees who asks, answers."""

    def test_offers_a_series_and_withdraws_it(self, ines, instructor):
        form = offered()
        for _ in range(2):
            assert ines.post("/practical/slots/offer/", form).url == "/practical/slots/"
        assert Slot.objects.count() == 2
        page = words(ines.get("/practical/slots/"))
        assert "2 slots to come" in page
        assert page.count(">Free<") == 2
        first = Slot.objects.first()
        ines.post(f"/practical/slots/{first.pk}/withdraw/", {"later": "yes"})
        assert "You offer no slot." in words(ines.get("/practical/slots/"))

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"first": ""}, "Enter the day."),
            ({"starts": "nine"}, "Enter the time as 14:30."),
            ({"minutes": "3"}, "greater than or equal to 5"),
            ({"weeks": "99"}, "less than or equal to 26"),
            ({"place": ""}, "Enter the room."),
            ({"simulated": ""}, "Choose how it is done."),
            ({"first": "2020-01-01"}, "This time has passed."),
            ({"nonce": "x"}, "Enter a valid UUID"),
        ],
    )
    def test_is_told_what_is_wrong_and_keeps_what_was_typed(self, ines, changes, sentence):
        answer = ines.post("/practical/slots/offer/", offered(device="MagPro no. 77", **changes))
        assert answer.status_code == 422
        assert sentence in words(answer)
        assert "MagPro no. 77" in words(answer)
        assert not Slot.objects.exists()

    def test_offers_at_a_site_on_its_clock(self, ines, instructor, registrar):
        site = make_site(registrar, time_zone="Asia/Kolkata")
        approve(site, instructor, registrar)
        assert "Northgate" in words(ines.get("/practical/slots/offer/"))
        ines.post("/practical/slots/offer/", offered(site=site.pk, weeks="1"))
        slot = Slot.objects.get()
        assert (slot.place, slot.site) == ("Northgate, Clinic, room 2", site)
        assert timezone.localtime(slot.starts_at, slot.zone).time() == time(9)

    def test_accepts(self, ines, ready, instructor):
        row = ask_for(ready, make_slot(instructor))
        assert "Ada Trainee asks Ines Instructor" in words(ines.get(REQUESTS))
        assert ines.post(f"{REQUESTS}{row.pk}/", {"act": "accept"}).url == REQUESTS
        assert Sitting.objects.get().request == row
        assert "Cancel the practical" in words(ines.get(f"{REQUESTS}{row.pk}/"))
        ines.post(f"{REQUESTS}{row.pk}/", {"act": "cancel", "reason": "I am ill."})
        assert "Cancelled" in words(ines.get(f"{REQUESTS}{row.pk}/"))

    def test_finds_a_time_for_who_asked_by_name(self, ines, ada, ready, instructor):
        ada.post(
            f"{OWN}{ready.pk}/ask/",
            {"assessor": instructor.public_id, "stations": ["P02"], "wish": "Mondays", "nonce": uuid.uuid4()},
        )
        row = SittingRequest.objects.get()
        page = f"{REQUESTS}{row.pk}/"
        assert "Mondays" in words(ines.get(page))
        empty = ines.post(page, {"act": "accept"})
        assert empty.status_code == 409
        assert "Enter the day." in words(empty)
        form = {"day": in_days(3).isoformat(), "starts": "10:00", "place": "Room 9", "device": "X no. 1"}
        form |= {"device_family": "figure_eight", "simulated": "no", "act": "accept"}
        passed = ines.post(page, form | {"day": "2020-01-01"})
        assert "This day has passed." in words(passed)
        assert ines.post(page, form).url == REQUESTS
        assert Sitting.objects.get().place == "Room 9"

    def test_declines_only_with_a_reason(self, ines, ready, instructor):
        row = ask_for(ready, make_slot(instructor))
        page = f"{REQUESTS}{row.pk}/"
        assert "Write why; the trainee reads it." in words(ines.post(page, {"act": "decline", "reason": " "}))
        assert ines.post(page, {"act": "decline", "reason": "I am away."}).url == REQUESTS
        row.refresh_from_db()
        assert row.reason == "I am away."

    def test_cannot_confirm_but_the_registrar_can(self, ines, ready, instructor, registrar, client_for):
        slot = make_slot(instructor)
        row = ask_for(ready, slot, ["P01"])
        make_sitting(ready, instructor, opened=False, stations=["P02"], scheduled_for=slot.day)
        page = f"{REQUESTS}{row.pk}/"
        told = ines.post(page, {"act": "accept", "despite": "same_day", "confirmed": "yes"})
        assert told.status_code == 409
        assert "Ask the registrar, who can plan it." in words(told)
        rosa = client_for(registrar)
        asked = rosa.post(page, {"act": "accept"})
        assert "I have checked this, plan it all the same" in words(asked)
        assert rosa.post(page, {"act": "accept", "despite": "same_day", "confirmed": "yes"}).url == REQUESTS
        assert Sitting.objects.filter(request=row).exists()


class TestTheTrainee:
    """Sees free slots, asks, books, withdraws, cancels."""

    def test_books_and_cancels(self, ada, ready, instructor):
        slot = make_slot(instructor, books_at_once=True)
        assert "Room for 2 of your stations." in words(ada.get(OWN))
        page = f"{OWN}{ready.pk}/slots/{slot.pk}/"
        assert words(ada.get(page)).count("checked") == 2
        form = {"stations": ["P01"], "nonce": uuid.uuid4()}
        for _ in range(2):
            assert ada.post(page, form).url == OWN
        row = SittingRequest.objects.get()
        assert row.state == "accepted"
        assert "Still to do: P02." in words(ada.get(OWN))
        assert "Cancel your practical?" in words(ada.get(f"{OWN}requests/{row.pk}/cancel/"))
        assert ada.post(f"{OWN}requests/{row.pk}/cancel/").url == OWN
        assert "No practical is planned." in words(ada.get(OWN))

    def test_asks_and_withdraws(self, ada, ready, instructor):
        slot = make_slot(instructor)
        ada.post(f"{OWN}{ready.pk}/slots/{slot.pk}/", {"stations": ["P01", "P02"], "nonce": uuid.uuid4()})
        page = words(ada.get(OWN))
        assert "Waits for an answer" in page
        assert "Every station that is left is planned or asked for." in page
        row = SittingRequest.objects.get()
        ada.post(f"{OWN}requests/{row.pk}/withdraw/")
        assert "Withdrawn" in words(ada.get(OWN))

    def test_sees_what_stands_in_the_way(self, enrolment, client_for):
        ada = client_for(enrolment.person)
        assert "The programme has no practical yet." in words(ada.get(OWN))
        enrolment = ready_to_ask(enrolment)
        make_exam(3, programme=enrolment.programme)
        assert "Pass the exam first." in words(ada.get(OWN))

    def test_reads_how_many_assessors_it_takes_and_where_a_physician_is_needed(self, enrolment, client_for):
        rules = {"minimum_assessors": 2, "physician_where_required": True}
        content = rubric_content(programme=enrolment.programme.code, rules=rules)
        content["stations"][1]["physician_required"] = True
        load_practical(content)
        page = words(client_for(ready_to_ask(enrolment).person).get(OWN))
        assert "At least 2 different assessors have to assess you." in page
        assert "P02 counts only with a TMS-trained physician." in page

    def test_a_slot_that_somebody_took_meanwhile(self, ada, ready, instructor, other_trainee):
        slot = make_slot(instructor)
        second = Enrolment.objects.create(
            person=other_trainee, programme=ready.programme, curriculum_version="2026.1", pathway=ready.pathway
        )
        ask_for(ready_to_ask(second), slot, ["P01"])
        page = f"{OWN}{ready.pk}/slots/{slot.pk}/"
        assert "This slot is not free for you any more." in words(ada.get(page, follow=True))
        answer = ada.post(page, {"stations": ["P01"], "nonce": uuid.uuid4()})
        assert answer.status_code == 422
        assert "Somebody else took this slot a moment ago." in words(answer)

    def test_no_station_is_said_beside_the_boxes(self, ada, ready, instructor):
        slot = make_slot(instructor)
        answer = ada.post(f"{OWN}{ready.pk}/slots/{slot.pk}/", {"nonce": uuid.uuid4()})
        assert answer.status_code == 422
        assert "Choose at least one station." in words(answer)

    def test_only_assessors_who_may_are_offered_by_name(self, ada, ready, instructor, other_instructor, registrar):
        ask_page = f"{OWN}{ready.pk}/ask/"
        page = words(ada.get(ask_page))
        assert "Ines Instructor" in page
        assert "Omar Instructor" in page
        site = make_site(registrar)
        put_on_the_job(ready, site, registrar)
        approve(site, other_instructor, registrar)
        page = words(ada.get(ask_page))
        assert "Ines Instructor" not in page
        form = {"assessor": instructor.public_id, "stations": ["P01"], "wish": "x", "nonce": uuid.uuid4()}
        assert ada.post(ask_page, form).status_code == 422
        assert "You learn on the job at Northgate." in words(ada.get(OWN))


def test_they_are_linked_where_people_look(ada, ines, ready, instructor, registrar, client_for):
    assert f'href="{OWN}"' in ada.get("/home/").content.decode()
    ask_for(ready, make_slot(instructor))
    home = ines.get("/home/").content.decode()
    assert 'href="/practical/slots/"' in home
    assert f'href="{REQUESTS}"' in home
    assert 'href="/practical/slots/"' in ines.get(reverse("exams:day_list")).content.decode()
    rosa = client_for(registrar)
    home = rosa.get("/home/").content.decode()
    assert f'href="{REQUESTS}"' in home
    assert 'href="/practical/sites/"' in home
    assert f'href="{REQUESTS}"' in rosa.get(reverse("exams:assign")).content.decode()


def test_the_number_of_queries_does_not_grow(ada, ines, ready, instructor, make_person, registrar):
    def count(browser, page: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(page).status_code == 200
        return len(captured)

    pages = [(ada, OWN, 24), (ines, "/practical/slots/", 8), (ines, REQUESTS, 6)]
    make_slots(instructor, weeks=2)
    ask_for(ready, Slot.objects.first(), ["P01"])
    before = [count(*page[:2]) for page in pages]
    for number in range(3):
        make_slots(instructor, weeks=6, starts=time(11 + 2 * number))
    ask_for(ready, Slot.objects.last(), ["P02"])
    Sitting.objects.update(assigned_at=timezone.now() - timedelta(days=1))
    after = [count(*page[:2]) for page in pages]
    assert after[1:] == before[1:]
    assert after[0] <= before[0]  # with everything asked for, no slot is offered
    assert all(found <= most for found, (_, _, most) in zip(before, pages, strict=True)), before
