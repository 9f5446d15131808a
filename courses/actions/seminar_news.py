"""Leaving mails about seminars in the outbox, in the transaction of what they tell; and reminding the day before."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from courses.models import PlaceState, Seminar, SeminarState
from courses.seminar_mails import SEMINAR_MAIL, TEACHING_MAIL, News, TeachingNews
from lms.jobs.actions import enqueue_all

REMINDED_BEFORE = timedelta(hours=24)


def tell_trainees(bookings: Iterable[int], news: News, sequence: int) -> None:
    """Tell trainees what became of their places; `sequence` tells one piece of news of a kind from the next.

    It is also the sequence of the calendar entries that a mail strikes out.
    """
    jobs = {
        f"{SEMINAR_MAIL}:{booking}:{news}:{sequence}": {"booking": booking, "news": news.value, "sequence": sequence}
        for booking in bookings
    }
    enqueue_all(SEMINAR_MAIL, jobs)


def tell_instructors(
    seminar: Seminar, people: Iterable[int], news: TeachingNews, *, sequence: int | None = None
) -> None:
    """Tell people what became of a seminar, or of being named for it."""
    number = seminar.revision if sequence is None else sequence
    facts = {"seminar": str(seminar.pk), "news": news.value, "sequence": number}
    keys = {person: f"{TEACHING_MAIL}:{seminar.pk}:{person}:{news}:{number}" for person in people}
    enqueue_all(TEACHING_MAIL, {key: facts | {"person": person} for person, key in keys.items()})


@transaction.atomic
def remind(*, now: datetime | None = None) -> None:
    """Leave a reminder for everybody whose seminar begins within 24 hours.

    Whoever heard of the seat or of the timetable within those 24 hours is not reminded: that mail did it. Safe to run
    again, for a reminder is one job by its key; a seminar that is moved to a later day is reminded of anew.
    """
    now = now or timezone.now()
    before = F("starts_at") - REMINDED_BEFORE
    told_earlier = Q(changed_at__isnull=True, published_at__lt=before) | Q(changed_at__lt=before)
    due = Seminar.objects.filter(
        told_earlier, state=SeminarState.PUBLISHED, starts_at__gt=now, starts_at__lte=now + REMINDED_BEFORE
    )
    for seminar in due:
        start = int(seminar.starts_at.timestamp())
        seats = seminar.bookings.filter(state=PlaceState.BOOKED, booked_at__lt=seminar.starts_at - REMINDED_BEFORE)
        tell_trainees(seats.values_list("pk", flat=True), News.REMINDER, start)
        people = seminar.instructors.values_list("pk", flat=True)
        tell_instructors(seminar, people, TeachingNews.REMINDER, sequence=start)
