"""Moving item versions on: to review, back, into pretest, into use, out of use.

Each step is one conditional update that names the status and the content hash which the person was shown: of two who
act at once the second finds no row, and an edit in between refuses an approval.
"""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils import timezone

from content.rules.reviews import is_author
from exams.errors import ItemError
from exams.models import Item, ItemDecision, ItemVersion, ReviewAssignment
from exams.models.items import PUBLISHED_VALUES
from exams.rules.item_workflow import (
    PUBLISHED,
    Actor,
    ItemStatus,
    RetireReason,
    ReturnReason,
    Step,
    VersionFacts,
    obstacle,
    status_after,
)
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand, scope_of
from lms.audit.actions import record
from lms.audit.verbs import Verb

PERMISSION_OF = {
    Step.SUBMIT: Permission.ITEM_WRITE,
    Step.WITHDRAW: Permission.ITEM_WRITE,
    Step.DISCARD: Permission.ITEM_WRITE,
    Step.RETURN: Permission.ITEM_APPROVE,
    Step.APPROVE: Permission.ITEM_APPROVE,
    Step.ENDORSE: Permission.ITEM_APPROVE,
}


@transaction.atomic
def take_step(
    *, step: Step, version: ItemVersion, shown_hash: str, by: User, text: str = "", reason: str = ""
) -> ItemVersion:
    """Submit, withdraw, discard, return, approve or endorse a version as it was shown.

    A return needs `reason` (`ReturnReason`) and `text`. Raises `PermissionDenied`, and `ItemError`: `version_changed`,
    `no_reason`, or the code of the rule that stands in the way.
    """
    demand(by, PERMISSION_OF[step])
    facts = facts_of(version, by)
    if stop := obstacle(step, facts, actors_of(version, by)):
        raise ItemError(stop.code, stop.sentence)
    if step is Step.RETURN and (reason not in list(ReturnReason) or not text.strip()):
        raise ItemError("no_reason", "Say what has to change, and in which part of the item.")
    # An endorsement first holds the row, then counts: another one may have come in between.
    _move(version, facts.status if step is Step.ENDORSE else status_after(step, facts), shown_hash)
    _decide(version, step, shown_hash, by, text, reason)
    if step is Step.ENDORSE:
        counted = replace(facts, endorsed_by=endorsers_of(version, shown_hash))
        _move(version, status_after(step, counted), shown_hash)
    version.refresh_from_db()
    return version


def _move(version: ItemVersion, target: ItemStatus, shown_hash: str) -> None:
    """Give the row its next status, provided it is still as it was shown."""
    moved: dict[str, object] = {"status": target.value}
    if version.published_at is None and target in PUBLISHED:
        moved["published_at"] = timezone.now()
    held = ItemVersion.objects.filter(pk=version.pk, status=version.status, content_hash=shown_hash)
    if not held.update(**moved):
        raise ItemError("version_changed", "This version was changed or decided on since you opened it. Read it again.")


def _decide(version: ItemVersion, step: Step, shown_hash: str, by: User, text: str, reason: str) -> None:
    fields = {"version": version, "content_hash": shown_hash, "person": by, "step": step.value}
    try:
        with transaction.atomic():
            ItemDecision.objects.create(reason=reason, text=text.strip(), **fields)
    except IntegrityError as error:
        raise ItemError("already_endorsed", "Your approval of this version is recorded already.") from error
    data = {"step": step.value, "hash": shown_hash, "reason": reason}
    record(Verb.ITEM_DECIDED, by=by, target=version, data=data)


def endorsers_of(version: ItemVersion, content_hash: str) -> frozenset[int]:
    """Return the ids of those who approved these words for counting."""
    endorsed = version.decisions.filter(step=Step.ENDORSE.value, content_hash=content_hash)
    return frozenset(endorsed.values_list("person", flat=True))


