"""Slots, requests and sites, made by the real actions."""

import uuid
from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from courses.models import Enrolment
from exams.actions.sites import approve_assessor, create_site, place_trainee
from exams.actions.sitting_requests import ask
from exams.actions.slots import Offer, publish_slots
from exams.models import ProviderSite, RubricVersion, SittingRequest, Slot
from exams.rules.assessors import DeviceFamily
from lms.accounts.days import site_day
from lms.accounts.models import User
from tests.factories.assessors import qualify
from tests.factories.exams import complete_course
from tests.factories.practicals import make_rubric

ZONE = ZoneInfo("UTC")


def in_days(days: int) -> date:
    """A day from today, by the calendar of the site."""
    return site_day() + timedelta(days=days)


def offer(**changes: Any) -> Offer:
    """An hour in a week, from nine; arguments as they differ."""
    facts: dict[str, Any] = {
        "first": in_days(7),
        "starts": time(9),
        "minutes": 60,
        "place": "Clinic North, room 2",
        "device": "MagPro R30 no. 1",
        "device_family": DeviceFamily.FIGURE_EIGHT,
        "simulated": True,
        "zone": ZONE,
    }
    return Offer(**facts | changes)


def make_slots(assessor: User, **changes: Any) -> list[Slot]:
    """Let an assessor, qualified if need be, offer slots."""
    qualify(assessor)
    return publish_slots(offer=offer(**changes), by=assessor, nonce=uuid.uuid4())


def make_slot(assessor: User, **changes: Any) -> Slot:
    """Let an assessor offer one slot."""
    return make_slots(assessor, **changes)[0]


def ready_to_ask(enrolment: Enrolment, stations: int = 2, **rules: Any) -> Enrolment:
    """Complete the course of a trainee, and load a small rubric unless there is one."""
    if not RubricVersion.objects.filter(rubric__programme=enrolment.programme).exists():
        make_rubric(enrolment, stations=stations, **rules)
    return complete_course(enrolment)


def ask_for(
    enrolment: Enrolment, slot: Slot, stations: Sequence[str] = ("P01", "P02"), **changes: Any
) -> SittingRequest:
    """Let a trainee ask for a slot."""
    facts = {"assessor": slot.assessor, "slot": slot, "nonce": uuid.uuid4(), "by": enrolment.person}
    return ask(enrolment=enrolment, stations=list(stations), **facts | changes)


def make_site(registrar: User, name: str = "Northgate", **changes: Any) -> ProviderSite:
    """Record the site of a provider."""
    facts = {"place": "1 North Gate, Leeds", "time_zone": "Europe/London", "contact": "Nora, nora@example.org"}
    return create_site(name=name, by=registrar, **facts | changes)


def put_on_the_job(enrolment: Enrolment, site: ProviderSite, registrar: User) -> Enrolment:
    """Make a trainee one of pathway C, placed at a site."""
    Enrolment.objects.filter(pk=enrolment.pk).update(pathway="provider")
    enrolment.refresh_from_db()
    place_trainee(site=site, enrolment=enrolment, by=registrar)
    return enrolment


def approve(site: ProviderSite, person: User, registrar: User, first: int = -30, last: int = 300) -> Any:
    """Approve an assessor for a site, for days counted from today."""
    return approve_assessor(site=site, person=person, since=in_days(first), until=in_days(last), by=registrar)
