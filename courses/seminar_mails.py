"""Mails about seminars, with a calendar file for each session.

A mail tells what holds when it is sent: what was taken back meanwhile is not announced any more, for another mail says
so. Calendars go by the sequence, so the order in which mails arrive does not matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils import timezone

from courses.models import PlaceState, Seminar, SeminarBooking, SeminarSession
from lms.accounts.models import User
from lms.jobs.registry import handles
from lms.mail.rules.calendar_files import CalendarEntry, Method
from lms.mail.sending import Invitation, address, host, send

SEMINAR_MAIL = "courses.seminar_mail"
TEACHING_MAIL = "courses.teaching_mail"


class News(StrEnum):
    """What happened, as the person concerned sees it."""

    BOOKED = "booked"
    WAITING = "waiting"
    OFFERED = "offered"
    CHANGED = "changed"
    REMINDER = "reminder"
    RELEASED = "released"
    LAPSED = "lapsed"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


class TeachingNews(StrEnum):
    """What happened to a seminar, as who teaches it sees it."""

    GIVEN = "given"
    CHANGED = "changed"
    REMINDER = "reminder"
    TAKEN_BACK = "taken_back"
    CALLED_OFF = "called_off"

    @property
    def ends_it(self) -> bool:
        """Whether the person does not teach it any more."""
        return self in (TeachingNews.TAKEN_BACK, TeachingNews.CALLED_OFF)


@dataclass(frozen=True)
class Words:
    """Subject and opening of a mail; `holds_in` is the state in which its news still holds, empty when it always does.

    `calendar` is what the reader's calendar does with the sessions; None when the mail brings none.
    """

    subject: str
    opening: str
    holds_in: str = ""
    calendar: Method | None = None


WORDS = {
    News.BOOKED: Words(
        "Your seat is booked", "you have a seat in this seminar.", PlaceState.BOOKED.value, Method.REQUEST
    ),
    News.WAITING: Words(
        "You are on the waiting list",
        "all seats of this seminar are taken, and you are on its waiting list. When a seat becomes free and it is your "
        "turn, we offer it to you by mail.",
        PlaceState.WAITING.value,
    ),
    News.OFFERED: Words(
        "A seat is free for you",
        "a seat in this seminar has become free, and it is your turn. It is held for you for some time. Sign in and "
        "say whether you take it.",
        PlaceState.OFFERED.value,
    ),
    News.CHANGED: Words(
        "Your seminar has changed",
        "your seminar has changed. This is what holds now.",
        PlaceState.BOOKED.value,
        Method.REQUEST,
    ),
    News.REMINDER: Words("Tomorrow", "this is to remind you of your seminar.", PlaceState.BOOKED.value, Method.REQUEST),
    News.RELEASED: Words(
        "Your place was given back",
        "you no longer have a place in this seminar or on its waiting list.",
        calendar=Method.CANCEL,
    ),
    News.LAPSED: Words(
        "The offered seat went on",
        "the seat that was held for you was not taken in time, and your place on the waiting list has ended with it. "
        "You can ask again as long as booking is open.",
    ),
    News.CLOSED: Words(
        "No seat became free",
        "this seminar has begun, and no seat became free for you. Look for the next one.",
    ),
    News.CALLED_OFF: Words("Your seminar is called off", "this seminar is called off.", calendar=Method.CANCEL),
}
TEACHING_WORDS = {
    TeachingNews.GIVEN: ("You teach a seminar", "you are named to teach this seminar."),
    TeachingNews.CHANGED: (
        "A seminar that you teach has changed",
        "a seminar that you teach has changed. This is what holds now.",
    ),
    TeachingNews.REMINDER: ("Tomorrow", "this is to remind you of the seminar that you teach."),
    TeachingNews.TAKEN_BACK: ("You no longer teach a seminar", "you no longer teach this seminar."),
    TeachingNews.CALLED_OFF: ("A seminar is called off", "a seminar that you were to teach is called off."),
}


def session_entry(session: SeminarSession, seminar: Seminar, who: str, page: str, sequence: int) -> CalendarEntry:
    """Return the appointment of one session for one person; `who` makes its name theirs."""
    return CalendarEntry(
        uid=f"seminar-{session.pk}-{who}@{host()}",
        sequence=sequence,
        title=f"{seminar.title}: {session.title}",
        place=f"{session.room}, {seminar.place}",
        text=f"Seminar, all about it: {page}",
        starts=session.starts_at,
        ends=session.ends_at,
    )


def seat_entries(booking: SeminarBooking, sessions: Iterable[SeminarSession]) -> list[CalendarEntry]:
    """Return the appointments of somebody who has a seat, each under one name for its whole life."""
    seminar = booking.seminar
    page = address("courses:seminar", seminar_id=seminar.pk)
    return [session_entry(session, seminar, str(booking.pk), page, seminar.revision) for session in sessions]


@handles(SEMINAR_MAIL)
def mail_trainee(payload: dict[str, Any]) -> None:
    """Tell a trainee what became of their place."""
    booking = SeminarBooking.objects.select_related("seminar", "enrolment__person").get(pk=payload["booking"])
    seminar, news, person = booking.seminar, News(payload["news"]), booking.enrolment.person
    words = WORDS[news]
    if words.holds_in and (booking.state != words.holds_in or not seminar.is_published):
        return
    if news is News.REMINDER and _is_stale(payload, seminar):
        return
    page = address("courses:seminar", seminar_id=seminar.pk)
    invitations = []
    if words.calendar and booking.booked_at:
        told_since = Q(dropped_at__gte=booking.booked_at)
        ends = words.calendar is Method.CANCEL
        sequence = payload["sequence"] if ends else seminar.revision
        invitations = _invitations(seminar, told_since, str(booking.pk), page, sequence, ends)
    number = f"seminar.{booking.pk}.{news}.{payload['sequence']}"
    facts = _facts(seminar, words.opening, page) | {"news": news.value, "booking": booking}
    subject = f"{words.subject}: {seminar.title}"
    send("courses/mail/seminar_place.txt", number, person, subject, facts, invitations)


@handles(TEACHING_MAIL)
def mail_instructor(payload: dict[str, Any]) -> None:
    """Tell somebody what became of a seminar that they teach, or of being named for it."""
    seminar = Seminar.objects.get(pk=payload["seminar"])
    person, news = User.objects.get(pk=payload["person"]), TeachingNews(payload["news"])
    teaches = seminar.is_published and seminar.instructors.filter(pk=person.pk).exists()
    if teaches == news.ends_it or (news is TeachingNews.REMINDER and _is_stale(payload, seminar)):
        return
    subject, opening = TEACHING_WORDS[news]
    page = address("courses:teaching_seminar", seminar_id=seminar.pk)
    told_since = Q(dropped_at__gte=seminar.published_at)
    sequence = payload["sequence"] if news.ends_it else seminar.revision
    who = str(person.public_id)
    invitations = _invitations(seminar, told_since, who, page, sequence, news.ends_it)
    number = f"teaching.{seminar.pk}.{person.public_id}.{news}.{payload['sequence']}"
    facts = _facts(seminar, opening, page) | {"ended": news.ends_it}
    send("courses/mail/seminar_teaching.txt", number, person, f"{subject}: {seminar.title}", facts, invitations)


def _is_stale(payload: dict[str, Any], seminar: Seminar) -> bool:
    """Whether a reminder comes after the start, or is of a start that the seminar no longer has."""
    return seminar.starts_at <= timezone.now() or payload["sequence"] != int(seminar.starts_at.timestamp())


def _invitations(seminar: Seminar, told_since: Q, who: str, page: str, sequence: int, ends: bool) -> list[Invitation]:
    """Return what calendars do: take the sessions in and strike out those that were dropped, or strike out all."""
    sessions = seminar.sessions.filter(Q(dropped_at__isnull=True) | told_since)
    return [
        Invitation(
            session_entry(session, seminar, who, page, sequence),
            Method.CANCEL if ends or session.dropped_at else Method.REQUEST,
        )
        for session in sessions
    ]


def _facts(seminar: Seminar, opening: str, page: str) -> dict[str, Any]:
    sessions = list(seminar.sessions.standing())
    return {"seminar": seminar, "sessions": sessions, "opening": opening, "address": page}
