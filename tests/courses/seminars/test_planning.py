"""Planning, changing and publishing seminars."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from courses.actions.seminars import change_seminar, plan_seminar, publish_seminar
from courses.errors import SeminarError
from lms.accounts.actions import grant_role
from lms.accounts.roles import Role
from lms.audit.models import Event
from lms.audit.verbs import Verb
from tests.factories.seminars import DAY, HOUR, lines_of, make_seminar, plan_of, seat

pytestmark = pytest.mark.django_db


def refused(act, **facts):
    with pytest.raises(SeminarError) as error:
        act(**facts)
    return error.value


def again(seminar, instructor, **changes):
    """The plan of a seminar as it stands, with changes."""
    return replace(plan_of([instructor], starts=seminar.starts_at, sessions=lines_of(seminar)), **changes)


def test_a_draft_is_seen_by_nobody_until_it_is_published(programme, instructor, registrar, crowd):
    seminar = make_seminar(programme, instructor, by=registrar, published=False)
    assert (seminar.state, seminar.ends_at - seminar.starts_at) == ("draft", DAY + 4 * HOUR)
    publish_seminar(seminar=seminar, by=registrar)
    assert refused(publish_seminar, seminar=seminar, by=registrar).code == "not_a_draft"
    events = Event.objects.filter(verb__startswith="seminar.").values_list("verb", flat=True)
    assert list(events) == [Verb.SEMINAR_PLANNED, Verb.SEMINAR_PUBLISHED]


def test_a_draft_whose_booking_has_ended_is_not_published(programme, instructor, registrar):
    seminar = make_seminar(programme, instructor, by=registrar, published=False)
    assert refused(publish_seminar, seminar=seminar, by=registrar, now=seminar.book_until).code == "past"


def test_only_the_registrar_plans(programme, instructor, seminar):
    with pytest.raises(PermissionDenied):
        plan_seminar(programme=programme, plan=plan_of([instructor]), by=instructor)
    with pytest.raises(PermissionDenied):
        change_seminar(seminar=seminar, plan=again(seminar, instructor), seen=0, by=instructor)
    with pytest.raises(PermissionDenied):
        publish_seminar(seminar=seminar, by=instructor)


def test_who_can_teach(programme, registrar, instructor, other_instructor, trainee, seminar):
    plans = {
        "no_instructor": [],
        "not_an_instructor": [trainee],
        "instructor_busy": [other_instructor, instructor],
    }
    for code, people in plans.items():
        plan = plan_of(people, starts=seminar.starts_at + HOUR, place="Elsewhere")
        assert refused(plan_seminar, programme=programme, plan=plan, by=registrar).code == code


def test_a_room_takes_one_seminar_at_a_time(programme, registrar, other_instructor, seminar):
    same_room = plan_of([other_instructor], starts=seminar.starts_at + HOUR, place="teaching  house, hamburg")
    refusal = refused(plan_seminar, programme=programme, plan=same_room, by=registrar)
    assert refusal.code == "room_busy"
    assert "Room 1 is taken" in refusal.sentence
    other_room = replace(same_room, sessions=[replace(line, room="Room 2") for line in same_room.sessions])
    assert plan_seminar(programme=programme, plan=other_room, by=registrar).pk
    after = plan_of([other_instructor], starts=seminar.starts_at + 30 * DAY)
    assert plan_seminar(programme=programme, plan=after, by=registrar).pk


def test_a_change_keeps_sessions_adds_and_takes_off(seminar, instructor, registrar):
    first, second = seminar.sessions.standing()
    kept = replace(lines_of(seminar)[0], room="Hall")
    added = replace(lines_of(seminar)[1], key=None, title="Drill")
    change_seminar(seminar=seminar, plan=again(seminar, instructor, sessions=[kept, added]), seen=0, by=registrar)
    rows = list(seminar.sessions.standing())
    assert [(row.title, row.room) for row in rows] == [("Day 1", "Hall"), ("Drill", "Room 1")]
    assert rows[0].pk == first.pk
    second.refresh_from_db()
    assert second.dropped_at is not None
    seminar.refresh_from_db()
    assert (seminar.revision, seminar.changed_at is not None) == (1, True)


def test_what_cannot_be_changed(seminar, instructor, other_instructor, registrar, crowd):
    for enrolment in crowd(2):
        seat(seminar, enrolment)
    plan = again(seminar, instructor)
    assert refused(change_seminar, seminar=seminar, plan=plan, seen=3, by=registrar).code == "changed_meanwhile"
    fewer = replace(plan, seats=1)
    assert refused(change_seminar, seminar=seminar, plan=fewer, seen=0, by=registrar).code == "seats_taken"
    late = {"seminar": seminar, "plan": plan, "seen": 0, "by": registrar, "now": seminar.starts_at}
    assert refused(change_seminar, **late).code == "begun"


def test_who_takes_part_cannot_be_named_to_teach(seminar, instructor, registrar, crowd):
    (ada,) = crowd(1)
    seat(seminar, ada)
    grant_role(person=ada.person, role=Role.INSTRUCTOR, by=None)
    person = type(ada.person).objects.get(pk=ada.person_id)
    plan = again(seminar, instructor, instructors=[instructor, person])
    assert refused(change_seminar, seminar=seminar, plan=plan, seen=0, by=registrar).code == "teaches_it"


def test_a_plan_in_the_past_is_refused(programme, instructor, registrar):
    plan = plan_of([instructor], starts=timezone.now() - DAY)
    assert refused(plan_seminar, programme=programme, plan=plan, by=registrar).code == "past"
