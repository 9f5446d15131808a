"""Writing the next version of a rubric: a draft is started, changed, set against a newer version, discarded.

While it waits for a second person a draft does not change. It never counts for anybody: sittings point at versions.
"""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone

from content.models.sources import Source
from exams.errors import RubricError
from exams.models import DraftState, Rubric, RubricDraft, RubricDraftChange, RubricVersion
from exams.rules.rubric_edits import Content, Typed, codes_in, part_digest, part_of
from exams.rules.rubric_faults import RubricFault, faults_of
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.approvals.models import Proposal, ProposalState
from lms.audit.actions import record
from lms.audit.verbs import Verb

APPROVAL = "practical.rubric"
Edit = Callable[[Content], Content]


def newest_of(rubric: Rubric) -> RubricVersion:
    """Return the version that new sittings take."""
    return rubric.versions.order_by("-number")[:1].get()


def proposal_of(draft: RubricDraft) -> Proposal | None:
    """Return the proposal under which a draft waits for a second person, if it does."""
    waiting = Proposal.objects.filter(kind=APPROVAL, target=str(draft.pk), state=ProposalState.OPEN)
    return waiting.select_related("proposed_by").first()


def faults_in(draft: RubricDraft) -> tuple[RubricFault, ...]:
    """Return what keeps a draft from being handed in."""
    named = {key for station in draft.content["stations"] for key in station["sources"]}
    known = set(Source.objects.filter(key__in=named).values_list("key", flat=True)) if named else set()
    return faults_of(draft.content, known)


@transaction.atomic
def start_draft(*, rubric: Rubric, by: User) -> RubricDraft:
    """Begin a draft with the newest version. Raises `RubricError` draft_there when somebody has one already."""
    demand(by, Permission.RUBRIC_WRITE)
    base = newest_of(rubric)
    try:
        with transaction.atomic():
            draft = RubricDraft.objects.create(rubric=rubric, base=base, content=base.content, started_by=by)
    except IntegrityError as error:
        raise RubricError("draft_there", "There is a draft already. Go on with it.") from error
    record(Verb.RUBRIC_DRAFT_STARTED, by=by, target=draft, data={"rubric": rubric.code, "base": base.number})
    return draft


def save_part(
    *, draft: RubricDraft, part: str, typed: Typed, seen: str, by: User, edit: Callable[[Content, Typed], Content]
) -> bool:
    """Store what was typed about one part, faults and all; says whether anything changed.

    `seen` is the digest of the part as the page showed it. Raises `RubricError`: overtaken when somebody changed the
    part since, draft_closed, draft_waits, part_gone.
    """
    return _change(draft, part, lambda content: edit(content, typed), by=by, seen=seen)


def change_parts(*, draft: RubricDraft, part: str, edit: Edit, by: User) -> bool:
    """Add, move or remove something; says whether anything changed.

    Raises `RubricError`: draft_closed, draft_waits, part_gone.
    """
    return _change(draft, part, edit, by=by)


@transaction.atomic
def _change(draft: RubricDraft, part: str, edit: Edit, *, by: User, seen: str = "") -> bool:
    """Change a draft under its row's lock and keep the part before and after, if it differs.

    The history of a draft is its own table, not the audit chain, which gets what comes into force (R-5).
    """
    demand(by, Permission.RUBRIC_WRITE)
    row = demand_changeable(draft)
    try:
        if seen and part_digest(row.content, part) != seen:
            raise RubricError("overtaken", _overtaken(row, part, by))
        after = edit(row.content)
    except KeyError as error:
        raise RubricError("part_gone", "This part was removed from the draft meanwhile.") from error
    if after == row.content:
        return False
    old, new = row.content, after
    RubricDraftChange.objects.create(
        draft=row, rev=row.rev + 1, part=part, before=_kept(old, part), after=_kept(new, part), by=by
    )
    row.content, row.rev = after, row.rev + 1
    row.save(update_fields=["content", "rev"])
    draft.content, draft.rev = row.content, row.rev
    return True


def demand_changeable(draft: RubricDraft) -> RubricDraft:
    """Lock a draft and return it. Raises `RubricError`: draft_closed, draft_waits."""
    row = RubricDraft.objects.select_for_update(of=("self",)).select_related("rubric", "base").get(pk=draft.pk)
    if not row.is_open:
        raise RubricError("draft_closed", f"This draft was {row.get_state_display().lower()} already.")
    if proposal_of(row):
        raise RubricError("draft_waits", "This draft waits for a second person. Take it back first to change it.")
    return row


@transaction.atomic
def take_newer_base(*, draft: RubricDraft, by: User) -> RubricDraft:
    """Set a draft against the version that came after it was begun; its content stays.

    For who has compared the two. Raises `RubricError`: draft_closed, draft_waits, base_is_newest.
    """
    demand(by, Permission.RUBRIC_WRITE)
    row = demand_changeable(draft)
    newest = newest_of(row.rubric)
    if newest.pk == row.base_id:
        raise RubricError("base_is_newest", "The draft builds on the newest version already.")
    data = {"before": row.base.number, "after": newest.number}
    row.base = newest
    row.save(update_fields=["base"])
    record(Verb.RUBRIC_DRAFT_REBASED, by=by, target=row, data=data)
    return row


@transaction.atomic
def discard(*, draft: RubricDraft, by: User) -> RubricDraft:
    """Close a draft without a version; it stays readable in the history.

    Raises `RubricError`: draft_closed, draft_waits.
    """
    demand(by, Permission.RUBRIC_WRITE)
    row = demand_changeable(draft)
    row.state, row.closed_at, row.closed_by = DraftState.DISCARDED, timezone.now(), by
    row.save(update_fields=["state", "closed_at", "closed_by"])
    record(Verb.RUBRIC_DRAFT_DISCARDED, by=by, target=row, data={"rev": row.rev})
    return row


def codes_ever(rubric: Rubric) -> set[str]:
    """Return every code that a version of the rubric has or had: none of them is given to something else."""
    return {code for version in rubric.versions.all() for code in codes_in(version.content)}


def _kept(content: Content, part: str) -> object:
    """Return what the history keeps: the part, or the order of the stations where stations came, went or moved."""
    if part:
        try:
            return part_of(content, part)
        except KeyError:
            return None
    return part_of(content, "") | {"order": [station["code"] for station in content["stations"]]}


def _overtaken(draft: RubricDraft, part: str, by: User) -> str:
    last = RubricDraftChange.objects.filter(draft=draft, part=part).order_by("-rev").select_related("by").first()
    who = last.by.full_name if last and last.by_id != by.pk else "You"
    where = "" if last and last.by_id != by.pk else " on another page"
    return f"{who} changed this part{where} after you opened it. Your text stands below and is not saved yet."
