"""Pictures for items: taken in, kept by their digest in the private storage, never changed; unused ones go again.

The row of a picture stays for ever and is what everybody locks: who takes the picture in, who puts it into a draft, and
the clock that clears it away. So no draft ever gets a picture whose bytes are gone.
"""

import hashlib
from datetime import datetime, timedelta

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from exams.errors import ItemError
from exams.imaging import Picture, read_picture
from exams.models import ItemDrawing, ItemVersion
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.models import Event
from lms.audit.verbs import Verb
from lms.storages import keep_private

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
KEPT_UNUSED = timedelta(days=7)


def keep_picture(*, content: bytes, by: User) -> ItemDrawing:
    """Take in a picture that an author uploaded; the same picture is stored once, whoever brings it.

    Raises `PermissionDenied`, and `ItemError` `picture_unusable`.
    """
    demand(by, Permission.ITEM_WRITE)
    picture = read_picture(content)
    with transaction.atomic():
        drawing, is_new = row_of(picture)
        record(Verb.ITEM_FIGURE_UPLOADED, by=by, target=drawing, data={"sha256": drawing.digest, "new": is_new})
    return drawing


def row_of(picture: Picture) -> tuple[ItemDrawing, bool]:
    """Store a picture, and return its row and whether it is new.

    Belongs into a transaction, which holds the row until it ends; the caller has asked for the permission.
    """
    digest = hashlib.sha256(picture.content).hexdigest()
    name = f"items/{digest}.{ENDINGS[picture.media_type]}"
    facts = {
        "storage_name": name,
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
    }
    drawing, is_new = ItemDrawing.objects.get_or_create(digest=digest, defaults=facts)
    hold_with_bytes(drawing, picture.content)
    return drawing, is_new


def hold_with_bytes(drawing: ItemDrawing, content: bytes) -> None:
    """Hold a row until the caller's transaction ends, its bytes in place: also when they were cleared away before."""
    _lock(drawing)
    keep_private(drawing.storage_name, content)


def has_bytes(drawing: ItemDrawing) -> bool:
    """Whether a figure can be shown: uploaded ones that nobody used are cleared away after a while."""
    return drawing.svg is not None or storages["private"].exists(drawing.storage_name)


def hold_picture(drawing: ItemDrawing) -> None:
    """Keep a picture from being cleared away until the caller's transaction ends, with which a draft refers to it.

    Raises `ItemError` `picture_gone` when it was cleared away already.
    """
    _lock(drawing)
    if not has_bytes(drawing):
        raise ItemError("picture_gone", "This picture was not used for a week and is gone. Upload it once more.")


def _lock(drawing: ItemDrawing) -> None:
    list(ItemDrawing.objects.select_for_update(no_key=True).filter(pk=drawing.pk).values_list("pk"))


def clear_unused(*, now: datetime | None = None) -> int:
    """Remove the bytes of pictures that nobody uploaded in the last 7 days and no version holds; return how many."""
    before = (now or timezone.now()) - KEPT_UNUSED
    unused = ItemDrawing.objects.filter(versions=None).exclude(storage_name="")
    return sum(_clear(drawing, before) for drawing in list(unused))


@transaction.atomic
def _clear(drawing: ItemDrawing, before: datetime) -> bool:
    """Remove the bytes of one picture, unless it came into use or was brought again; asked under the lock."""
    _lock(drawing)
    if ItemVersion.objects.filter(drawing=drawing).exists() or _came_since(drawing, before) or not has_bytes(drawing):
        return False
    record(Verb.ITEM_FIGURE_CLEARED, by=None, target=drawing, data={"sha256": drawing.digest})
    storages["private"].delete(drawing.storage_name)  # last: a storage that fails undoes the event
    return True


def _came_since(drawing: ItemDrawing, before: datetime) -> bool:
    """Whether somebody uploaded it since then. Its row cannot change, so the trail alone knows of later uploads."""
    events = Event.objects.filter(target_type=drawing._meta.label_lower, target_id=str(drawing.pk))
    return events.filter(verb=Verb.ITEM_FIGURE_UPLOADED.value, occurred_at__gt=before).exists()
