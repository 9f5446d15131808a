"""Accommodations granted and ended; more time while an exam runs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from exams.actions import attempts, invigilation
from exams.actions.accommodations import end, extend
from exams.errors import AccommodationError, AttemptError
from exams.models import Accommodation, AttemptEvent, Ground, adjustments_of
from exams.rules.accommodations import Adjustments
from lms.audit.models import Event
from lms.audit.verbs import Verb
from tests.exams.conftest import move_deadline
from tests.factories.exam_access import HALF_MORE, grant_to, set_policy
from tests.factories.exams import start_attempt
from tests.factories.practicals import make_sitting
from tests.threads import at_once

pytestmark = pytest.mark.django_db
NOW = timezone.now


def refusal(act, *arguments, error=AccommodationError, **named) -> str:
    with pytest.raises(error) as caught:
        act(*arguments, **named)
    return caught.value.code


def test_every_start_uses_it_and_keeps_it(ready, exam, trainee, exam_admin):
    everything = Adjustments(Decimal("1.5"), Decimal("7.5"), 20, True, True, True)
    grant_to(trainee, exam_admin, everything)
    now = NOW()
    attempt = start_attempt(ready, exam, now=now)
    assert attempt.deadline == now + timedelta(minutes=97, seconds=30)
    assert attempt.adjustments == everything
    end(accommodation=Accommodation.objects.get(), by=exam_admin)
    attempt.refresh_from_db()
    assert attempt.adjustments == everything


def test_nobody_elses_counts(ready, exam, other_trainee, exam_admin):
    grant_to(other_trainee, exam_admin)
    now = NOW()
    attempt = start_attempt(ready, exam, now=now)
    assert (attempt.deadline, attempt.adjustments) == (now + timedelta(minutes=60), Adjustments())


@pytest.mark.parametrize(("first", "last", "holds"), [(-3, -1, False), (-3, 0, True), (0, 0, True), (1, 9, False)])
def test_it_holds_from_its_first_to_its_last_day(trainee, exam_admin, first, last, holds):
    today = timezone.localdate()
    grant_to(trainee, exam_admin, valid_from=today + timedelta(days=first))
    Accommodation.objects.update(valid_until=today + timedelta(days=last))
    assert (adjustments_of(trainee, NOW()) == HALF_MORE) is holds


def test_another_grant_ends_the_one_that_was_seen(trainee, exam_admin):
    first = grant_to(trainee, exam_admin)
    second = grant_to(trainee, exam_admin, Adjustments(reader=True), replaces=first.pk)
    assert list(Accommodation.objects.standing()) == [second]
    first.refresh_from_db()
    assert (first.multiplier, first.ended_by) == (Decimal("1.5"), exam_admin)


def test_what_was_not_seen_is_not_replaced(trainee, exam_admin):
    grant_to(trainee, exam_admin)
    assert refusal(grant_to, trainee, exam_admin) == "changed_meanwhile"
    assert Accommodation.objects.count() == 1


@pytest.mark.parametrize(
    ("adjustments", "changes", "code"),
    [
        (Adjustments(), {}, "nothing_granted"),
        (HALF_MORE, {"valid_until": timezone.localdate() - timedelta(days=1)}, "days_over"),
    ],
)
def test_what_makes_no_sense_is_refused(trainee, exam_admin, adjustments, changes, code):
    assert refusal(grant_to, trainee, exam_admin, adjustments, **changes) == code


def test_nobody_grants_or_ends_their_own(exam_admin, make_person):
    assert refusal(grant_to, exam_admin, exam_admin) == "own_accommodation"
    other = make_person("Otto Admin", *[next(iter(exam_admin.roles))])
    own = grant_to(exam_admin, other)
    assert refusal(end, accommodation=own, by=exam_admin) == "own_accommodation"


@pytest.mark.parametrize("who", ["trainee", "instructor", "registrar", "editor"])
def test_only_exam_administrators_decide(request, other_trainee, exam_admin, attempt, who):
    by = request.getfixturevalue(who)
    row = grant_to(other_trainee, exam_admin)
    with pytest.raises(PermissionDenied):
        grant_to(attempt.enrolment.person, by)
    with pytest.raises(PermissionDenied):
        end(accommodation=row, by=by)
    with pytest.raises(PermissionDenied):
        extend(attempt_id=attempt.pk, multiplier=Decimal(2), extra_minutes=Decimal(0), reason="Fire alarm", by=by)


def test_the_trail_names_people_by_id_and_no_ground(trainee, exam_admin):
    row = grant_to(trainee, exam_admin)
    end(accommodation=row, by=exam_admin)
    events = Event.objects.filter(verb__startswith="accommodation.").order_by("sequence")
    assert [event.verb for event in events] == ["accommodation.granted", "accommodation.ended"]
    assert {str(event.data) for event in events} == {str({"person": str(trainee.public_id)})}


def test_ending_twice_changes_nothing(trainee, exam_admin):
    row = grant_to(trainee, exam_admin)
    end(accommodation=row, by=exam_admin)
    assert refusal(end, accommodation=row, by=exam_admin) == "changed_meanwhile"


def test_the_database_holds_one_standing_grant_and_freezes_what_ended(trainee, exam_admin):
    row = grant_to(trainee, exam_admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Accommodation.objects.create(
            person=trainee, reader=True, ground=Ground.OTHER, valid_from=row.valid_from, granted_by=exam_admin
        )
    end(accommodation=row, by=exam_admin)
    with pytest.raises(DatabaseError), transaction.atomic():
        Accommodation.objects.update(multiplier=Decimal(2))


@pytest.mark.parametrize("changes", [{"multiplier": Decimal("0.9")}, {"separate_room": False, "multiplier": 1}])
def test_the_database_refuses_less_time_and_nothing(trainee, exam_admin, changes):
    grant_to(trainee, exam_admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Accommodation.objects.update(**changes)


def more(attempt, by, multiplier="1", extra="0", reason="Fire alarm", **changes):
    return extend(
        attempt_id=attempt.pk,
        multiplier=Decimal(multiplier),
        extra_minutes=Decimal(extra),
        reason=reason,
        by=by,
        **changes,
    )


def test_more_time_moves_the_end_by_the_rule(attempt, exam_admin):
    extended = more(attempt, exam_admin, "1.5", "10")
    assert extended.deadline == attempt.started_at + timedelta(minutes=100)
    assert (extended.time_multiplier, extended.extra_minutes) == (Decimal("1.5"), 10)
    event = AttemptEvent.objects.get(attempt=attempt)
    assert (event.kind, event.text, event.by) == ("extended", "Fire alarm", exam_admin)
    ends = {"deadline_before": attempt.deadline.isoformat(), "deadline_after": extended.deadline.isoformat()}
    # The chain cannot forget, so the multiplier stands with the attempt and not there.
    assert Event.objects.get(verb=Verb.ATTEMPT_EXTENDED).data == {"minutes": 40} | ends
    assert event.detail == {"minutes": 40, "time_multiplier": "1.5", "extra_minutes": "10"} | ends


def test_pauses_and_minutes_given_before_stay_in_the_new_end(attempt, exam_admin):
    began, who = attempt.started_at, {"attempt_id": attempt.pk, "by": exam_admin}
    for first, last in ((1, 4), (10, 12)):
        invigilation.pause(reason="Fire alarm.", now=began + timedelta(minutes=first), **who)
        invigilation.resume(now=began + timedelta(minutes=last), **who)
    invigilation.extend(minutes=6, reason="Late start.", now=began + timedelta(minutes=13), **who)
    assert more(attempt, exam_admin, "1.5", "10").deadline == began + timedelta(minutes=90 + 10 + 5 + 6)


def test_the_same_is_written_down_whichever_way_time_is_given(attempt, exam_admin):
    more(attempt, exam_admin, "1", "7.5")
    invigilation.extend(attempt_id=attempt.pk, minutes=6, reason="Late start.", by=exam_admin)
    given = [event.detail for event in AttemptEvent.objects.order_by("pk")]
    assert [detail["minutes"] for detail in given] == [7.5, 6]
    assert given[0]["deadline_after"] == given[1]["deadline_before"]
    assert [event.data["minutes"] for event in Event.objects.filter(verb=Verb.ATTEMPT_EXTENDED)] == [7.5, 6]


def test_a_close_that_stays_cuts_an_accommodation_short_and_refuses_minutes(ready, exam, exam_admin):
    now = NOW()
    set_policy(exam, exam_admin, closes_at=now + timedelta(minutes=70))
    attempt = start_attempt(ready, exam, now=now)
    minutes = {"minutes": 11, "reason": "Late.", "by": exam_admin}
    assert refusal(invigilation.extend, attempt_id=attempt.pk, error=AttemptError, **minutes) == "close_beats_it"
    assert more(attempt, exam_admin, "1.5").deadline == now + timedelta(minutes=70)
    assert AttemptEvent.objects.get(attempt=attempt).detail["minutes"] == 10


def test_nobody_loses_time(attempt, exam_admin):
    more(attempt, exam_admin, "1.5")
    assert refusal(more, attempt, exam_admin, "1.2", error=AttemptError) == "less_time"
    assert refusal(more, attempt, exam_admin, "1.5", error=AttemptError) == "less_time"


def test_a_reason_is_needed(attempt, exam_admin):
    assert refusal(more, attempt, exam_admin, "2", reason="  ", error=AttemptError) == "reason_missing"


def test_what_is_over_stays_over(attempt, exam_admin, trainee):
    move_deadline(attempt, timedelta(seconds=-5))
    assert refusal(more, attempt, exam_admin, "2", error=AttemptError) == "time_over"
    attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=NOW())
    assert refusal(more, attempt, exam_admin, "2", error=AttemptError) == "closed"


def test_a_paused_attempt_goes_on_first(attempt, exam_admin):
    type(attempt).objects.filter(pk=attempt.pk).update(state="paused", remaining=timedelta(minutes=9))
    assert refusal(more, attempt, exam_admin, "2", error=AttemptError) == "paused"


def test_the_close_beats_more_time_unless_it_moves(ready, exam, exam_admin):
    now = NOW()
    set_policy(exam, exam_admin, closes_at=now + timedelta(minutes=30))
    attempt = start_attempt(ready, exam, now=now)
    assert attempt.deadline == attempt.window_closes_at == now + timedelta(minutes=30)
    assert refusal(more, attempt, exam_admin, "1.5", error=AttemptError) == "close_beats_it"


def test_a_close_that_moves_gives_way(ready, exam, exam_admin, trainee):
    now = NOW()
    grant_to(trainee, exam_admin)
    set_policy(exam, exam_admin, closes_at=now + timedelta(minutes=30), accommodation_moves_close=True)
    attempt = start_attempt(ready, exam, now=now)
    assert attempt.deadline == now + timedelta(minutes=60)
    assert more(attempt, exam_admin, "1.5", "5").deadline == now + timedelta(minutes=65)


def test_the_policy_of_the_start_stays_with_the_attempt(ready, exam, exam_admin):
    now = NOW()
    attempt = start_attempt(ready, exam, now=now)
    set_policy(exam, exam_admin, closes_at=now + timedelta(minutes=30))
    attempt.refresh_from_db()
    assert attempt.deadline == now + timedelta(minutes=60)
    assert more(attempt, exam_admin, "2").deadline == now + timedelta(minutes=120)


def test_stations_take_longer_as_well(enrolment, instructor, trainee, exam_admin):
    plain = make_sitting(enrolment, instructor, opened=False, starts=timezone.datetime.min.time(), stations=["P01"])
    base = plain.ends_at - plain.starts_at
    grant_to(trainee, exam_admin, Adjustments(Decimal("1.5"), Decimal(2)))
    longer = make_sitting(
        enrolment,
        instructor,
        opened=False,
        starts=timezone.datetime.min.time().replace(hour=5),
        stations=["P01"],
    )
    assert longer.ends_at - longer.starts_at == base * 1.5 + timedelta(minutes=2)


@pytest.mark.django_db(transaction=True)
def test_two_grants_at_once_leave_one(trainee, exam_admin):
    def granting():
        try:
            return grant_to(trainee, exam_admin).pk
        except AccommodationError as error:
            return error.code

    results = at_once([granting, granting])
    assert sorted(isinstance(result, int) for result in results) == [False, True]
    assert Accommodation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_give_more_time_at_once_add_up_to_one_accommodation(attempt, exam_admin):
    def extending():
        try:
            return more(attempt, exam_admin, "1.5").state
        except AttemptError as error:
            return error.code

    def minutes():
        return invigilation.extend(attempt_id=attempt.pk, minutes=5, reason="Late.", by=exam_admin).state

    assert sorted(at_once([extending, extending, minutes])) == ["less_time", "started", "started"]
    attempt.refresh_from_db()
    assert attempt.deadline == attempt.started_at + timedelta(minutes=95)


@pytest.mark.django_db(transaction=True)
def test_more_time_and_handing_in_exclude_each_other(attempt, exam_admin, trainee):
    def extending():
        try:
            return more(attempt, exam_admin, "2").state
        except AttemptError as error:
            return error.code

    def submitting():
        return attempts.submit(attempt_id=attempt.pk, token=attempt.token, by=trainee, received_at=NOW()).state

    given, handed_in = at_once([extending, submitting])
    attempt.refresh_from_db()
    assert handed_in == attempt.state == "submitted"
    assert (attempt.time_multiplier == 2) == (given != "closed")
