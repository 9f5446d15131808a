"""What a device takes along, as JSON: sittings, their checklists as finished markup, and where its seals stand."""

from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from exams.actions.field_checkouts import DAYS_AHEAD, AssignedList
from exams.actions.fitness import Duty
from exams.actions.sign_offs import Identity, facts_of
from exams.models import (
    ConflictOverride,
    FieldDevice,
    Qualification,
    SealedRecord,
    Sitting,
    barred_by_site,
    standings_of,
)
from exams.rules.assessors import Standing, sufficient
from exams.rules.patient_details import patterns
from exams.rules.practical_record import Entry, record_content, timestamp_text
from exams.rules.rubrics import RubricContent, Station, criterion_comment
from exams.views.practical_pages import checklist_page
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.passkeys import request_for
from lms.look.templatetags.moments import day_text, plain_clock

NO_CHALLENGE = bytes(32)
MOST_SEALS = 200


def list_json(person: User, device: FieldDevice, listed: AssignedList) -> dict[str, Any]:
    """Write the assigned list: names and checklists of these sittings, no address, number or history of anybody."""
    now = timezone.now()
    standings = standings_of([person.pk])[person.pk]
    allowed = set(ConflictOverride.objects.filter(assessor=person).values_list("enrolment_id", flat=True))
    barred = barred_by_site(person.pk, {row.enrolment_id: _day(row) for row in listed.held})
    seals = SealedRecord.objects.with_people().filter(device=device).order_by("-number")[:MOST_SEALS]
    return {
        "person": str(person.public_id),
        "name": person.full_name,
        "device": {"id": str(device.pk), "label": device.label, "expires_at": timestamp_text(device.expires_at)},
        "time": timestamp_text(now),
        "expires_at": timestamp_text(min(device.expires_at, now + timedelta(days=DAYS_AHEAD))),
        "passkey": _passkey(person),
        "patterns": patterns(),
        "sittings": [
            _sitting(row, standings, row.enrolment_id in allowed, barred.get(row.enrolment_id, ""))
            for row in listed.held
        ],
        "elsewhere": [_elsewhere(row) for row in listed.elsewhere],
        "seals": [state_json(row) for row in seals],
    }


def state_json(row: SealedRecord) -> dict[str, Any]:
    """Say where a sealed record stands."""
    return {
        "number": row.number,
        "digest": row.digest,
        "state": row.state,
        "sentence": row.sentence,
        "receipt": row.receipt,
        "page": reverse("exams:sealed_record", args=[row.pk]),
    }


def _passkey(person: User) -> dict[str, Any] | None:
    """Return what the browser needs to ask for a passkey; the challenge will be the digest of a record."""
    asked = request_for(person, NO_CHALLENGE)
    if asked is None:
        return None
    options = asked["publicKey"]
    rows = [{"type": "public-key", "id": row["id"]} for row in options["allowCredentials"]]
    return {"rpId": options["rpId"], "allowCredentials": rows}


def _elsewhere(row: Sitting) -> dict[str, str]:
    held = row.checkout.device.label if row.checkout else ""
    return {"id": str(row.pk), "trainee": row.trainee.full_name, "day": day_text(row.scheduled_for), "device": held}


def _day(row: Sitting) -> date:
    return max(row.scheduled_for, site_day())


def _sitting(row: Sitting, standings: list[Standing], has_overrides: bool, barred_at: str) -> dict[str, Any]:
    """Write one sitting. Without a basis the app opens no checklist, and says what is lacking."""
    held = () if barred_at else sufficient(standings, Duty.of(row, _day(row)).task)
    lacking = "Your qualification does not cover it. The registrar keeps the list of assessors."
    if barred_at:
        lacking = (
            f"{row.trainee.full_name} learns on the job at {barred_at}, and you are not approved there. "
            "The registrar keeps the list of each site."
        )
    entries = {seen.field: Entry(seen.field, seen.value, seen.seq, seen.saved_at) for seen in row.observations.all()}
    page = checklist_page(row, entries, show_gaps=False)
    identity = Identity(row.opened_at or timezone.now(), row.qualification, str(row.qualified_by_id or ""))
    base = record_content(facts_of(row, identity, [], (), "", has_overrides=has_overrides))
    return {
        "id": str(row.pk),
        "checkout": str(row.checkout_id),
        "trainee": row.trainee.full_name,
        "assessor": row.assessor.full_name,
        "programme": row.enrolment.programme.title,
        "date": row.scheduled_for.isoformat(),
        "day": day_text(row.scheduled_for),
        "starts": plain_clock(row.starts_at) if row.starts_at else "",
        "place": row.place,
        "device": row.device,
        "simulated": row.simulated,
        "opened": row.opened_at is not None,
        "bases": [
            {"value": one.basis, "label": Qualification(one.basis).label, "qualified_by": one.key} for one in held
        ],
        "lacking": "" if held else lacking,
        "base": base,
        "entries": [
            {
                "field": one.field,
                "value": one.value,
                "seq": one.seq,
                "saved_at": timestamp_text(one.saved_at) if one.saved_at else None,
            }
            for one in entries.values()
            if one.value
        ],
        "plan": plan_of(row.rubric, row.chosen_stations),
        "phrases": list(row.rubric.quick_phrases),
        "html": render_to_string("exams/field/checklist.html", {"sitting": row, "page": page}),
    }


def plan_of(rubric: RubricContent, stations: tuple[Station, ...]) -> dict[str, Any]:
    """Return what the rules on the device need to know of a rubric."""
    return {
        "passing_level": rubric.passing_level,
        "levels": {str(one.level): one.label for one in rubric.levels},
        "stations": [
            {
                "code": station.code,
                "title": station.title,
                "failures": [{"code": one.code, "text": one.text} for one in station.critical_failures],
                "critical": station.critical_field,
                "level": station.level_field,
                "comment": station.comment_field,
                "criteria": [
                    {
                        "code": one.code,
                        "text": one.text,
                        "critical": one.critical,
                        "comment": criterion_comment(one.code),
                    }
                    for one in station.criteria
                ],
            }
            for station in stations
        ],
    }
