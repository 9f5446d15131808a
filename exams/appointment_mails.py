"""Mails about appointments, with their calendar files: seats and sessions of written exams, and practicals.

A mail tells what holds when it is sent, not when its cause was: what was taken back meanwhile is not announced any
more, for another mail says so. Calendars go by the sequence, so the order in which mails arrive does not matter.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils import timezone

from exams.mailing import Invitation, address, host, send
from exams.models import (
    Booking,
    Circuit,
    ExamSession,
    RequestState,
    SignOff,
    Sitting,
    SittingRequest,
    SittingState,
)
from exams.models.exam_sessions import HOLDING
from lms.accounts.models import User
from lms.jobs.registry import handles
from lms.mail.rules.calendar_files import CalendarEntry, Method

SEAT_MAIL = "exams.seat_mail"
SESSION_MAIL = "exams.session_mail"
SEATS_MAIL = "exams.seats_mail"
SITTING_MAIL = "exams.sitting_mail"
RECORD_MAIL = "exams.record_mail"
REQUEST_MAIL = "exams.request_mail"
CIRCUIT_MAIL = "exams.circuit_mail"


class News(StrEnum):
    """What happened to an appointment, as the person concerned sees it."""

    GIVEN = "given"
    CHANGED = "changed"
    TAKEN_BACK = "taken_back"
    CALLED_OFF = "called_off"
    REMINDER = "reminder"

    @property
    def ends_it(self) -> bool:
        """Whether the person has no appointment any more."""
        return self in (News.TAKEN_BACK, News.CALLED_OFF)


class RequestNews(StrEnum):
    """What happened to a request for a practical; what is accepted is told as a planned practical."""

    ASKED = "asked"
    REMINDER = "reminder"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    LAPSED = "lapsed"


SEAT_WORDS = {
    News.GIVEN: ("Your seat", "you have a seat in an exam session."),
    News.CHANGED: ("Your exam session has changed", "your exam session has changed. This is what holds now."),
    News.TAKEN_BACK: ("Your seat was given back", "you no longer have this seat. Ask the registrar for another one."),
    News.CALLED_OFF: (
        "Your exam session is called off",
        "this exam session is called off, and your seat with it. Ask the registrar for another one.",
    ),
    News.REMINDER: ("Tomorrow", "this is to remind you of your exam session."),
}
SESSION_WORDS = {
    News.GIVEN: ("You supervise an exam session", "you are named to supervise this exam session."),
    News.CHANGED: (
        "An exam session has changed",
        "an exam session that you supervise has changed. This is what holds now.",
    ),
    News.TAKEN_BACK: ("You no longer supervise an exam session", "you no longer supervise this exam session."),
    News.CALLED_OFF: ("An exam session is called off", "an exam session that you were to supervise is called off."),
    News.REMINDER: ("Tomorrow", "this is to remind you of the exam session that you supervise."),
}
SITTING_WORDS = {
    News.GIVEN: ("Practical planned", "this practical is planned."),
    News.CALLED_OFF: ("Practical cancelled", "this practical is cancelled. Another one has to be planned or booked."),
    News.REMINDER: ("Tomorrow", "this is to remind you of your practical."),
}
CIRCUIT_WORDS = {
    News.GIVEN: ("Circuit of stations planned", "this circuit of stations is planned. These are your times."),
    News.REMINDER: ("Tomorrow", "this is to remind you of your circuit of stations. These are your times."),
}
REQUEST_WORDS = {
    RequestNews.ASKED: ("You are asked for a practical", "a trainee asks you for a practical."),
    RequestNews.REMINDER: ("A request waits for your answer", "this request for a practical still waits."),
    RequestNews.WITHDRAWN: ("A request was withdrawn", "this request for a practical was withdrawn. Nothing is to do."),
    RequestNews.DECLINED: ("Your request was declined", "your request for a practical was declined."),
    RequestNews.LAPSED: (
        "Your request was not answered",
        "nobody answered your request before the slot began, so it is closed. Choose another slot.",
    ),
}
OF_STATE = {
    RequestNews.ASKED: RequestState.ASKED,
    RequestNews.REMINDER: RequestState.ASKED,
    RequestNews.WITHDRAWN: RequestState.WITHDRAWN,
    RequestNews.DECLINED: RequestState.DECLINED,
    RequestNews.LAPSED: RequestState.LAPSED,
}


def seat_entry(booking: Booking, sequence: int) -> CalendarEntry:
    """Return the appointment of a candidate; it has one name in calendars for the whole life of the seat."""
    session = booking.session
    return CalendarEntry(
        uid=f"seat-{booking.pk}@{host()}",
        sequence=sequence,
        title=f"Written exam: {session.exam.title}",
        place=session.place,
        text=f"Bring an identity document. Your seat: {address('exams:start', code=session.exam.code)}",
        starts=session.starts_at,
        ends=session.ends_at,
    )


@handles(SEAT_MAIL)
def mail_seat(payload: dict[str, Any]) -> None:
    """Tell a candidate what became of a seat."""
    booking = Booking.objects.select_related("session__exam", "enrolment__person").get(pk=payload["booking"])
    session, news = booking.session, News(payload["news"])
    if not news.ends_it and (booking.state not in HOLDING or not session.is_standing):
        return
    if news is News.REMINDER and (booking.attempt_id or _is_stale(payload, session)):
        return
    sequence = payload["sequence"] if news.ends_it else session.revision
    invitation = Invitation(seat_entry(booking, sequence), Method.CANCEL if news.ends_it else Method.REQUEST)
    subject, opening = SEAT_WORDS[news]
    facts = {
        "session": session,
        "opening": opening,
        "ended": news.ends_it,
        "address": address("exams:start", code=session.exam.code),
    }
    number = f"{booking.pk}.{news}.{payload['sequence']}"
    send("seat", number, booking.enrolment.person, f"{subject}: {session.exam.title}", facts, invitation)


def _is_stale(payload: dict[str, Any], session: ExamSession) -> bool:
    """Whether a reminder comes after the start, or is of a start that the session no longer has."""
    return session.starts_at <= timezone.now() or payload["sequence"] != int(session.starts_at.timestamp())


@handles(SESSION_MAIL)
def mail_session(payload: dict[str, Any]) -> None:
    """Tell an invigilator what became of a session, or of being named for it."""
    session = ExamSession.objects.select_related("exam").get(pk=payload["session"])
    person, news = User.objects.get(pk=payload["person"]), News(payload["news"])
    supervises = session.is_standing and session.invigilators.filter(pk=person.pk).exists()
    if supervises == news.ends_it:
        return
    if news is News.REMINDER and _is_stale(payload, session):
        return
    page = address("exams:console", session_id=session.pk)
    entry = CalendarEntry(
        uid=f"session-{session.pk}-{person.public_id}@{host()}",
        sequence=payload["sequence"] if news.ends_it else session.revision,
        title=f"Supervise: {session.exam.title}",
        place=session.place,
        text=f"Seats and candidates: {page}",
        starts=session.starts_at,
        ends=session.ends_at,
    )
    subject, opening = SESSION_WORDS[news]
    facts = _session_facts(session, opening, page) | {"ended": news.ends_it}
    invitation = Invitation(entry, Method.CANCEL if news.ends_it else Method.REQUEST)
    number = f"{session.pk}.{person.public_id}.{news}.{payload['sequence']}"
    send("session", number, person, f"{subject}: {session.exam.title}", facts, invitation)


@handles(SEATS_MAIL)
def mail_seats(payload: dict[str, Any]) -> None:
    """Tell an invigilator how many seats are taken, once for all that were given and taken back in a quarter hour."""
    session = ExamSession.objects.select_related("exam").get(pk=payload["session"])
    person = session.invigilators.filter(pk=payload["person"]).first()
    if person is None or not session.is_standing or session.ends_at <= timezone.now():
        return
    opening = "seats of an exam session that you supervise were given or taken back. This is what holds now."
    facts = _session_facts(session, opening, address("exams:console", session_id=session.pk))
    number = f"{session.pk}.{person.public_id}.seats.{payload['slot']}"
    send("session", number, person, f"Seats have changed: {session.exam.title}", facts)


def _session_facts(session: ExamSession, opening: str, page: str) -> dict[str, Any]:
    taken = session.bookings.filter(state__in=HOLDING).count()
    return {"session": session, "opening": opening, "taken": taken, "address": page}


@handles(SITTING_MAIL)
def mail_sitting(payload: dict[str, Any]) -> None:
    """Tell the trainee or the assessor that a practical is planned or cancelled, or remind them of it."""
    sitting = Sitting.objects.with_people().get(pk=payload["sitting"])
    person, news = User.objects.get(pk=payload["person"]), News(payload["news"])
    if not news.ends_it and sitting.state == SittingState.CANCELLED:
        return
    if news is News.REMINDER and (not sitting.is_open or (sitting.starts_at or timezone.now()) <= timezone.now()):
        return
    assesses = person.pk == sitting.assessor_id
    page = address("exams:sitting", sitting_id=sitting.pk) if assesses else address("exams:own_practical")
    entry = CalendarEntry(
        uid=f"practical-{sitting.pk}@{host()}",
        sequence=int(news.ends_it),
        title=f"Practical: {sitting.enrolment.programme.title}",
        place=sitting.place,
        text=f"Trainee: {sitting.trainee.full_name}. Assessor: {sitting.assessor.full_name}.",
        starts=sitting.starts_at or sitting.scheduled_for,
        ends=sitting.ends_at,
    )
    subject, opening = SITTING_WORDS[news]
    facts = {"sitting": sitting, "opening": opening, "ended": news.ends_it, "address": page, "assesses": assesses}
    facts["reason"] = _reason_of(sitting) if news.ends_it else ""
    invitation = Invitation(entry, Method.CANCEL if news.ends_it else Method.REQUEST)
    if news.ends_it and (circuit := sitting.circuits.select_related("programme").first()):
        invitation = _circuit_invitation(circuit, person, _visits_of(circuit, person) or [sitting])
    number = f"{sitting.pk}.{person.public_id}.{news}"
    send("sitting", number, person, f"{subject}: {sitting.enrolment.programme.title}", facts, invitation)


def _reason_of(sitting: Sitting) -> str:
    """Return why a practical that was asked for is cancelled, or nothing."""
    row = SittingRequest.objects.filter(sitting=sitting, state=RequestState.CANCELLED).first()
    return row.reason if row else ""


def _visits_of(circuit: Circuit, person: User) -> list[Sitting]:
    """Return what stands of a circuit for one person."""
    mine = circuit.sittings.filter(Q(assessor=person) | Q(enrolment__person=person))
    return list(mine.exclude(state=SittingState.CANCELLED).with_people().order_by("starts_at"))


def _circuit_invitation(circuit: Circuit, person: User, visits: Sequence[Sitting]) -> Invitation:
    """Return the one entry of a person's circuit; each sitting that was cancelled makes it newer, the last ends it."""
    mine = circuit.sittings.filter(Q(assessor=person) | Q(enrolment__person=person))
    first, last = visits[0], visits[-1]
    entry = CalendarEntry(
        uid=f"circuit-{circuit.pk}-{person.public_id}@{host()}",
        sequence=mine.filter(state=SittingState.CANCELLED).count(),
        title=f"Circuit of stations: {circuit.programme.title}",
        place=circuit.place,
        text="\n".join(f"{', '.join(visit.stations)}: {visit.place}" for visit in visits),
        starts=first.starts_at or circuit.begins_at,
        ends=last.ends_at,
    )
    stands = any(visit.state != SittingState.CANCELLED for visit in visits)
    return Invitation(entry, Method.REQUEST if stands else Method.CANCEL)


