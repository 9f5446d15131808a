"""Drafts of rubrics and remediation plans, through the real actions."""

import uuid
from datetime import timedelta
from typing import Any

from content.models.sources import Source
from courses.models import Enrolment
from exams.actions.remediation import Activity, write_plan
from exams.actions.rubric_approval import hand_in
from exams.actions.rubric_drafts import change_parts, start_draft
from exams.models import ActivityKind, RemediationPlan, RubricDraft, SignOff
from exams.practical_loading import load_practical
from exams.rules.rubric_edits import Content
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.approvals.models import Proposal
from tests.factories.practicals import complete_and_sign, make_sitting, rubric_content, station

SOURCE = "rossini-2015"
FAILED = {"P01.level": "1", "outcome": "needs_remediation", "remark": "Once more."}
CRITICAL = FAILED | {"P01.critical": "P01-C1", "P01.comment": "Saw it."}


def make_source() -> None:
    """Put one work into the register."""
    Source.objects.get_or_create(key=SOURCE, defaults={"citation": "Rossini PM. 2015.", "url": ""})


def sound_stations(count: int = 2) -> list[dict[str, Any]]:
    """Make stations that name a source, as the material files have to."""
    make_source()
    return [station(f"P{number:02}", sources=[SOURCE]) for number in range(1, count + 1)]


def begin_draft(enrolment: Enrolment, by: User, **changes: Any) -> RubricDraft:
    """Load a small rubric that the reader of the material would take, and begin a draft of it."""
    content = rubric_content(**{"programme": enrolment.programme.code, **changes})
    version = load_practical(content | {"stations": sound_stations(len(content["stations"]))})
    return start_draft(rubric=version.rubric, by=by)


def retitled(title: str = "Another title") -> Any:
    """Return a change of a rubric's title."""

    def edit(content: Content) -> Content:
        return content | {"title": title}

    return edit


def hand_in_changed(draft: RubricDraft, by: User, title: str = "Another title") -> Proposal:
    """Change a draft's title and hand it in."""
    change_parts(draft=draft, part="", edit=retitled(title), by=by)
    return hand_in(draft=draft, reason="The words are plainer.", by=by)


def failed_record(enrolment: Enrolment, assessor: User, **changes: Any) -> SignOff:
    """Sign a sitting at which P01 was not met."""
    values = changes.pop("values", FAILED)
    return complete_and_sign(make_sitting(enrolment, assessor, **changes), values)


def make_plan(sign_off: SignOff, by: User | None = None, **changes: Any) -> RemediationPlan:
    """Write a plan of one practice, due in a fortnight, that its writer follows up."""
    writer = by or sign_off.signer
    facts: dict[str, Any] = {
        "activities": [Activity(ActivityKind.PRACTICE, "Ten coil placements on the head model.")],
        "due_on": site_day() + timedelta(days=14),
        "follow_up_by": sign_off.signer,
        "nonce": uuid.uuid4(),
    }
    return write_plan(sign_off=sign_off, by=writer, **(facts | changes))
