"""Leaving mails about appointments in the outbox, in the transaction of what they tell."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from exams.appointment_mails import (
    CIRCUIT_MAIL,
    RECORD_MAIL,
    REQUEST_MAIL,
    SEAT_MAIL,
    SEATS_MAIL,
    SESSION_MAIL,
    SITTING_MAIL,
    News,
    RequestNews,
)
from exams.models import Circuit, ExamSession, SignOff, Sitting, SittingRequest
from lms.jobs.actions import enqueue, enqueue_all

# Bookings come in rows: whoever supervises gets one mail for a quarter of an hour of them.
SEATS_ARE_TOLD_EVERY = timedelta(minutes=15)


def tell_candidates(bookings: Iterable[int], news: News, sequence: int) -> None:
    """Tell candidates what became of their seats; `sequence` tells one piece of news of a kind from the next.

    It is also the sequence of the calendar entry that a mail strikes out.
    """
    jobs = {
        f"{SEAT_MAIL}:{booking}:{news}:{sequence}": {"booking": booking, "news": news.value, "sequence": sequence}
        for booking in bookings
    }
    enqueue_all(SEAT_MAIL, jobs)


def tell_invigilators(session: ExamSession, people: Iterable[int], news: News) -> None:
    """Tell people what became of a session, or of being named for it."""
    _tell_invigilators(session, people, news, session.revision)


def remind_of(session: ExamSession, bookings: Iterable[int], invigilators: Iterable[int]) -> None:
    """Remind people of a session, once for each start that it is given, whatever else of it changes."""
    start = int(session.starts_at.timestamp())
    tell_candidates(bookings, News.REMINDER, start)
    _tell_invigilators(session, invigilators, News.REMINDER, start)


def _tell_invigilators(session: ExamSession, people: Iterable[int], news: News, sequence: int) -> None:
    facts = {"session": str(session.pk), "news": news.value, "sequence": sequence}
    keys = {person: f"{SESSION_MAIL}:{session.pk}:{person}:{news}:{sequence}" for person in people}
    enqueue_all(SESSION_MAIL, {key: facts | {"person": person} for person, key in keys.items()})


def tell_of_seats(session: ExamSession, now: datetime) -> None:
    """Tell those who supervise, within half an hour, that seats were given or taken back."""
    slot = int(now.timestamp()) // int(SEATS_ARE_TOLD_EVERY.total_seconds())
    # A minute beyond the quarter, so that what was booked in its last second is told as well.
    until = (slot + 1) * SEATS_ARE_TOLD_EVERY.total_seconds() - now.timestamp() + 60
    for person in session.invigilators.values_list("pk", flat=True):
        enqueue(
            SEATS_MAIL,
            key=f"{SEATS_MAIL}:{session.pk}:{person}:{slot}",
            payload={"session": str(session.pk), "person": person, "slot": slot},
            delay=timedelta(seconds=until),
        )


def tell_of_sitting(sitting: Sitting, news: News) -> None:
    """Tell trainee and assessor what became of a practical; of a second rating only who rates."""
    people = (sitting.assessor_id,) if sitting.rates_again_id else (sitting.trainee.pk, sitting.assessor_id)
    for person in people:
        facts = {"sitting": str(sitting.pk), "person": person, "news": news.value}
        enqueue(SITTING_MAIL, key=f"{SITTING_MAIL}:{sitting.pk}:{person}:{news}", payload=facts)


def tell_of_circuit(circuit: Circuit, people: Iterable[int], news: News) -> None:
    """Tell everybody in a circuit their times: one mail each, however many stations they visit."""
    facts = {"circuit": str(circuit.pk), "news": news.value}
    keys = {person: f"{CIRCUIT_MAIL}:{circuit.pk}:{person}:{news}" for person in people}
    enqueue_all(CIRCUIT_MAIL, {key: facts | {"person": person} for person, key in keys.items()})


def tell_of_request(request: SittingRequest, news: RequestNews, person: int) -> None:
    """Tell whoever is concerned what became of a request for a practical."""
    facts = {"request": str(request.pk), "person": person, "news": news.value}
    enqueue(REQUEST_MAIL, key=f"{REQUEST_MAIL}:{request.pk}:{person}:{news}", payload=facts)


def tell_of_record(sign_off: SignOff) -> None:
    """Tell trainee and assessor that a record was signed or corrected."""
    for person in (sign_off.sitting.trainee.pk, sign_off.sitting.assessor_id):
        facts = {"sign_off": str(sign_off.pk), "person": person}
        enqueue(RECORD_MAIL, key=f"{RECORD_MAIL}:{sign_off.pk}:{person}", payload=facts)
