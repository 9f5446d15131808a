"""Seminars on a trainee's home page: one's own places that are still open, and that there is something to book."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from courses.models import PlaceState, Seminar, SeminarBooking, SeminarState
from lms.accounts.models import User
from lms.look.templatetags.moments import moment_text

MOST_SHOWN = 3


@dataclass(frozen=True)
class SeminarNews:
    """One line about a seminar."""

    title: str
    link: str
    hint: str
    state: str = ""
    tone: str = "neutral"


def seminar_news_of(person: User, *, now: datetime) -> list[SeminarNews]:
    """Return the lines, own places first; nothing when there is neither a place nor an offer."""
    open_places = SeminarBooking.objects.filter(
        enrolment__person=person, state__in=[PlaceState.BOOKED, PlaceState.OFFERED, PlaceState.WAITING]
    )
    own = list(
        open_places.filter(seminar__ends_at__gt=now)
        .select_related("seminar")
        .order_by("seminar__starts_at", "pk")[:MOST_SHOWN]
    )
    offered = Seminar.objects.open_to(person).filter(state=SeminarState.PUBLISHED, book_until__gt=now)
    count = offered.exclude(pk__in=open_places.values("seminar")).count()
    news = [_own(place) for place in own]
    if count or own:
        hint = f"{count} can be booked." if count else "All that you can attend, and what you attended."
        title = "See all seminars" if own else "Seminars in person"
        news.append(SeminarNews(title, reverse("courses:seminars"), hint))
    return news


def _own(place: SeminarBooking) -> SeminarNews:
    seminar = place.seminar
    hint = f"{moment_text(seminar.starts_at)}, {seminar.place}"
    state, tone = "On the waiting list", "accent"
    if place.state == PlaceState.BOOKED:
        state, tone = "Booked", "good"
    elif place.state == PlaceState.OFFERED and place.offer_until:
        state, tone = "Seat held for you", "attention"
        hint = f"Answer by {moment_text(place.offer_until)}. {hint}"
    return SeminarNews(seminar.title, reverse("courses:seminar", args=[seminar.pk]), hint, state, tone)
