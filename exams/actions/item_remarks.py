"""What people add to items without moving them on: comments, blind answers, key reads, sets."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from exams.actions.scoring import key_of
from exams.errors import ItemError
from exams.models import BlindAnswer, ItemComment, ItemSet, ItemVersion, KeyRead
from exams.rules.item_material import ScoringRule
from exams.rules.scoring import AwaitingMarking, Value, outcome, stored_points
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

LONGEST_COMMENT = 4000


@transaction.atomic
def comment(*, version: ItemVersion, text: str, by: User) -> ItemComment:
    """Add a remark. Raises `PermissionDenied`, and `ItemError`: `no_text`, `too_long`, `not_yours`."""
    _demand_sight(version, by)
    if not text.strip():
        raise ItemError("no_text", "Write a comment before you send it.")
    if len(text) > LONGEST_COMMENT:
        raise ItemError("too_long", f"A comment has at most {LONGEST_COMMENT} characters.")
    remark = ItemComment.objects.create(version=version, person=by, text=text.strip())
    record(Verb.ITEM_COMMENTED, by=by, target=version, data={"comment": remark.pk})
    return remark


@transaction.atomic
def resolve(*, remark: ItemComment, by: User) -> None:
    """Mark a remark as resolved; a second time changes nothing. Raises `PermissionDenied`, `ItemError` `not_yours`."""
    _demand_sight(remark.version, by)
    unresolved = ItemComment.objects.filter(pk=remark.pk, resolved_at__isnull=True)
    if unresolved.update(resolved_at=timezone.now(), resolved_by=by):
        record(Verb.ITEM_COMMENT_RESOLVED, by=by, target=remark.version, data={"comment": remark.pk})


def _demand_sight(version: ItemVersion, by: User) -> None:
    scope = demand(by, Permission.BANK_READ)
    if not ItemVersion.objects.visible_to(by, scope).filter(pk=version.pk).exists():
        raise ItemError("not_yours", "This item is not yours to read.")


@transaction.atomic
def answer_blind(*, version: ItemVersion, shown_hash: str, value: Value, by: User) -> BlindAnswer:
    """Keep what a reviewer answered before seeing the key; an empty value says that they did not want to answer.

    The first answer stands. An essay gets no points: nobody marks it. Raises `PermissionDenied`, and `ItemError`
    `version_changed`.
    """
    demand(by, Permission.ITEM_APPROVE)
    if version.content_hash != shown_hash:
        raise ItemError("version_changed", "This version was changed since you opened it. Read it again.")
    exact = _points_of(version, value)
    same = {"version": version, "content_hash": shown_hash, "reviewer": by}
    answer, created = BlindAnswer.objects.get_or_create(**same, defaults={"value": value, "points": exact})
    if created:
        data = {"hash": shown_hash, "agrees": exact == Decimal(1) if exact is not None else None}
        record(Verb.ITEM_BLIND_ANSWERED, by=by, target=version, data=data)
    return answer


def _points_of(version: ItemVersion, value: Value) -> Decimal | None:
    if not value:
        return None
    worth = outcome(ScoringRule(version.scoring), key_of(version), value)
    return None if isinstance(worth, AwaitingMarking) else stored_points(worth)


def note_key_read(*, version: ItemVersion, page: str, by: User) -> None:
    """Write into the access log that somebody is shown the key of a version."""
    KeyRead.objects.create(version=version, reader=by, page=page)


def note_keys_read(*, versions: Iterable[ItemVersion], page: str, by: User) -> None:
    """Write into the access log that somebody is given the keys of many versions."""
    KeyRead.objects.bulk_create(KeyRead(version=version, reader=by, page=page) for version in versions)


@transaction.atomic
def create_set(*, code: str, title: str, scored_independently: bool, by: User) -> ItemSet:
    """Add an empty set. Raises `PermissionDenied`, and `ItemError` `code_taken`."""
    demand(by, Permission.ITEM_MANAGE)
    try:
        with transaction.atomic():
            made = ItemSet.objects.create(code=code, title=title, scored_independently=scored_independently)
    except IntegrityError as error:
        raise ItemError("code_taken", f"There is a set {code} already.") from error
    record(Verb.ITEM_SET_CREATED, by=by, target=made, data={"code": code})
    return made
