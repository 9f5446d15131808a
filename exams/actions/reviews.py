"""Recording who reviewed an item."""

from django.db import transaction
from django.utils import timezone

from content.rules.reviews import ReviewScope, is_author, reviews_as, scopes_open_to
from exams.bank import newest_versions
from exams.errors import ReviewError
from exams.models import Item, ItemReview, ItemVersion
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


@transaction.atomic
def record_item_review(*, item: Item, shown_hash: str, scope: str, not_author: bool, by: User) -> ItemReview:
    """Record that a person reviewed the newest version of an item, which is the one they were shown.

    Raises `PermissionDenied`, and `ReviewError`: version_changed, scope_not_open, is_author, not_declared,
    already_reviewed.
    """
    demand(by, Permission.ITEM_REVIEW)
    version = newest_versions().get(item=item)
    if version.content_hash != shown_hash:
        raise ReviewError("version_changed", "This item has a new version since you opened it. Read it again below.")
    role = reviews_as(by.roles)
    if role is None or scope not in scopes_open_to(role):
        raise ReviewError("scope_not_open", "Only a TMS physician reviews what is medically right.")
    _refuse_authors(version, by, not_author=not_author)
    today = timezone.localdate()
    fields = {"version": version, "reviewer": by, "scope": ReviewScope(scope).value, "reviewed_on": today}
    review, created = ItemReview.objects.get_or_create(
        **fields, defaults={"name": by.full_name, "role": role.value, "content_hash": version.content_hash}
    )
    if not created:
        raise ReviewError("already_reviewed", "You recorded this review of this version today already.")
    data = {"number": version.number, "hash": version.content_hash, "scope": review.scope, "role": review.role}
    record(Verb.ITEM_REVIEWED, by=by, target=version, data=data)
    return review


def _refuse_authors(version: ItemVersion, by: User, *, not_author: bool) -> None:
    """Refuse those whom the file names as authors, and those who do not declare that they are none."""
    if is_author(by.full_name, version.authors):
        raise ReviewError("is_author", "You are named as an author of this item. Somebody else has to review it.")
    if not not_author:
        raise ReviewError("not_declared", "Declare that you did not write this item, or leave the review to others.")
