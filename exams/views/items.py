"""Finding items for the people who write and review them, each in their own reach."""

from django.http import Http404, HttpRequest
from django.urls import reverse

from exams.models import BlindAnswer, Item, ItemVersion
from exams.models.items import ItemVersionQuerySet
from lms.accounts.permissions import Permission, Scope, scope_of
from lms.accounts.requests import PersonRequest


def visible_versions(request: PersonRequest, code: str) -> ItemVersionQuerySet:
    """Return the versions of an item that the person may read."""
    scope = scope_of(request.user, Permission.BANK_READ) or Scope.OWN
    known = ItemVersion.objects.visible_to(request.user, scope)
    return known.filter(item__code=code).select_related("item", "drawing", "author")


def visible_version(request: PersonRequest, code: str, number: int) -> ItemVersion:
    """Return one version. Raises `Http404` for those that do not exist and those of others alike."""
    version = visible_versions(request, code).filter(number=number).first()
    if version is None:
        raise Http404
    return version


def visible_item(request: PersonRequest, code: str) -> Item:
    """Return one item. Raises `Http404` for those that do not exist and those of others alike."""
    version = visible_versions(request, code).first()
    if version is None:
        raise Http404
    return version.item


def waits_for_blind_answer(request: PersonRequest, item: Item) -> ItemVersion | None:
    """Return the version that somebody reviews who has not yet seen its key; None when the key is open to them.

    Who reads the whole bank or wrote the item knows its key; other reviewers answer first, or say that they will not.
    """
    if scope_of(request.user, Permission.BANK_READ) is Scope.ALL:
        return None
    if item.versions.filter(author=request.user).exists():
        return None
    answered = BlindAnswer.objects.filter(reviewer=request.user, version__item=item).values("version", "content_hash")
    seen = {(row["version"], row["content_hash"]) for row in answered}
    assigned = ItemVersion.objects.assigned_to(request.user).filter(item=item).select_related("item")
    return next((version for version in assigned if (version.pk, version.content_hash) not in seen), None)


def address_of_version(version: ItemVersion, anchor: str = "") -> str:
    """Return the address of a version's page."""
    address = reverse("exams:bank_item", args=[version.item.code])
    return f"{address}?version={version.number}{anchor}"


def asked_version(request: HttpRequest) -> int | None:
    """Return the number in `?version=3`, or None when there is none that can be read."""
    asked = request.GET.get("version", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else None