@handles(CIRCUIT_MAIL)
def mail_circuit(payload: dict[str, Any]) -> None:
    """Tell one person all their times of a circuit, with one entry for the calendar from the first to the last."""
    circuit = Circuit.objects.select_related("programme").get(pk=payload["circuit"])
    person, news = User.objects.get(pk=payload["person"]), News(payload["news"])
    visits = [visit for visit in _visits_of(circuit, person) if visit.is_open]
    if not visits or (news is News.REMINDER and circuit.begins_at <= timezone.now()):
        return
    assesses = any(visit.assessor_id == person.pk for visit in visits)
    page = address("exams:day_list") if assesses else address("exams:own_practical")
    subject, opening = CIRCUIT_WORDS[news]
    facts = {"circuit": circuit, "visits": visits, "opening": opening, "address": page}
    number = f"{circuit.pk}.{person.public_id}.{news}"
    invitation = _circuit_invitation(circuit, person, visits)
    send("circuit", number, person, f"{subject}: {circuit.programme.title}", facts, invitation)


@handles(REQUEST_MAIL)
def mail_request(payload: dict[str, Any]) -> None:
    """Tell the assessor of a request that waits, or the trainee what became of it; only while that still holds."""
    row = SittingRequest.objects.with_people().get(pk=payload["request"])
    person, news = User.objects.get(pk=payload["person"]), RequestNews(payload["news"])
    if row.state != OF_STATE[news]:
        return
    answers = person.pk == row.assessor_id
    page = address("exams:sitting_request", request_id=row.pk) if answers else address("exams:own_practical")
    subject, opening = REQUEST_WORDS[news]
    facts = {"row": row, "opening": opening, "address": page, "answers": answers}
    send("request", f"{row.pk}.{news}", person, f"{subject}: {row.enrolment.programme.title}", facts)


@handles(RECORD_MAIL)
def mail_record(payload: dict[str, Any]) -> None:
    """Tell trainee and assessor that a record of a practical was signed. The mail tells nothing of the outcome."""
    row = SignOff.objects.select_related("sitting__enrolment__person", "sitting__assessor").get(pk=payload["sign_off"])
    person = User.objects.get(pk=payload["person"])
    facts = {"row": row, "signed": person.pk == row.signer_id, "address": address("exams:record", sign_off_id=row.pk)}
    subject = "A practical record was corrected" if row.version > 1 else "A practical record was signed"
    send("record", f"{row.pk}.{person.public_id}", person, subject, facts)
