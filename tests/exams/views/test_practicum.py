"""The practicum log from both sides: logged, confirmed, returned, withdrawn; and that nothing is counted twice."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Enrolment
from exams.actions import practicum
from exams.errors import PracticalError
from exams.models import PracticumDecision, PracticumEntry, ReturnReason
from exams.practicum_log import log_of
from lms.accounts.models import DeclaredRelationship
from lms.audit.models import Event
from tests.factories.practicum import log_one, session

pytestmark = pytest.mark.django_db
TO_CONFIRM = "/practicum/to-confirm/"


def sent(person, **changes) -> dict[str, str]:
    today = timezone.localdate()
    form = {
        "kind": "supervised",
        "month": f"{today:%Y-%m}",
        "patient": "2",
        "protocol": "theta_burst",
        "head_measurement": "on",
        "supervisor": str(person.pk),
        "nonce": str(uuid.uuid4()),
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


def done(enrolment) -> dict[str, int]:
    return {line.code: line.done for line in log_of(enrolment).lines}


def test_a_session_is_logged_and_counts_once_it_is_confirmed(enrolment, trainee, instructor, registrar, client_for):
    ada, ines = client_for(trainee), client_for(instructor)
    form = sent(instructor)
    add = f"/practicum/{enrolment.pk}/add/"
    for _ in range(2):  # the second press of the button
        assert ada.post(add, form).url == "/practicum/"
    entry = PracticumEntry.objects.get()
    assert "1 session waits for a supervisor" in " ".join(ada.get("/practicum/").content.decode().split())
    assert done(enrolment)["supervised"] == 0
    page = ines.get(TO_CONFIRM).content.decode()
    assert "Ada Trainee" in page
    assert "0 of 5 sessions observed are confirmed so far." in page
    ines.post(TO_CONFIRM, {"entry": [entry.pk], "act": "confirm"})
    counts = done(enrolment)
    assert {name for name, count in counts.items() if count} == {
        "supervised", "total", "patients", "protocols", "theta_burst", "head_measurement",
    }  # fmt: skip
    assert "1 of 20 sessions in all" in ada.get("/practicum/").content.decode()
    assert "1 of 20 sessions in all" in client_for(registrar).get(f"/practicum/{enrolment.pk}/").content.decode()
    assert "1 of 20 sessions." in ada.get("/home/").content.decode()
    verbs = list(Event.objects.filter(verb__startswith="practicum").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["practicum.logged", "practicum.confirmed"]


def test_what_is_returned_or_withdrawn_never_counts_and_is_final(enrolment, trainee, instructor, client_for):
    ada, ines = client_for(trainee), client_for(instructor)
    first, second, third = (log_one(enrolment, instructor) for _ in range(3))
    refused = ines.post(TO_CONFIRM, {"entry": [first.pk], "act": "return"})
    assert refused.status_code == 422
    assert "Choose why you return these sessions" in refused.content.decode()
    ines.post(TO_CONFIRM, {"entry": [first.pk], "act": "return", "reason": "wrong_part"})
    ada.post(f"/practicum/sessions/{second.pk}/withdraw/")
    assert "The part of the trainee was another one" in ada.get("/practicum/").content.decode()
    assert ines.post(TO_CONFIRM, {"entry": [second.pk], "act": "confirm"}).status_code == 422  # does not wait any more
    assert done(enrolment)["total"] == 0
    practicum.confirm(entries=[third], by=instructor)
    too_late = ada.post(f"/practicum/sessions/{third.pk}/withdraw/", follow=True)
    assert "confirmed, returned or withdrawn already" in too_late.content.decode()
    assert done(enrolment)["total"] == 1
    for entry in (first, second, third):
        with pytest.raises(PracticalError, match="already"):
            practicum.send_back(entries=[entry], reason=ReturnReason.TWICE, by=instructor)
    assert PracticumDecision.objects.count() == 3


def test_all_chosen_sessions_are_confirmed_or_none(enrolment, instructor):
    first, second = log_one(enrolment, instructor), log_one(enrolment, instructor)
    practicum.withdraw(entry=second, by=enrolment.person)
    with pytest.raises(PracticalError) as refusal:
        practicum.confirm(entries=[first, second], by=instructor)
    assert refusal.value.code == "decided"
    assert done(enrolment)["total"] == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"patient": "448812"}, "448812 is not one of the available choices"),
        ({"patient": None}, "Choose which patient it was"),
        ({"patient": "0"}, "Count your patients from 1 to 99"),
        ({"kind": "observed"}, "Steps count in sessions that you deliver"),
        ({"kind": "drill"}, "A drill has no patient"),
        ({"protocol": ""}, "Choose the protocol"),
        ({"protocol": "none"}, "Choose the protocol"),
        ({"supervisor": None}, "Choose who supervised the session"),
        ({"month": "1999-01"}, "1999-01 is not one of the available choices"),
        ({"nonce": ""}, "required"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_filled_in(
    enrolment, trainee, instructor, client_for, changes, words
):
    answer = client_for(trainee).post(f"/practicum/{enrolment.pk}/add/", sent(instructor, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PracticumEntry.objects.exists()


def test_who_may_supervise(enrolment, trainee, instructor, other_instructor, registrar, client_for):
    DeclaredRelationship.objects.create(person=instructor, other=trainee, kind="relative")
    page = client_for(trainee).get(f"/practicum/{enrolment.pk}/add/").content.decode()
    assert "Omar Instructor" in page
    assert "Ines Instructor" not in page
    for supervisor, code in ((instructor, "conflict"), (registrar, "no_supervisor"), (trainee, "no_supervisor")):
        with pytest.raises(PracticalError) as refusal:
            log_one(enrolment, supervisor)
        assert refusal.value.code.startswith(code)
    entry = log_one(enrolment, other_instructor)
    with pytest.raises(PracticalError) as refusal:
        practicum.confirm(entries=[entry], by=instructor)
    assert refusal.value.code == "not_named"
    DeclaredRelationship.objects.create(person=trainee, other=other_instructor, kind="relative")
    with pytest.raises(PracticalError) as refusal:  # found later: still not confirmed by them
        practicum.confirm(entries=[entry], by=other_instructor)
    assert refusal.value.code.startswith("conflict")


def test_closed_enrolments_and_other_people(enrolment, trainee, other_trainee, instructor, client_for):
    assert client_for(other_trainee).post(f"/practicum/{enrolment.pk}/add/", sent(instructor)).status_code == 404
    Enrolment.objects.filter(pk=enrolment.pk).update(closed_at=timezone.now() + timedelta(seconds=1))
    enrolment.refresh_from_db()
    with pytest.raises(PracticalError) as refusal:
        log_one(enrolment, instructor)
    assert refusal.value.code == "enrolment_closed"


def test_the_database_keeps_the_log(enrolment, instructor):
    entry = log_one(enrolment, instructor)
    practicum.confirm(entries=[entry], by=instructor)
    for act in (
        lambda: PracticumEntry.objects.update(patient=3),
        lambda: PracticumEntry.objects.filter(pk=entry.pk).delete(),
        lambda: PracticumDecision.objects.update(verdict="withdrawn"),
        lambda: PracticumEntry.objects.create(
            enrolment=enrolment, kind="drill", year=2026, month=1, patient=1, supervisor=instructor, nonce=uuid.uuid4()
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_queries_do_not_grow_with_sessions(enrolment, trainee, instructor, client_for):
    ada, ines = client_for(trainee), client_for(instructor)
    counts = []
    ada.get("/practicum/")  # fills what the site remembers about itself
    for _ in range(2):
        log_one(enrolment, instructor)
        practicum.confirm(entries=[log_one(enrolment, instructor, session("drill"))], by=instructor)
        counts.append([])
        for browser, page in ((ada, "/practicum/"), (ines, TO_CONFIRM), (ada, f"/practicum/{enrolment.pk}/add/")):
            with CaptureQueriesContext(connection) as queries:
                browser.get(page)
            counts[-1].append(len(queries))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 8
