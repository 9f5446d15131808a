"""Bringing a rubric draft into force: one person hands it in, another one who did not write it approves it."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from exams.actions.rubric_drafts import APPROVAL, demand_changeable, faults_in, newest_of
from exams.errors import RubricError
from exams.models import DraftState, RubricDraft, RubricDraftChange, RubricVersion
from exams.rules.rubric_compare import rubric_differences
from exams.rules.rubrics import content_digest
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.approvals.actions import propose
from lms.approvals.models import Proposal
from lms.approvals.registry import Description, Kind, needs_two_people
from lms.audit.actions import record
from lms.audit.verbs import Verb

STALE = (
    "A newer version came into force after this draft was begun. Compare the two and take the newer one as its base."
)


@transaction.atomic
def hand_in(*, draft: RubricDraft, reason: str, by: User) -> Proposal:
    """Ask a second person to approve a draft as it is now; until they decide it does not change.

    Raises `RubricError`: draft_closed, draft_waits, has_faults, nothing_changed, stale_base; and what `propose`
    refuses.
    """
    demand(by, Permission.RUBRIC_WRITE)
    row = demand_changeable(draft)
    newest = newest_of(row.rubric)
    digest = content_digest(row.content)
    if row.base_id != newest.pk:
        raise RubricError("stale_base", STALE)
    if faults := faults_in(row):
        many = f"{len(faults)} things have" if len(faults) > 1 else "One thing has"
        raise RubricError("has_faults", f"{many} to be mended first; they are listed on top of the draft.")
    if digest == newest.digest:
        raise RubricError("nothing_changed", f"The draft says the same as version {newest.number}.")
    payload = {"draft": str(row.pk), "rubric": row.rubric.code, "base": newest.number, "digest": digest}
    return propose(kind=APPROVAL, target=str(row.pk), payload=payload, reason=reason, by=by)


def _approve(proposal: Proposal, by: User) -> None:
    """Make the version that new sittings take. It is frozen at once: two people answer for exactly this text."""
    row = RubricDraft.objects.select_for_update(of=("self",)).select_related("rubric").get(pk=proposal.target)
    newest = newest_of(row.rubric)
    if not row.is_open:
        raise RubricError("draft_closed", f"This draft was {row.get_state_display().lower()} already.")
    if row.base_id != newest.pk:
        raise RubricError("stale_base", STALE)
    if content_digest(row.content) != proposal.payload["digest"]:
        raise RubricError(
            "draft_changed", "The draft is not what was handed in. Decline it; then it can be handed in anew."
        )
    now, number = timezone.now(), newest.number + 1
    version = RubricVersion.objects.create(
        rubric=row.rubric,
        number=number,
        content={**row.content, "version": number},
        digest=proposal.payload["digest"],
        locked_at=now,
    )
    row.state, row.closed_at, row.closed_by, row.version = DraftState.APPROVED, now, by, version
    row.save(update_fields=["state", "closed_at", "closed_by", "version"])
    data = {"code": row.rubric.code, "number": number, "draft": str(row.pk)}
    record(Verb.RUBRIC_VERSION_CREATED, by=by, target=version, data=data)


def _describe(proposal: Proposal) -> Description:
    draft = RubricDraft.objects.select_related("rubric__programme", "base").get(pk=proposal.target)
    changes = len(rubric_differences(draft.base.content, draft.content))
    facts = (
        ("Programme", draft.rubric.programme.title),
        ("Changes", f"{changes} text{'' if changes == 1 else 's'} differ{'s' if changes == 1 else ''}"),
        ("Builds on", f"Version {proposal.payload['base']}"),
        ("Digest", proposal.payload["digest"][:16]),
    )
    sentence = (
        f"This draft becomes version {proposal.payload['base'] + 1} of {draft.content['title']}. Sittings assigned "
        "from then on take it; those assigned already keep theirs."
    )
    return Description(sentence, facts, reverse("exams:rubric_compare", args=[draft.pk]))


def _concerns(proposals: Sequence[Proposal], person: User) -> frozenset[uuid.UUID]:
    """Which of the drafts the person began or changed: an author does not approve (S-8)."""
    drafts = [uuid.UUID(proposal.target) for proposal in proposals]
    begun = RubricDraft.objects.filter(pk__in=drafts, started_by=person).values_list("pk", flat=True)
    changed = RubricDraftChange.objects.filter(draft__in=drafts, by=person).values_list("draft", flat=True)
    own = {str(key) for key in (*begun, *changed)}
    return frozenset(proposal.pk for proposal in proposals if proposal.target in own)


def _subjects(proposals: Sequence[Proposal]) -> dict[uuid.UUID, str]:
    return {
        proposal.pk: f"{proposal.payload['rubric']}: version {proposal.payload['base'] + 1}" for proposal in proposals
    }


def _lapsed(proposal: Proposal) -> str:
    draft = RubricDraft.objects.select_related("rubric").get(pk=proposal.target)
    return STALE if draft.base_id != newest_of(draft.rubric).pk else ""


needs_two_people(
    Kind(
        APPROVAL,
        "Approve a rubric",
        Permission.RUBRIC_WRITE,
        _describe,
        _approve,
        concerns=_concerns,
        subjects=_subjects,
        lapsed=_lapsed,
        afterwards="New sittings take this version from now on.",
    )
)
