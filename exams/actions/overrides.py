"""Conflicts of interest that a second person allows: one proposes with a reason, another one confirms by name."""

import uuid
from collections.abc import Sequence

from django.db import transaction

from courses.models import Enrolment
from exams.actions.fitness import Duty, conflicts_of
from exams.errors import PracticalError
from exams.models import ConflictOverride, Sitting
from exams.rules.conflicts import Conflict
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.approvals.actions import propose
from lms.approvals.models import Proposal
from lms.approvals.registry import Description, Kind, needs_two_people
from lms.audit.actions import record
from lms.audit.verbs import Verb

OVERRIDE = "practical.override"


@transaction.atomic
def propose_override(*, duty: Duty, assessor: User, reason: str, by: User) -> Proposal:
    """Ask a second person to let somebody assess a trainee in spite of a conflict.

    Exactly the conflicts of now are allowed; one that is declared later refuses again. Raises `PracticalError`:
    no_conflict, cannot_be_allowed, concerns_you; and what `propose` refuses.
    """
    demand(by, Permission.SITTING_ASSIGN)
    if by.pk in (assessor.pk, duty.enrolment.person_id):
        raise PracticalError("concerns_you", "This is about yourself. Somebody else has to ask for it.")
    found = conflicts_of(assessor=assessor, duty=duty)
    if not found:
        raise PracticalError("no_conflict", "Nothing stands between these two. Assign the sitting.")
    if not all(one.key for one in found):
        raise PracticalError("cannot_be_allowed", f"Nobody can allow this. {found[0].sentence}")
    target = f"{duty.enrolment.pk.hex}{assessor.pk:x}"
    return propose(kind=OVERRIDE, target=target, payload=_payload(duty, assessor, found), reason=reason, by=by)


def overrides_shown(sitting: Sitting) -> list[dict[str, str]]:
    """Return what a record says of allowed conflicts between its assessor and its trainee, with names and reasons."""
    rows = ConflictOverride.objects.filter(enrolment=sitting.enrolment_id, assessor=sitting.assessor_id)
    return [
        {
            "conflict": " ".join(row.sentences),
            "reason": row.reason,
            "proposed_by": row.proposed_by.full_name,
            "allowed_by": row.allowed_by.full_name,
        }
        for row in rows.select_related("proposed_by", "allowed_by").order_by("allowed_at", "pk")
    ]


def _payload(duty: Duty, assessor: User, found: Sequence[Conflict]) -> dict[str, object]:
    return {
        "enrolment": str(duty.enrolment.pk),
        "assessor": assessor.pk,
        "version": duty.version.pk,
        "stations": list(duty.task.stations),
        "conflicts": sorted(one.key for one in found),
        "sentences": [one.sentence for one in found],
    }


def _allow(proposal: Proposal, by: User) -> None:
    payload = proposal.payload
    row = ConflictOverride.objects.create(
        enrolment_id=uuid.UUID(payload["enrolment"]),
        assessor_id=payload["assessor"],
        conflicts=payload["conflicts"],
        sentences=payload["sentences"],
        reason=proposal.reason,
        proposed_by=proposal.proposed_by,
        allowed_by=by,
        proposal=proposal,
    )
    record(Verb.CONFLICT_ALLOWED, by=by, target=row, data={"conflicts": row.conflicts, "proposal": str(proposal.pk)})


def _people(proposals: Sequence[Proposal]) -> tuple[dict[str, Enrolment], dict[int, User]]:
    enrolments = Enrolment.objects.filter(pk__in=[proposal.payload["enrolment"] for proposal in proposals])
    assessors = User.objects.in_bulk([proposal.payload["assessor"] for proposal in proposals])
    return {str(row.pk): row for row in enrolments.select_related("person", "programme")}, assessors


def _describe(proposal: Proposal) -> Description:
    enrolments, assessors = _people([proposal])
    enrolment, assessor = enrolments[proposal.payload["enrolment"]], assessors[proposal.payload["assessor"]]
    return Description(
        sentence=(
            f"{assessor.full_name} may assess {enrolment.person.full_name} in spite of a conflict. Every record that "
            "comes of it names both of you and the reason."
        ),
        facts=(
            ("Conflict", " ".join(proposal.payload["sentences"])),
            ("Programme", enrolment.programme.title),
            ("Stations", ", ".join(proposal.payload["stations"])),
        ),
    )


def _concerns(proposals: Sequence[Proposal], person: User) -> frozenset[uuid.UUID]:
    enrolments, _ = _people(proposals)
    return frozenset(
        proposal.pk
        for proposal in proposals
        if person.pk in (proposal.payload["assessor"], enrolments[proposal.payload["enrolment"]].person_id)
    )


def _subjects(proposals: Sequence[Proposal]) -> dict[uuid.UUID, str]:
    enrolments, assessors = _people(proposals)
    return {
        proposal.pk: (
            f"{assessors[proposal.payload['assessor']].full_name} assesses "
            f"{enrolments[proposal.payload['enrolment']].person.full_name}"
        )
        for proposal in proposals
    }


needs_two_people(
    Kind(
        OVERRIDE,
        "Allow a conflict of interest",
        Permission.SITTING_ASSIGN,
        _describe,
        _allow,
        concerns=_concerns,
        subjects=_subjects,
        afterwards="The sitting can be assigned now.",
    )
)