def is_own(version: ItemVersion, person: User) -> bool:
    """Say whether a person wrote any version of the item, here or by the name that its file gives.

    The next version starts with the words of the last one, so who wrote those does not judge it either.
    """
    written = ItemVersion.objects.filter(item=version.item_id).values_list("author", "authors")
    return any(author == person.pk or is_author(person.full_name, names) for author, names in written)


def actors_of(version: ItemVersion, person: User) -> frozenset[Actor]:
    """Return as what a person may act on a version."""
    actors = set()
    if version.author_id == person.pk and scope_of(person, Permission.ITEM_WRITE):
        actors.add(Actor.AUTHOR)
    if scope_of(person, Permission.ITEM_MANAGE):
        actors.add(Actor.EXAM_ADMIN)
    if version.assignments.filter(reviewer=person, ended_at__isnull=True).exists():
        actors.add(Actor.REVIEWER)
    return frozenset(actors)


def facts_of(version: ItemVersion, person: User) -> VersionFacts:
    """Return a version as the rules see it when this person acts."""
    return VersionFacts(
        status=ItemStatus(version.status),
        person=person.pk,
        is_own=is_own(version, person),
        has_rationale=bool(version.rationale.strip()),
        has_reference=bool(version.sources),
        endorsed_by=endorsers_of(version, version.content_hash),
    )


@transaction.atomic
def retire(*, item: Item, reason: str, text: str, by: User) -> list[ItemVersion]:
    """Take an item out of use at once: all its versions that a new form could hold. Running forms stay as they are.

    Raises `PermissionDenied`, and `ItemError`: `no_reason`, `not_in_use`.
    """
    demand(by, Permission.ITEM_MANAGE)
    if reason not in list(RetireReason) or not text.strip():
        raise ItemError("no_reason", "Choose a reason and describe what happened.")
    versions = list(item.versions.filter(status__in=PUBLISHED_VALUES).order_by("number"))
    if not versions:
        raise ItemError("not_in_use", "This item is not in use.")
    for version in versions:
        _move(version, ItemStatus.RETIRED, version.content_hash)
        _decide(version, Step.RETIRE, version.content_hash, by, text, reason)
        version.refresh_from_db()
    return versions


@transaction.atomic
def assign_reviewer(*, version: ItemVersion, reviewer: User, by: User) -> ReviewAssignment:
    """Ask somebody to review a version in review or pretest.

    Raises `PermissionDenied`, and `ItemError`: `wrong_status`, `own_item`, `no_reviewer`, `already_assigned`.
    """
    demand(by, Permission.ITEM_MANAGE)
    if version.status not in (ItemStatus.REVIEW, ItemStatus.PRETEST):
        raise ItemError("wrong_status", "Reviewers are named while a version is in review or pretest.")
    if is_own(version, reviewer):
        raise ItemError("own_item", "Its author cannot review an item. Choose somebody else.")
    if not reviewer.is_active or scope_of(reviewer, Permission.ITEM_APPROVE) is None:
        raise ItemError("no_reviewer", "Choose an item author or an exam administrator.")
    assignment, created = ReviewAssignment.objects.get_or_create(
        version=version, reviewer=reviewer, ended_at=None, defaults={"assigned_by": by}
    )
    if not created:
        raise ItemError("already_assigned", "This person was asked already.")
    record(Verb.ITEM_REVIEWER_ASSIGNED, by=by, target=version, data={"reviewer": str(reviewer.public_id)})
    return assignment


@transaction.atomic
def release_reviewer(*, version: ItemVersion, reviewer: User, by: User) -> None:
    """End an assignment. Raises `PermissionDenied`, and `ItemError` `not_assigned`."""
    demand(by, Permission.ITEM_MANAGE)
    open_one = ReviewAssignment.objects.filter(version=version, reviewer=reviewer, ended_at__isnull=True)
    if not open_one.update(ended_at=timezone.now()):
        raise ItemError("not_assigned", "This person is no longer asked to review it.")
    record(Verb.ITEM_REVIEWER_RELEASED, by=by, target=version, data={"reviewer": str(reviewer.public_id)})
