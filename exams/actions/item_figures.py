"""Pictures for items: taken in, kept by their digest in the private storage, never changed."""

import hashlib

from django.db import transaction

from exams.imaging import Picture, read_picture
from exams.models import ItemDrawing
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.storages import keep_private

ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


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
    """Store a picture, and return its row and whether it is new. The caller has asked for the permission."""
    digest = hashlib.sha256(picture.content).hexdigest()
    facts = {
        "storage_name": _store(picture, digest),
        "media_type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
    }
    return ItemDrawing.objects.get_or_create(digest=digest, defaults=facts)


def _store(picture: Picture, digest: str) -> str:
    """Put the bytes into the private storage under their digest, before any row points at them."""
    return keep_private(f"items/{digest}.{ENDINGS[picture.media_type]}", picture.content)
