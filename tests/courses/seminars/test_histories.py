"""Whole histories of a seminar against the database: never more people than seats, and the order is kept."""

from contextlib import suppress

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courses.actions.seminar_seats import accept, move_waiting_lists, release
from courses.actions.seminars import change_seminar
from courses.errors import SeminarError
from courses.models import Seminar, SeminarBooking
from lms.accounts.roles import Role
from tests.conftest import join, make_programme
from tests.factories.seminars import HOUR, join_trainee, lines_of, make_seminar, plan_of, seat

pytestmark = pytest.mark.django_db
ACTS = st.lists(st.tuples(st.sampled_from(["come", "leave", "take", "wait", "seats"]), st.integers(0, 9)), max_size=15)


@given(ACTS)
def test_a_history_of_acts_never_overbooks_and_keeps_the_order(standing_crowd, acts):
    seminar, people, rosa, ines = standing_crowd
    with transaction.atomic():
        play(seminar, people, rosa, ines, acts)
        transaction.set_rollback(True)


def play(seminar, people, rosa, ines, acts):
    now = timezone.now()
    for person in people[:4]:
        seat(seminar, person, now=now)
    for act, choice in acts:
        person = people[choice % len(people)]
        place = SeminarBooking.objects.filter(
            seminar=seminar, enrolment=person, state__in=["booked", "offered", "waiting"]
        ).first()
        with suppress(SeminarError), transaction.atomic():
            if act == "come":
                seat(seminar, person, now=now)
            elif act == "leave" and place:
                release(booking=place, by=person.person, now=now)
            elif act == "take" and place:
                accept(booking=place, by=person.person, now=now)
        if act == "wait":
            now = min(now + choice * HOUR, seminar.starts_at - HOUR)
            move_waiting_lists(now=now)
        elif act == "seats":
            row = Seminar.objects.get(pk=seminar.pk)
            plan = plan_of([ines], starts=row.starts_at, seats=row.seats + choice % 2 + 1, sessions=lines_of(row))
            if plan.seats < 8:
                change_seminar(seminar=row, plan=plan, seen=row.revision, by=rosa, now=now)
        row = Seminar.objects.get(pk=seminar.pk)
        held = row.bookings.filter(state__in=["booked", "offered"])
        assert row.taken == held.count() <= row.seats
        waiting = list(row.bookings.filter(state="waiting").order_by("pk").values_list("pk", flat=True))
        if waiting:
            # Whoever holds a seat asked before everybody who still waits.
            assert max(held.values_list("pk", flat=True)) < waiting[0]


@pytest.fixture(scope="module")
def standing_crowd(standing):
    """One seminar and six people, which the examples of a property take back to how they were."""
    programme = make_programme()
    ines, rosa = join("Inga Instructor", Role.INSTRUCTOR), join("Rosalind Registrar", Role.REGISTRAR)
    people = [join_trainee(number, programme) for number in range(10, 16)]
    return make_seminar(programme, ines, by=rosa), people, rosa, ines
