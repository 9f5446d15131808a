"""Pages of the practical, through the client."""

import itertools
import json
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.sign_offs import draft_record
from exams.models import Acknowledgement, SignOff, Sitting
from lms.accounts.models import DeclaredRelationship, User
from tests.conftest import PASSWORD
from tests.factories.practicals import complete_and_sign, good_values, make_rubric, make_sitting, save_values

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def client(client_for: SignIn, instructor: User) -> Client:
    """Ines, signed in."""
    return client_for(instructor)


def url(name: str, row: Sitting | SignOff | None = None) -> str:
    return reverse(f"exams:{name}", args=[row.pk] if row else [])


def hidden(body: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', body)
    assert found, f"no hidden field {name}"
    return found.group(1).replace("&quot;", '"')


def queries(act: Callable[[], Any]) -> int:
    """Count the queries of a page, once the site's own settings are remembered."""
    act()
    with CaptureQueriesContext(connection) as captured:
        assert act().status_code == 200
    return len(captured)


class TestDayList:
    def test_it_groups_by_day_and_leaves_out_what_is_done(
        self, client: Client, enrolment: Enrolment, instructor: User
    ) -> None:
        today = timezone.localdate()
        for days in (-2, 0, 3):
            make_sitting(enrolment, instructor, scheduled_for=today + timedelta(days=days), opened=False)
        complete_and_sign(make_sitting(enrolment, instructor, scheduled_for=today - timedelta(days=1)))
        body = client.get(url("day_list")).content.decode()
        headings = re.findall(r"<h2>(.*?)</h2>", body)
        assert headings == ["Today", "Open from earlier days", "Coming"]
        assert (body.count("Ada Trainee"), body.count("Not started")) == (3, 3)

    def test_search_is_by_name(self, client: Client, sitting: Sitting) -> None:
        assert "Ada Trainee" in client.get(url("day_list"), {"q": "aDA"}).content.decode()
        assert "No sitting of yours matches" in client.get(url("day_list"), {"q": "Ben"}).content.decode()

    def test_others_sittings_are_not_on_it(self, client_for: SignIn, sitting: Sitting, other_instructor: User) -> None:
        assert "Ada Trainee" not in client_for(other_instructor).get(url("day_list")).content.decode()

    def test_it_asks_the_database_the_same_number_of_times(
        self, client: Client, enrolment: Enrolment, instructor: User
    ) -> None:
        make_sitting(enrolment, instructor)
        few = queries(lambda: client.get(url("day_list")))
        for _ in range(5):
            make_sitting(enrolment, instructor)
        assert queries(lambda: client.get(url("day_list"))) == few <= 4


class TestOpening:
    def test_both_people_are_named_and_must_be_confirmed(
        self, client: Client, enrolment: Enrolment, instructor: User
    ) -> None:
        row = make_sitting(enrolment, instructor, opened=False)
        body = client.get(url("sitting", row)).content.decode()
        assert "The person in front of me is Ada Trainee" in body
        assert "I am Ines Instructor" in body
        refused = client.post(url("sitting", row), {"qualification": "physician", "assessor_confirmed": "on"})
        assert "<title>Error: " in refused.content.decode()
        row.refresh_from_db()
        assert row.opened_at is None

    def test_after_confirming_the_checklist_opens(self, client: Client, enrolment: Enrolment, instructor: User) -> None:
        row = make_sitting(enrolment, instructor, opened=False)
        assert client.get(url("checklist", row)).headers["Location"] == url("sitting", row)
        given = {"qualification": "physician", "assessor_confirmed": "on", "trainee_confirmed": "on"}
        assert client.post(url("sitting", row), given).headers["Location"] == url("checklist", row)
        assert client.get(url("checklist", row)).status_code == 200

    @pytest.mark.parametrize("name", ["sitting", "checklist", "summary"])
    def test_a_conflict_is_refused_with_the_reason(self, client: Client, rated: Sitting, name: str) -> None:
        DeclaredRelationship.objects.create(person=rated.trainee, other=rated.assessor, kind="line_manager")
        answer = client.get(url(name, rated))
        assert answer.status_code == 403
        assert "direct manager" in answer.content.decode()


class TestChecklist:
    def test_the_counter_and_the_next_gap_are_on_the_page(self, client: Client, sitting: Sitting) -> None:
        save_values(sitting, {"P01-1": "done", "P01-2": "done"})
        body = client.get(url("checklist", sitting)).content.decode()
        assert "2 of 8 rated" in body
        assert 'href="#P01.critical"' in body

    def test_critical_steps_and_failures_carry_the_word(self, client: Client, sitting: Sitting) -> None:
        body = client.get(url("checklist", sitting)).content.decode()
        assert (body.count("Critical step"), body.count("Was there a critical failure")) == (2, 2)

    def test_finishing_with_gaps_lists_them_with_links(self, client: Client, sitting: Sitting) -> None:
        save_values(sitting, {field: value for field, value in good_values(sitting).items() if field != "P02-1"})
        answer = client.get(url("summary", sitting), follow=True)
        body = answer.content.decode()
        assert "<title>Error: " in body
        assert '<a href="#P02-1">Rate P02-1: Step 1 of P02</a>' in body

    def test_a_station_that_was_not_touched_is_one_line(self, client: Client, sitting: Sitting) -> None:
        body = client.get(url("checklist", sitting), {"check": "1"}).content.decode()
        assert '<a href="#P01-1">Rate all 4 entries of P01</a>' in body

    def test_without_scripts_a_station_is_saved_by_its_form(self, client: Client, sitting: Sitting) -> None:
        given = {"part": "P01", "rev": str(sitting.rev), "P01-1": "partly", "P01.comment": "Calm", "P01.level": "3"}
        answer = client.post(url("checklist", sitting), given)
        assert answer.headers["Location"].endswith("#station-P01")
        assert sitting.values() == {"P01-1": "partly", "P01.comment": "Calm", "P01.level": "3"}
        conclusion = {"part": "", "rev": "99", "outcome": "competent", "remark": ""}
        assert client.post(url("checklist", sitting), conclusion).headers["Location"].endswith("#conclusion")

    def test_without_scripts_a_change_from_elsewhere_is_shown(self, client: Client, sitting: Sitting) -> None:
        seen = sitting.rev
        save_values(sitting, {"P01-1": "not_done"})
        answer = client.post(url("checklist", sitting), {"part": "P01", "rev": str(seen), "P01-1": "done"})
        assert answer.status_code == 409
        assert "you entered “Done”" in answer.content.decode()
        assert sitting.values() == {"P01-1": "not_done"}

    @pytest.mark.parametrize("given", [{"part": "P01", "P02-1": "done"}, {"part": "P01", "P01-1": "done", "rev": "x"}])
    def test_fields_of_another_station_are_refused(
        self, client: Client, sitting: Sitting, given: dict[str, str]
    ) -> None:
        assert client.post(url("checklist", sitting), {"rev": "9"} | given).status_code == 400
        assert sitting.values() == {}

    def test_it_asks_the_database_the_same_number_of_times(
        self, client: Client, enrolment: Enrolment, instructor: User
    ) -> None:
        make_rubric(enrolment, stations=1)
        small = make_sitting(enrolment, instructor)
        make_rubric(enrolment, stations=12, criteria=8)
        large = make_sitting(enrolment, instructor)
        save_values(large, good_values(large))
        few = queries(lambda: client.get(url("checklist", small)))
        assert queries(lambda: client.get(url("checklist", large))) == few <= 7

    def test_pages_are_kept_out_of_caches(self, client: Client, sitting: Sitting) -> None:
        assert "no-store" in client.get(url("checklist", sitting)).headers["Cache-Control"]


class TestSaves:
    def send(self, client: Client, sitting: Sitting, body: object) -> Any:
        return client.post(url("observations", sitting), json.dumps(body), content_type="application/json")

    def test_a_batch_is_answered_field_by_field(self, client: Client, sitting: Sitting) -> None:
        saves = [
            {"field": "P01-1", "seq": 1, "value": "done"},
            {"field": "P77-1", "seq": 1, "value": "done"},
            {"field": "P01.comment", "seq": 1, "value": "Seen by MRN 448812"},
        ]
        answer = self.send(client, sitting, {"saves": saves}).json()
        assert [(reply["field"], reply["reply"]) for reply in answer["replies"]] == [
            ("P01-1", "ok"),
            ("P77-1", "refused"),
            ("P01.comment", "ok"),
        ]
        assert answer["replies"][2]["warnings"] == ["a record number"]
        assert (answer["rated"], answer["total"]) == (1, 8)

    def test_a_conflict_shows_what_is_stored(self, client: Client, sitting: Sitting) -> None:
        save_values(sitting, {"P01-1": "not_done"})
        answer = self.send(client, sitting, {"saves": [{"field": "P01-1", "seq": 1, "value": "done"}]}).json()
        assert answer["replies"] == [
            {"field": "P01-1", "seq": 1, "reply": "conflict", "stored": {"seq": 1, "value": "not_done"}}
        ]

    @pytest.mark.parametrize(
        "body",
        [
            [],
            {},
            {"saves": {}},
            {"saves": [], "state": "signed"},
            {"saves": [{"field": "P01-1", "seq": 1}]},
            {"saves": [{"field": "P01-1", "seq": 1, "value": "done", "rev": 2}]},
            {"saves": [{"field": "P01-1", "seq": True, "value": "done"}]},
            {"saves": [{"field": "P01-1", "seq": "1", "value": "done"}]},
            {"saves": [{"field": 1, "seq": 1, "value": "done"}]},
            {"saves": ["P01-1"]},
            {"saves": [{"field": "P01-1", "seq": number, "value": "done"} for number in range(1, 60)]},
        ],
    )
    def test_any_other_shape_is_refused(self, client: Client, sitting: Sitting, body: object) -> None:
        assert self.send(client, sitting, body).status_code == 400
        assert sitting.values() == {}

    def test_bytes_that_are_not_json_are_refused(self, client: Client, sitting: Sitting) -> None:
        answer = client.post(url("observations", sitting), b"\xff{", content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "bad_body")

    def test_strangers_get_401_and_not_a_page(self, sitting: Sitting) -> None:
        assert self.send(Client(), sitting, {"saves": []}).status_code == 401

    def test_a_save_costs_the_same_with_more_fields(self, client: Client, sitting: Sitting) -> None:
        numbers = itertools.count(1)

        def save(*fields: str) -> Any:
            number, values = next(numbers), good_values(sitting)
            saves = [{"field": field, "seq": number, "value": values[field]} for field in fields]
            return self.send(client, sitting, {"saves": saves})

        few = queries(lambda: save("P01-1"))
        assert queries(lambda: save(*good_values(sitting))) == few <= 15


class TestSigning:
    def given(self, body: str, **changes: str) -> dict[str, str]:
        return {"password": PASSWORD, "digest": hidden(body, "digest"), "nonce": hidden(body, "nonce")} | changes

    def test_from_summary_to_signature(self, client: Client, rated: Sitting) -> None:
        body = client.get(url("summary", rated)).content.decode()
        assert "Nothing is signed yet" in body
        assert "I observed this trainee" in body
        answer = client.post(url("sign", rated), self.given(body), follow=True)
        row = SignOff.objects.get()
        assert answer.redirect_chain[-1][0] == url("signed", rated)
        assert row.reference in answer.content.decode()
        assert row.digest == hidden(body, "digest")

    def test_a_double_tap_ends_on_the_same_page(self, client: Client, rated: Sitting) -> None:
        given = self.given(client.get(url("summary", rated)).content.decode())
        ends = [client.post(url("sign", rated), given).headers["Location"] for _ in range(2)]
        assert ends == [url("signed", rated)] * 2
        assert SignOff.objects.count() == 1

    def test_a_wrong_password_says_so_beside_the_field(self, client: Client, rated: Sitting) -> None:
        body = client.get(url("summary", rated)).content.decode()
        answer = client.post(url("sign", rated), self.given(body, password="wrong")).content.decode()
        assert "<title>Error: " in answer
        assert '<a href="#id_password">That is not your password. Nothing has been signed.</a>' in answer
        assert "wrong" not in re.findall(r'<input type="password"[^>]*>', answer)[0]

    def test_without_password_nothing_is_signed(self, client: Client, rated: Sitting) -> None:
        body = client.get(url("summary", rated)).content.decode()
        assert "Enter your password" in client.post(url("sign", rated), self.given(body, password="")).content.decode()

    def test_a_changed_record_is_shown_again(self, client: Client, rated: Sitting) -> None:
        body = client.get(url("summary", rated)).content.decode()
        save_values(rated, {"P01.level": "5"}, seq=2)
        answer = client.post(url("sign", rated), self.given(body))
        again = answer.content.decode()
        assert answer.status_code == 409
        assert hidden(again, "digest") == draft_record(rated).digest != hidden(body, "digest")
        assert client.post(url("sign", rated), self.given(again)).headers["Location"] == url("signed", rated)

    def test_guessing_passwords_is_slowed(self, client: Client, rated: Sitting) -> None:
        given = self.given(client.get(url("summary", rated)).content.decode(), password="guess")
        with time_machine.travel(timezone.now(), tick=False):  # tries are counted by the minute of the clock
            codes = [client.post(url("sign", rated), given).status_code for _ in range(12)]
            assert codes[-1] == 429
            assert client.post(url("sign", rated), given | {"password": PASSWORD}).status_code == 429

    def test_a_nonce_used_for_something_else_is_refused(
        self, client: Client, rated: Sitting, enrolment: Enrolment
    ) -> None:
        given = self.given(client.get(url("summary", rated)).content.decode())
        client.post(url("sign", rated), given)
        other = make_sitting(enrolment, rated.assessor)
        save_values(other, good_values(other))
        assert client.post(url("sign", other), given).status_code == 422

    def test_signing_a_signed_sitting_is_a_wrong_state(self, client: Client, rated: Sitting) -> None:
        given = self.given(client.get(url("summary", rated)).content.decode())
        client.post(url("sign", rated), given)
        assert client.post(url("sign", rated), given | {"nonce": str(uuid.uuid4())}).status_code == 409

    def test_gaps_that_appeared_lead_back_to_the_checklist(self, client: Client, rated: Sitting) -> None:
        given = self.given(client.get(url("summary", rated)).content.decode())
        save_values(rated, {"P01-1": ""}, seq=2)
        assert client.post(url("sign", rated), given).headers["Location"] == url("checklist", rated) + "?check=1"

    def test_the_summary_warns_of_patient_details(self, client: Client, rated: Sitting) -> None:
        save_values(rated, {"remark": "DOB 04/15/1961"})
        assert "This may hold patient details" in client.get(url("summary", rated)).content.decode()

    def test_a_cancelled_sitting_says_so(self, client: Client, rated: Sitting, registrar: User) -> None:
        from exams.actions.practicals import cancel_sitting

        cancel_sitting(sitting=rated, by=registrar)
        assert client.get(url("checklist", rated)).status_code == 409


class TestRecord:
    @pytest.fixture
    def record(self, sitting: Sitting) -> SignOff:
        return complete_and_sign(sitting, {"P01-1": "partly", "P01-1.comment": "One prompt"})

    def test_the_trainee_reads_and_agrees(self, client_for: SignIn, record: SignOff, trainee: User) -> None:
        ada = client_for(trainee)
        assert url("record", record) in ada.get(url("records")).content.decode()
        body = ada.get(url("record", record)).content.decode()
        assert "One prompt" in body
        assert record.digest in body
        assert "unchanged since signing" in body
        ada.post(url("acknowledge", record), {"answer": "agree", "remark": ""})
        assert Acknowledgement.objects.get().agrees
        assert "has read the record and agrees" in ada.get(url("record", record)).content.decode()

    def test_a_remark_that_was_announced_is_asked_for(self, client_for: SignIn, record: SignOff, trainee: User) -> None:
        answer = client_for(trainee).post(url("acknowledge", record), {"answer": "remark", "remark": " "})
        assert "Write your remark" in answer.content.decode()
        assert not Acknowledgement.objects.exists()

    def test_a_correction_is_checked_and_signed(self, client: Client, record: SignOff) -> None:
        page = client.get(url("correct", record)).content.decode()
        assert "becomes version 2" in page
        checked = client.post(url("correct", record), {"reason": "Wrong row", "P02-1": "partly"}).content.decode()
        assert '<td class="typed">Done</td><td class="typed">Partly</td>' in checked
        given = {name: hidden(checked, name) for name in ("digest", "nonce", "changes", "reason")}
        answer = client.post(url("correct", record), given | {"step": "sign", "password": PASSWORD})
        newest = SignOff.objects.get(version=2)
        assert answer.headers["Location"] == url("record", newest)
        old = client.get(url("record", record)).content.decode()
        assert "This version was corrected" in old
        assert "Wrong row" in old
        assert client.get(url("correct", record)).headers["Location"] == url("record", newest)

    def test_a_correction_without_reason_or_change_is_refused(self, client: Client, record: SignOff) -> None:
        for given in ({"reason": "", "P02-1": "partly"}, {"reason": "Slip", "P02-1": "done"}):
            answer = client.post(url("correct", record), given).content.decode()
            assert "<title>Error: " in answer

    def test_a_correction_with_the_wrong_password_is_not_signed(self, client: Client, record: SignOff) -> None:
        checked = client.post(url("correct", record), {"reason": "Slip", "P02-1": "partly"}).content.decode()
        given = {name: hidden(checked, name) for name in ("digest", "nonce", "changes", "reason")}
        answer = client.post(url("correct", record), given | {"step": "sign", "password": "no"})
        assert "That is not your password" in answer.content.decode()
        assert SignOff.objects.count() == 1

    def test_the_page_costs_the_same_whoever_was_assessed(self, client: Client, record: SignOff) -> None:
        few = queries(lambda: client.get(url("record", record)))
        big = make_sitting(record.sitting.enrolment, record.signer)
        row = complete_and_sign(big)
        assert queries(lambda: client.get(url("record", row))) == few <= 10

    def test_the_list_costs_the_same_with_more_records(self, client: Client, record: SignOff) -> None:
        few = queries(lambda: client.get(url("records")))
        for _ in range(3):
            complete_and_sign(make_sitting(record.sitting.enrolment, record.signer))
        assert queries(lambda: client.get(url("records"))) == few <= 4


class TestAssigning:
    def given(self, instructor: User, **changes: Any) -> dict[str, Any]:
        return {
            "assessor": str(instructor.public_id),
            "scheduled_for": timezone.localdate(),
            "starts": "09:00",
            "place": "Room 2",
            "device": "MagPro",
            "device_family": "figure_eight",
            "simulated": "no",
            "stations": ["P02"],
            "nonce": str(uuid.uuid4()),
        } | changes

    @pytest.fixture
    def form_url(self, enrolment: Enrolment) -> str:
        make_rubric(enrolment)
        return reverse("exams:assign_trainee", args=[enrolment.pk])

    def test_the_registrar_finds_and_assigns(
        self, client_for: SignIn, form_url: str, registrar: User, instructor: User
    ) -> None:
        rosa = client_for(registrar)
        assert form_url in rosa.get(url("assign"), {"q": "ada"}).content.decode()
        assert rosa.post(form_url, self.given(instructor)).headers["Location"] == url("assign")
        row = Sitting.objects.get()
        assert (row.stations, row.simulated, row.assessor) == (["P02"], False, instructor)
        assert "Ines Instructor" in rosa.get(url("assign")).content.decode()

    def test_a_conflict_stands_beside_the_assessor(
        self, client_for: SignIn, form_url: str, registrar: User, instructor: User, trainee: User
    ) -> None:
        DeclaredRelationship.objects.create(person=instructor, other=trainee, kind="trainer")
        body = client_for(registrar).post(form_url, self.given(instructor)).content.decode()
        assert '<a href="#id_assessor">Assessor and trainee have a declared relationship' in body
        assert not Sitting.objects.exists()

    def test_only_instructors_are_offered(
        self, client_for: SignIn, form_url: str, registrar: User, instructor: User, other_trainee: User
    ) -> None:
        body = client_for(registrar).get(form_url).content.decode()
        assert "Ines Instructor" in body
        assert "Ben Trainee" not in body
        answer = client_for(registrar).post(form_url, self.given(other_trainee)).content.decode()
        assert "<title>Error: " in answer

    def test_cancelling_asks_first(self, client_for: SignIn, sitting: Sitting, exam_admin: User) -> None:
        xenia = client_for(exam_admin)
        assert "Cancel this sitting?" in xenia.get(url("cancel", sitting)).content.decode()
        sitting.refresh_from_db()
        assert sitting.is_open
        assert xenia.post(url("cancel", sitting)).headers["Location"] == url("assign")
        assert xenia.post(url("cancel", sitting)).status_code == 409


def test_a_sitting_cannot_be_planned_for_a_day_gone_by(
    enrolment: Enrolment, instructor: User, registrar: User, client_for: Callable[[User], Client]
) -> None:
    make_rubric(enrolment)
    url = reverse("exams:assign_trainee", kwargs={"enrolment_id": enrolment.pk})
    gone = {
        "scheduled_for": "1999-01-01",
        "starts": "9:00",
        "assessor": instructor.public_id,
        "place": "Room 1",
        "device": "Coil",
        "device_family": "figure_eight",
    }
    page = client_for(registrar).post(url, gone | {"simulated": "yes", "stations": ["P01"], "nonce": uuid.uuid4()})
    assert "This day has passed." in page.content.decode()
    assert not Sitting.objects.exists()


def test_the_planning_form_brings_its_own_nonce(
    enrolment: Enrolment, registrar: User, client_for: Callable[[User], Client]
) -> None:
    make_rubric(enrolment)
    page = client_for(registrar).get(reverse("exams:assign_trainee", kwargs={"enrolment_id": enrolment.pk}))
    assert re.search(r'name="nonce" value="[0-9a-f-]{36}"', page.content.decode())
