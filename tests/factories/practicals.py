"""A small rubric, and sittings brought to any state by the real actions."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from courses.models import Enrolment
from exams.actions.practicals import assign_sitting, observe, open_sitting
from exams.actions.sign_offs import draft_record, sign_off
from exams.models import Qualification, RubricVersion, SignOff, Sitting
from exams.practical_loading import load_practical
from exams.rules.practical_saves import Save
from exams.rules.scheduling import CONFIRMABLE
from lms.accounts.actions import create_person, grant_role
from lms.accounts.models import User
from lms.accounts.proofs import Given
from lms.accounts.roles import Role
from tests.conftest import PASSWORD
from tests.factories.assessors import qualify


def station(code: str, criteria: int = 2, **changes: Any) -> dict[str, Any]:
    """Make a station: its last criterion is critical, and it has two critical failures."""
    return {
        "code": code,
        "title": f"Title of {code}",
        "task": "Do it.",
        "setting": "A chair.",
        "minutes": 10,
        "physician_required": False,
        "criteria": [
            {"code": f"{code}-{number}", "text": f"Step {number} of {code}", "critical": number == criteria}
            for number in range(1, criteria + 1)
        ],
        "critical_failures": [
            {"code": f"{code}-C1", "text": f"First failure of {code}"},
            {"code": f"{code}-C2", "text": f"Second failure of {code}"},
        ],
        "sources": [],
        **changes,
    }


def rubric_content(stations: int = 2, criteria: int = 2, **changes: Any) -> dict[str, Any]:
    """Make a rubric with a few small stations, P01 and on."""
    return {
        "code": "tms-technician-practical",
        "title": "TMS technician practical",
        "version": 1,
        "programme": "tms-technician",
        "entrustment_levels": [
            {"level": level, "label": f"Label {level}", "anchor": f"Anchor {level}"} for level in range(1, 6)
        ],
        "passing_level": 3,
        "quick_phrases": ["Calm and clear", "Needed one prompt"],
        "stations": [station(f"P{number:02}", criteria) for number in range(1, stations + 1)],
        **changes,
    }


def make_rubric(enrolment: Enrolment, **changes: Any) -> RubricVersion:
    """Load a small rubric for the programme of an enrolment."""
    return load_practical(rubric_content(**{"programme": enrolment.programme.code, **changes}))


def make_registrar() -> User:
    """Find or make somebody who may assign sittings."""
    found = User.objects.filter(email="assigns@example.org").first()
    if found is None:
        found = create_person(email="assigns@example.org", full_name="Asa Signs", password=PASSWORD, by=None)
        grant_role(person=found, role=Role.REGISTRAR, by=None)
    return found


def make_sitting(enrolment: Enrolment, assessor: User, *, opened: bool = True, **changes: Any) -> Sitting:
    """Assign a sitting (all stations, today) by the newest rubric, a small one if there is none, and open it."""
    if not RubricVersion.objects.filter(rubric__programme=enrolment.programme).exists():
        make_rubric(enrolment)
    facts: dict[str, Any] = {
        "scheduled_for": timezone.localdate(),
        "place": "Room 2",
        "device": "MagPro R30, Cool-B65",
        "simulated": True,
        "despite": CONFIRMABLE,
        "by": changes.pop("by", None) or make_registrar(),
    }
    facts |= changes
    qualify(assessor)
    planned = facts["scheduled_for"]
    facts["scheduled_for"] = max(planned, timezone.localdate())
    sitting = assign_sitting(enrolment=enrolment, assessor=assessor, **facts)
    if planned != sitting.scheduled_for:  # a day gone by cannot be planned, but a sitting can be left over from one
        Sitting.objects.filter(pk=sitting.pk).update(scheduled_for=planned)
        sitting.refresh_from_db()
    return open_sitting(sitting=sitting, by=assessor, qualification=Qualification.PHYSICIAN) if opened else sitting


def good_values(sitting: Sitting) -> dict[str, str]:
    """Say of every step that it was done, at level 4, and that the trainee is competent."""
    values = {"outcome": "competent"}
    for chosen in sitting.chosen_stations:
        values |= dict.fromkeys((criterion.code for criterion in chosen.criteria), "done")
        values |= {chosen.critical_field: "no", chosen.level_field: "4"}
    return values


def save_values(sitting: Sitting, values: Mapping[str, str], seq: int = 1) -> None:
    """Save values by the real action, each under the same number, in batches as a page sends them."""
    saves: Sequence[Save] = [Save(field, seq, value) for field, value in values.items()]
    for start in range(0, len(saves), 50):
        observe(sitting=sitting, by=sitting.assessor, saves=saves[start : start + 50], received_at=timezone.now())


def complete_and_sign(
    sitting: Sitting, values: Mapping[str, str] | None = None, *, password: str = PASSWORD
) -> SignOff:
    """Fill in a sitting (everything done, but for `values` by field) and sign it with the assessor's password."""
    save_values(sitting, good_values(sitting) | dict(values or {}))
    return sign_off(
        sitting=sitting,
        by=sitting.assessor,
        digest=draft_record(sitting).digest,
        given=Given(password=password),
        nonce=uuid.uuid4(),
    )
